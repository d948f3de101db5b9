import type { Report } from '../reports/types.ts'
import type { Question } from '../search/question.ts'
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
  /** Answers of lower confidence are given as "not in the reports", 0 … 1. */
  readonly minConfidence: number
}

/** Answers questions from an index with verified quotes. */
export function createAnswerer({ searcher, isUnchanged, minConfidence }: AnswererParts): Answerer {
  return {
    reports: [...searcher.reports.values()],
    async answer(question) {
      const begin = performance.now()
      const quotes: Quote[] = []
      const withheld = new Set<string>()
      let confidence = 0
      for (const { passage, highlights, score, features } of await searcher.search(question, maxQuotes)) {
        const report = searcher.reports.get(passage.report)
        if (!report) throw new Error(`the index holds passage ${passage.id} of no report`)
        if (await isUnchanged(report.file)) {
          if (quotes.length === 0) confidence = confidenceOf(features.late)
          quotes.push(makeQuote(report, passage, highlights, score))
        } else withheld.add(report.file)
      }
      return {
        answered: quotes.length > 0 && confidence >= minConfidence,
        confidence,
        quotes,
        withheld: [...withheld],
        elapsedMs: performance.now() - begin,
      }
    },
  }
}

/**
 * A monotone stand-in until confidence is calibrated on questions without an answer: a logistic curve of the first
 * hit's late interaction, centred where answered and unanswerable questions meet.
 */
function confidenceOf(lateInteraction: number): number {
  return 1 / (1 + Math.exp(-24 * (lateInteraction - 0.62)))
}
