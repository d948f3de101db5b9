import { bare } from '../text/normalize.ts'
import type { Line } from './lines.ts'

/** Contents pages only list headings and pages, but hold all words that are asked for, so they are left out. */

const heading = /^(?:目\s*[录次]|contents|table of contents)$/iu
/** A row of dots; the signs `…` and `‥` are rows by themselves. */
const dots = '(?:(?:[.。·•・_-]\\s?){3,}|(?:[…‥]\\s?)+)'
const page = '[(（]?\\s*(?:\\d{1,4}|[ivxlc]{1,6})\\s*[)）]?'
const leaders = new RegExp(`${dots}\\s*(?:${page})?$`, 'iu')
const led = new RegExp(`${dots}\\s*${page}$`, 'iu')
const pageBehind = /(?:\s+|(?<=[\p{Script=Han})）]))[(（]?\d{1,3}[)）]?$/u
const maxEntries = 400
const maxEntryCharacters = 80
const minEntries = 2
/** Lines with leaders and no heading above them are a contents page from this number in a row on. */
const minLeaders = 3

/** Marks the lines of contents pages as page furniture. */
export function withoutContents(lines: readonly Line[]): Line[] {
  const inked = lines.flatMap((line, i) => (line.furniture === undefined && line.content.text !== '' ? [i] : []))
  const left = new Set<number>()
  const lastPlaces = new Map(inked.map((i) => [nameOf(lines[i]!.content.text), i]))
  for (let at = 0; at < inked.length; at++) {
    const shown = lines[inked[at]!]!.content.text
    const isHeading = heading.test(shown)
    if (!isHeading && !led.test(shown)) continue
    const from = at + (isHeading ? 1 : 0)
    const count = entriesFrom(lines, inked.slice(from, from + maxEntries), isHeading, lastPlaces)
    if (count < (isHeading ? minEntries : minLeaders)) continue
    const end = from + count
    for (const i of inked.slice(at, end)) left.add(i)
    at = end - 1
  }
  return lines.map((line, i) => (left.has(i) ? { ...line, furniture: 'contents' } : line))
}

/**
 * The number of lines at the beginning of `inked` that are entries of a contents page.
 * @param inked indices of lines with words
 * @param isHeaded true where a heading stands above, so that entries without page numbers are told by coming again in
 *   the text
 * @param lastPlaces the last line of each name
 */
function entriesFrom(
  lines: readonly Line[],
  inked: readonly number[],
  isHeaded: boolean,
  lastPlaces: ReadonlyMap<string, number>,
): number {
  const listed = new Set<string>()
  const numbers = new Set<string>()
  let above: string | null = null
  let count = 0
  for (const at of inked) {
    const words = lines[at]!.content.text
    const name = nameOf(words)
    // The first entry that comes again is the heading that opens the text.
    if (lines[at]!.isRow || words.length > maxEntryCharacters || /[。！？!?；;]$/u.test(words) || listed.has(name))
      break
    const number = numbering.exec(words)?.[0] ?? null
    const isPaged = led.test(words) || (isHeaded && (leaders.test(words) || pageBehind.test(words)))
    const comesAgain = isHeaded && (lastPlaces.get(name) ?? at) > at
    const isNext = isHeaded && number !== null && styleOf(number) === styleOf(above) && !numbers.has(number)
    if (!isPaged && !comesAgain && !isNext) break
    listed.add(name)
    if (number !== null) numbers.add(number)
    above = number
    count++
  }
  return count
}

const numbering =
  /^(?:第[一二三四五六七八九十\d]+(?:部分|[章节编])|[一二三四五六七八九十]+、|[(（][一二三四五六七八九十]+[)）]|\d{1,2}[.、])/u

function styleOf(number: string | null): string {
  return number?.replace(/[一二三四五六七八九十\d]+/u, '') ?? ''
}

/** An entry without its leaders and page number. */
function nameOf(words: string): string {
  return bare(words.replace(leaders, '').replace(pageBehind, ''))
}
