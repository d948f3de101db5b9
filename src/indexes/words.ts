import type { WordIndex } from './types.ts'

/**
 * An inverted index as four flat arrays: `terms[i]` occurs in the passages `passages[offsets[i] … offsets[i + 1])`,
 * `counts` times in each; `lengths` holds the number of terms of each passage.
 */
export interface Postings {
  readonly terms: readonly string[]
  readonly offsets: Uint32Array
  readonly passages: Uint32Array
  readonly counts: Uint16Array
  readonly lengths: Uint32Array
}

/** Usual constants of BM25 (Robertson and Zaragoza, 2009): saturation of repeated terms and weight of the length. */
const saturation = 1.2
const lengthWeight = 0.75

/** Collects the postings of documents, given one after the other as lists of terms. */
export class PostingsCollector {
  readonly #lists = new Map<string, [passage: number, count: number][]>()
  readonly #lengths: number[] = []

  add(terms: readonly string[]): void {
    const passage = this.#lengths.length
    this.#lengths.push(terms.length)
    for (const term of terms) {
      const list = this.#lists.get(term) ?? []
      if (list.length === 0) this.#lists.set(term, list)
      const last = list.at(-1)
      if (last?.[0] === passage) last[1]++
      else list.push([passage, 1])
    }
  }

  postings(): Postings {
    const terms = [...this.#lists.keys()].sort()
    const offsets = new Uint32Array(terms.length + 1)
    for (const [i, term] of terms.entries()) offsets[i + 1] = offsets[i]! + this.#lists.get(term)!.length
    const passages = new Uint32Array(offsets[terms.length]!)
    const counts = new Uint16Array(passages.length)
    let at = 0
    for (const term of terms) {
      for (const [passage, count] of this.#lists.get(term)!) {
        passages[at] = passage
        counts[at++] = Math.min(count, 0xffff)
      }
    }
    return { terms, offsets, passages, counts, lengths: Uint32Array.from(this.#lengths) }
  }
}

/** The postings of some passages of an index. */
export interface PostingsPart {
  readonly postings: Postings
  /** Which passage of the index each of theirs is; −1 for one that is not in it any more. */
  readonly positions: Int32Array
}

/**
 * BM25 over all parts as over one collection, with the inverse document frequency that never turns negative:
 * ln(1 + (N − n + ½) ÷ (n + ½)).
 *
 * @param size how many passages the index has
 */
export function wordIndex(parts: readonly PostingsPart[], size: number): WordIndex {
  const readers = parts.map((part) => ({ ...part, places: new Map(part.postings.terms.map((term, i) => [term, i])) }))
  let sum = 0
  for (const { postings, positions } of parts) {
    for (const [i, length] of postings.lengths.entries()) if (positions[i]! >= 0) sum += length
  }
  const meanLength = sum / Math.max(1, size)
  /** Calls `found` for every occurrence in a passage of the index, and returns how many there are. */
  const occurrences = (term: string, found?: (position: number, count: number, length: number) => void): number => {
    let all = 0
    for (const { postings, positions, places } of readers) {
      const i = places.get(term)
      if (i === undefined) continue
      const { offsets, passages, counts, lengths } = postings
      for (let at = offsets[i]!; at < offsets[i + 1]!; at++) {
        const passage = passages[at]!
        if (positions[passage]! < 0) continue
        all++
        found?.(positions[passage]!, counts[at]!, lengths[passage]!)
      }
    }
    return all
  }
  const weightOf = (found: number) => (found === 0 ? 0 : Math.log(1 + (size - found + 0.5) / (found + 0.5)))
  return {
    weight: (term) => weightOf(occurrences(term)),
    scores(terms) {
      const scores = new Float32Array(size)
      for (const term of terms) {
        const weight = weightOf(occurrences(term))
        if (weight === 0) continue
        occurrences(term, (position, count, length) => {
          const norm = saturation * (1 - lengthWeight + (lengthWeight * length) / meanLength)
          scores[position]! += (weight * count * (saturation + 1)) / (count + norm)
        })
      }
      return scores
    },
  }
}
