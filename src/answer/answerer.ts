import type { Passage, Report, ReportSummary } from '../reports/types.ts'
import type { Question } from '../search/question.ts'
import type { Searcher } from '../search/search.ts'
import { type Narrowed, narrow } from '../search/tags.ts'
import type { Range } from '../text/range.ts'
import { asksInEnglish } from './frame.ts'
import { withGlosses } from './gloss.ts'
import { makeQuote } from './quote.ts'
import type { SourceCheck } from './sources.ts'
import { type Answer, maxQuotes, type Quote } from './types.ts'

export type { Facet, Narrowed } from '../search/tags.ts'

/** What the faces (bot, terminal, reader) know of everything behind them. */
export interface Answerer {
  /** @throws QuestionError when the question cannot be searched as it stands. */
  answer(question: Question): Promise<Answer>
  /** The reports that answers come from, in the order of their files. */
  readonly reports: readonly ReportSummary[]
  /**
   * The reports that have all of `tags`, as a question with these tags is narrowed to, and what narrows them further.
   * @throws QuestionError when no report has them
   */
  reportsMatching(tags: readonly string[]): Narrowed
  /** A passage as a quote, with the highlight that a link carries; null when no report holds its words any more. */
  quote(passage: string, highlight?: Range): Promise<Quote | null>
  /** The paragraph `steps` after (before, where negative) that of a passage; null when its words are gone or the article ends. */
  paragraph(passage: string, steps: number): Promise<Quote | null>
}

export interface AnswererParts {
  readonly searcher: Searcher
  /** A report with its text, by id. */
  readonly report: (id: string) => Promise<Report>
  /** The passage with an id, or of the same words in another report. */
  readonly find: (passage: string) => Promise<Passage | null>
  readonly isUnchanged: SourceCheck
  /** Below this confidence a question counts as not answered, 0 … 1; null takes the calibrated bound. */
  readonly minConfidence: number | null
}

/** Answers questions from an index with verified quotes. */
export function createAnswerer({ searcher, report, find, isUnchanged, minConfidence }: AnswererParts): Answerer {
  const sourceOf = async (id: string): Promise<{ passage: Passage; report: Report } | null> => {
    const passage = await find(id)
    const summary = passage && searcher.reports.get(passage.report)
    return summary && (await isUnchanged(summary.file)) ? { passage, report: await report(summary.id) } : null
  }
  const reports = [...searcher.reports.values()]
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
      for (const [i, { passage, highlight, score }] of found.hits.entries()) {
        const { id, file } = searcher.reports.get(passage.report)!
        if (await isUnchanged(file)) quotes.push(makeQuote(await report(id), passage, highlight, score))
        else {
          withheld.add(file)
          // The confidence was that of the first passage; without it the next ones are but near misses.
          if (i === 0) confidence = Math.min(confidence, found.bands.unsure)
        }
      }
      if (quotes.length === 0) confidence = 0
      const answered = quotes.length > 0 && confidence >= bound
      return {
        answered,
        band: answered
          ? 'answer'
          : quotes.length > 0 && confidence >= Math.min(found.bands.unsure, bound)
            ? 'unsure'
            : 'none',
        confidence,
        quotes: asksInEnglish(question.text) ? await withGlosses(quotes) : quotes,
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
      return makeQuote(found.report, found.passage, { highlights, figures: [] }, 0)
    },
    async paragraph(id, steps) {
      const found = await sourceOf(id)
      const { paragraphs } = found?.report.articles[found.passage.article] ?? {}
      const paragraph = paragraphs?.find(({ number }) => number === found!.passage.paragraph + steps)
      if (!found || !paragraph) return null
      const section = paragraph.sections.map(({ text }) => text).join(' › ') || null
      const whole = { ...found.passage, ...paragraph, paragraph: paragraph.number, section }
      return makeQuote(found.report, whole, { highlights: [], figures: [] }, 0)
    },
  }
}
