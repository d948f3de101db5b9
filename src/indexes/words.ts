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

/** Collects the postings of documents given as lists of terms. */
export function collectPostings(documents: readonly (readonly string[])[]): Postings {
  const lists = new Map<string, [passage: number, count: number][]>()
  for (const [passage, terms] of documents.entries()) {
    for (const term of terms) {
      const list = lists.get(term) ?? []
      if (list.length === 0) lists.set(term, list)
      const last = list.at(-1)
      if (last?.[0] === passage) last[1]++
      else list.push([passage, 1])
    }
  }
  const terms = [...lists.keys()].sort()
  const offsets = new Uint32Array(terms.length + 1)
  for (const [i, term] of terms.entries()) offsets[i + 1] = offsets[i]! + lists.get(term)!.length
  const all = terms.flatMap((term) => lists.get(term)!)
  return {
    terms,
    offsets,
    passages: Uint32Array.from(all, ([passage]) => passage),
    counts: Uint16Array.from(all, ([, count]) => Math.min(count, 0xffff)),
    lengths: Uint32Array.from(documents, (document) => document.length),
  }
}

/** BM25 over `postings`, with the inverse document frequency that never turns negative: ln(1 + (N − n + ½) ÷ (n + ½)). */
export function wordIndex(postings: Postings): WordIndex {
  const { offsets, passages, counts, lengths } = postings
  const positions = new Map(postings.terms.map((term, i) => [term, i]))
  const size = lengths.length
  const meanLength = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, size)
  const weightAt = (i: number) => {
    const found = offsets[i + 1]! - offsets[i]!
    return Math.log(1 + (size - found + 0.5) / (found + 0.5))
  }
  return {
    weight(term) {
      const i = positions.get(term)
      return i === undefined ? 0 : weightAt(i)
    },
    scores(terms) {
      const scores = new Float32Array(size)
      for (const term of terms) {
        const i = positions.get(term)
        if (i === undefined) continue
        const weight = weightAt(i)
        for (let at = offsets[i]!; at < offsets[i + 1]!; at++) {
          const passage = passages[at]!
          const count = counts[at]!
          const norm = saturation * (1 - lengthWeight + (lengthWeight * lengths[passage]!) / meanLength)
          scores[passage]! += (weight * count * (saturation + 1)) / (count + norm)
        }
      }
      return scores
    },
  }
}
