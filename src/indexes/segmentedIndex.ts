import { wordsOf } from '../reports/passages.ts'
import type { Passage } from '../reports/types.ts'
import { decodePlaces } from '../reports/wordPlaces.ts'
import { joinWords } from './bm25.ts'
import type { SegmentRecord } from './manifest.ts'
import { cachedReports } from './reportCache.ts'
import type { OpenSegment } from './segment.ts'
import type { Neighbour, OpenIndex, Positions, ReportEntry, Reports, VectorIndex } from './types.ts'

/** One segment's share of the index. */
interface Part {
  readonly segment: OpenSegment
  /** Which passage of the index each of its passages is; −1 for those of reports not in force. */
  readonly positions: Int32Array
}

/** A report in force, and where it is. */
interface Place {
  readonly entry: ReportEntry
  readonly part: number
  /** Its number among the segment's reports. */
  readonly number: number
  /** The position of its first passage in the index. */
  readonly first: number
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
  const parts = segments.map((segment): Part => ({ segment, positions: new Int32Array(segment.size).fill(-1) }))
  const numbers = segments.map(({ entries }) => new Map(entries.map(({ id }, number) => [id, number])))
  const reports: Place[] = []
  let size = 0
  for (const { record, part } of inOrder(records)) {
    const number = numbers[part]!.get(record.id)!
    const entry = { ...segments[part]!.entries[number]!, contentSha256: record.contentSha256 }
    reports.push({ entry, part, number, first: size })
    size += entry.passages
  }
  const partOf = new Uint16Array(size)
  const placeOf = new Uint32Array(size)
  for (const { entry, part, number, first } of reports) {
    const from = segments[part]!.firstPassages[number]!
    for (let i = 0; i < entry.passages; i++) {
      parts[part]!.positions[from + i] = first + i
      partOf[first + i] = part
      placeOf[first + i] = from + i
    }
  }
  const byId = new Map(reports.map((report) => [report.entry.id, report]))
  const positionsOf = (among: Reports): Positions => {
    const chosen = reports.filter(({ entry }) => among.has(entry.id))
    const positions = new Uint32Array(chosen.reduce((sum, { entry }) => sum + entry.passages, 0))
    let at = 0
    for (const { entry, first } of chosen) for (let i = 0; i < entry.passages; i++) positions[at++] = first + i
    return positions
  }
  const words = joinWords(
    parts.map(({ segment: { postings }, positions }) => ({ postings, positions })),
    size,
    (position) => ({ part: partOf[position]!, place: placeOf[position]! }),
  )
  const read = <T>(positions: readonly number[], of: (segment: OpenSegment, place: number) => Promise<T>) =>
    Promise.all(positions.map((position) => of(segments[partOf[position]!]!, placeOf[position]!)))
  const positionFor = passageFinder(parts)
  const placeFor = (id: string): Place => {
    const found = byId.get(id)
    if (!found) throw new Error(`the index holds no report ${id}`)
    return found
  }
  return {
    size,
    reports: new Map(reports.map(({ entry }) => [entry.id, entry])),
    vectors: joinVectors(parts, partOf, placeOf, dimensions, positionsOf),
    words: {
      search: async (terms, count, among) => words.search(terms, count, among && positionsOf(among)),
      scores: async (terms, positions) => words.scores(terms, positions),
      weight: words.weight,
    },
    passages: (positions) => read(positions, (segment, place) => segment.passage(place)),
    tokens: (positions) => read(positions, (segment, place) => segment.tokens(place)),
    report: cachedReports(async (id) => {
      const { part, number } = placeFor(id)
      return segments[part]!.report(number)
    }),
    async placesOf(id) {
      const { part, number } = placeFor(id)
      const bytes = await segments[part]!.places(number)
      return bytes.length > 0 ? decodePlaces(bytes) : null
    },
    async find(id): Promise<Passage | null> {
      const position = await positionFor(id)
      return position === null ? null : segments[partOf[position]!]!.passage(placeOf[position]!)
    },
  }
}

/** The reports in force in the order of their files. */
function inOrder(records: readonly SegmentRecord[]) {
  const all = records.flatMap(({ reports }, part) => reports.map((record) => ({ record, part })))
  return all.sort((a, b) => (a.record.file < b.record.file ? -1 : 1))
}

/** Finds passages by id. The ids are read when the first button or link is pressed: few questions need them. */
function passageFinder(parts: readonly Part[]): (id: string) => Promise<number | null> {
  const read = async () => {
    const byId = new Map<string, number>()
    const byWords = new Map<string, number>()
    for (const { segment, positions } of parts) {
      for (const [place, id] of (await segment.ids()).entries()) {
        if (positions[place]! < 0) continue
        byId.set(id, positions[place]!)
        byWords.set(wordsOf(id), positions[place]!)
      }
    }
    return { byId, byWords }
  }
  let reading: ReturnType<typeof read> | undefined
  return async (id) => {
    reading ??= read().catch((error) => {
      reading = undefined
      throw error
    })
    const { byId, byWords } = await reading
    return byId.get(id) ?? byWords.get(wordsOf(id)) ?? null
  }
}

function joinVectors(
  parts: readonly Part[],
  partOf: Uint16Array,
  placeOf: Uint32Array,
  dimensions: number,
  positionsOf: (among: Reports) => Positions,
): VectorIndex<Reports> {
  const inForce = parts.map(({ positions }) =>
    positions.includes(-1) ? Uint32Array.from(positions.keys()).filter((place) => positions[place]! >= 0) : undefined,
  )
  /** The places in each part of positions of the index. */
  const placesOf = (among: Positions) => {
    const places: number[][] = parts.map(() => [])
    for (const position of among) places[partOf[position]!]!.push(placeOf[position]!)
    return places.map((own) => Uint32Array.from(own).sort())
  }
  return {
    engine: parts.length > 0 && parts.every(({ segment }) => segment.nearest.engine === 'hnsw') ? 'hnsw' : 'exact',
    size: partOf.length,
    dimensions,
    similarities: async (vector, positions) =>
      Float64Array.from(positions, (position) =>
        parts[partOf[position]!]!.segment.nearest.similarity(vector, placeOf[position]!),
      ),
    async search(vector, count, among) {
      const allowed = among ? placesOf(positionsOf(among)) : inForce
      const searched = parts.map(async ({ segment, positions }, part) => {
        const found = await segment.nearest.search(vector, count, allowed[part])
        return found.map(({ passage, similarity }): Neighbour => ({ passage: positions[passage]!, similarity }))
      })
      const found = (await Promise.all(searched)).flat()
      return found.sort((a, b) => b.similarity - a.similarity || a.passage - b.passage).slice(0, count)
    },
  }
}
