import type { Definition } from '../reports/definitions.ts'
import type { Passage, Report, ReportSummary } from '../reports/types.ts'
import type { WordPlaces } from '../reports/wordPlaces.ts'

/** A passage found by its vector. */
export interface Neighbour {
  /** The passage's position in the index. */
  readonly passage: number
  /** Cosine similarity, −1 … 1. */
  readonly similarity: number
}

/**
 * Finds nearest neighbours among unit vectors.
 * @typeParam Among the unit by which a search can be narrowed: positions inside a segment, reports in a whole index
 */
export interface VectorIndex<Among> {
  readonly engine: string
  readonly size: number
  readonly dimensions: number
  /**
   * The `count` vectors most similar to `vector` (unit length), most similar first, ties in order of position.
   * @param among the only vectors to look at; every vector where it is left out
   */
  search(vector: Float32Array, count: number, among?: Among): Promise<Neighbour[]>
  /** The similarity of `vector` to the vector at each of `positions`. */
  similarities(vector: Float32Array, positions: readonly number[]): Promise<Float64Array>
}

/** A set of positions, ascending. */
export type Positions = Uint32Array
/** A set of reports, by their ids. */
export type Reports = ReadonlySet<string>

/** A passage found by its words. */
export interface WordMatch {
  readonly passage: number
  /** BM25, above 0. */
  readonly score: number
}

/** Finds passages by BM25. */
export interface WordIndex {
  /** The `count` passages with the highest scores above 0, highest first, ties in order of position. */
  search(terms: readonly string[], count: number, among?: Reports): Promise<WordMatch[]>
  /** The score for `terms` of the passage at each of `positions`; 0 where no term occurs. */
  scores(terms: readonly string[], positions: readonly number[]): Promise<Float32Array>
  /** Inverse document frequency of a term, 0 for one that occurs nowhere. */
  weight(term: string): number
}

/** The token vectors of one passage, for late interaction. */
export interface PassageTokens {
  /** The components of all tokens laid end to end, two to a byte; see `packTokens`. */
  readonly values: Uint8Array
  /** The start of each token in the passage's text; `outsideText` for a token of the headings in front. */
  readonly starts: Uint16Array
}

/** The start of tokens that stand in front of a passage's own text. */
export const outsideText = 0xffff

/** A report as the index lists it, without its text. */
export interface ReportEntry extends ReportSummary {
  /** SHA-256 of its file when it was indexed. */
  readonly contentSha256: string
  /** The number of its passages. */
  readonly passages: number
  /** The first `openingCharacters` of its text, where a report says what it is. */
  readonly opening: string
  /** The short names that it defines. */
  readonly definitions: readonly Definition[]
}

/** The first characters of a report's text, which usually name its place, office and year. */
export const openingCharacters = 400

/**
 * Everything that a question is answered from. A passage has the same position in all members: a whole number that
 * ascends in the order of the reports' files, without gaps inside a report. Large contents are read when they are asked
 * for.
 */
export interface OpenIndex {
  /** The number of passages. */
  readonly size: number
  /** The reports by id, in the order of their files. */
  readonly reports: ReadonlyMap<string, ReportEntry>
  readonly vectors: VectorIndex<Reports>
  readonly words: WordIndex
  /** The passage at each of `positions`. */
  passages(positions: readonly number[]): Promise<Passage[]>
  /** The token vectors of the passage at each of `positions`. */
  tokens(positions: readonly number[]): Promise<PassageTokens[]>
  /** A report with its text. @throws Error for an id that is not among `reports` */
  report(id: string): Promise<Report>
  /** The places of a report's words on its pages; null where its format has none. @throws Error as `report` does */
  placesOf(id: string): Promise<WordPlaces | null>
  /** The passage with an id, else one of the same words in another report, as of a renamed file; null for neither. */
  find(passage: string): Promise<Passage | null>
}
