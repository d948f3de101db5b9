import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Passage, Report } from '../reports/types.ts'
import { words } from '../text/words.ts'
import { exactIndex } from './exact.ts'
import { type FileRecord, readRecorded, recordOf, syncToDisk, writeSynced } from './files.ts'
import { buildHnsw, loadHnsw, openHnsw } from './hnsw.ts'
import type { SegmentRecord } from './manifest.ts'
import type { TokenArrays } from './tokens.ts'
import type { VectorIndex } from './types.ts'
import { type Postings, PostingsCollector } from './words.ts'

/**
 * Some reports of an index, never changed once written: an update adds a segment, and a report that changed or
 * vanished is no longer listed by the manifest. Positions agree across all lists.
 */
export interface Segment {
  readonly reports: readonly Report[]
  readonly passages: readonly Passage[]
  /** SHA-256 of what the model read for each passage, so that a later build need not embed it again. */
  readonly inputs: readonly string[]
  readonly vectors: Float32Array
  readonly tokens: TokenArrays
}

/** A segment as opened from disk. */
export interface OpenSegment extends Segment {
  readonly postings: Postings
  readonly nearest: VectorIndex
}

/** Segments that are open, by name: what a later update or opening need not read again. */
export type SegmentCache = Map<string, OpenSegment>

/** The graph's file; absent when the build machine lacked the addon. */
export const graphFile = 'vectors.hnsw'

/**
 * Writes a segment into a new folder and returns the record of every file in it. Gives way to other work meanwhile.
 * @param signal gives it up
 */
export async function writeSegment(
  folder: string,
  { reports, passages, inputs, vectors, tokens }: Segment,
  dimensions: number,
  signal?: AbortSignal,
): Promise<Record<string, FileRecord>> {
  const postings = await postingsOf(passages)
  signal?.throwIfAborted()
  // Each made in its turn, with the writing of the one before in between.
  const files: Record<string, () => string | Uint8Array> = {
    'reports.json': () => JSON.stringify(reports),
    'passages.json': () => JSON.stringify({ passages, inputs }),
    'vectors.f32': () => bytesOf(vectors),
    'tokens.offsets.u32': () => bytesOf(tokens.offsets),
    'tokens.starts.u16': () => bytesOf(tokens.starts),
    'tokens.i8': () => bytesOf(tokens.values),
    'words.json': () => JSON.stringify(postings.terms),
    'words.offsets.u32': () => bytesOf(postings.offsets),
    'words.passages.u32': () => bytesOf(postings.passages),
    'words.counts.u16': () => bytesOf(postings.counts),
    'words.lengths.u32': () => bytesOf(postings.lengths),
  }
  const records: Record<string, FileRecord> = {}
  await mkdir(folder)
  for (const [name, content] of Object.entries(files)) {
    const data = content()
    await writeSynced(join(folder, name), data)
    records[name] = recordOf(data)
  }
  const addon = await loadHnsw()
  if (addon) {
    const path = join(folder, graphFile)
    await buildHnsw(addon, vectors, dimensions, path, signal)
    await syncToDisk(path)
    records[graphFile] = recordOf(await readFile(path))
  }
  await syncToDisk(folder)
  return records
}

/** Passages read before others get their turn: some ten milliseconds. */
const passagesAtATime = 32

async function postingsOf(passages: readonly Passage[]): Promise<Postings> {
  const collector = new PostingsCollector()
  for (const [i, { text }] of passages.entries()) {
    if (i % passagesAtATime === passagesAtATime - 1) await setImmediate()
    collector.add(words(text))
  }
  return collector.postings()
}

/**
 * Opens a segment, every file checked against its record first.
 * @throws IndexError when a file is missing, truncated or altered.
 */
export async function openSegment(
  indexFolder: string,
  record: SegmentRecord,
  dimensions: number,
): Promise<OpenSegment> {
  const { name, files } = record
  const read = (file: string) => readRecorded(join(indexFolder, name, file), files[file] ?? { bytes: 0, sha256: '' })
  const json = async (file: string) => JSON.parse((await read(file)).toString('utf8'))
  const { passages, inputs } = (await json('passages.json')) as Pick<Segment, 'passages' | 'inputs'>
  const vectors = new Float32Array(aligned(await read('vectors.f32')))
  return {
    reports: (await json('reports.json')) as Report[],
    passages,
    inputs,
    vectors,
    tokens: {
      offsets: new Uint32Array(aligned(await read('tokens.offsets.u32'))),
      starts: new Uint16Array(aligned(await read('tokens.starts.u16'))),
      values: new Int8Array(aligned(await read('tokens.i8'))),
    },
    postings: {
      terms: (await json('words.json')) as string[],
      offsets: new Uint32Array(aligned(await read('words.offsets.u32'))),
      passages: new Uint32Array(aligned(await read('words.passages.u32'))),
      counts: new Uint16Array(aligned(await read('words.counts.u16'))),
      lengths: new Uint32Array(aligned(await read('words.lengths.u32'))),
    },
    nearest: await openVectors(indexFolder, record, vectors, dimensions),
  }
}

/** The graph where it was built and can be loaded here, exact search otherwise. */
async function openVectors(
  indexFolder: string,
  { name, files }: SegmentRecord,
  vectors: Float32Array,
  dimensions: number,
): Promise<VectorIndex> {
  const graph = files[graphFile]
  const path = join(indexFolder, name, graphFile)
  if (graph) await readRecorded(path, graph)
  const addon = graph && (await loadHnsw())
  return addon ? openHnsw(addon, path, vectors, dimensions) : exactIndex(vectors, dimensions)
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

/** Removes every segment but `kept`, and what crashed builds left behind. */
export async function removeOthers(indexFolder: string, kept: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(indexFolder)) {
    if (
      (/^g-[0-9a-f]{16}$/u.test(name) && !kept.has(name)) ||
      /^manifest\.json\.\d+\.tmp$/u.test(name) ||
      /^\.lock\.\d+\.[0-9a-f-]{36}$/u.test(name)
    ) {
      await rm(join(indexFolder, name), { recursive: true, force: true })
    }
  }
}

function bytesOf(array: NodeJS.TypedArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

/** The memory behind a buffer, copied only where it shares a pool. Numbers are little-endian, as on every machine Node runs on here. */
function aligned(buffer: Buffer): ArrayBuffer {
  const { buffer: memory, byteOffset, byteLength } = buffer
  const isWhole = byteOffset === 0 && byteLength === memory.byteLength
  return (isWhole ? memory : memory.slice(byteOffset, byteOffset + byteLength)) as ArrayBuffer
}
