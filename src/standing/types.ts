import type { Locale } from '../answer/locale.ts'
import type { Kinship } from '../search/ranking/sisters.ts'
import type { StatedValue } from '../search/ranking/statedValues.ts'
import type { Sketch } from '../search/retrieval/sketch.ts'
import type { Range } from '../text/range.ts'

/** A question that is asked again of every new report. */
export interface StandingQuestion {
  /** 12 characters of `A-Za-z0-9_-`, from the chat and all that is asked, so that a question stands once. */
  readonly id: string
  readonly chat: number
  /** The topic of a group; null outside topics. */
  readonly topic: number | null
  /** The message that asked it; null where it is not known. */
  readonly message: number | null
  /** The id of the person who set it. */
  readonly person: number
  readonly locale: Locale
  /** The question as it was typed, with its tags. */
  readonly text: string
  /** True where a passage must hold all words of the question. */
  readonly isExact: boolean
  /** The value that answered when it was set: then only another one is told. Null where every answer is told. */
  readonly answered: AnsweredBefore | null
  readonly isPaused: boolean
  /** The reports that it was told of, by their content, the latest last: they do not stand between it and others that answer as well. */
  readonly told: readonly string[]
  readonly sketch: Sketch
  /** The closeness of the nearest passage of the reports that it was not told of. */
  readonly nearest: number
  /** The time at which it was set, ISO 8601 in UTC. */
  readonly at: string
}

/** The value that a report gave when a question was set, and what tells whether another report speaks of the same thing. */
export interface AnsweredBefore extends Kinship {
  /** The id of the passage that gave it. */
  readonly passage: string
  readonly values: readonly StatedValue[]
  /** The year in which its report was issued; null where it is not known. */
  readonly year: number | null
}

/** A passage of a new report that answers a standing question. */
export interface Finding {
  /** The id of the question. */
  readonly question: string
  /** The id of the report that answers. */
  readonly report: string
  /** The probability that the passage answers, 0 … 1. */
  readonly confidence: number
  readonly found: MarkedPassage
  /** The passage with the other value that was known before; null for none, or where its words are gone. */
  readonly before: MarkedPassage | null
}

/** A passage by its id, with its marks and its visible part as ranges of its text. */
export interface MarkedPassage {
  readonly passage: string
  readonly highlights: readonly Range[]
  readonly figures: readonly Range[]
  readonly visible: readonly Range[]
}

/** A digest gathers what new reports say, for a chat or a topic. */
export interface Digest {
  readonly chat: number
  readonly topic: number | null
  readonly every: 'day' | 'week'
  /** The tags whose new reports it lists; none where it only gathers what answers standing questions. */
  readonly tags: readonly string[]
  readonly person: number | null
  readonly locale: Locale
}

/** All that one message tells a chat about new reports. It is written before the message is sent, and kept after. */
export interface Announcement {
  readonly id: string
  readonly chat: number
  readonly topic: number | null
  /** The time from which on it may be sent, Unix time in seconds. */
  readonly due: number
  readonly isDigest: boolean
  readonly findings: readonly Finding[]
  /** The ids of new reports that a digest lists. */
  readonly reports: readonly string[]
}
