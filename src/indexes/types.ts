import type { Passage, Report } from '../reports/types.ts'

/** A passage found by its vector. */
export interface Neighbour {
  /** The passage's position in the index. */
  readonly passage: number
  /** Cosine similarity, −1 … 1. */
  readonly similarity: number
}

/** Nearest neighbours among unit vectors numbered from 0. */
export interface VectorIndex {
  readonly engine: string
  readonly size: number
  readonly dimensions: number
  /**
   * The `count` vectors most similar to `vector` (unit length), most similar first, ties in order of position.
   * @param among the only positions to look at, ascending and each once; all where it is left out
   */
  search(vector: Float32Array, count: number, among?: Uint32Array): Promise<Neighbour[]>
  /** The similarity of `vector` to the vector at `position`. */
  similarity(vector: Float32Array, position: number): number
}

/** Best matches by BM25. */
export interface WordIndex {
  /** BM25 of every passage for `terms`, by position; 0 where no term occurs. */
  scores(terms: readonly string[]): Float32Array
  /** Inverse document frequency of a term, 0 for one that occurs nowhere. */
  weight(term: string): number
}

/** The token vectors of one passage. */
export interface PassageTokens {
  /** Components of all tokens one after the other, each −127 … 127 for −1 … 1. */
  readonly values: Int8Array
  /** Where each token starts in the passage's text, or `outsideText` for one of the heading put in front. */
  readonly starts: Uint16Array
}

/** The start given to tokens that stand in front of a passage's own text. */
export const outsideText = 0xffff

/** Token vectors of every passage, for late interaction. */
export interface TokenIndex {
  readonly dimensions: number
  of(position: number): PassageTokens
}

/** Everything a question is answered from, as opened from disk. Positions agree across all parts. */
export interface OpenIndex {
  readonly reports: ReadonlyMap<string, Report>
  /** SHA-256 of each report's file when it was indexed, by the file's name. */
  readonly contentSha256: ReadonlyMap<string, string>
  readonly passages: readonly Passage[]
  readonly vectors: VectorIndex
  readonly words: WordIndex
  readonly tokens: TokenIndex
}
