import type { Embedding } from '../../embeddings/types.ts'
import type { ReadQuestion } from '../question/question.ts'
import type { Scope } from './scope.ts'

/** Something for a question as it was asked, and for its residual, which is what its scope leaves of it. */
export interface Worded<T> {
  readonly asked: T
  /** Null where the question has no scope. */
  readonly residual: T | null
}

/** A wording of a question, read and embedded. */
export interface Wording {
  readonly question: ReadQuestion
  readonly input: string
  readonly embedding: Embedding
  /** The best score by words, for this wording, of any passage that may be found. */
  readonly bestBm25: number
}

/** What a passage is worth for a wording by words and by meaning. */
export interface Worth {
  readonly bm25: number
  readonly cosine: number
}

/** A passage worth a closer look. */
export interface SearchedPassage {
  readonly position: number
  /** One for each reading. */
  readonly worths: readonly Worded<Worth>[]
}

/** What was found for a question, before it is ranked. */
export interface Searched {
  /** The ways to read the question: one of a Chinese question, one or two translations of an English one. */
  readonly readings: readonly Worded<Wording>[]
  readonly candidates: readonly SearchedPassage[]
  readonly scope: Scope | null
}
