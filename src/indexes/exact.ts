import { topK } from './topK.ts'
import type { Positions, VectorIndex } from './types.ts'

/** An index that computes a similarity without waiting. */
export interface ExactIndex extends VectorIndex<Positions> {
  similarity(vector: Float32Array, position: number): number
}

/**
 * An index that compares a question with every vector, without structure or error. It is the oracle for the other
 * engines and serves where the HNSW addon is missing.
 *
 * @param vectors unit vectors laid end to end, `dimensions` numbers each
 */
export function exactIndex(vectors: Float32Array, dimensions: number): ExactIndex {
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
    similarities: async (vector, positions) => Float64Array.from(positions, (position) => similarity(vector, position)),
    async search(vector, count, among) {
      const positions = among ?? Array(size).keys()
      const found = topK(positions, (position) => similarity(vector, position), count)
      return found.map(({ position, value }) => ({ passage: position, similarity: value }))
    },
  }
}
