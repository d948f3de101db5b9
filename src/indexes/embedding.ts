import { createHash } from 'node:crypto'
import type { Embedder } from '../embeddings/types.ts'
import type { Passage } from '../reports/types.ts'
import { type EmbeddingInput, embeddingInput } from './embeddingInput.ts'
import type { Embedded } from './pipeline.ts'
import type { Progress } from './progress.ts'
import type { StoredSegment } from './segment.ts'
import type { PassageTokens } from './types.ts'

/** So many passages are given to the embedder at a time: enough to occupy its workers, few enough to show progress. */
const chunkSize = 64

/** The vectors and tokens of all passages. Those of a passage for which the model read the same text before are taken over. */
export async function embedAll(
  passages: readonly Passage[],
  { embedder, signal }: { readonly embedder: Embedder; readonly signal?: AbortSignal },
  earlier: ReturnType<typeof earlierEmbeddings>,
  progress: Progress,
): Promise<Embedded> {
  const { dimensions } = embedder.model
  const texts = passages.map(embeddingInput)
  const inputs = texts.map(({ text }) => createHash('sha256').update(text).digest('base64url'))
  const vectors = new Float32Array(passages.length * dimensions)
  const tokens = new Array<PassageTokens>(passages.length)
  const known = await earlier()
  const pending: number[] = []
  for (const [i, input] of inputs.entries()) {
    const found = known.get(input)
    if (!found) pending.push(i)
    else {
      const { segment, place } = found
      vectors.set((await segment.vectors()).subarray(place * dimensions, (place + 1) * dimensions), i * dimensions)
      tokens[i] = await segment.tokens(place)
    }
  }
  progress.toEmbed(pending.length, passages.length)
  let next = 0
  const embedChunks = async () => {
    while (next < pending.length) {
      const chunk = pending.slice(next, next + chunkSize)
      next += chunkSize
      try {
        signal?.throwIfAborted()
        const embeddings = await embedder.embedPacked(chunk.map((i) => texts[i]!.text))
        for (const [j, i] of chunk.entries()) {
          const { vector, tokens: values, tokenStarts } = embeddings[j]!
          vectors.set(vector, i * dimensions)
          tokens[i] = { values, starts: startsInPassage(tokenStarts, texts[i]!) }
        }
      } catch (error) {
        // The other loop must not go on either.
        next = pending.length
        throw error
      }
      progress.embedded(chunk.length)
    }
  }
  // Two loops run, so that the model has the next chunk at hand while the vectors of one are stored.
  await Promise.all([embedChunks(), embedChunks()])
  return { inputs, vectors, tokens, fresh: pending.length }
}

/** The places of earlier builds' embeddings by their inputs. The function that is returned reads them at its first call. */
export function earlierEmbeddings(segments: readonly StoredSegment[]) {
  const read = async () => {
    const places = new Map<string, { segment: StoredSegment; place: number }>()
    for (const segment of segments) {
      for (const [place, input] of (await segment.inputs()).entries()) places.set(input, { segment, place })
    }
    return places
  }
  let places: ReturnType<typeof read> | undefined
  return () => {
    places ??= read()
    return places
  }
}

/** The start of each token in the passage's own text. */
function startsInPassage(starts: Uint32Array, { origin }: EmbeddingInput): Uint16Array {
  return Uint16Array.from(starts, origin)
}
