import { pageAt } from '../reports/pages.ts'
import type { Passage, Report } from '../reports/types.ts'
import type { Highlight } from '../search/ranking/highlight.ts'
import { bare } from '../text/normalize.ts'
import { originalRanges, overlapAny, type Range } from '../text/range.ts'
import { settingOf } from './setting.ts'
import type { Quote } from './types.ts'

/**
 * Makes a quote of a passage and proves it verbatim. This is the one place where quotes come into being: if the
 * words are not in the report exactly where the ranges say, white space and Markdown's marks aside, nothing is made.
 *
 * @param highlight the words that answer the question, as offsets into the passage's text
 * @param score the probability that the passage answers the question, 0 … 1
 * @throws Error when the passage's words are not the report's: a defect, never a thing to send
 */
export function makeQuote(report: Report, passage: Passage, highlight: Highlight, score: number): Quote {
  const ranges = originalRanges(passage, [0, passage.text.length])
  const highlighted = highlight.highlights.flatMap((range) => originalRanges(passage, range))
  const { url, fetched } = report.metadata
  const quote: Quote = {
    text: passage.text,
    highlights: highlight.highlights,
    figures: highlight.figures,
    visible: [[0, passage.text.length]],
    isShown: true,
    ranges,
    score,
    passage: passage.id,
    source: {
      report: report.id,
      file: report.file,
      title: report.metadata.title,
      setting: settingOf(report),
      article: passage.headline,
      section: passage.section,
      paragraph: passage.paragraph,
      page: pageOf(report, ranges, highlighted),
      date: report.metadata.date ?? null,
      period: report.metadata.period ?? null,
      ...(url !== undefined && { address: url }),
      ...(fetched !== undefined && { fetched }),
      isDoubtful: overlapAny(ranges, report.doubtful),
      isInUncertainTable: overlapAny(ranges, report.uncertainTables),
    },
    sources: [],
  }
  if (!isVerbatim(quote, report.text)) {
    throw new Error(`passage ${passage.id} of ${report.file} is not verbatim at ${JSON.stringify(ranges)}`)
  }
  return quote
}

/**
 * Tells whether a quote's text is, white space and Markdown's marks aside, its ranges of the canonical text, whether its
 * highlights and its visible part lie inside its text, and its figures inside its highlights.
 */
export function isVerbatim({ text, ranges, highlights, figures, visible }: Quote, canonical: string): boolean {
  const inside = ([start, end]: Range, length: number) => start >= 0 && start < end && end <= length
  const ordered = (all: readonly Range[], length: number) =>
    all.every((range, i) => inside(range, length) && range[0] >= (all[i - 1]?.[1] ?? 0))
  const words = ranges.map(([start, end]) => canonical.slice(start, end)).join('')
  return (
    ranges.length > 0 &&
    ranges.every((range) => inside(range, canonical.length)) &&
    ordered(highlights, text.length) &&
    ordered(visible, text.length) &&
    ordered(figures, text.length) &&
    figures.every(([start, end]) => highlights.some((range) => range[0] <= start && end <= range[1])) &&
    bare(text) === bare(words) &&
    bare(text) !== ''
  )
}

/** The page of the first highlighted words, else of the quote; the heads of a table's columns above do not count. */
function pageOf(report: Report, ranges: readonly Range[], highlighted: readonly Range[]): number | null {
  const first = ranges[0]?.[0] ?? 0
  return pageAt(report, highlighted.find(([start]) => start >= first)?.[0] ?? first)
}
