import type { Range } from '../../text/range.ts'
import { groupBy } from '../groups.ts'
import { encodePlaces, type PageSize, type PlacedWord, wholePage } from '../wordPlaces.ts'
import { middleX, type Word } from './boxes.ts'
import type { PageOfWords } from './placedLines.ts'

/** A stretch of the canonical text and the words of a page that were written there. */
export interface WrittenWords {
  readonly range: Range
  /** The index of the page. */
  readonly page: number
  /** The words in the order of the text, or in any order for a table. */
  readonly words: readonly Word[]
  /** The positions at which the columns of a table part; left out for a line. */
  readonly edges?: readonly number[]
}

/** This many characters of the text may be skipped before a word is found again, such as the marks of notes. */
const maxSkippedCharacters = 24

/** Finds words again in the text written of them. @returns places as `encodePlaces` writes them; null for none */
export function encodedPlaces(
  text: string,
  written: readonly WrittenWords[],
  pages: readonly PageOfWords[],
): Uint8Array | null {
  const placed = written
    .flatMap(({ range, page, words, edges }) => {
      const found = edges ? placedInTable(text, range, words, edges) : placedInLine(text, range, words)
      return found.map(({ word, range }): PlacedWord => ({ range, page: page + 1, ...boxOn(pages[page]!, word) }))
    })
    .sort((a, b) => a.range[0] - b.range[0])
  const apart = placed.filter(({ range, page }, i) => {
    const before = placed[i - 1]
    return before === undefined || (range[0] >= before.range[1] && page >= before.page)
  })
  return apart.length > 0 ? encodePlaces({ pages: pages.map(sizeOf), words: apart }) : null
}

interface Match {
  readonly word: Word
  readonly range: Range
}

function placedInLine(text: string, [start, end]: Range, words: readonly Word[]): Match[] {
  const found: Match[] = []
  let at = start
  for (const word of words) {
    for (let from = at; from < Math.min(end, at + maxSkippedCharacters); from++) {
      const to = endOf(word.text, text, from, end)
      if (to === null) continue
      found.push({ word, range: [from, to] })
      at = to
      break
    }
  }
  return found
}

/** Finds the words of a table, written row by row. Of equal words the upper one in the right column is taken. */
function placedInTable(text: string, [start, end]: Range, words: readonly Word[], edges: readonly number[]): Match[] {
  const found: Match[] = []
  const columnOf = (word: Word) => edges.findLastIndex((edge) => edge <= middleX(word))
  const waiting = [...words].sort((a, b) => a.top - b.top || a.left - b.left)
  const byStart = groupBy(waiting, (word) => word.text.slice(0, 1))
  let last = -1
  for (let at = start; at < end; ) {
    if (text[at] === '\n') last = -1
    const alike = (byStart.get(text[at]!) ?? []).flatMap((word) => {
      const to = endOf(word.text, text, at, end)
      return to === null ? [] : [{ word, to }]
    })
    // Words in columns left of the last one come later; of the others the topmost is taken, the longest at one height.
    const rightward = alike.filter(({ word }) => columnOf(word) >= last)
    const best = (rightward.length > 0 ? rightward : alike).reduce<(typeof alike)[number] | null>((a, b) => {
      if (a === null) return b
      const isAbove = b.word.bottom <= a.word.top
      return isAbove || (b.word.top < a.word.bottom && b.to > a.to) ? b : a
    }, null)
    if (best === null) {
      at++
      continue
    }
    found.push({ word: best.word, range: [at, best.to] })
    byStart.set(
      text[at]!,
      byStart.get(text[at]!)!.filter((word) => word !== best.word),
    )
    last = columnOf(best.word)
    at = best.to
  }
  return found
}

/** The end of `word` if the text has it at `at`, apart from blanks and soft hyphens; null for other texts. */
function endOf(word: string, text: string, at: number, end: number): number | null {
  let place = at
  for (const character of word) {
    if (/[\s\u00ad]/u.test(character)) continue
    while (place > at && place < end && /[ \u3000]/u.test(text[place]!)) place++
    if (!text.startsWith(character, place) || place >= end) return null
    place += character.length
  }
  return place > at ? place : null
}

function sizeOf({ width, height, shown }: PageOfWords): PageSize {
  return { width: shown?.width ?? width, height: shown?.height ?? height, skew: shown?.skew ?? 0 }
}

/** A word's box on the page as its file shows it. */
function boxOn(page: PageOfWords, word: Word): Omit<PlacedWord, 'range' | 'page'> {
  const { width, height } = sizeOf(page)
  const turn = word.turn ?? 0
  // A picture grows on all sides when it is straightened.
  const [w, h] = turn % 2 === 0 ? [width, height] : [height, width]
  const isMain = turn === (page.shown?.turn ?? 0)
  const [x, y] = isMain ? [(page.width - w) / 2, (page.height - h) / 2] : [0, 0]
  const [l, r, t, b] = [word.left - x, word.right - x, word.top - y, word.bottom - y]
  const [left, right, top, bottom] = [
    [l, r, t, b],
    [width - b, width - t, l, r],
    [width - r, width - l, height - b, height - t],
    [t, b, height - r, height - l],
  ][turn] as [number, number, number, number]
  const share = (value: number, whole: number) =>
    Math.round(Math.min(1, Math.max(0, value / Math.max(whole, 1e-9))) * wholePage)
  return {
    left: share(left, width),
    right: share(right, width),
    top: share(top, height),
    bottom: share(bottom, height),
  }
}
