import type { Highlight } from '../search/ranking/highlight.ts'
import type { Range } from '../text/range.ts'
import type { Quote } from './types.ts'

/** A passage in a link, with its marks. */
export interface QuoteAddress extends Highlight {
  readonly passage: string
}

const idPrefix = 'p-'
/** Positions are two digits of base 36. */
const maxPosition = 36 ** 2 - 1
/** An address with this many marks has at most 64 characters, as start parameters allow. */
const maxMarks = 11

/**
 * A quote's address in at most 64 characters of `A-Za-z0-9_-`: `q_`, the passage's id, its highlights and, behind `-`,
 * the figures inside them, four characters each. Marks that find no room are left out, the figures first.
 */
export function encodeQuote({ passage, highlights, figures }: QuoteAddress): string {
  const encoded = (ranges: readonly Range[]) => ranges.filter(([, end]) => end <= maxPosition).map(encodeRange)
  const marks = encoded(highlights).slice(0, maxMarks)
  const inside = encoded(figures).slice(0, Math.max(0, maxMarks - 1 - marks.length))
  return `q_${passage.slice(idPrefix.length)}${marks.join('')}${inside.length > 0 ? `-${inside.join('')}` : ''}`
}

/** The quote that a text addresses; null when it addresses none. */
export function decodeQuote(text: string): QuoteAddress | null {
  const [, id, marks, inside = ''] =
    /^q_([A-Za-z0-9_-]{16})((?:[0-9a-z]{4}){0,11})(?:-((?:[0-9a-z]{4}){1,10}))?$/u.exec(text) ?? []
  if (id === undefined || marks === undefined) return null
  const highlights = decodeRanges(marks)
  const figures = decodeRanges(inside)
  return highlights && figures && { passage: `${idPrefix}${id}`, highlights, figures }
}

/** The path of the page that shows a quote, below the pages' own address, without a slash in front. */
export function quotePath({ passage, highlights, figures, source }: Quote): string {
  return `${reportPath(source.report)}?q=${encodeQuote({ passage, highlights, figures })}#q`
}

/** The path of the page that shows a report. */
export function reportPath(report: string): string {
  return `r/${encodeURIComponent(report)}`
}

function encodeRange(range: Range): string {
  return range.map((at) => at.toString(36).padStart(2, '0')).join('')
}

function decodeRanges(text: string): Range[] | null {
  const ranges = (text.match(/.{4}/gu) ?? []).map(
    (four): Range => [Number.parseInt(four.slice(0, 2), 36), Number.parseInt(four.slice(2), 36)],
  )
  return ranges.every(([start, end]) => start < end) ? ranges : null
}
