import type { Embedding } from '../../embeddings/types.ts'
import type { ParsedQuestion } from '../question/parsedQuestion.ts'
import type { Scope } from './scope.ts'

/** A value for a question as it was asked, and one for its residual, which is the question without the names of its scope. */
export interface AskedAndResidual<T> {
  readonly asked: T
  /** Null where the question has no scope, or nothing but names. */
  readonly residual: T | null
}

/** One wording of a question, parsed and embedded. */
export interface Wording {
  readonly question: ParsedQuestion
  /** The text that the model has read. */
  readonly input: string
  readonly embedding: Embedding
  /** The best score by words, for this wording, of any passage that may be found. */
  readonly bestBm25: number
}

/** The relevance of a passage to a wording, by words and by meaning. */
export interface Relevance {
  readonly bm25: number
  readonly cosine: number
}

/** A passage that retrieval proposes to ranking. */
export interface RetrievedPassage {
  /** Its position in the index. */
  readonly position: number
  /** Its relevance to each reading of the question, in their order. */
  readonly relevances: readonly AskedAndResidual<Relevance>[]
}

/** All that retrieval finds for a question. */
export interface Retrieved {
  /** The readings of the question: one of a Chinese question, one or two translations of an English one. */
  readonly readings: readonly AskedAndResidual<Wording>[]
  readonly candidates: readonly RetrievedPassage[]
  /** Null where the question names no report. */
  readonly scope: Scope | null
}
