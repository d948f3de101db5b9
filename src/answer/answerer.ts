import type { Passage, Report, ReportSummary } from '../reports/types.ts'
import type { WordPlaces } from '../reports/wordPlaces.ts'
import type { Question } from '../search/question/question.ts'
import { type Narrowed, narrow } from '../search/question/tags.ts'
import type { Alternative } from '../search/ranking/alternatives.ts'
import type { Highlight } from '../search/ranking/highlight.ts'
import type { OtherValue } from '../search/ranking/otherValues.ts'
import type { Searcher } from '../search/search.ts'
import { originalRanges, type Range } from '../text/range.ts'
import { distinctions } from './equalTitles.ts'
import { withGlosses } from './gloss.ts'
import { asksInEnglish } from './locale.ts'
import { makeQuote } from './quote.ts'
import { selectionOf } from './selection.ts'
import type { SourceCheck } from './sourceCheck.ts'
import { type Answer, maxQuotes, type OtherYear, type Quote } from './types.ts'

export type { Facet, Narrowed } from '../search/question/tags.ts'

/** The answerer is everything that bot, terminal and pages know of what stands behind them. */
export interface Answerer {
  /** @throws QuestionError when the question cannot be searched as it stands. */
  answer(question: Question): Promise<Answer>
  /** The reports that answers come from, in the order of their files. */
  readonly reports: readonly ReportSummary[]
  /**
   * The reports that have all of `tags`, as a question with these tags is narrowed to, and facets that narrow them
   * further.
   * @throws QuestionError when no report has them
   */
  reportsMatching(tags: readonly string[]): Narrowed
  /** A passage as a quote, with the highlight that a link carries; null when no report holds its words any more. */
  quote(passage: string, highlight?: Range): Promise<Quote | null>
  /** The paragraph `steps` after that of a passage, or before; null when its words are gone or the article ends. */
  paragraph(passage: string, steps: number): Promise<Quote | null>
}

/** A quote with the place where its words stand in the whole report. */
export interface QuoteInReport {
  readonly report: Report
  readonly quote: Quote
  /** The quote's highlights and figures, as ranges of the report's canonical text. */
  readonly highlights: readonly Range[]
  readonly figures: readonly Range[]
}

/** An answerer for pages, which also show whole reports. */
export interface ReportAnswerer extends Answerer {
  /** A report with its text; null where there is none, or its file changed or vanished after indexing. */
  report(id: string): Promise<Report | null>
  /** A passage in its report, with the marks that a link carries; null when no report holds its words any more. */
  locate(passage: string, marks: Highlight): Promise<QuoteInReport | null>
  /**
   * Words that somebody selected, as a quote: ranges of the canonical text in the order in which they are read.
   * Null when the report has none of its own text there, or is not there itself.
   */
  locateSelection(report: string, ranges: readonly Range[]): Promise<QuoteInReport | null>
  /** A report's file; null where there is no such report, or its file changed or vanished after indexing. */
  indexedFile(report: string): Promise<IndexedFile | null>
}

/** A report's file as the index knows it. */
export interface IndexedFile extends Pick<ReportSummary, 'file' | 'format'> {
  /** SHA-256 of its bytes, hexadecimal. */
  readonly contentSha256: string
  /** The places of its words on its pages; null where the format has none. */
  readonly places: WordPlaces | null
}

export interface AnswererDependencies {
  readonly searcher: Searcher
  /** A report with its text, by id. */
  readonly report: (id: string) => Promise<Report>
  /** The passage with an id, or of the same words in another report. */
  readonly find: (passage: string) => Promise<Passage | null>
  readonly isUnchanged: SourceCheck
  /** The file of a report, as the index knows it, by the report's id. */
  readonly indexedFile: (id: string) => Promise<IndexedFile>
  /** The confidence, 0 … 1, below which a question counts as not answered; null takes the calibrated bound. */
  readonly minConfidence: number | null
}

/** Answers questions from an index with verified quotes. */
export function createAnswerer(dependencies: AnswererDependencies): ReportAnswerer {
  const { searcher, report, find, isUnchanged, indexedFile, minConfidence } = dependencies
  const sourceOf = async (id: string): Promise<{ passage: Passage; report: Report } | null> => {
    const passage = await find(id)
    const summary = passage && searcher.reports.get(passage.report)
    return summary && (await isUnchanged(summary.file)) ? { passage, report: await report(summary.id) } : null
  }
  const readable = async (id: string): Promise<Report | null> => {
    const summary = searcher.reports.get(id)
    return summary && (await isUnchanged(summary.file)) ? report(id) : null
  }
  const reports = [...searcher.reports.values()]
  const apart = distinctions(reports)
  const distinct = (quote: Quote): Quote => {
    const distinction = apart.get(quote.source.report)
    return distinction === undefined ? quote : { ...quote, source: { ...quote.source, distinction } }
  }
  const quoteOf = (...parts: Parameters<typeof makeQuote>) => distinct(makeQuote(...parts))
  const otherYears = async (values: readonly OtherValue[]): Promise<OtherYear[]> => {
    const years = await Promise.all(
      values.map(async ({ year, passage, highlight }) => {
        const source = await readable(passage.report)
        return source ? [{ year, quote: quoteOf(source, passage, highlight, 0) }] : []
      }),
    )
    return years.flat()
  }
  const located = (...parts: Parameters<typeof locate>): QuoteInReport => {
    const found = locate(...parts)
    return { ...found, quote: distinct(found.quote) }
  }
  return {
    reports,
    reportsMatching: (tags) => narrow(reports, tags),
    async answer(question) {
      const begin = performance.now()
      const found = await searcher.search(question, maxQuotes)
      const bound = minConfidence ?? found.bands.answer
      const quotes: Quote[] = []
      const withheld = new Set<string>()
      let confidence = found.confidence
      for (const [i, { passage, twins, highlight, probability, visible, isShown }] of found.hits.entries()) {
        const quoted = async (one: Passage): Promise<Quote | null> => {
          const { id, file } = searcher.reports.get(one.report)!
          return (await isUnchanged(file)) ? quoteOf(await report(id), one, highlight, probability) : null
        }
        const { file } = searcher.reports.get(passage.report)!
        const quote = await quoted(passage)
        if (quote) {
          const others = await Promise.all(twins.slice(0, mostSources).map(quoted))
          quotes.push({ ...quote, visible, isShown, sources: others.flatMap((other) => other?.source ?? []) })
        } else {
          withheld.add(file)
          // The confidence was that of the first passage; without it the next ones are but near misses.
          if (i === 0) confidence = Math.min(confidence, found.bands.unsure)
        }
      }
      if (quotes.length === 0) confidence = 0
      const answered = quotes.length > 0 && confidence >= bound
      const isUnsure = quotes.length > 0 && confidence >= Math.min(found.bands.unsure, bound)
      const otherValues =
        answered && found.hits[0]!.passage.id === quotes[0]!.passage ? await otherYears(found.otherValues) : []
      return {
        answered,
        band: answered ? 'answer' : isUnsure ? 'unsure' : 'none',
        confidence,
        quotes: asksInEnglish(question.text) ? await withGlosses(quotes) : quotes,
        alternatives: untold(found.alternatives, otherValues),
        otherValues,
        missing: found.missing,
        withheld: [...withheld],
        elapsedMs: performance.now() - begin,
      }
    },
    async quote(id, highlight) {
      const found = await sourceOf(id)
      if (!found) return null
      const inside = highlight && highlight[0] < highlight[1] && highlight[1] <= found.passage.text.length
      const highlights = inside ? [highlight] : []
      return quoteOf(found.report, found.passage, { highlights, figures: [] }, 0)
    },
    async paragraph(id, steps) {
      const found = await sourceOf(id)
      const { paragraphs } = found?.report.articles[found.passage.article] ?? {}
      const paragraph = paragraphs?.find(({ number }) => number === found!.passage.paragraph + steps)
      if (!found || !paragraph) return null
      const section = paragraph.sections.map(({ text }) => text).join(' › ') || null
      const whole = { ...found.passage, ...paragraph, paragraph: paragraph.number, section }
      return quoteOf(found.report, whole, { highlights: [], figures: [] }, 0)
    },
    report: readable,
    async locate(id, marks) {
      const found = await sourceOf(id)
      return found && located(found.report, found.passage, fitting(marks, found.passage.text.length))
    },
    async locateSelection(id, ranges) {
      const source = await readable(id)
      const passage = source && selectionOf(source, ranges)
      return passage && located(source!, passage, { highlights: [], figures: [] })
    },
    async indexedFile(id) {
      const summary = searcher.reports.get(id)
      return summary && (await isUnchanged(summary.file)) ? indexedFile(id) : null
    },
  }
}

/** The alternatives, but no years where the values of all the other ones are told anyway. */
function untold(alternatives: readonly Alternative[], told: readonly OtherYear[]): readonly Alternative[] {
  const others = alternatives.slice(1)
  const isTold = others.every(({ kind, tag }) => kind === 'year' && told.some(({ year }) => String(year) === tag))
  return isTold ? [] : alternatives
}

/** Further sources of a quote; a sentence that stands in more reports is a formula. */
const mostSources = 4

function locate(report: Report, passage: Passage, marks: Highlight): QuoteInReport {
  const quote = makeQuote(report, passage, marks, 0)
  const inReport = (ranges: readonly Range[]) => ranges.flatMap((range) => originalRanges(passage, range))
  return { report, quote, highlights: inReport(marks.highlights), figures: inReport(marks.figures) }
}

/** The marks of a link that lie in order in a text of a length, figures inside highlights; none of an altered link. */
function fitting({ highlights, figures }: Highlight, length: number): Highlight {
  const ordered = (ranges: readonly Range[]) =>
    ranges.every(([start, end], i) => start < end && end <= length && start >= (ranges[i - 1]?.[1] ?? 0))
  const inside = ([start, end]: Range) => highlights.some((range) => range[0] <= start && end <= range[1])
  if (!ordered(highlights)) return { highlights: [], figures: [] }
  return { highlights, figures: ordered(figures) ? figures.filter(inside) : [] }
}
