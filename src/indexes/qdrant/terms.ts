import { lowerBound } from '../../lowerBound.ts'
import { words } from '../../text/words.ts'
import { lengthWeight, saturation } from '../bm25.ts'

/**
 * BM25 by sparse vectors. A term goes by its 32-bit hash. A passage holds, for each term, the factor of BM25 that does
 * not depend on other passages, and a question brings the inverse document frequencies along.
 *
 * The frequencies are not left to the server (`modifier: idf`), which counts in each shard by itself, and counts points
 * that are not yet or no longer current. With three shards each ranked by frequencies of its own, and answers changed
 * while reports came in.
 */

/** FNV-1a over a term's UTF-16 code units. Two of a million terms in ten thousand share a hash, and count as one. */
function hashOf(term: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < term.length; i++) {
    const unit = term.charCodeAt(i)
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193)
    hash = Math.imul(hash ^ (unit >> 8), 0x01000193)
  }
  return hash >>> 0
}

/** A sparse vector, each index once, as Qdrant takes it. */
export interface Sparse {
  readonly indices: number[]
  readonly values: number[]
}

/**
 * The sparse vector of a passage's words.
 * @param meanLength the number of terms of a passage on the average, the same for all passages of a collection
 */
export function passageWords(text: string, meanLength: number): Sparse {
  return weighedTerms(words(text), meanLength)
}

/** The sparse vector of a passage's terms: count × (k₁ + 1) ÷ (count + k₁ × (1 − b + b × length ÷ mean length)). */
export function weighedTerms(terms: readonly string[], meanLength: number): Sparse {
  const norm = saturation * (1 - lengthWeight + (lengthWeight * terms.length) / meanLength)
  const counts = countsOf(terms)
  return {
    indices: [...counts.keys()],
    values: Array.from(counts.values(), (count) => short((count * (saturation + 1)) / (count + norm))),
  }
}

/** The sparse vector of a question's terms: the weight of each, times its number. Terms without weight are left out. */
export function questionWords(terms: readonly string[], weight: (term: string) => number): Sparse {
  const sums = new Map<number, number>()
  for (const term of terms) {
    const own = weight(term)
    if (own > 0) sums.set(hashOf(term), (sums.get(hashOf(term)) ?? 0) + own)
  }
  return { indices: [...sums.keys()], values: [...sums.values()] }
}

function countsOf(terms: readonly string[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const term of terms) {
    const hash = hashOf(term)
    counts.set(hash, (counts.get(hash) ?? 0) + 1)
  }
  return counts
}

/** Rounds a number to the digits that single precision holds, so that no more are sent. */
export function short(value: number): number {
  return Number(value.toPrecision(9))
}

/** The number of passages that hold each term, or the changes of these numbers. Hashes ascend, each once. */
export interface Frequencies {
  readonly hashes: Uint32Array
  readonly counts: Int32Array
}

export const noFrequencies: Frequencies = { hashes: new Uint32Array(0), counts: new Int32Array(0) }

/** The sum of two lists, without terms whose numbers come to nothing. */
export function added(a: Frequencies, b: Frequencies): Frequencies {
  if (b.hashes.length === 0) return a
  const hashes = new Uint32Array(a.hashes.length + b.hashes.length)
  const counts = new Int32Array(hashes.length)
  let to = 0
  for (let i = 0, j = 0; i < a.hashes.length || j < b.hashes.length; ) {
    const left = i < a.hashes.length ? a.hashes[i]! : Number.POSITIVE_INFINITY
    const right = j < b.hashes.length ? b.hashes[j]! : Number.POSITIVE_INFINITY
    const count = (left <= right ? a.counts[i++]! : 0) + (right <= left ? b.counts[j++]! : 0)
    if (count === 0) continue
    hashes[to] = Math.min(left, right)
    counts[to++] = count
  }
  return { hashes: hashes.slice(0, to), counts: counts.slice(0, to) }
}

/** The number of passages that hold a term. */
export function frequencyOf({ hashes, counts }: Frequencies, term: string): number {
  const hash = hashOf(term)
  const place = lowerBound(0, hashes.length, (i) => hashes[i]! < hash)
  return hashes[place] === hash ? counts[place]! : 0
}

/** The hashes that are gathered before they are sorted and summed. */
const batchHashes = 1 << 20

/** Counts the terms of passages that come and go, in little more memory than the result takes. */
export class FrequencyCounter {
  #sum = noFrequencies
  readonly #pending = { 1: new Uint32Array(batchHashes), [-1]: new Uint32Array(batchHashes) }
  readonly #filled = { 1: 0, [-1]: 0 }

  /** @param sign 1 for a passage that comes, −1 for one that goes */
  add(indices: readonly number[], sign: 1 | -1): void {
    for (const hash of indices) {
      if (this.#filled[sign] === batchHashes) this.#flush(sign)
      this.#pending[sign][this.#filled[sign]++] = hash
    }
  }

  sum(): Frequencies {
    this.#flush(1)
    this.#flush(-1)
    return this.#sum
  }

  #flush(sign: 1 | -1): void {
    const sorted = this.#pending[sign].subarray(0, this.#filled[sign]).sort()
    const hashes = new Uint32Array(sorted.length)
    const counts = new Int32Array(sorted.length)
    let to = -1
    for (const hash of sorted) {
      if (to < 0 || hashes[to] !== hash) hashes[++to] = hash
      counts[to]! += sign
    }
    this.#filled[sign] = 0
    this.#sum = added(this.#sum, { hashes: hashes.slice(0, to + 1), counts: counts.slice(0, to + 1) })
  }
}
