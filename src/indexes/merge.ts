import type { SegmentRecord } from './manifest.ts'
import type { OpenSegment, Segment } from './segment.ts'
import { joinTokens, tokenIndex } from './tokens.ts'

/** So many segments of like size are made one. */
const fanIn = 4
/** Segments up to this many passages are of one size; each further size is `fanIn` times as large. */
const smallest = 256
/** No merge makes more than this at once, as it holds the token vectors of all in memory. */
const largest = 16_384
/** A segment is written anew once this share of its passages is no longer in force. */
const tolerated = 0.25

/**
 * Which segments to make one, by their places; none when all is well. Merging like sizes keeps the number of segments
 * logarithmic and writes a passage again only a few times, as in a log-structured merge tree (O'Neil and others, 1996).
 */
export function choiceToMerge(records: readonly SegmentRecord[], segments: readonly OpenSegment[]): number[] {
  const inForce = records.map(({ reports }) => reports.reduce((sum, { passages }) => sum + passages, 0))
  const wasteful = segments.findIndex(({ passages }, i) => inForce[i]! < passages.length * (1 - tolerated))
  if (wasteful >= 0) return [wasteful]
  const bySize = new Map<number, number[]>()
  for (const [i, count] of inForce.entries()) {
    const size = Math.max(0, Math.ceil(Math.log(count / smallest) / Math.log(fanIn)))
    bySize.set(size, [...(bySize.get(size) ?? []), i])
  }
  for (const alike of bySize.values()) {
    const chosen: number[] = []
    let sum = 0
    for (const i of alike.sort((a, b) => inForce[a]! - inForce[b]!)) {
      sum += inForce[i]!
      if (sum <= largest) chosen.push(i)
    }
    if (chosen.length >= fanIn) return chosen
  }
  return []
}

/** What is in force of some segments, as the content of one. */
export function mergedSegment(
  parts: readonly { readonly record: SegmentRecord; readonly segment: OpenSegment }[],
  dimensions: number,
): Segment {
  const chosen = parts.map(({ record, segment }) => {
    const inForce = new Set(record.reports.map(({ id }) => id))
    const places = [...segment.passages.keys()].filter((place) => inForce.has(segment.passages[place]!.report))
    return { segment, inForce, places, tokens: tokenIndex(segment.tokens, dimensions) }
  })
  const vectors = new Float32Array(chosen.reduce((sum, { places }) => sum + places.length, 0) * dimensions)
  let at = 0
  for (const { segment, places } of chosen) {
    for (const place of places) {
      vectors.set(segment.vectors.subarray(place * dimensions, (place + 1) * dimensions), at)
      at += dimensions
    }
  }
  return {
    reports: chosen.flatMap(({ segment, inForce }) => segment.reports.filter(({ id }) => inForce.has(id))),
    passages: chosen.flatMap(({ segment, places }) => places.map((place) => segment.passages[place]!)),
    inputs: chosen.flatMap(({ segment, places }) => places.map((place) => segment.inputs[place]!)),
    vectors,
    tokens: joinTokens(
      chosen.flatMap(({ places, tokens }) => places.map((place) => tokens.of(place))),
      dimensions,
    ),
  }
}
