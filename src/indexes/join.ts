import type { Passage } from '../reports/types.ts'
import type { SegmentRecord } from './manifest.ts'
import type { OpenSegment } from './segment.ts'
import { tokenIndex } from './tokens.ts'
import type { Neighbour, OpenIndex, TokenIndex, VectorIndex } from './types.ts'
import { wordIndex } from './words.ts'

/** One segment's share of the index. */
interface Part {
  readonly segment: OpenSegment
  /** Which passage of the index each of its passages is; −1 for those of reports not in force. */
  readonly positions: Int32Array
}

/**
 * The segments as one index. Passages are numbered in the order of their reports' files, whatever segment holds them,
 * so an index that grew by updates answers as one built at once.
 */
export function joinSegments(
  records: readonly SegmentRecord[],
  segments: readonly OpenSegment[],
  dimensions: number,
): OpenIndex {
  const reports = records
    .flatMap(({ reports }, part) => reports.map(({ file, id, contentSha256 }) => ({ file, id, contentSha256, part })))
    .sort((a, b) => (a.file < b.file ? -1 : 1))
  const passagesOf = segments.map(placesByReport)
  const parts = segments.map(
    (segment): Part => ({ segment, positions: new Int32Array(segment.passages.length).fill(-1) }),
  )
  const passages: Passage[] = []
  const partOf: number[] = []
  const placeOf: number[] = []
  for (const { id, part } of reports) {
    for (const place of passagesOf[part]!.get(id) ?? []) {
      parts[part]!.positions[place] = passages.length
      passages.push(segments[part]!.passages[place]!)
      partOf.push(part)
      placeOf.push(place)
    }
  }
  const held = segments.map(({ reports }) => new Map(reports.map((report) => [report.id, report])))
  const tokens = segments.map((segment) => tokenIndex(segment.tokens, dimensions))
  return {
    reports: new Map(reports.map(({ id, part }) => [id, held[part]!.get(id)!])),
    contentSha256: new Map(reports.map(({ file, contentSha256 }) => [file, contentSha256])),
    passages,
    vectors: joinVectors(parts, partOf, placeOf, dimensions),
    words: wordIndex(
      parts.map(({ segment: { postings }, positions }) => ({ postings, positions })),
      passages.length,
    ),
    tokens: { dimensions, of: (position) => tokens[partOf[position]!]!.of(placeOf[position]!) } satisfies TokenIndex,
  }
}

function placesByReport({ passages }: OpenSegment): Map<string, number[]> {
  const places = new Map<string, number[]>()
  for (const [place, { report }] of passages.entries()) {
    const own = places.get(report)
    if (own) own.push(place)
    else places.set(report, [place])
  }
  return places
}

function joinVectors(
  parts: readonly Part[],
  partOf: readonly number[],
  placeOf: readonly number[],
  dimensions: number,
): VectorIndex {
  const inForce = parts.map(({ positions }) =>
    positions.includes(-1) ? Uint32Array.from(positions.keys()).filter((place) => positions[place]! >= 0) : undefined,
  )
  /** The places in each part of positions of the index. */
  const placesOf = (among: Uint32Array) => {
    const places: number[][] = parts.map(() => [])
    for (const position of among) places[partOf[position]!]!.push(placeOf[position]!)
    return places.map((own) => Uint32Array.from(own).sort())
  }
  return {
    engine: parts.length > 0 && parts.every(({ segment }) => segment.nearest.engine === 'hnsw') ? 'hnsw' : 'exact',
    size: partOf.length,
    dimensions,
    similarity: (vector, position) => parts[partOf[position]!]!.segment.nearest.similarity(vector, placeOf[position]!),
    async search(vector, count, among) {
      const allowed = among ? placesOf(among) : inForce
      const found: Neighbour[] = []
      for (const [part, { segment, positions }] of parts.entries()) {
        for (const { passage, similarity } of await segment.nearest.search(vector, count, allowed[part])) {
          found.push({ passage: positions[passage]!, similarity })
        }
      }
      return found.sort((a, b) => b.similarity - a.similarity || a.passage - b.passage).slice(0, count)
    },
  }
}
