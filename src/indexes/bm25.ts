import { type Postings, placeOf } from './postings.ts'
import { best } from './topK.ts'
import type { Positions, WordMatch } from './types.ts'

/** Usual constants of BM25 (Robertson and Zaragoza, 2009): saturation of repeated terms and weight of the length. */
const saturation = 1.2
const lengthWeight = 0.75

/** The postings of some passages of an index. */
export interface PostingsPart {
  readonly postings: Postings
  /** Which passage of the index each of theirs is; −1 for one that is not in it any more. */
  readonly positions: Int32Array
}

/** BM25 over some segments as over one collection. */
export interface JoinedWords {
  search(terms: readonly string[], count: number, among?: Positions): WordMatch[]
  scores(terms: readonly string[], positions: readonly number[]): Float32Array
  weight(term: string): number
}

/**
 * BM25 with the inverse document frequency that never turns negative: ln(1 + (N − n + ½) ÷ (n + ½)).
 *
 * @param size how many passages the index has
 * @param placeIn where a passage of the index is: the part, and its place in it
 */
export function joinWords(
  parts: readonly PostingsPart[],
  size: number,
  placeIn: (position: number) => { part: number; place: number },
): JoinedWords {
  const isWhole = parts.map(({ positions }) => !positions.includes(-1))
  let sum = 0
  for (const { postings, positions } of parts) {
    for (let i = 0; i < positions.length; i++) if (positions[i]! >= 0) sum += postings.lengths[i]!
  }
  const meanLength = sum / Math.max(1, size)
  const weights = new Map<string, { weight: number; places: readonly number[] }>()
  /** A term's place in each part, and its weight over all. */
  const lookUp = (term: string) => {
    const known = weights.get(term)
    if (known) return known
    const bytes = Buffer.from(term)
    const places = parts.map(({ postings }) => placeOf(postings.terms, bytes))
    // Pinyin asks for thousands of pairs that nobody wrote; they are not worth a place among those kept.
    if (places.every((place) => place < 0)) return { weight: 0, places }
    let found = 0
    for (const [part, { postings, positions }] of parts.entries()) {
      const place = places[part]!
      if (place < 0) continue
      const from = postings.offsets[place]!
      const to = postings.offsets[place + 1]!
      if (isWhole[part]) found += to - from
      else for (let at = from; at < to; at++) if (positions[postings.passages[at]!]! >= 0) found++
    }
    const weight = found === 0 ? 0 : Math.log(1 + (size - found + 0.5) / (found + 0.5))
    if (weights.size >= mostKept) weights.clear()
    weights.set(term, { weight, places })
    return { weight, places }
  }
  const partOf = (weight: number, count: number, length: number) =>
    (weight * count * (saturation + 1)) /
    (count + saturation * (1 - lengthWeight + (lengthWeight * length) / meanLength))
  // Used again for every question; only what a question touched is set back.
  const scores = new Float32Array(size)

  return {
    weight: (term) => lookUp(term).weight,
    search(terms, count, among) {
      const touched: number[] = []
      for (const term of terms) {
        const { weight, places } = lookUp(term)
        if (weight === 0) continue
        for (const [part, { postings, positions }] of parts.entries()) {
          const place = places[part]!
          if (place < 0) continue
          const { offsets, passages, counts, lengths } = postings
          for (let at = offsets[place]!; at < offsets[place + 1]!; at++) {
            const passage = passages[at]!
            const position = positions[passage]!
            if (position < 0) continue
            if (scores[position] === 0) touched.push(position)
            scores[position]! += partOf(weight, counts[at]!, lengths[passage]!)
          }
        }
      }
      const allowed = among ? among.filter((position) => scores[position]! > 0) : touched
      const found = best(allowed, (position) => scores[position]!, count)
      for (const position of touched) scores[position] = 0
      return found.map(({ position, value }) => ({ passage: position, score: value }))
    },
    scores(terms, positions) {
      const found = positions.map((position) => ({ ...placeIn(position), score: new Float32Array(1) }))
      for (const term of terms) {
        const { weight, places } = lookUp(term)
        if (weight === 0) continue
        for (const one of found) {
          const place = places[one.part]!
          if (place < 0) continue
          const { offsets, passages, counts, lengths } = parts[one.part]!.postings
          const at = indexOf(passages, one.place, offsets[place]!, offsets[place + 1]!)
          if (at >= 0) one.score[0]! += partOf(weight, counts[at]!, lengths[one.place]!)
        }
      }
      return Float32Array.from(found, ({ score }) => score[0]!)
    },
  }
}

/** Terms whose place and weight are kept: those of some hundred questions. */
const mostKept = 10_000

/** Where `value` stands among the ascending numbers `from … to`, −1 if nowhere. */
function indexOf(numbers: Uint32Array, value: number, from: number, to: number): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >> 1
    if (numbers[middle]! < value) low = middle + 1
    else high = middle
  }
  return low < to && numbers[low] === value ? low : -1
}
