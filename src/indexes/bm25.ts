import { lowerBound } from '../lowerBound.ts'
import { type Postings, placeOfTerm } from './postings.ts'
import { topK } from './topK.ts'
import type { Positions, WordMatch } from './types.ts'

/** Usual constants of BM25 (Robertson and Zaragoza, 2009): saturation of repeated terms and weight of the length. */
export const saturation = 1.2
export const lengthWeight = 0.75
/** The places and weights of so many terms are cached, which are those of some hundred questions. */
const maxCachedTerms = 10_000

/** The postings of one segment. */
export interface SegmentPostings {
  readonly postings: Postings
  /** The position in the index of each of the segment's passages; −1 for one that is not in the index any more. */
  readonly positions: Int32Array
}

/** BM25 over several segments as over one collection. */
export type Bm25Index = ReturnType<typeof bm25Index>

/** The inverse document frequency that never turns negative, of a term that `found` of `size` passages hold. */
export function inverseFrequency(size: number, found: number): number {
  return found === 0 ? 0 : Math.log(1 + (size - found + 0.5) / (found + 0.5))
}

/**
 * BM25 with `inverseFrequency`.
 * @param size the number of passages in the index
 * @param locate the segment of a position in the index, and the passage's place in it
 */
export function bm25Index(
  segments: readonly SegmentPostings[],
  size: number,
  locate: (position: number) => { segment: number; place: number },
) {
  const isWhole = segments.map(({ positions }) => !positions.includes(-1))
  let sum = 0
  for (const { postings, positions } of segments) {
    for (let i = 0; i < positions.length; i++) if (positions[i]! >= 0) sum += postings.lengths[i]!
  }
  const meanLength = sum / Math.max(1, size)
  const weights = new Map<string, { weight: number; places: readonly number[] }>()
  /** A term's place in the table of each segment, and its weight over all. */
  const lookUp = (term: string) => {
    const known = weights.get(term)
    if (known) return known
    const bytes = Buffer.from(term)
    const places = segments.map(({ postings }) => placeOfTerm(postings.terms, bytes))
    // Questions in pinyin look up thousands of pairs that no report holds, which are not worth a place in the cache.
    if (places.every((place) => place < 0)) return { weight: 0, places }
    let found = 0
    for (const [segment, { postings, positions }] of segments.entries()) {
      const place = places[segment]!
      if (place < 0) continue
      const from = postings.offsets[place]!
      const to = postings.offsets[place + 1]!
      if (isWhole[segment]) found += to - from
      else for (let at = from; at < to; at++) if (positions[postings.passages[at]!]! >= 0) found++
    }
    const weight = inverseFrequency(size, found)
    if (weights.size >= maxCachedTerms) weights.clear()
    weights.set(term, { weight, places })
    return { weight, places }
  }
  const termScore = (weight: number, count: number, length: number) =>
    (weight * count * (saturation + 1)) /
    (count + saturation * (1 - lengthWeight + (lengthWeight * length) / meanLength))
  // Every question uses this array, and sets back only the scores that it touched.
  const scores = new Float32Array(size)

  return {
    weight: (term: string): number => lookUp(term).weight,
    search(terms: readonly string[], count: number, among?: Positions): WordMatch[] {
      const touched: number[] = []
      for (const term of terms) {
        const { weight, places } = lookUp(term)
        if (weight === 0) continue
        for (const [segment, { postings, positions }] of segments.entries()) {
          const place = places[segment]!
          if (place < 0) continue
          const { offsets, passages, counts, lengths } = postings
          for (let at = offsets[place]!; at < offsets[place + 1]!; at++) {
            const passage = passages[at]!
            const position = positions[passage]!
            if (position < 0) continue
            if (scores[position] === 0) touched.push(position)
            scores[position]! += termScore(weight, counts[at]!, lengths[passage]!)
          }
        }
      }
      const allowed = among ? among.filter((position) => scores[position]! > 0) : touched
      const found = topK(allowed, (position) => scores[position]!, count)
      for (const position of touched) scores[position] = 0
      return found.map(({ position, value }) => ({ passage: position, score: value }))
    },
    scores(terms: readonly string[], positions: readonly number[]): Float32Array {
      const located = positions.map(locate)
      const scores = new Float32Array(positions.length)
      for (const term of terms) {
        const { weight, places } = lookUp(term)
        if (weight === 0) continue
        for (let i = 0; i < located.length; i++) {
          const { segment, place } = located[i]!
          const termPlace = places[segment]!
          if (termPlace < 0) continue
          const { offsets, passages, counts, lengths } = segments[segment]!.postings
          const at = indexOf(passages, place, offsets[termPlace]!, offsets[termPlace + 1]!)
          if (at >= 0) scores[i]! += termScore(weight, counts[at]!, lengths[place]!)
        }
      }
      return scores
    },
  }
}

/** The index of `value` among the ascending `numbers[from … to)`; −1 where it is not there. */
function indexOf(numbers: Uint32Array, value: number, from: number, to: number): number {
  const at = lowerBound(from, to, (i) => numbers[i]! < value)
  return at < to && numbers[at] === value ? at : -1
}
