import { setImmediate } from 'node:timers/promises'
import { weighedTerms } from '../../../src/indexes/qdrant/terms.ts'
import type { QdrantCluster } from '../../../tests/support/qdrantCluster.ts'

/** The number of hits of each kind that Qdrant fuses, as in the examples of its documentation. */
const prefetched = 20
const batch = 500

/** One server's collection, filled and asked as Qdrant's documentation shows, with nothing of ours around it. */
export interface QdrantAlone {
  /** Places of the `count` nearest vectors by Qdrant's graph. */
  byVector(vector: Float32Array, count: number): Promise<number[]>
  /** Places by vectors and words, the ranks of both fused by the Query API (`rrf`). */
  hybrid(vector: Float32Array, terms: readonly string[], count: number): Promise<number[]>
}

/**
 * Vectors compared by cosine, and words as sparse vectors (BM25, with the frequencies that Qdrant counts: `modifier: idf`).
 * The graph is built however few the vectors are; by itself Qdrant would compare with each of so few.
 *
 * @param vectors of the texts, one behind the other and all of one length
 * @param termsOf of the texts, in their order
 */
export async function fillQdrant(
  server: QdrantCluster,
  name: string,
  texts: readonly string[],
  vectors: Float32Array,
  termsOf: (text: string) => readonly string[],
): Promise<QdrantAlone> {
  const path = `/collections/${name}`
  const dimensions = vectors.length / texts.length
  await server.call(0, 'PUT', path, {
    vectors: { dense: { size: dimensions, distance: 'Cosine' } },
    sparse_vectors: { words: { modifier: 'idf' } },
    optimizers_config: { indexing_threshold: 1 },
    hnsw_config: { full_scan_threshold: 10 },
  })
  const terms: (readonly string[])[] = []
  for (const [i, text] of texts.entries()) {
    terms.push(termsOf(text))
    // A process that is busy for seconds would not notice that the server closed its connection meanwhile.
    if (i % 64 === 63) await setImmediate()
  }
  const mean = terms.reduce((sum, { length }) => sum + length, 0) / terms.length
  for (let from = 0; from < texts.length; from += batch) {
    const points = texts.slice(from, from + batch).map((text, i) => {
      const place = from + i
      const dense = Array.from(vectors.subarray(place * dimensions, (place + 1) * dimensions))
      return { id: place, vector: { dense, words: weighedTerms(terms[place]!, mean) }, payload: { text } }
    })
    await server.call(0, 'PUT', `${path}/points?wait=true`, { points })
  }
  await optimised(server, path)
  const ask = async (body: object, limit: number) => {
    const request = { ...body, limit, with_payload: true }
    const { points } = await server.call<{ points: { id: number }[] }>(0, 'POST', `${path}/points/query`, request)
    return points.map(({ id }) => id)
  }
  return {
    byVector: (vector, count) => ask({ query: Array.from(vector), using: 'dense' }, count),
    hybrid: (vector, own, count) => {
      // All weights are 1: what a word is worth, Qdrant knows.
      const { indices } = weighedTerms(own, mean)
      const query = { indices, values: indices.map(() => 1) }
      const prefetch = [
        { query: Array.from(vector), using: 'dense', limit: prefetched },
        ...(indices.length === 0 ? [] : [{ query, using: 'words', limit: prefetched }]),
      ]
      return ask({ prefetch, query: { fusion: 'rrf' } }, count)
    },
  }
}

/** Waits until the server has built its graphs. */
export async function optimised(server: QdrantCluster, path: string): Promise<void> {
  while ((await server.call<{ status: string }>(0, 'GET', path)).status !== 'green') {
    await new Promise((done) => setTimeout(done, 300))
  }
}

export async function qdrantVersion(server: QdrantCluster): Promise<string> {
  const answer = await fetch(server.urls[0]!)
  return ((await answer.json()) as { version: string }).version
}
