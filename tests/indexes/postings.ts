import { type Bm25Index, bm25Index } from '../../src/indexes/bm25.ts'
import { type Postings, PostingsCollector } from '../../src/indexes/postings.ts'

/** The postings of passages given as lists of terms. */
export function collected(passages: readonly (readonly string[])[]): Postings {
  const collector = new PostingsCollector()
  for (const terms of passages) collector.add(terms)
  return finished(collector.postings())
}

/** Runs work that is parted into slices without a pause. */
export function finished<T>(work: Generator<undefined, T>): T {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}

export interface Indexed extends Bm25Index {
  /** The score of every passage. */
  all(terms: readonly string[]): Float32Array
}

/** A word index over passages given as lists of terms, in one segment. */
export function indexed(passages: readonly (readonly string[])[]): Indexed {
  return joined([passages.map((terms, position) => ({ terms, position }))])
}

/** A passage as a segment holds it; its position is −1 where it is not in the index any more. */
export interface Placed {
  readonly terms: readonly string[]
  readonly position: number
}

/** A word index over passages in several segments. */
export function joined(segments: readonly (readonly Placed[])[]): Indexed {
  const places = new Map<number, { segment: number; place: number }>()
  for (const [segment, placed] of segments.entries()) {
    for (const [place, { position }] of placed.entries()) if (position >= 0) places.set(position, { segment, place })
  }
  const words = bm25Index(
    segments.map((placed) => ({
      postings: collected(placed.map(({ terms }) => terms)),
      positions: Int32Array.from(placed, ({ position }) => position),
    })),
    places.size,
    (position) => places.get(position)!,
  )
  return { ...words, all: (terms) => words.scores(terms, [...Array(places.size).keys()]) }
}
