import type { Report } from '../reports/types.ts'
import { bare } from '../text/normalize.ts'
import type { Range } from '../text/range.ts'
import { layOut } from './restoredView.ts'

/** By this words are found again where they moved to: how many characters they have without white space, and a sum of them. */
export interface Trace {
  readonly length: number
  /** Below 2²⁶. */
  readonly sum: number
}

/** A prime below 2²⁶, so that products stay exact, and a base for a polynomial over it that can be rolled along a text. */
const prime = 67_108_859
const base = 31_415_927

/**
 * Longer texts are not looked through: whoever may open a page can ask for it again and again, and all others wait for as
 * long. Half a million characters, a thick book, take some 15 ms.
 */
export const maxSearchedCharacters = 500_000

/** What words are known by when they have moved; the same for texts that differ in white space and Markdown's marks only. */
export function traceOf(text: string): Trace {
  const words = bare(text)
  let sum = 0
  for (let i = 0; i < words.length; i++) sum = remainder(sum * base + words.charCodeAt(i))
  return { length: words.length, sum }
}

/** `%` for products below 2⁵³, in a tenth of its time: the quotient of floating point numbers is off by one at most. */
function remainder(product: number): number {
  const rest = product - Math.floor(product / prime) * prime
  return rest < 0 ? rest + prime : rest >= prime ? rest - prime : rest
}

/**
 * Where a report has certain words, as it is read or as its file goes; null where it has them no more, or is longer than
 * `maxSearchedCharacters`.
 * @param isSame tells the words themselves from others with the same sum
 */
export function findMoved(report: Report, trace: Trace, isSame: (words: string) => boolean): Range[] | null {
  if (report.text.length > maxSearchedCharacters) return null
  for (const { text, runs } of wordsOf(report)) {
    const start = rolled(text, trace, isSame)
    if (start >= 0) return rangesOf(report.text, placesOf(runs, start, start + trace.length))
  }
  return null
}

/** A report's words without white space in one order, and where they stand. */
interface Words {
  readonly text: string
  /** Unbroken runs of them: where each begins in `text`, and in the canonical text. */
  readonly runs: readonly { readonly at: number; readonly place: number }[]
}

const known = new WeakMap<Report, readonly Words[]>()

function wordsOf(report: Report): readonly Words[] {
  const orders = () => {
    const asRead = layOut(report).articles.flatMap((items) =>
      items.flatMap(({ cutting }) => cutting.pieces.map(({ range }) => range)),
    )
    return [asRead, [[0, report.text.length] as const]].map((order) => bareWithPlaces(report.text, order))
  }
  const words = known.get(report) ?? orders()
  known.set(report, words)
  return words
}

function bareWithPlaces(text: string, ranges: readonly Range[]): Words {
  const runs: { at: number; place: number }[] = []
  const parts: string[] = []
  let at = 0
  for (const [start, end] of ranges) {
    for (const { index, 0: run } of text.slice(start, end).matchAll(/[^\s*#]+/gu)) {
      runs.push({ at, place: start + index })
      parts.push(run)
      at += run.length
    }
  }
  return { text: parts.join(''), runs }
}

/** Where the words from `start` to `end` stand in the canonical text, a place for each. */
function placesOf(runs: Words['runs'], start: number, end: number): number[] {
  const places: number[] = []
  let run = runs.findLastIndex(({ at }) => at <= start)
  for (let at = start; at < end; at++) {
    if (runs[run + 1]?.at === at) run++
    places.push(runs[run]!.place + at - runs[run]!.at)
  }
  return places
}

/** Where in a text the first words with a trace begin; −1 for nowhere. */
function rolled(text: string, { length, sum }: Trace, isSame: (words: string) => boolean): number {
  if (length === 0 || length > text.length) return -1
  let first = 1
  for (let i = 1; i < length; i++) first = remainder(first * base)
  let rolling = traceOf(text.slice(0, length)).sum
  for (let start = 0; ; start++) {
    if (rolling === sum && isSame(text.slice(start, start + length))) return start
    if (start + length >= text.length) return -1
    const without = rolling + prime - remainder(text.charCodeAt(start) * first)
    rolling = remainder((without >= prime ? without - prime : without) * base + text.charCodeAt(start + length))
  }
}

/** Places as ranges; what parts them in one line is white space, and is taken in. */
function rangesOf(text: string, places: readonly number[]): Range[] {
  const ranges: [number, number][] = []
  for (const at of places) {
    const last = ranges.at(-1)
    const gap = last ? at - last[1] : -1
    if (last && gap >= 0 && gap <= maxGap && /^[^\S\r\n]*$/u.test(text.slice(last[1], at))) last[1] = at + 1
    else ranges.push([at, at + 1])
  }
  return ranges
}

/** White space between words, rather than between columns. */
const maxGap = 20
