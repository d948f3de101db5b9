import type { Report } from '../reports/types.ts'
import { bare } from '../text/normalize.ts'
import type { Range } from '../text/range.ts'
import { layOut } from './restoredView.ts'

/** A rolling hash of words (after Rabin and Karp), by which they are found again where they moved to. */
export interface Trace {
  /** The number of characters without white space and Markdown's marks. */
  readonly length: number
  /** A number below 2²⁶. */
  readonly sum: number
}

/** The hash is a polynomial in this base modulo a prime, which is below 2²⁶ so that products stay exact. */
const prime = 67_108_859
const base = 31_415_927

/**
 * Longer texts are not searched, because any visitor can ask for the search again and again, and it keeps all others
 * waiting. Half a million characters, a thick book, take some 15 ms.
 */
export const maxSearchedCharacters = 500_000

/** The trace of words; texts that differ only in white space and Markdown's marks have the same. */
export function traceOf(text: string): Trace {
  const words = bare(text)
  let sum = 0
  for (let i = 0; i < words.length; i++) sum = remainder(sum * base + words.charCodeAt(i))
  return { length: words.length, sum }
}

/**
 * The remainder of a product below 2⁵³, in a tenth of the time of `%`: the quotient of floating point numbers is off by
 * one at most.
 */
function remainder(product: number): number {
  const rest = product - Math.floor(product / prime) * prime
  return rest < 0 ? rest + prime : rest >= prime ? rest - prime : rest
}

/**
 * Finds words in a report by their trace, in the order in which the report is read or else in that of its file.
 * @param isSame tells the words themselves from others with the same trace
 * @returns null where the report has them no more, or is longer than `maxSearchedCharacters`
 */
export function findMoved(report: Report, trace: Trace, isSame: (words: string) => boolean): Range[] | null {
  if (report.text.length > maxSearchedCharacters) return null
  for (const { text, runs } of bareTextsOf(report)) {
    const start = indexOfTrace(text, trace, isSame)
    if (start >= 0) return rangesOf(report.text, positionsOf(runs, start, start + trace.length))
  }
  return null
}

/** A report's words in one order, without white space and Markdown's marks. */
interface BareText {
  readonly text: string
  /** The unbroken runs of the canonical text, each with its position in `text` and in the canonical text. */
  readonly runs: readonly { readonly at: number; readonly position: number }[]
}

const known = new WeakMap<Report, readonly BareText[]>()

function bareTextsOf(report: Report): readonly BareText[] {
  const orders = () => {
    const asRead = layOut(report).articles.flatMap((items) =>
      items.flatMap(({ cutting }) => cutting.pieces.map(({ range }) => range)),
    )
    return [asRead, [[0, report.text.length] as const]].map((order) => bareText(report.text, order))
  }
  const texts = known.get(report) ?? orders()
  known.set(report, texts)
  return texts
}

function bareText(text: string, ranges: readonly Range[]): BareText {
  const runs: { at: number; position: number }[] = []
  const parts: string[] = []
  let at = 0
  for (const [start, end] of ranges) {
    for (const { index, 0: run } of text.slice(start, end).matchAll(/[^\s*#]+/gu)) {
      runs.push({ at, position: start + index })
      parts.push(run)
      at += run.length
    }
  }
  return { text: parts.join(''), runs }
}

/** The positions in the canonical text of the characters from `start` to `end` of a bare text. */
function positionsOf(runs: BareText['runs'], start: number, end: number): number[] {
  const positions: number[] = []
  let run = runs.findLastIndex(({ at }) => at <= start)
  for (let at = start; at < end; at++) {
    if (runs[run + 1]?.at === at) run++
    positions.push(runs[run]!.position + at - runs[run]!.at)
  }
  return positions
}

/** The index of the first words with a trace in a bare text; −1 for none. */
function indexOfTrace(text: string, { length, sum }: Trace, isSame: (words: string) => boolean): number {
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

/** Joins positions into ranges, over the white space between words of one line. */
function rangesOf(text: string, positions: readonly number[]): Range[] {
  const ranges: [number, number][] = []
  for (const at of positions) {
    const last = ranges.at(-1)
    const gap = last ? at - last[1] : -1
    if (last && gap >= 0 && gap <= maxGap && /^[^\S\r\n]*$/u.test(text.slice(last[1], at))) last[1] = at + 1
    else ranges.push([at, at + 1])
  }
  return ranges
}

/** Longer white space parts columns rather than words. */
const maxGap = 20
