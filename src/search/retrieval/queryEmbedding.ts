import type { Embedder, Embedding } from '../../embeddings/types.ts'

/**
 * Embeds a question. Where the model wants a prefix before questions, the one vector is made with it, and the token vectors
 * are made without.
 * @throws ModelError when the model cannot be loaded
 */
export async function embedQuestion(
  embedder: Embedder,
  text: string,
): Promise<{ embedding: Embedding; vector: Float32Array }> {
  const { queryPrefix } = embedder.model
  const texts = queryPrefix === '' ? [text] : [text, `${queryPrefix}${text}`]
  const [embedding, prefixed = embedding] = await embedder.embed(texts)
  if (!embedding || !prefixed) throw new Error('the embedder returned nothing for one text')
  return { embedding, vector: prefixed.vector }
}
