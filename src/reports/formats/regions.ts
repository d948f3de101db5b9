import { runsOf } from '../groups.ts'
import {
  boundsOf,
  type Fragment,
  median,
  middle,
  overlap,
  type PageTable,
  type Region,
  type Row,
  type Word,
} from './boxes.ts'
import { type Gutter, guttersOf, isParted } from './gutters.ts'
import { marksOf, settleRaised } from './raisedWords.ts'
import { maxSpaceEms, split } from './readingOrder.ts'

/**
 * Groups the words of a page into rows, and the rows into regions in reading order.
 * @param body the size of running text
 * @param tables the tables of the page, whose words are not among `words`
 */
export function regionsOf(words: readonly Word[], body: number, tables: readonly PageTable[] = []): Region[] {
  const gutters = guttersOf(words, body, tables)
  const fragments = fragmentsOf(words, gutters)
  const marks = marginMarks(fragments, body)
  const inMarks = new Set(marks)
  const rest = fragments.filter((fragment) => !inMarks.has(fragment))
  const parts = split([...rest, ...tables.map((table) => tableFragment(table, body))], body, gutters)
  const inMargin = rowsOf(marks).map((row): Row => ({ ...row, isMark: true }))
  return [...parts.map(rowsOf), ...(inMargin.length > 0 ? [inMargin] : [])]
}

/** A mark in the margin is no wider, a line beside it no narrower, the gap between them no smaller, in em. */
const margins = { mark: 4, text: 10, gap: 0.8 } as const

/** The marks beside a page's text: line numbers, stamps. The number of a list's item is none, as the item needs it. */
function marginMarks(fragments: readonly Fragment[], body: number): Fragment[] {
  const lines = fragments.filter(({ left, right }) => right - left >= margins.text * body)
  if (lines.length < 3) return []
  const left = Math.min(...lines.map((line) => line.left))
  const right = Math.max(...lines.map((line) => line.right))
  const isMark = (one: Fragment) =>
    one.right - one.left <= margins.mark * body &&
    (one.right <= left - margins.gap * body || one.left >= right + margins.gap * body) &&
    !/^(?:[-•●·○▪□]|[(（]?[\d一二三四五六七八九十a-z]{1,3}[)）.、．:：])$/iu.test(one.text)
  const marks = fragments.filter(isMark)
  // Narrow fragments beside many lines are a column of cells, unless they number the lines.
  const areLineNumbers = marks.every(({ text }) => /^\d{1,4}$/u.test(text))
  return areLineNumbers || marks.length * 4 <= lines.length ? marks : []
}

/** The fragment that stands for a table. @param body the size of running text */
export function tableFragment(table: PageTable, body: number): Fragment {
  const { left, right, top, bottom } = table
  return { text: '', left, right, top, bottom, size: body, bold: false, words: [], table }
}

/** Joins the words that stand close together on one line. */
export function fragmentsOf(words: readonly Word[], gutters: readonly Gutter[] = []): Fragment[] {
  const height = Math.max(median(words.map((word) => word.size)), 0.1)
  const open = new Map<number, Word[][]>()
  const all: Word[][] = []
  for (const word of [...words].sort((a, b) => a.left - b.left)) {
    const shelf = Math.floor(middle(word) / height)
    let best: Word[] | undefined
    for (const near of [shelf - 1, shelf, shelf + 1]) {
      const runs = (open.get(near) ?? []).filter((run) => word.left - run.at(-1)!.right <= 4 * height)
      if (runs.length > 0) open.set(near, runs)
      else open.delete(near)
      for (const run of runs) {
        const last = run.at(-1)!
        const gap = word.left - last.right
        const isNear = gap <= maxSpaceEms * Math.max(word.size, last.size) && gap > -0.6 * last.size
        if (!isNear || overlap(last, word) < 0.5 || isParted(last, word, gutters)) continue
        if (!best || last.right > best.at(-1)!.right) best = run
      }
    }
    if (best) best.push(word)
    else {
      const run = [word]
      all.push(run)
      open.set(shelf, [...(open.get(shelf) ?? []), run])
    }
  }
  return all.map(fragmentOf)
}

const fragmentOf = (words: readonly Word[]): Fragment => ({ ...boundsOf(words), text: textOf(words), words })

/** The lines of one region, top to bottom. */
export function rowsOf(fragments: readonly Fragment[]): Row[] {
  const fromTop = [...fragments].sort((a, b) => middle(a) - middle(b))
  const isSame = (row: readonly Fragment[], fragment: Fragment) =>
    !fragment.table &&
    row.some((other) => !other.table && overlap(other, fragment) >= 0.5) &&
    row.every(
      (other) => other.right <= fragment.left + 0.3 * other.size || fragment.right <= other.left + 0.3 * other.size,
    )
  return runsOf(fromTop, isSame).map((row) => {
    const cells = row.sort((a, b) => a.left - b.left)
    const [{ words: _, ...table }] = cells as [Fragment]
    if (table.table) return { ...table, cells: [] }
    const { words, hidden } = settleRaised(rowText(cells))
    return {
      ...boundsOf(cells.flatMap((cell) => cell.words)),
      text: words,
      cells: cells.map((cell) => ({ ...cell, text: settleRaised(cell.text).words })),
      ...(hidden.length > 0 && { hidden }),
    }
  })
}

/** Joins cells with spaces between them, except for the single characters of a widely spaced heading. */
function rowText(cells: readonly Fragment[]): string {
  return cells.map((cell) => cell.text).join(cells.every((cell) => spacedOut.test(cell.text)) ? '' : ' ')
}

const han = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}'
const fullWidth = '\\u3001-\\u303f\\uff01-\\uffef'
const endsWide = new RegExp(`[${han}${fullWidth}]$`, 'u')
const startsWide = new RegExp(`^[${han}${fullWidth}]`, 'u')
const spacedOut = new RegExp(`^[${han}]$`, 'u')
const spacedHan = new RegExp(`(?<=[${han}])[ \\t\\u3000]+(?=[${han}])`, 'gu')
const closeHan = new RegExp(`[${han}](?=[${han}])`, 'gu')
const spacedWide = new RegExp(
  `(?<=[${fullWidth}])[ \\t]+|[ \\t]+(?=[${fullWidth}])|(?<=[${han}])[ \\t]+(?![${han}\\s])|(?<![${han}\\s])[ \\t]+(?=[${han}])`,
  'gu',
)

/** Joins the words of a line, with the spaces that part words and without those that only spread the line. */
function textOf(words: readonly Word[]): string {
  let text = ''
  let before: Word | undefined
  const main = words.reduce((a, b) => (b.text.length > a.text.length ? b : a))
  for (const word of words) {
    const raised = raisedIn(word, main)
    if (raised) {
      const [open, close] = marksOf(raised)
      text += `${open}${word.text}${close}`
      before = word
      continue
    }
    if (before) {
      const gap = (word.left - before.right) / Math.max(word.size, before.size)
      const isWide = endsWide.test(before.text) || startsWide.test(word.text)
      if (gap > (isWide ? 0.45 : 0.15)) text += ' '
    }
    text += word.text
    before = word
  }
  const tidy = text.replaceAll(/\u00ad(?!$)/gu, '').replaceAll(spacedWide, '')
  // A few spaces between Chinese characters part names or clauses; many spaces only spread the line.
  const spaces = tidy.match(spacedHan)?.length ?? 0
  const isSpread = spaces * 4 > spaces + (tidy.match(closeHan)?.length ?? 0)
  return (isSpread ? tidy.replaceAll(spacedHan, '') : tidy).trim()
}

/** Raised and lowered words are smaller and shifted up or down, in shares of the line's size. */
const shifted = { size: 0.82, by: 0.12 } as const

/** Tells whether a word is raised above its line or lowered below it; null where it is neither. */
function raisedIn(word: Word, main: Word): 'raised' | 'lowered' | null {
  if (word.size > shifted.size * main.size) return null
  if (main.bottom - word.bottom >= shifted.by * main.size) return 'raised'
  return word.bottom - main.bottom >= 0.5 * shifted.by * main.size ? 'lowered' : null
}
