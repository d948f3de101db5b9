import { IndexError } from '../errors.ts'
import { lowerBound } from '../lowerBound.ts'
import type { Range } from '../text/range.ts'
import { boxAround } from './formats/boxes.ts'
import { emsOf } from './width.ts'

/**
 * The places of a report's words on its pages, kept beside the canonical text so that a quote can be shown where it
 * stands.
 *
 * As bytes, all numbers as variable-length integers of seven bits a byte, the lowest first (LEB128), signed ones folded
 * (0, −1, 1, −2 … as 0, 1, 2, 3 …):
 *
 *     version (1)
 *     number of pages; of each: width, height in hundredths of its unit, skew in hundredths of a degree (signed)
 *     number of words; of each: page − page of the word before, start − end of the word before, length,
 *       left − right of the word before (signed), width, top − top of the word before (signed), height
 *
 * A run of words takes some twelve bytes, whether it is a word or a whole line.
 */
export interface WordPlaces {
  readonly pages: readonly PageSize[]
  /** The words in the order of the canonical text, without overlaps. */
  readonly words: readonly PlacedWord[]
}

/** A page as its file shows it: turned as the file says, whichever way its words are set. */
export interface PageSize {
  /** Both lengths are in points for PDFs, in pixels for pictures. */
  readonly width: number
  readonly height: number
  /** The degrees clockwise by which a scan's lines are turned about its middle; boxes are as on a straight page. */
  readonly skew: number
}

/** A word, or a run of words on one line. */
export interface PlacedWord extends Box {
  /** The words' range in the canonical text. */
  readonly range: Range
  /** The page's number, from 1. */
  readonly page: number
}

/** The edges of a box, 0 to 65535: shares of the page's width from its left edge, and of its height from its top. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** The value of a box's edge at the page's right edge or at its foot. */
export const wholePage = 65_535
const version = 1

/** @throws RangeError for words that are out of order or outside their pages */
export function encodePlaces({ pages, words }: WordPlaces): Uint8Array {
  const bytes: number[] = [version]
  const write = (value: number) => {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`no place: ${value}`)
    let rest = value
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
    bytes.push(rest)
  }
  const writeSigned = (value: number) => write(value < 0 ? -2 * value - 1 : 2 * value)
  write(pages.length)
  for (const { width, height, skew } of pages) {
    write(Math.round(width * 100))
    write(Math.round(height * 100))
    writeSigned(Math.round(skew * 100))
  }
  write(words.length)
  let before = first
  for (const word of words) {
    requirePlaced(word, pages.length)
    write(word.page - before.page)
    write(word.range[0] - before.range[1])
    write(word.range[1] - word.range[0])
    writeSigned(word.left - before.right)
    write(word.right - word.left)
    writeSigned(word.top - before.top)
    write(word.bottom - word.top)
    before = word
  }
  return Uint8Array.from(bytes)
}

/** @throws IndexError when the bytes were not written by `encodePlaces` */
export function decodePlaces(bytes: Uint8Array): WordPlaces {
  let at = 0
  const read = (): number => {
    let value = 0
    for (let factor = 1; factor <= 2 ** 49; factor *= 128) {
      const byte = bytes[at++]
      if (byte === undefined) throw unreadable()
      value += (byte % 128) * factor
      if (byte >= 128) continue
      // Each number has one form, so that bytes that are read are the ones that were written.
      if ((byte === 0 && factor > 1) || !Number.isSafeInteger(value)) throw unreadable()
      return value
    }
    throw unreadable()
  }
  const readSigned = () => {
    const value = read()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }
  if (read() !== version) throw unreadable()
  // A count is not trusted before its items are read, as each takes at least a byte.
  const some = <T>(make: (i: number) => T): T[] => {
    const count = read()
    if (count > bytes.length - at) throw unreadable()
    return Array.from({ length: count }, (_, i) => make(i))
  }
  const pages = some((): PageSize => ({ width: read() / 100, height: read() / 100, skew: readSigned() / 100 }))
  let before = first
  const words = some((): PlacedWord => {
    const page = before.page + read()
    const start = before.range[1] + read()
    const range: Range = [start, start + read()]
    const left = before.right + readSigned()
    const right = left + read()
    const top = before.top + readSigned()
    before = { range, page, left, top, right, bottom: top + read() }
    try {
      requirePlaced(before, pages.length)
    } catch (cause) {
      throw unreadable(cause)
    }
    return before
  })
  if (at !== bytes.length) throw unreadable()
  return { pages, words }
}

const first: PlacedWord = { range: [0, 0], page: 0, left: 0, top: 0, right: 0, bottom: 0 }

function requirePlaced({ range, page, left, top, right, bottom }: PlacedWord, pages: number): void {
  const isPlaced =
    range[0] < range[1] &&
    Number.isSafeInteger(range[1]) &&
    page >= 1 &&
    page <= pages &&
    [left, top].every((edge) => edge >= 0) &&
    [right, bottom].every((edge) => edge <= wholePage) &&
    left <= right &&
    top <= bottom
  if (!isPlaced)
    throw new RangeError(`no place of a word: ${JSON.stringify({ range, page, left, top, right, bottom })}`)
}

function unreadable(cause?: unknown): IndexError {
  const text = {
    zh: '索引中文字的位置无法读取。请运行 npm run index 重建索引。',
    en: 'The places of words in the index cannot be read. Run npm run index to rebuild it.',
  }
  return new IndexError(text, { cause })
}

/** The boxes on one page. */
export interface PageBoxes {
  /** The page's number, from 1. */
  readonly page: number
  /** A box for each line, in the order of the text. */
  readonly boxes: readonly Box[]
}

/**
 * The boxes that cover a stretch of the canonical text, page by page; none where no word in it has a place. Where the
 * stretch holds only a part of a run of words, the part's box is estimated by the usual widths of characters.
 * @param text the canonical text
 */
export function boxesOf({ words }: WordPlaces, text: string, [start, end]: Range): PageBoxes[] {
  const found: { page: number; boxes: Box[] }[] = []
  const from = lowerBound(0, words.length, (at) => words[at]!.range[1] <= start)
  for (let i = from; i < words.length && words[i]!.range[0] < end; i++) {
    const word = words[i]!
    const box = partOf(word, text, [Math.max(start, word.range[0]), Math.min(end, word.range[1])])
    let page = found.at(-1)
    if (page?.page !== word.page) {
      page = { page: word.page, boxes: [] }
      found.push(page)
    }
    const last = page.boxes.at(-1)
    if (last && isSameLine(last, box)) page.boxes[page.boxes.length - 1] = boxAround([last, box])
    else page.boxes.push(box)
  }
  return found
}

function partOf({ range, left, right, top, bottom }: PlacedWord, text: string, part: Range): Box {
  const unit = (right - left) / Math.max(emsOf(text.slice(...range)), 0.1)
  const at = (place: number) => Math.round(left + unit * emsOf(text.slice(range[0], place)))
  return { left: at(part[0]), right: part[1] === range[1] ? right : at(part[1]), top, bottom }
}

/** True where two boxes share most of their height, and the second goes on at the right of the first. */
function isSameLine(a: Box, b: Box): boolean {
  const height = Math.min(a.bottom - a.top, b.bottom - b.top)
  const shared = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
  return shared >= 0.5 * height && b.left >= a.left
}
