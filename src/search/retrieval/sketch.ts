import type { Embedder } from '../../embeddings/types.ts'
import type { OpenIndex } from '../../indexes/types.ts'
import type { Lexicon } from '../question/lexicon.ts'
import { embedQuestion } from './queryEmbedding.ts'

/** What is kept of a question, so that it costs little to tell which passages come near it. */
export interface Sketch {
  /** The id of the model that made the vector. */
  readonly model: string
  /** The unit vector of the question as the model reads it, its components times 127 as signed bytes, in base64. */
  readonly vector: string
  /** The terms that the question is searched by. */
  readonly terms: readonly string[]
}

/** Vectors are kept as signed bytes: their components lie between −1 and 1. */
const scale = 127

/** @param text the question as the model reads it */
export async function sketchOf(embedder: Embedder, text: string, terms: readonly string[]): Promise<Sketch> {
  const { vector } = await embedQuestion(embedder, text)
  const bytes = Int8Array.from(vector, (value) => Math.round(value * scale))
  return { model: embedder.model.id, vector: Buffer.from(bytes.buffer).toString('base64'), terms }
}

function vectorOf({ vector }: Sketch): Float32Array {
  return Float32Array.from(new Int8Array(Buffer.from(vector, 'base64')), (value) => value / scale)
}

/**
 * Compares questions with some passages by vector and by words.
 * @returns a function that gives for each position the cosine plus the share of the question's words, by rarity, that BM25 counts:
 *   at most about 2
 */
export function closenessOf(index: Pick<OpenIndex, 'vectors' | 'words'>, { weight }: Pick<Lexicon, 'weight'>) {
  return async (sketch: Sketch, positions: readonly number[]): Promise<Float64Array> => {
    const [cosines, scores] = await Promise.all([
      index.vectors.similarities(vectorOf(sketch), positions),
      index.words.scores(sketch.terms, positions),
    ])
    const most = sketch.terms.reduce((sum, term) => sum + weight(term), 0)
    return cosines.map((cosine, i) => cosine + (most === 0 ? 0 : scores[i]! / most))
  }
}
