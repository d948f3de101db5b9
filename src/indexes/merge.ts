import type { SegmentRecord } from './manifest.ts'
import { mergePostings } from './postings.ts'
import type { StoredSegment } from './segment.ts'
import { passageCount } from './segmentFiles.ts'
import type { SegmentContent } from './segmentWriter.ts'

/** This many segments of like size become one. */
const fanIn = 4
/** Segments of up to so many passages count as one size; each further size is `fanIn` times as large. */
const smallestSize = 256
/** A merge makes no more passages than this: it holds vectors, postings and graph in memory, and takes minutes. */
const maxMergedPassages = 65_536
/** A segment is written anew once reports that are listed no more have a larger share of its passages than this. */
const toleratedWaste = 0.25

/**
 * Chooses the segments to merge into one; none when all is well. Merging segments of like size keeps their number
 * logarithmic and writes a passage again only a few times, as in a log-structured merge tree (O'Neil and others, 1996).
 */
export function segmentsToMerge(records: readonly SegmentRecord[]): SegmentRecord[] {
  const sized = records.map((record) => ({
    record,
    listed: record.reports.reduce((sum, { passages }) => sum + passages, 0),
  }))
  const wasteful = sized.find(({ record, listed }) => listed < passageCount(record) * (1 - toleratedWaste))
  if (wasteful) return [wasteful.record]
  const bySize = new Map<number, typeof sized>()
  for (const one of sized) {
    const size = Math.max(0, Math.ceil(Math.log(one.listed / smallestSize) / Math.log(fanIn)))
    bySize.set(size, [...(bySize.get(size) ?? []), one])
  }
  for (const alike of bySize.values()) {
    const chosen: SegmentRecord[] = []
    let sum = 0
    for (const { record, listed } of alike.sort((a, b) => a.listed - b.listed)) {
      sum += listed
      if (sum <= maxMergedPassages) chosen.push(record)
    }
    if (chosen.length >= fanIn) return chosen
  }
  return []
}

/** The passages of some segments whose reports are still listed, as the content of one segment. */
export async function mergedSegment(
  parts: readonly { readonly record: SegmentRecord; readonly segment: StoredSegment }[],
  dimensions: number,
): Promise<SegmentContent> {
  let size = 0
  const chosen = parts.map(({ record, segment }) => {
    const listed = new Set(record.reports.map(({ id }) => id))
    const reports = [...segment.entries.keys()].filter((i) => listed.has(segment.entries[i]!.id))
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
