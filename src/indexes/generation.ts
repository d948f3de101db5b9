import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Passage, Report } from '../reports/types.ts'
import { type FileRecord, readRecorded, recordOf, syncToDisk, writeSynced } from './files.ts'
import { buildHnsw, loadHnsw } from './hnsw.ts'
import type { Manifest } from './manifest.ts'
import type { TokenArrays } from './tokens.ts'
import type { Postings } from './words.ts'

/** The content of one build. Positions agree across all lists. */
export interface Generation {
  readonly reports: readonly Report[]
  readonly passages: readonly Passage[]
  /** SHA-256 of what the model read for each passage, so that a later build need not embed it again. */
  readonly inputs: readonly string[]
  readonly vectors: Float32Array
  readonly tokens: TokenArrays
  readonly postings: Postings
}

/** The graph's file; absent when the build machine lacked the addon. */
export const graphFile = 'vectors.hnsw'

/** Writes a generation into a new folder and returns the record of every file in it. */
export async function writeGeneration(
  folder: string,
  generation: Generation,
  dimensions: number,
): Promise<Record<string, FileRecord>> {
  const { reports, passages, inputs, vectors, tokens, postings } = generation
  const files: Record<string, string | Uint8Array> = {
    'reports.json': JSON.stringify(reports),
    'passages.json': JSON.stringify({ passages, inputs }),
    'vectors.f32': bytesOf(vectors),
    'tokens.offsets.u32': bytesOf(tokens.offsets),
    'tokens.starts.u16': bytesOf(tokens.starts),
    'tokens.i8': bytesOf(tokens.values),
    'words.json': JSON.stringify(postings.terms),
    'words.offsets.u32': bytesOf(postings.offsets),
    'words.passages.u32': bytesOf(postings.passages),
    'words.counts.u16': bytesOf(postings.counts),
    'words.lengths.u32': bytesOf(postings.lengths),
  }
  const records: Record<string, FileRecord> = {}
  await mkdir(folder)
  for (const [name, data] of Object.entries(files)) {
    await writeSynced(join(folder, name), data)
    records[name] = recordOf(data)
  }
  const addon = await loadHnsw()
  if (addon) {
    const path = join(folder, graphFile)
    buildHnsw(addon, vectors, dimensions, path)
    await syncToDisk(path)
    records[graphFile] = recordOf(await readFile(path))
  }
  await syncToDisk(folder)
  return records
}

/**
 * Reads a generation back, every file checked against its record first.
 * @throws IndexError when a file is missing, truncated or altered.
 */
export async function readGeneration(indexFolder: string, manifest: Manifest): Promise<Generation> {
  const read = (name: string) =>
    readRecorded(join(indexFolder, manifest.generation, name), manifest.files[name] ?? { bytes: 0, sha256: '' })
  const json = async (name: string) => JSON.parse((await read(name)).toString('utf8'))
  const { passages, inputs } = (await json('passages.json')) as Pick<Generation, 'passages' | 'inputs'>
  return {
    reports: (await json('reports.json')) as Report[],
    passages,
    inputs,
    vectors: new Float32Array(aligned(await read('vectors.f32'))),
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
  }
}

/** Removes every generation but `kept`, and what crashed builds left behind. */
export async function removeOthers(indexFolder: string, kept: string): Promise<void> {
  for (const name of await readdir(indexFolder)) {
    if (
      (/^g-[0-9a-f]{16}$/u.test(name) && name !== kept) ||
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
