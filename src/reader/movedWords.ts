import type { Report } from '../reports/types.ts'
import { bare } from '../text/normalize.ts'
import type { Range } from '../text/range.ts'
import { layOut } from './restored.ts'

/** By this words are found again where they moved to: how many characters they have without white space, and a sum of them. */
export interface Trace {
  readonly length: number
  /** Below 2²⁶. */
  readonly sum: number
}

/** A prime below 2²⁶, so that products stay exact, and a base for a polynomial over it that can be rolled along a text. */
const prime = 67_108_859
const base = 31_415_927

export function traceOf(text: string): Trace {
  const words = bare(text)
  let sum = 0
  for (let i = 0; i < words.length; i++) sum = (sum * base + words.charCodeAt(i)) % prime
  return { length: words.length, sum }
}

/**
 * Where a report has certain words, as it is read or as its file goes; null where it has them no more.
 * @param isSame tells the words themselves from others with the same sum
 */
export function findMoved(report: Report, trace: Trace, isSame: (words: string) => boolean): Range[] | null {
  const asRead = layOut(report).parts.flatMap((items) =>
    items.flatMap(({ cutting }) => cutting.pieces.map(({ range }) => range)),
  )
  for (const order of [asRead, [[0, report.text.length] as const]]) {
    const { text, places } = bareWithPlaces(report.text, order)
    const start = rolled(text, trace, isSame)
    if (start >= 0) return rangesOf(report.text, places.slice(start, start + trace.length))
  }
  return null
}

function bareWithPlaces(text: string, ranges: readonly Range[]): { text: string; places: number[] } {
  const places: number[] = []
  let words = ''
  for (const [start, end] of ranges) {
    for (const { index, 0: run } of text.slice(start, end).matchAll(/[^\s*#]+/gu)) {
      for (let i = 0; i < run.length; i++) places.push(start + index + i)
      words += run
    }
  }
  return { text: words, places }
}

/** Where in a text the first words with a trace begin; −1 for nowhere. */
function rolled(text: string, { length, sum }: Trace, isSame: (words: string) => boolean): number {
  if (length === 0 || length > text.length) return -1
  let first = 1
  for (let i = 1; i < length; i++) first = (first * base) % prime
  let rolling = traceOf(text.slice(0, length)).sum
  for (let start = 0; ; start++) {
    if (rolling === sum && isSame(text.slice(start, start + length))) return start
    if (start + length >= text.length) return -1
    const without = (rolling + prime - ((text.charCodeAt(start) * first) % prime)) % prime
    rolling = (without * base + text.charCodeAt(start + length)) % prime
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
