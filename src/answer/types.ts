import type { Gloss } from '../languages/gloss.ts'
import type { Range } from '../text/range.ts'

/** Where a quote comes from. What the report does not state is null. */
export interface Source {
  readonly report: string
  /** The file's path below the reports folder. */
  readonly file: string
  readonly title: string
  /** The words that tell the report from others of the same title, where there are any. */
  readonly distinction?: string
  readonly article: string | null
  readonly section: string | null
  /** Counted from 1 within the article. */
  readonly paragraph: number
  /** Where the highlighted words stand, counted from 1. */
  readonly page: number | null
  readonly date: string | null
  /** The time that the report speaks of, in its own words. */
  readonly period: string | null
  /** The http(s) address that the report was fetched from, and when, ISO 8601 in UTC; left out where it was not fetched. */
  readonly address?: string
  readonly fetched?: string
  /** Whether OCR read any of the quoted words with doubt. */
  readonly isDoubtful: boolean
  /** Some of the words stand in a table whose columns could not be told. */
  readonly isInUncertainTable: boolean
}

/** Verbatim words of one report. Made and checked by `makeQuote` only. */
export interface Quote {
  readonly text: string
  /** What of `text` answers the question, as offsets into `text`. */
  readonly highlights: readonly Range[]
  /** Inside the highlights, the figures or dates asked for. */
  readonly figures: readonly Range[]
  /** Where the words stand in the report's canonical text. */
  readonly ranges: readonly Range[]
  /** The probability that the quote answers the question, 0 … 1. */
  readonly score: number
  /** What the highlights mean word by word, for people who asked in English. Never part of the quote. */
  readonly gloss?: Gloss
  /** The id of the quoted passage. */
  readonly passage: string
  readonly source: Source
  /** Other places where the same words stand. */
  readonly sources: readonly Source[]
}

/** The reply to a question: quotes best first, also when they do not answer it. */
export interface Answer {
  /** Whether the reports answer the question; when false the quotes are the nearest misses. */
  readonly answered: boolean
  /** `answer`; `unsure`: the closest passages, which may not answer; `none`: not in the reports. */
  readonly band: 'answer' | 'unsure' | 'none'
  /** Probability that the first quote answers the question, 0 … 1. */
  readonly confidence: number
  /** At most `maxQuotes`. */
  readonly quotes: readonly Quote[]
  /** Words of the question that occur in no report. */
  readonly missing: readonly string[]
  /** Files whose quotes are held back because the file changed or vanished after indexing. */
  readonly withheld: readonly string[]
  readonly elapsedMs: number
}

export const maxQuotes = 5
