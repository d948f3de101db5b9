import type { Gloss } from '../languages/gloss.ts'
import type { Alternative } from '../search/ranking/alternatives.ts'
import type { Range } from '../text/range.ts'

/** The source of a quote. Fields that the report does not state are null. */
export interface Source {
  readonly report: string
  /** The file's path below the reports folder. */
  readonly file: string
  readonly title: string
  readonly setting: Setting
  /** The words that tell the report from others of the same title, where there are any. */
  readonly distinction?: string
  readonly article: string | null
  readonly section: string | null
  /** The paragraph's number, counted from 1 within the article. */
  readonly paragraph: number
  /** The page of the highlighted words, counted from 1. */
  readonly page: number | null
  readonly date: string | null
  /** The time that the report speaks of, in its own words. */
  readonly period: string | null
  /** The http(s) address that the report was fetched from, and when, ISO 8601 in UTC; left out where it was not fetched. */
  readonly address?: string
  readonly fetched?: string
  /** True when OCR read any of the quoted words with doubt. */
  readonly isDoubtful: boolean
  /** True when some of the words stand in a table whose columns could not be told. */
  readonly isInUncertainTable: boolean
}

/** The place and the time of a report as far as its title leaves them open; what is unknown or in the title is null. */
export interface Setting {
  /** The district or the office. */
  readonly place: string | null
  /** The year of issue. */
  readonly year: number | null
  /** True where the report states no date, so that its year is inferred from its text. */
  readonly isYearInferred: boolean
}

/** Verbatim words of one report. Made and checked by `makeQuote` only. */
export interface Quote {
  readonly text: string
  /** The words that answer the question, as offsets into `text`. */
  readonly highlights: readonly Range[]
  /** The figures or dates asked for, inside the highlights. */
  readonly figures: readonly Range[]
  /** The part of `text` that is shown first, as ranges in order and apart. */
  readonly visible: readonly Range[]
  /** True where an answer shows the quote at once; the others stand behind a button. */
  readonly isShown: boolean
  /** The ranges of the words in the report's canonical text. */
  readonly ranges: readonly Range[]
  /** The probability that the quote answers the question, 0 … 1. */
  readonly score: number
  /** The gloss of the highlights, for people who asked in English. It is never part of the quote. */
  readonly gloss?: Gloss
  /** The id of the quoted passage. */
  readonly passage: string
  readonly source: Source
  /** Other places where the same words stand. */
  readonly sources: readonly Source[]
}

/** The value that the report of another year gives for an answer's figure. */
export interface OtherYear {
  readonly year: number
  readonly quote: Quote
}

/** The reply to a question: quotes best first, also when they do not answer it. */
export interface Answer {
  /** True when the reports answer the question; otherwise the quotes are the nearest misses. */
  readonly answered: boolean
  /** `answer`; `unsure`: the closest passages, which may not answer; `none`: not in the reports. */
  readonly band: 'answer' | 'unsure' | 'none'
  /** Probability that the first quote answers the question, 0 … 1. */
  readonly confidence: number
  /** The quotes, at most `maxQuotes`. */
  readonly quotes: readonly Quote[]
  /** The tags that narrow a question which several reports answer, most likely first; none where the question is clear. */
  readonly alternatives: readonly Alternative[]
  /** The values that reports of other years give for the first quote's figure, newest first. */
  readonly otherValues: readonly OtherYear[]
  /** Words of the question that occur in no report. */
  readonly missing: readonly string[]
  /** Files whose quotes are held back because the file changed or vanished after indexing. */
  readonly withheld: readonly string[]
  readonly elapsedMs: number
}

export const maxQuotes = 5
