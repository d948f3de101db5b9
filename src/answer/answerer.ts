import type { Report } from '../reports/types.ts'
import type { Question } from '../search/question.ts'
import { bands } from '../search/ranker.ts'
import type { Searcher } from '../search/search.ts'
import { makeQuote } from './quote.ts'
import type { SourceCheck } from './sources.ts'
import { type Answer, maxQuotes, type Quote } from './types.ts'

/** What the faces (bot, terminal, reader) know of everything behind them. */
export interface Answerer {
  /** @throws QuestionError when the question cannot be searched as it stands. */
  answer(question: Question): Promise<Answer>
  /** The reports that answers come from, in the order of their files. */
  readonly reports: readonly Report[]
}

export interface AnswererParts {
  readonly searcher: Searcher
  readonly isUnchanged: SourceCheck
  /** Below this confidence a question counts as not answered, 0 … 1; null takes the calibrated bound. */
  readonly minConfidence: number | null
}

/** Answers questions from an index with verified quotes. */
export function createAnswerer({ searcher, isUnchanged, minConfidence }: AnswererParts): Answerer {
  const bound = minConfidence ?? bands.answer
  return {
    reports: [...searcher.reports.values()],
    async answer(question) {
      const begin = performance.now()
      const found = await searcher.search(question, maxQuotes)
      const quotes: Quote[] = []
      const withheld = new Set<string>()
      let confidence = found.confidence
      for (const [i, { passage, highlight, score }] of found.hits.entries()) {
        const report = searcher.reports.get(passage.report)
        if (!report) throw new Error(`the index holds passage ${passage.id} of no report`)
        if (await isUnchanged(report.file)) quotes.push(makeQuote(report, passage, highlight, score))
        else {
          withheld.add(report.file)
          // The confidence was that of the first passage; without it the next ones are but near misses.
          if (i === 0) confidence = Math.min(confidence, bands.unsure)
        }
      }
      if (quotes.length === 0) confidence = 0
      const answered = quotes.length > 0 && confidence >= bound
      return {
        answered,
        band: answered
          ? 'answer'
          : quotes.length > 0 && confidence >= Math.min(bands.unsure, bound)
            ? 'unsure'
            : 'none',
        confidence,
        quotes,
        missing: found.missing,
        withheld: [...withheld],
        elapsedMs: performance.now() - begin,
      }
    },
  }
}
