import { wordsOf } from '../reports/passages.ts'
import type { Passage } from '../reports/types.ts'
import { decodePlaces } from '../reports/wordPlaces.ts'
import { bm25Index } from './bm25.ts'
import type { SegmentRecord } from './manifest.ts'
import { cachedPlaces, cachedReports } from './reportCache.ts'
import type { OpenSegment } from './segment.ts'
import type { Neighbour, OpenIndex, Positions, ReportEntry, Reports, VectorIndex } from './types.ts'

/** A segment, and where its passages stand in the index. */
interface PositionedSegment {
  readonly segment: OpenSegment
  /** The position in the index of each of the segment's passages; −1 where the index holds the report no more. */
  readonly positions: Int32Array
}

/** A report of the index, and where it is. */
interface LocatedReport {
  readonly entry: ReportEntry
  /** The segment that holds it, and its number among the segment's reports. */
  readonly segment: number
  readonly number: number
  /** The position of its first passage in the index. */
  readonly first: number
}

/** The segment that holds the passage at each position of the index, and its place in that segment. */
interface Locations {
  readonly segments: Uint16Array
  readonly places: Uint32Array
}

/**
 * Several segments as one index. Passages are numbered in the order of their reports' files, whatever segment holds
 * them, so an index that grew by updates answers as one that was built at once.
 */
export function joinSegments(
  records: readonly SegmentRecord[],
  segments: readonly OpenSegment[],
  dimensions: number,
): OpenIndex {
  const positioned = segments.map((segment): PositionedSegment => {
    return { segment, positions: new Int32Array(segment.size).fill(-1) }
  })
  const reports = locateReports(records, segments)
  const size = reports.reduce((sum, { entry }) => sum + entry.passages, 0)
  const locations: Locations = { segments: new Uint16Array(size), places: new Uint32Array(size) }
  for (const { entry, segment, number, first } of reports) {
    const from = segments[segment]!.firstPassages[number]!
    for (let i = 0; i < entry.passages; i++) {
      positioned[segment]!.positions[from + i] = first + i
      locations.segments[first + i] = segment
      locations.places[first + i] = from + i
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
  const words = bm25Index(
    positioned.map(({ segment: { postings }, positions }) => ({ postings, positions })),
    size,
    (position) => ({ segment: locations.segments[position]!, place: locations.places[position]! }),
  )
  const read = <T>(positions: readonly number[], of: (segment: OpenSegment, place: number) => Promise<T>) =>
    Promise.all(positions.map((at) => of(segments[locations.segments[at]!]!, locations.places[at]!)))
  const positionFor = passageFinder(positioned)
  const locatedReport = (id: string): LocatedReport => {
    const found = byId.get(id)
    if (!found) throw new Error(`the index holds no report ${id}`)
    return found
  }
  return {
    size,
    reports: new Map(reports.map(({ entry }) => [entry.id, entry])),
    vectors: joinVectors(positioned, locations, dimensions, positionsOf),
    words: {
      search: async (terms, count, among) => words.search(terms, count, among && positionsOf(among)),
      scores: async (terms, positions) => words.scores(terms, positions),
      weight: words.weight,
    },
    passages: (positions) => read(positions, (segment, place) => segment.passage(place)),
    tokens: (positions) => read(positions, (segment, place) => segment.tokens(place)),
    report: cachedReports(async (id) => {
      const { segment, number } = locatedReport(id)
      return segments[segment]!.report(number)
    }),
    placesOf: cachedPlaces(async (id) => {
      const { segment, number } = locatedReport(id)
      const bytes = await segments[segment]!.places(number)
      return bytes.length > 0 ? decodePlaces(bytes) : null
    }),
    async find(id): Promise<Passage | null> {
      const position = await positionFor(id)
      return position === null ? null : (await read([position], (segment, place) => segment.passage(place)))[0]!
    },
  }
}

/** The reports of the index in the order of their files. */
function locateReports(records: readonly SegmentRecord[], segments: readonly OpenSegment[]): LocatedReport[] {
  const numbers = segments.map(({ entries }) => new Map(entries.map(({ id }, number) => [id, number])))
  const all = records.flatMap(({ reports }, segment) => reports.map((record) => ({ record, segment })))
  const located: LocatedReport[] = []
  let first = 0
  for (const { record, segment } of all.sort((a, b) => (a.record.file < b.record.file ? -1 : 1))) {
    const number = numbers[segment]!.get(record.id)!
    const entry = { ...segments[segment]!.entries[number]!, contentSha256: record.contentSha256 }
    located.push({ entry, segment, number, first })
    first += entry.passages
  }
  return located
}

/** Finds passages by id. The ids are read when the first button or link is pressed, as few questions need them. */
function passageFinder(segments: readonly PositionedSegment[]): (id: string) => Promise<number | null> {
  const read = async () => {
    const byId = new Map<string, number>()
    const byWords = new Map<string, number>()
    for (const { segment, positions } of segments) {
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
  segments: readonly PositionedSegment[],
  locations: Locations,
  dimensions: number,
  positionsOf: (among: Reports) => Positions,
): VectorIndex<Reports> {
  /** The places in each segment that the index still holds; undefined for all. */
  const held = segments.map(({ positions }) =>
    positions.includes(-1) ? Uint32Array.from(positions.keys()).filter((place) => positions[place]! >= 0) : undefined,
  )
  const placesIn = (among: Positions) => {
    const places: number[][] = segments.map(() => [])
    for (const position of among) places[locations.segments[position]!]!.push(locations.places[position]!)
    return places.map((own) => Uint32Array.from(own).sort())
  }
  const isHnsw = segments.length > 0 && segments.every(({ segment }) => segment.nearest.engine === 'hnsw')
  return {
    engine: isHnsw ? 'hnsw' : 'exact',
    size: locations.places.length,
    dimensions,
    async similarities(vector, positions) {
      const found = new Float64Array(positions.length)
      for (let i = 0; i < positions.length; i++) {
        const { nearest } = segments[locations.segments[positions[i]!]!]!.segment
        found[i] = nearest.similarity(vector, locations.places[positions[i]!]!)
      }
      return found
    },
    async search(vector, count, among) {
      const allowed = among ? placesIn(positionsOf(among)) : held
      const searches = segments.map(async ({ segment, positions }, i) => {
        const found = await segment.nearest.search(vector, count, allowed[i])
        return found.map(({ passage, similarity }): Neighbour => ({ passage: positions[passage]!, similarity }))
      })
      const found = (await Promise.all(searches)).flat()
      return found.sort((a, b) => b.similarity - a.similarity || a.passage - b.passage).slice(0, count)
    },
  }
}
