import type { OpenIndex } from '../../indexes/types.ts'
import type { Lexicon } from '../question/lexicon.ts'

/** The part of a question that is kept, so that it costs little to tell which passages come near it. */
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

/**
 * @param model the id of the model that made the vector
 * @param vector of the question as the model reads it
 */
export function sketchOf(model: string, vector: Float32Array, terms: readonly string[]): Sketch {
  const bytes = Int8Array.from(vector, (value) => Math.round(value * scale))
  return { model, vector: Buffer.from(bytes.buffer).toString('base64'), terms }
}

function vectorOf({ vector }: Sketch): Float32Array {
  const { buffer, byteOffset, length } = Buffer.from(vector, 'base64')
  const bytes = new Int8Array(buffer, byteOffset, length)
  const components = new Float32Array(length)
  // A loop, as `Float32Array.from` calls a function for each component, which takes twenty times as long.
  for (let i = 0; i < length; i++) components[i] = bytes[i]! / scale
  return components
}

/** The nearness of each of some passages to a question: from 0, for not at all, to about 2. */
export type Closeness = (sketch: Sketch) => Promise<Float64Array>

/**
 * Compares questions with the passages at some positions, by vector and by words: the cosine plus BM25 over the weight of all of the
 * question's terms. Each term is looked up once, whatever the number of questions that hold it.
 */
export function closenessTo(
  index: Pick<OpenIndex, 'vectors' | 'words'>,
  { weight }: Pick<Lexicon, 'weight'>,
  positions: readonly number[],
): Closeness {
  /** The weight of each term that was looked up, and the scores of the passages by it; null where none of them holds it. */
  const known = new Map<string, { readonly weight: number; readonly scores: Float32Array | null }>()
  const lookUp = async (term: string) => {
    const own = weight(term)
    // A term without weight stands in no passage.
    const scores = own > 0 ? await index.words.scores([term], positions) : null
    const found = { weight: own, scores: scores?.some((score) => score > 0) ? scores : null }
    known.set(term, found)
    return found
  }
  return async (sketch) => {
    const closeness = await index.vectors.similarities(vectorOf(sketch), positions)
    const terms = []
    for (const term of sketch.terms) terms.push(known.get(term) ?? (await lookUp(term)))
    const most = terms.reduce((sum, term) => sum + term.weight, 0)
    for (const { scores } of most === 0 ? [] : terms)
      if (scores) for (let i = 0; i < scores.length; i++) closeness[i]! += scores[i]! / most
    return closeness
  }
}
