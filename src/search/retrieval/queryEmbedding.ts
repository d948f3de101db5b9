import type { Embedder, Embedding } from '../../embeddings/types.ts'
import { LruMap } from '../../lru.ts'

/** An embedded question. Nobody changes it, as it is kept. */
export interface EmbeddedQuestion {
  readonly embedding: Embedding
  /** The one vector of the question, by which passages are found. */
  readonly vector: Float32Array
}

/** @throws ModelError when the model cannot be loaded */
export type QuestionEmbedder = (text: string) => Promise<EmbeddedQuestion>

/** Questions kept at a time, some 60 KB each: a question that is asked again of other reports has the same words. */
const maxQuestions = 16

/**
 * Embeds questions, and keeps the last ones. Where the model wants a prefix before questions, the one vector is made with it, and
 * the token vectors are made without.
 */
export function questionEmbedder(embedder: Embedder): QuestionEmbedder {
  const kept = new LruMap<string, EmbeddedQuestion>(maxQuestions)
  const { queryPrefix } = embedder.model
  return async (text) => {
    const known = kept.get(text)
    if (known) return known
    const texts = queryPrefix === '' ? [text] : [text, `${queryPrefix}${text}`]
    const [embedding, prefixed = embedding] = await embedder.embed(texts)
    if (!embedding || !prefixed) throw new Error('the embedder returned nothing for one text')
    const embedded = { embedding, vector: prefixed.vector }
    kept.set(text, embedded)
    return embedded
  }
}
