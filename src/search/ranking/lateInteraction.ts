import { readFileSync } from 'node:fs'
import { rotated, tokenScale } from '../../embeddings/tokens.ts'
import type { PassageTokens } from '../../indexes/types.ts'

/**
 * Late interaction (Khattab and Zaharia, ColBERT, 2020, arXiv:2004.12832): every question token is compared with
 * every passage token, and a passage is worth the mean of each question token's best match.
 */

/** The cosines of question tokens and passage tokens. */
export interface Similarities {
  /** The cosine of question token `q` and passage token `t` at `q × passageTokens + t`, −1 … 1. */
  readonly values: Float32Array
  readonly questionTokens: number
  readonly passageTokens: number
}

/** Compares one question with passages. Results stay valid between calls, which share working memory. */
export type LateInteraction = (passage: PassageTokens) => Similarities

/** Question components are rounded to twelve bits. Passages have four, from which nearly all loss of precision comes. */
const questionScale = 2048
const pageBytes = 65_536

interface Kernel {
  readonly memory: WebAssembly.Memory
  unpack(packed: number, bytes: number, out: number): void
  dots(
    question: number,
    questionTokens: number,
    passage: number,
    passageTokens: number,
    dimensions: number,
    factor: number,
    out: number,
  ): void
}

/** The number of question tokens that the kernel takes at a time. */
const tokensAtATime = 4

/**
 * The products of tokens take most of a question's time, and JavaScript has no vector instructions. So they are computed in
 * WebAssembly (`dots.wat`, assembled by `npm run compile-wasm`), some ten times as fast.
 */
export function loadKernel(): Kernel {
  const code = readFileSync(new URL('./dots.wasm', import.meta.url))
  return new WebAssembly.Instance(new WebAssembly.Module(code)).exports as unknown as Kernel
}

/**
 * @param question unit vectors of the question's tokens, `dimensions` numbers each
 * @param dimensions a multiple of 32
 */
export function lateInteraction(kernel: Kernel, question: Float32Array, dimensions: number): LateInteraction {
  const questionTokens = question.length / dimensions
  // The rows are filled up with zeros, whose products are not returned.
  const rows = Math.ceil(questionTokens / tokensAtATime) * tokensAtATime
  const questionBytes = rows * dimensions * 2
  const factor = 1 / (questionScale * tokenScale(dimensions))
  const integers = new Int16Array(rows * dimensions)
  for (const [i, value] of rotated(question, dimensions).entries()) integers[i] = Math.round(value * questionScale)
  return ({ values, starts }) => {
    const passageTokens = starts.length
    const products = questionTokens * passageTokens
    if (products === 0) return { values: new Float32Array(0), questionTokens, passageTokens }
    // The memory holds the question, the packed passage, the passage and the products; each size is a multiple of 16 bytes.
    const passage = questionBytes + values.length
    const out = passage + values.length * 2
    const missing = out + rows * passageTokens * 4 - kernel.memory.buffer.byteLength
    if (missing > 0) kernel.memory.grow(Math.ceil(missing / pageBytes))
    new Int16Array(kernel.memory.buffer, 0, integers.length).set(integers)
    new Uint8Array(kernel.memory.buffer, questionBytes, values.length).set(values)
    kernel.unpack(questionBytes, values.length, passage)
    kernel.dots(0, rows, passage, passageTokens, dimensions, factor, out)
    return { values: new Float32Array(kernel.memory.buffer, out, products).slice(), questionTokens, passageTokens }
  }
}

/**
 * The mean over question tokens of the best match among passage tokens `from … to`, −1 … 1; 0 where there are none.
 * @param shares the weight of each question token
 */
export function maxSim(
  { values, questionTokens, passageTokens }: Similarities,
  shares: Float32Array,
  from = 0,
  to = passageTokens,
): number {
  let sum = 0
  let total = 0
  if (from >= to) return 0
  for (let q = 0; q < questionTokens; q++) {
    let best = -1
    for (let i = q * passageTokens + from; i < q * passageTokens + to; i++) if (values[i]! > best) best = values[i]!
    sum += best * shares[q]!
    total += shares[q]!
  }
  return total === 0 ? 0 : sum / total
}
