import { setTimeout as wait } from 'node:timers/promises'
import { packTokens } from '../../src/embeddings/tokens.ts'
import type { Embedder, Embedding } from '../../src/embeddings/types.ts'

export interface FakeEmbedder extends Embedder {
  /** The number of calls of `embed`. */
  readonly calls: number
  /** Every text embedded so far, in order. */
  readonly texts: readonly string[]
  readonly disposed: boolean
}

export interface FakeEmbedderOptions {
  readonly id?: string
  readonly sha256?: string
  /** A multiple of 32, as late interaction wants it. */
  readonly dimensions?: number
  /** Let each call take this long, so that another process can step in. */
  readonly delayMs?: number
  /** False for texts without token vectors. */
  readonly tokens?: boolean
  /** Called at the start of each call. */
  readonly onEmbed?: (call: number) => void
}

/**
 * An embedder computable by hand: a text's vector counts its characters, each at the place `codePoint mod dimensions`,
 * brought to unit length; every character that is not white space is a token, its vector 1 at that place.
 * A text without such characters gets the vector (1, 0, 0, …).
 */
export function fakeEmbedder(options: FakeEmbedderOptions = {}): FakeEmbedder {
  const { id = 'fake', sha256 = '0'.repeat(64), dimensions = 32, delayMs = 0, tokens = true, onEmbed } = options
  const texts: string[] = []
  let calls = 0
  let disposed = false
  const embed = async (given: readonly string[]) => {
    calls++
    onEmbed?.(calls)
    if (delayMs > 0) await wait(delayMs)
    texts.push(...given)
    return given.map((text) => embedding(text, dimensions, tokens))
  }
  return {
    model: { id, sha256, dimensions, pooling: 'mean', queryPrefix: '' },
    get calls() {
      return calls
    },
    get disposed() {
      return disposed
    },
    texts,
    isMultilingual: false,
    embed,
    embedPacked: async (given) =>
      (await embed(given)).map((made) => ({ ...made, tokens: packTokens(made.tokens, dimensions) })),
    async dispose() {
      disposed = true
    },
  }
}

function embedding(text: string, dimensions: number, withTokens: boolean): Embedding {
  const places: number[] = []
  const starts: number[] = []
  let position = 0
  for (const character of text) {
    if (character.trim() !== '') {
      places.push(character.codePointAt(0)! % dimensions)
      starts.push(position)
    }
    position += character.length
  }
  const counts = new Float32Array(dimensions)
  for (const place of places.length > 0 ? places : [0]) counts[place]! += 1
  const length = Math.hypot(...counts)
  const tokens = new Float32Array(withTokens ? places.length * dimensions : 0)
  if (withTokens) for (const [i, place] of places.entries()) tokens[i * dimensions + place] = 1
  return {
    vector: counts.map((count) => count / length),
    tokens,
    tokenStarts: Uint32Array.from(withTokens ? starts : []),
  }
}
