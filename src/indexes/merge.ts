import type { SegmentRecord } from './manifest.ts'
import { mergePostings } from './postings.ts'
import { passagesIn, type SegmentContent, type StoredSegment } from './segment.ts'

/** So many segments of like size are made one. */
const fanIn = 4
/** Segments up to this many passages are of one size; each further size is `fanIn` times as large. */
const smallest = 256
/** No merge makes more than this at once: it holds vectors, postings and graph in memory, and takes minutes. */
const largest = 65_536
/** A segment is written anew once this share of its passages is no longer in force. */
const tolerated = 0.25

/**
 * Which segments to make one, by their places; none when all is well. Merging like sizes keeps the number of segments
 * logarithmic and writes a passage again only a few times, as in a log-structured merge tree (O'Neil and others, 1996).
 */
export function choiceToMerge(records: readonly SegmentRecord[]): number[] {
  const inForce = records.map(({ reports }) => reports.reduce((sum, { passages }) => sum + passages, 0))
  const wasteful = records.findIndex((record, i) => inForce[i]! < passagesIn(record) * (1 - tolerated))
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
export async function mergedSegment(
  parts: readonly { readonly record: SegmentRecord; readonly segment: StoredSegment }[],
  dimensions: number,
): Promise<SegmentContent> {
  let size = 0
  const chosen = parts.map(({ record, segment }) => {
    const inForce = new Set(record.reports.map(({ id }) => id))
    const reports = [...segment.entries.keys()].filter((i) => inForce.has(segment.entries[i]!.id))
    const numbers = new Int32Array(segment.size).fill(-1)
    for (const i of reports) {
      const from = segment.firstPassages[i]!
      for (let place = from; place < from + segment.entries[i]!.passages; place++) numbers[place] = size++
    }
    const places = [...numbers.keys()].filter((place) => numbers[place]! >= 0)
    return { segment, reports, numbers, places }
  })
  const vectors = new Float32Array(size * dimensions)
  for (const { segment, numbers, places } of chosen) {
    const own = await segment.vectors()
    for (const place of places) {
      const vector = own.subarray(place * dimensions, (place + 1) * dimensions)
      vectors.set(vector, numbers[place]! * dimensions)
    }
  }
  return {
    entries: chosen.flatMap(({ segment, reports }) => reports.map((i) => segment.entries[i]!)),
    async *reports() {
      for (const { segment, reports } of chosen) for (const i of reports) yield await segment.report(i)
    },
    async *passages() {
      for (const { segment, places } of chosen) for (const place of places) yield await segment.passage(place)
    },
    async *tokens() {
      for (const { segment, places } of chosen) for (const place of places) yield await segment.tokens(place)
    },
    async *places() {
      for (const { segment, reports } of chosen) for (const i of reports) yield await segment.places(i)
    },
    async inputs() {
      const all = await Promise.all(chosen.map(({ segment }) => segment.inputs()))
      return chosen.flatMap(({ places }, i) => places.map((place) => all[i]![place]!))
    },
    vectors,
    async postings() {
      const all = chosen.map(async ({ segment, numbers }) => ({ postings: await segment.postings(), numbers }))
      return mergePostings(await Promise.all(all))
    },
  }
}
