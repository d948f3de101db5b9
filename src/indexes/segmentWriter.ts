import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { syncToDisk } from '../fileSystem.ts'
import { hashFile } from '../hashFile.ts'
import type { Passage, Report } from '../reports/types.ts'
import { words } from '../text/words.ts'
import { writeChunks } from './chunkedFile.ts'
import type { IndexFolder } from './folder.ts'
import { buildHnsw } from './hnsw.ts'
import { type GrowingGraph, loadHnsw } from './hnswAddon.ts'
import type { SegmentRecord } from './manifest.ts'
import { inSlices, type Postings, PostingsCollector } from './postings.ts'
import { bytesOf, type FileRecord, recordOf, writeSynced } from './recordedFiles.ts'
import { type SegmentEntry, segmentFiles } from './segmentFiles.ts'
import type { PassageTokens } from './types.ts'

/**
 * The content of a segment to be written: some reports, never changed afterwards. An update adds a segment, and the
 * manifest lists a report that changed or vanished no more. All lists are in the order of the reports, whose passages
 * stand side by side.
 */
export interface SegmentContent {
  readonly entries: readonly SegmentEntry[]
  reports(): AsyncIterable<Report> | Iterable<Report>
  passages(): AsyncIterable<Passage> | Iterable<Passage>
  tokens(): AsyncIterable<PassageTokens> | Iterable<PassageTokens>
  /** The places of each report's words, as `encodePlaces` writes them; empty where its format has none. */
  places(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>
  /** SHA-256 of the text that the model read for each passage, so that a later build need not embed it again. */
  inputs(): Promise<readonly string[]>
  readonly vectors: Float32Array
  /** Built over the vectors where it is left out. */
  readonly graph?: GrowingGraph
  /** Collected from the passages' words where it is left out. */
  postings?(): Promise<Generator<undefined, Postings>>
}

type ReportNames = Omit<SegmentRecord['reports'][number], 'passages'>

/** Writes segments that no manifest names yet. */
export interface SegmentWriter {
  write(content: SegmentContent, reports: readonly ReportNames[]): Promise<SegmentRecord>
  /** Removes all that was written, after an update failed. The next build removes what cannot be removed now. */
  discard(): Promise<void>
}

/** @param signal gives the writing up */
export function createSegmentWriter({ path, dimensions }: IndexFolder, signal?: AbortSignal): SegmentWriter {
  const begun: string[] = []
  return {
    async write(content, reports) {
      const name = `g-${randomBytes(8).toString('hex')}`
      begun.push(name)
      const files = await writeSegment(join(path, name), content, dimensions, signal)
      const counts = new Map(content.entries.map(({ id, passages }) => [id, passages]))
      const named = reports.map(({ file, id, sha256, contentSha256 }) => {
        return { file, id, sha256, contentSha256, passages: counts.get(id)! }
      })
      return { name, reports: named, files }
    },
    async discard() {
      for (const name of begun) await rm(join(path, name), { recursive: true, force: true }).catch(() => undefined)
    },
  }
}

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
    ...(await writeChunks(folder, 'reports', inJson(content.reports()))),
    ...(await writeChunks(folder, 'places', content.places())),
    ...(await writeChunks(
      folder,
      'passages',
      inJson(content.passages(), (passage) => {
        signal?.throwIfAborted()
        ids.push(passage.id)
        collector?.add(words(passage.text))
      }),
    )),
    ...(await writeChunks(folder, 'tokens', inBytes(content.tokens()))),
  }
  const postings = await inSlices((await content.postings?.()) ?? collector!.postings(), signal)
  // The data of a file is made only once the file before it is written, so that less is in memory.
  const files: Record<string, () => string | Uint8Array | Promise<string>> = {
    [segmentFiles.entries]: () => JSON.stringify(content.entries),
    [segmentFiles.inputs]: async () => JSON.stringify(await content.inputs()),
    [segmentFiles.ids]: () => JSON.stringify(ids),
    [segmentFiles.vectors]: () => bytesOf(content.vectors),
    [segmentFiles.terms]: () => postings.terms.bytes,
    [segmentFiles.termStarts]: () => bytesOf(postings.terms.starts),
    [segmentFiles.offsets]: () => bytesOf(postings.offsets),
    [segmentFiles.passages]: () => bytesOf(postings.passages),
    [segmentFiles.counts]: () => bytesOf(postings.counts),
    [segmentFiles.lengths]: () => bytesOf(postings.lengths),
  }
  for (const [name, dataOf] of Object.entries(files)) {
    const data = await dataOf()
    await writeSynced(join(folder, name), data)
    records[name] = recordOf(data)
  }
  const addon = await loadHnsw(folder)
  if (addon) {
    const path = join(folder, segmentFiles.graph)
    if (content.graph) await content.graph.write(path)
    else await buildHnsw(addon, content.vectors, dimensions, path, signal)
    await syncToDisk(path)
    records[segmentFiles.graph] = await hashFile(path)
  }
  await syncToDisk(folder)
  return records
}

/** Items made before other work gets its turn; they take some ten milliseconds. */
const itemsPerSlice = 32

async function* inJson<T>(items: AsyncIterable<T> | Iterable<T>, look?: (item: T) => void): AsyncIterable<Uint8Array> {
  let count = 0
  for await (const item of items) {
    if (++count % itemsPerSlice === 0) await setImmediate()
    look?.(item)
    yield Buffer.from(JSON.stringify(item))
  }
}

async function* inBytes(items: AsyncIterable<PassageTokens> | Iterable<PassageTokens>): AsyncIterable<Uint8Array> {
  for await (const { starts, values } of items) yield Buffer.concat([bytesOf(starts), values])
}
