import type { Neighbour, VectorIndex } from './types.ts'

/**
 * Compares with every vector: no structure, no error. It is the oracle for the other engines and serves where
 * the HNSW addon is missing.
 *
 * @param vectors unit vectors one after the other, `dimensions` numbers each
 */
export function exactIndex(vectors: Float32Array, dimensions: number): VectorIndex {
  const size = vectors.length / dimensions
  const similarity = (vector: Float32Array, position: number) => {
    let sum = 0
    const from = position * dimensions
    for (let i = 0; i < dimensions; i++) sum += vector[i]! * vectors[from + i]!
    return sum
  }
  return {
    engine: 'exact',
    size,
    dimensions,
    similarity,
    async search(vector, count, among) {
      const all = Array.from(
        { length: among?.length ?? size },
        (_, i): Neighbour => ({ passage: among?.[i] ?? i, similarity: similarity(vector, among?.[i] ?? i) }),
      )
      return all.sort((a, b) => b.similarity - a.similarity || a.passage - b.passage).slice(0, count)
    },
  }
}
