import { inverseFrequency } from '../bm25.ts'
import type { Reports, VectorIndex, WordIndex } from '../types.ts'
import { unlessReplaced } from './collections.ts'
import { outdated } from './faults.ts'
import { currentFilter, meaning, type State, wording } from './layout.ts'
import type { ListedEntry } from './points.ts'
import type { Schemas, Servers } from './servers.ts'
import { type Frequencies, frequencyOf, questionWords } from './terms.ts'

/** Everything of an opened index that is held in memory. A later state is opened on top of it. */
export interface LoadedIndex {
  readonly state: State
  /** The reports by their numbers. */
  readonly entries: ReadonlyMap<number, ListedEntry>
  readonly frequencies: Frequencies
}

/** A passage found by its vector or its words. */
interface Hit {
  readonly position: number
  readonly score: number
}

/** Searches in Qdrant, by vectors and words alike. */
export interface QdrantSearch {
  /** The `count` best passages, ties in order of position. */
  best(query: Query, count: number, among: Reports | undefined): Promise<Hit[]>
  /** The score of each of `positions`; those that do not match at all are left out. */
  scores(query: Query, positions: readonly number[]): Promise<Hit[]>
}

type Query = Pick<Schemas['QueryRequest'], 'query' | 'using' | 'params'>

/** Hits of equal scores are put in order here, so that many more are asked for to see where they end. */
const margin = 16
/** A filter sends the numbers of the wanted reports; above this share of all, those of the others. */
const maxWantedShare = 1 / 2

/** @param listed the reports by their ids */
export function createSearch(
  servers: Servers,
  { state, entries }: LoadedIndex,
  listed: ReadonlyMap<string, ListedEntry>,
): QdrantSearch {
  const current = currentFilter(state)
  /** The filter for some reports; null where it would find nothing. */
  const filterFor = (among: Reports | undefined): Schemas['Filter'] | null => {
    if (among === undefined) return current
    const numbers = [...among].flatMap((id) => listed.get(id)?.number ?? [])
    if (numbers.length === 0) return null
    if (numbers.length <= entries.size * maxWantedShare) {
      return { ...current, must: [current.must!, { key: 'number', match: { any: numbers } }].flat() }
    }
    const wanted = new Set(numbers)
    const others = [...entries.keys()].filter((number) => !wanted.has(number))
    // Qdrant ignores an empty `any` list, so "exclude nothing" must leave the filter as it is.
    if (others.length === 0) return current
    return { ...current, must_not: [current.must_not!, { key: 'number', match: { any: others } }].flat() }
  }
  const query = async (body: Query, filter: Schemas['Filter'], limit: number): Promise<Hit[]> => {
    const request = { collection_name: state.collection, ...body, filter, limit, with_payload: false }
    const { points } = await unlessReplaced(state, () =>
      servers.read((api, init) => api.queryPoints({ ...request }, init)),
    )
    return levelled(points.map(({ id, score }) => ({ position: Number(id), score })))
  }
  return {
    async best(body, count, among) {
      const filter = filterFor(among)
      if (count === 0 || state.size === 0 || filter === null) return []
      for (let limit = count + margin; ; limit *= 4) {
        const hits = await query(body, filter, limit)
        const isCut = hits.length === limit && hits[count - 1]!.score === hits[limit - 1]!.score
        if (!isCut) return hits.slice(0, count)
      }
    },
    async scores(body, positions) {
      if (positions.length === 0) return []
      return query(body, { must: [{ has_id: [...positions] }] }, positions.length)
    },
  }
}

/** Equal vectors may differ by so much in their scores, as segments of the server add in another order. */
const rounding = 1e-6

/** Sorts hits by their scores, highest first. Scores that differ by rounding are made equal, and sorted by position. */
function levelled(hits: readonly Hit[]): Hit[] {
  const level: Hit[] = []
  for (const { position, score } of [...hits].sort((a, b) => b.score - a.score)) {
    const above = level.at(-1)?.score
    const isEqual = above !== undefined && above - score <= rounding * Math.max(1, Math.abs(above))
    level.push({ position, score: isEqual ? above : score })
  }
  return level.sort((a, b) => b.score - a.score || a.position - b.position)
}

/** The breadth of a search in the graph, and the multiple of the wanted vectors that is compared in full precision. */
const searchParams = { hnsw_ef: 128, quantization: { rescore: true, oversampling: 2 } }

/** The vector index of a Qdrant. */
export function vectorIndex(search: QdrantSearch, size: number, dimensions: number): VectorIndex<Reports> {
  const body = (vector: Float32Array, params: NonNullable<Query['params']>): Query => {
    return { query: Array.from(vector), using: meaning, params }
  }
  return {
    engine: 'qdrant',
    size,
    dimensions,
    async search(vector, count, among) {
      const hits = await search.best(body(vector, searchParams), count, among)
      return hits.map(({ position, score }) => ({ passage: position, similarity: score }))
    },
    async similarities(vector, positions) {
      const hits = await search.scores(body(vector, { exact: true }), positions)
      if (hits.length < new Set(positions).size) throw outdated()
      return Float64Array.from(scoresOf(positions, hits))
    },
  }
}

/** The word index of a Qdrant, with frequencies of the whole index rather than of a shard. */
export function wordIndex(search: QdrantSearch, { state, frequencies }: LoadedIndex): WordIndex {
  const weight = (term: string) => inverseFrequency(state.size, frequencyOf(frequencies, term))
  const body = (terms: readonly string[]): Query | null => {
    const query = questionWords(terms, weight)
    return query.indices.length === 0 ? null : { query, using: wording }
  }
  return {
    weight,
    async search(terms, count, among) {
      const query = body(terms)
      const hits = query ? await search.best(query, count, among) : []
      return hits.map(({ position, score }) => ({ passage: position, score }))
    },
    async scores(terms, positions) {
      const query = body(terms)
      return Float32Array.from(scoresOf(positions, query ? await search.scores(query, positions) : []))
    },
  }
}

/** The scores of hits in the order of `positions`; 0 for a position without a hit. */
function scoresOf(positions: readonly number[], hits: readonly Hit[]): number[] {
  const scores = new Map(hits.map(({ position, score }) => [position, score]))
  return positions.map((position) => scores.get(position) ?? 0)
}
