import { createHash } from 'node:crypto'
import type { Embedder } from '../embeddings/types.ts'
import type { Passage } from '../reports/types.ts'
import { normalize } from '../text/normalize.ts'
import type { Embedded } from './pipeline.ts'
import type { Progress } from './progress.ts'
import type { StoredSegment } from './segment.ts'
import { outsideText, type PassageTokens } from './types.ts'

/** The passages given to the embedder at a time: enough to occupy its workers, few enough to show progress. */
const chunkSize = 64

/** The vectors and tokens of all passages. Those of texts that the model read before are taken over. */
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
          // The index keeps the start of each token in the passage's own text.
          tokens[i] = { values, starts: Uint16Array.from(tokenStarts, texts[i]!.origin) }
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

/** The places of earlier builds' embeddings by their inputs, which the returned function reads at its first call. */
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

/**
 * The text that the model reads for a passage: headline and section stand in front, as headings name the year, place
 * and topic that running text leaves out, and all is normalised. A passage that is itself a heading stands alone.
 */
export function embeddingInput(passage: Passage) {
  const headings = passage.kind === 'heading' ? [] : [passage.headline, passage.section]
  const front = headings.filter((heading) => heading !== null).join('\n')
  const context = front === '' ? '' : `${front}\n`
  const normalized = normalize(context + passage.text)
  return {
    text: normalized.text,
    /** The origin of a position of `text` in the passage's own text; `outsideText` for the headings in front. */
    origin(position: number): number {
      const at = normalized.origins[position]! - context.length
      return at < 0 ? outsideText : at
    },
  }
}
