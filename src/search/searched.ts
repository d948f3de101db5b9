import type { Embedding } from '../embeddings/types.ts'
import type { ReadPassage } from './facts.ts'
import type { ReadQuestion } from './question.ts'

/** A wording of a question, read and embedded. */
export interface Reading {
  readonly question: ReadQuestion
  readonly input: string
  readonly embedding: Embedding
}

/** A passage worth a closer look, with what it is worth by words and under each reading by meaning. */
export interface SearchedPassage extends ReadPassage {
  readonly position: number
  readonly bm25: number
  readonly cosines: readonly number[]
}

/** What was found for a question, before it is ranked. */
export interface Searched {
  readonly readings: readonly Reading[]
  readonly candidates: readonly SearchedPassage[]
  /** The best score by words, for this question, of any passage that may be found. */
  readonly bestBm25: number
}
