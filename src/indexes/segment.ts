import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { syncToDisk } from '../fileSystem.ts'
import type { Passage, Report } from '../reports/types.ts'
import { words } from '../text/words.ts'
import { openParts, openRecorded, writeParts } from './chunkedFile.ts'
import { type ExactIndex, exactIndex } from './exact.ts'
import { buildHnsw, openHnsw } from './hnsw.ts'
import { type GrowingGraph, loadHnsw } from './hnswAddon.ts'
import type { SegmentRecord } from './manifest.ts'
import { inTurns, type Postings, PostingsCollector } from './postings.ts'
import {
  arrayBufferOf,
  bytesOf,
  type FileRecord,
  readRecorded,
  recordNamed,
  recordOf,
  recordOfFile,
  requireRecorded,
  writeSynced,
} from './recordedFiles.ts'
import type { PassageTokens, ReportEntry } from './types.ts'

/** A report as its segment lists it. */
export type SegmentEntry = Omit<ReportEntry, 'contentSha256'>

/**
 * What is written as a segment: some reports, never changed afterwards. An update adds a segment, and a report that
 * changed or vanished is no longer listed by the manifest. All lists are in the order of the reports, whose passages
 * stand side by side.
 */
export interface SegmentContent {
  readonly entries: readonly SegmentEntry[]
  reports(): AsyncIterable<Report> | Iterable<Report>
  passages(): AsyncIterable<Passage> | Iterable<Passage>
  tokens(): AsyncIterable<PassageTokens> | Iterable<PassageTokens>
  /** The places of each report's words, as `encodePlaces` writes them; empty where its format has none. */
  places(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>
  /** SHA-256 of what the model read for each passage, so that a later build need not embed it again. */
  inputs(): Promise<readonly string[]>
  readonly vectors: Float32Array
  /** Built over the vectors where it is left out. */
  readonly graph?: GrowingGraph
  /** Collected from the passages' words where it is left out. */
  postings?(): Promise<Generator<undefined, Postings>>
}

/** A segment as opened from disk: what every question needs is held, the rest is read when it is asked for. */
export interface OpenSegment {
  readonly entries: readonly SegmentEntry[]
  /** Where each report's passages begin. */
  readonly firstPassages: readonly number[]
  /** How many passages it has. */
  readonly size: number
  readonly vectors: Float32Array
  readonly postings: Postings
  readonly nearest: ExactIndex
  report(i: number): Promise<Report>
  passage(place: number): Promise<Passage>
  tokens(place: number): Promise<PassageTokens>
  places(i: number): Promise<Uint8Array>
  inputs(): Promise<readonly string[]>
  /** The id of every passage. */
  ids(): Promise<readonly string[]>
}

/**
 * A segment as far as another one is made of it, or Qdrant's points: neither graph nor ids. What is large is read, and
 * checked, when it is asked for first.
 */
export interface StoredSegment
  extends Pick<
    OpenSegment,
    'entries' | 'firstPassages' | 'size' | 'report' | 'passage' | 'tokens' | 'places' | 'inputs'
  > {
  vectors(): Promise<Float32Array>
  postings(): Promise<Postings>
}

/** Segments that are open, by name: what a later update or opening need not read again. */
export type SegmentCache = Map<string, OpenSegment>

/** The graph's file; absent when the build machine lacked the addon. */
export const graphFile = 'vectors.hnsw'
const entriesFile = 'reports.json'
const tokensFile = 'tokens.parts'
const placesFile = 'places.parts'
const inputsFile = 'inputs.json'
const idsFile = 'ids.json'
const lengthsFile = 'words.lengths.u32'

/**
 * Writes a segment into a new folder and returns the record of every file in it. Gives way to other work meanwhile.
 * @param signal gives it up
 */
export async function writeSegment(
  folder: string,
  content: SegmentContent,
  dimensions: number,
  signal?: AbortSignal,
): Promise<Record<string, FileRecord>> {
  await mkdir(folder)
  const ids: string[] = []
  const collector = content.postings ? null : new PostingsCollector()
  const records: Record<string, FileRecord> = {
    ...(await writeParts(folder, 'reports', inJson(content.reports()))),
    ...(await writeParts(folder, 'places', content.places())),
    ...(await writeParts(
      folder,
      'passages',
      inJson(content.passages(), (passage) => {
        signal?.throwIfAborted()
        ids.push(passage.id)
        collector?.add(words(passage.text))
      }),
    )),
    ...(await writeParts(folder, 'tokens', inBytes(content.tokens()))),
  }
  const postings = await inTurns((await content.postings?.()) ?? collector!.postings(), signal)
  // Each made in its turn, with the writing of the one before in between.
  const files: Record<string, () => string | Uint8Array | Promise<string>> = {
    [entriesFile]: () => JSON.stringify(content.entries),
    [inputsFile]: async () => JSON.stringify(await content.inputs()),
    [idsFile]: () => JSON.stringify(ids),
    'vectors.f32': () => bytesOf(content.vectors),
    'words.utf8': () => postings.terms.bytes,
    'words.starts.u32': () => bytesOf(postings.terms.starts),
    'words.offsets.u32': () => bytesOf(postings.offsets),
    'words.passages.u32': () => bytesOf(postings.passages),
    'words.counts.u16': () => bytesOf(postings.counts),
    [lengthsFile]: () => bytesOf(postings.lengths),
  }
  for (const [name, dataOf] of Object.entries(files)) {
    const data = await dataOf()
    await writeSynced(join(folder, name), data)
    records[name] = recordOf(data)
  }
  const addon = await loadHnsw(folder)
  if (addon) {
    const path = join(folder, graphFile)
    if (content.graph) await content.graph.write(path)
    else await buildHnsw(addon, content.vectors, dimensions, path, signal)
    await syncToDisk(path)
    records[graphFile] = await recordOfFile(path)
  }
  await syncToDisk(folder)
  return records
}

/** Items made before others get their turn: some ten milliseconds. */
const itemsAtATime = 32

async function* inJson<T>(items: AsyncIterable<T> | Iterable<T>, look?: (item: T) => void): AsyncIterable<Uint8Array> {
  let count = 0
  for await (const item of items) {
    if (++count % itemsAtATime === 0) await setImmediate()
    look?.(item)
    yield Buffer.from(JSON.stringify(item))
  }
}

async function* inBytes(items: AsyncIterable<PassageTokens> | Iterable<PassageTokens>): AsyncIterable<Uint8Array> {
  for await (const { starts, values } of items) yield Buffer.concat([bytesOf(starts), values])
}

/**
 * Opens a segment, every file checked against its record first; of the token vectors, which are by far the largest, the
 * size only, and each passage's checksum when it is read.
 * @throws IndexError when a file is missing, truncated or altered.
 */
export async function openSegment(
  indexFolder: string,
  record: SegmentRecord,
  dimensions: number,
): Promise<OpenSegment> {
  const { files } = record
  const folder = join(indexFolder, record.name)
  const { listed, vectorsOf, postingsOf } = readerOf(indexFolder, record)
  const list = await listed()
  /** Read later, also when an update has removed the segment meanwhile. */
  const later = async (file: string) => {
    const record = recordNamed(files, file)
    const opened = await openRecorded(join(folder, file), record, 'content')
    return async () => JSON.parse((await opened.read(0, record.bytes)).toString('utf8'))
  }
  const inputs = await later(inputsFile)
  const ids = await later(idsFile)
  const vectors = await vectorsOf()
  const reports = await openParts(folder, 'reports', files, 'content')
  const passages = await openParts(folder, 'passages', files, 'content')
  const tokens = await openParts(folder, 'tokens', files, 'size')
  const places = await openParts(folder, 'places', files, 'size')
  return {
    ...list,
    vectors,
    postings: await postingsOf(),
    nearest: await openVectors(folder, files, vectors, dimensions),
    report: async (i) => JSON.parse((await reports.at(i)).toString('utf8')),
    passage: async (place) => JSON.parse((await passages.at(place)).toString('utf8')),
    tokens: async (place) => tokensOf(await tokens.at(place), dimensions),
    places: places.at,
    inputs,
    ids,
  }
}

/**
 * Opens a segment for whoever holds the lock, so that nothing removes it meanwhile. Reports, passages and tokens are each
 * checked by a sum of their own when they are read.
 * @throws IndexError when a file is missing, truncated or altered; so do its functions, of what they read
 */
export async function openStored(
  indexFolder: string,
  record: SegmentRecord,
  dimensions: number,
): Promise<StoredSegment> {
  const { json, listed, vectorsOf, postingsOf } = readerOf(indexFolder, record)
  const parts = (name: string) => once(() => openParts(join(indexFolder, record.name), name, record.files, 'size'))
  const reports = parts('reports')
  const passages = parts('passages')
  const tokens = parts('tokens')
  const places = parts('places')
  return {
    ...(await listed()),
    vectors: once(vectorsOf),
    postings: postingsOf,
    report: async (i) => JSON.parse((await (await reports()).at(i)).toString('utf8')),
    passage: async (place) => JSON.parse((await (await passages()).at(place)).toString('utf8')),
    tokens: async (place) => tokensOf(await (await tokens()).at(place), dimensions),
    places: async (i) => (await places()).at(i),
    inputs: () => json(inputsFile),
  }
}

/** An open segment, for whoever makes another of it. */
export function storedOf({ vectors, postings, ...segment }: OpenSegment): StoredSegment {
  return { ...segment, vectors: async () => vectors, postings: async () => postings }
}

/** Reads a segment's files whole, each checked against its record. */
function readerOf(indexFolder: string, { name, files }: SegmentRecord) {
  const read = (file: string) => readRecorded(join(indexFolder, name, file), recordNamed(files, file))
  const json = async (file: string) => JSON.parse((await read(file)).toString('utf8'))
  const memory = async (file: string) => arrayBufferOf(await read(file))
  return {
    json,
    /** Its reports, and where each one's passages begin. */
    async listed() {
      const entries = (await json(entriesFile)) as SegmentEntry[]
      const firstPassages: number[] = []
      let size = 0
      for (const { passages } of entries) {
        firstPassages.push(size)
        size += passages
      }
      return { entries, firstPassages, size }
    },
    vectorsOf: async () => new Float32Array(await memory('vectors.f32')),
    postingsOf: async (): Promise<Postings> => ({
      terms: { bytes: await read('words.utf8'), starts: new Uint32Array(await memory('words.starts.u32')) },
      offsets: new Uint32Array(await memory('words.offsets.u32')),
      passages: new Uint32Array(await memory('words.passages.u32')),
      counts: new Uint16Array(await memory('words.counts.u16')),
      lengths: new Uint32Array(await memory(lengthsFile)),
    }),
  }
}

/** Does the work when it is asked for first, and once. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined
  return () => {
    done ??= work()
    return done
  }
}

/** A token takes two bytes for its start and half a byte a component. */
function tokensOf(part: Buffer, dimensions: number): PassageTokens {
  const count = part.length / (2 + dimensions / 2)
  const starts = new Uint16Array(count)
  bytesOf(starts).set(part.subarray(0, count * 2))
  return { starts, values: part.subarray(count * 2) }
}

/** The graph where it was built and can be loaded here, exact search otherwise. */
async function openVectors(
  folder: string,
  files: SegmentRecord['files'],
  vectors: Float32Array,
  dimensions: number,
): Promise<ExactIndex> {
  const graph = files[graphFile]
  const path = join(folder, graphFile)
  if (graph) await requireRecorded(path, graph, 'content')
  const addon = graph && (await loadHnsw(folder))
  return addon ? openHnsw(addon, path, vectors, dimensions) : exactIndex(vectors, dimensions)
}

/** How many passages a segment has, those that are no longer in force among them. */
export function passagesIn({ files }: SegmentRecord): number {
  return recordNamed(files, lengthsFile).bytes / Uint32Array.BYTES_PER_ELEMENT
}

/**
 * What a segment lists, without opening it: its reports, and the number of terms of each passage.
 * @throws IndexError when a file is missing or altered
 */
export async function readListed(
  indexFolder: string,
  { name, files }: SegmentRecord,
): Promise<{ entries: readonly SegmentEntry[]; lengths: Uint32Array }> {
  const read = (file: string) => readRecorded(join(indexFolder, name, file), recordNamed(files, file))
  const entries = JSON.parse((await read(entriesFile)).toString('utf8')) as SegmentEntry[]
  return { entries, lengths: new Uint32Array(arrayBufferOf(await read(lengthsFile))) }
}

/**
 * Reads what opening leaves to the checksums of its parts.
 * @throws IndexError when it was altered
 */
export async function requireWhole(indexFolder: string, records: readonly SegmentRecord[]): Promise<void> {
  for (const { name, files } of records) {
    for (const file of [tokensFile, placesFile])
      await requireRecorded(join(indexFolder, name, file), recordNamed(files, file), 'content')
  }
}

/** Opens the segments of a manifest that are not yet in `cache`, and drops from it those that the manifest lacks. */
export async function openSegments(
  indexFolder: string,
  records: readonly SegmentRecord[],
  dimensions: number,
  cache: SegmentCache,
): Promise<OpenSegment[]> {
  const opened: OpenSegment[] = []
  for (const record of records) {
    const segment = cache.get(record.name) ?? (await openSegment(indexFolder, record, dimensions))
    cache.set(record.name, segment)
    opened.push(segment)
  }
  const named = new Set(records.map(({ name }) => name))
  for (const name of cache.keys()) if (!named.has(name)) cache.delete(name)
  return opened
}
