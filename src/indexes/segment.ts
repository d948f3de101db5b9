import { join } from 'node:path'
import type { Passage, Report } from '../reports/types.ts'
import { openChunks, openRecorded } from './chunkedFile.ts'
import { type ExactIndex, exactIndex } from './exact.ts'
import { openHnsw } from './hnsw.ts'
import { loadHnsw } from './hnswAddon.ts'
import type { SegmentRecord } from './manifest.ts'
import type { Postings } from './postings.ts'
import { bytesOf, recordNamed, requireRecorded } from './recordedFiles.ts'
import { type SegmentListing, segmentFiles, segmentReader } from './segmentFiles.ts'
import type { PassageTokens } from './types.ts'

/** The content of a segment that both kinds of opening give in the same way, read when it is asked for. */
interface SegmentContents extends SegmentListing {
  report(number: number): Promise<Report>
  passage(place: number): Promise<Passage>
  tokens(place: number): Promise<PassageTokens>
  /** The places of a report's words, as `encodePlaces` writes them; empty where its format has none. */
  places(number: number): Promise<Uint8Array>
  /** SHA-256 of the text that the model read for each passage. */
  inputs(): Promise<readonly string[]>
}

/** A segment for questions. It holds in memory the parts that every question needs, and reads the rest when asked. */
export interface OpenSegment extends SegmentContents {
  readonly vectors: Float32Array
  readonly postings: Postings
  readonly nearest: ExactIndex
  /** The id of every passage. */
  ids(): Promise<readonly string[]>
}

/**
 * A segment that another one, or Qdrant's points, is made of: it has neither graph nor ids, and all that is large is
 * read, and checked, when it is first asked for.
 */
export interface StoredSegment extends SegmentContents {
  vectors(): Promise<Float32Array>
  postings(): Promise<Postings>
}

/**
 * Opens a segment. Every file is checked against its record first; of the token vectors and places, by far the largest,
 * only the size, and each chunk's checksum when it is read.
 *
 * @throws IndexError when a file is missing, truncated or altered.
 */
export async function openSegment(
  indexFolder: string,
  record: SegmentRecord,
  dimensions: number,
): Promise<OpenSegment> {
  const { files } = record
  const folder = join(indexFolder, record.name)
  const reader = segmentReader(indexFolder, record)
  const listing = await reader.listing()
  /** Reads a file later, which works also when an update has removed the segment meanwhile. */
  const later = async (file: string) => {
    const record = recordNamed(files, file)
    const opened = await openRecorded(join(folder, file), record, 'content')
    return async () => JSON.parse((await opened.read(0, record.bytes)).toString('utf8'))
  }
  const inputs = await later(segmentFiles.inputs)
  const ids = await later(segmentFiles.ids)
  const vectors = await reader.vectors()
  const reports = await openChunks(folder, 'reports', files, 'content')
  const passages = await openChunks(folder, 'passages', files, 'content')
  const tokens = await openChunks(folder, 'tokens', files, 'size')
  const places = await openChunks(folder, 'places', files, 'size')
  return {
    ...listing,
    vectors,
    postings: await reader.postings(),
    nearest: await openVectors(folder, files, vectors, dimensions),
    report: async (number) => JSON.parse((await reports.at(number)).toString('utf8')),
    passage: async (place) => JSON.parse((await passages.at(place)).toString('utf8')),
    tokens: async (place) => tokensOf(await tokens.at(place), dimensions),
    places: places.at,
    inputs,
    ids,
  }
}

/**
 * Opens a segment for a holder of the build lock, so that nothing removes it meanwhile. Each report, passage and list
 * of tokens has a checksum of its own, which is compared when it is read.
 *
 * @throws IndexError when a file is missing, truncated or altered; so do the segment's functions
 */
export async function openStored(
  indexFolder: string,
  record: SegmentRecord,
  dimensions: number,
): Promise<StoredSegment> {
  const reader = segmentReader(indexFolder, record)
  const chunks = (name: string) => once(() => openChunks(join(indexFolder, record.name), name, record.files, 'size'))
  const reports = chunks('reports')
  const passages = chunks('passages')
  const tokens = chunks('tokens')
  const places = chunks('places')
  return {
    ...(await reader.listing()),
    vectors: once(reader.vectors),
    postings: reader.postings,
    report: async (number) => JSON.parse((await (await reports()).at(number)).toString('utf8')),
    passage: async (place) => JSON.parse((await (await passages()).at(place)).toString('utf8')),
    tokens: async (place) => tokensOf(await (await tokens()).at(place), dimensions),
    places: async (number) => (await places()).at(number),
    inputs: reader.inputs,
  }
}

/** An open segment as one that others are made of. */
export function storedOf({ vectors, postings, ...segment }: OpenSegment): StoredSegment {
  return { ...segment, vectors: async () => vectors, postings: async () => postings }
}

/** Calls `work` at the first call, and answers every call with its result. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined
  return () => {
    done ??= work()
    return done
  }
}

/** A token takes two bytes for its start and half a byte a component. */
function tokensOf(chunk: Buffer, dimensions: number): PassageTokens {
  const count = chunk.length / (2 + dimensions / 2)
  const starts = new Uint16Array(count)
  bytesOf(starts).set(chunk.subarray(0, count * 2))
  return { starts, values: chunk.subarray(count * 2) }
}

/** The graph where it was built and the addon can be loaded here; exact search otherwise. */
async function openVectors(
  folder: string,
  files: SegmentRecord['files'],
  vectors: Float32Array,
  dimensions: number,
): Promise<ExactIndex> {
  const graph = files[segmentFiles.graph]
  const path = join(folder, segmentFiles.graph)
  if (graph) await requireRecorded(path, graph, 'content')
  const addon = graph && (await loadHnsw(folder))
  return addon ? openHnsw(addon, path, vectors, dimensions) : exactIndex(vectors, dimensions)
}

/**
 * Reads the chunked files of which opening a segment checks the size only.
 * @throws IndexError when one was altered
 */
export async function requireWholeChunks(indexFolder: string, records: readonly SegmentRecord[]): Promise<void> {
  for (const { name, files } of records) {
    for (const file of ['tokens.parts', 'places.parts'])
      await requireRecorded(join(indexFolder, name, file), recordNamed(files, file), 'content')
  }
}
