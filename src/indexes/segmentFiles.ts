import { join } from 'node:path'
import type { SegmentRecord } from './manifest.ts'
import type { Postings } from './postings.ts'
import { arrayBufferOf, readRecorded, recordNamed } from './recordedFiles.ts'
import type { ReportEntry } from './types.ts'

/** The files of a segment, beside those of the chunked files `reports`, `passages`, `tokens` and `places`. */
export const segmentFiles = {
  entries: 'reports.json',
  /** SHA-256 of the text that the model read for each passage. */
  inputs: 'inputs.json',
  ids: 'ids.json',
  vectors: 'vectors.f32',
  /** Absent where the machine that built the segment lacked the addon. */
  graph: 'vectors.hnsw',
  terms: 'words.utf8',
  termStarts: 'words.starts.u32',
  offsets: 'words.offsets.u32',
  passages: 'words.passages.u32',
  counts: 'words.counts.u16',
  lengths: 'words.lengths.u32',
} as const

/** A report as its segment lists it. */
export type SegmentEntry = Omit<ReportEntry, 'contentSha256'>

/** The reports of a segment, and where their passages lie. */
export interface SegmentListing {
  readonly entries: readonly SegmentEntry[]
  /** The place of each report's first passage. */
  readonly firstPassages: readonly number[]
  /** The number of passages, those of reports that the manifest lists no more among them. */
  readonly size: number
}

/** The number of passages of a segment, those of reports that the manifest lists no more among them. */
export function passageCount({ files }: SegmentRecord): number {
  return recordNamed(files, segmentFiles.lengths).bytes / Uint32Array.BYTES_PER_ELEMENT
}

/** Reads a segment's files whole, each checked against its record. All functions throw IndexError for damage. */
export function segmentReader(indexFolder: string, { name, files }: SegmentRecord) {
  const read = (file: string) => readRecorded(join(indexFolder, name, file), recordNamed(files, file))
  const json = async (file: string) => JSON.parse((await read(file)).toString('utf8'))
  const memory = async (file: string) => arrayBufferOf(await read(file))
  const lengths = async () => new Uint32Array(await memory(segmentFiles.lengths))
  return {
    async listing(): Promise<SegmentListing> {
      const entries = (await json(segmentFiles.entries)) as SegmentEntry[]
      const firstPassages: number[] = []
      let size = 0
      for (const { passages } of entries) {
        firstPassages.push(size)
        size += passages
      }
      return { entries, firstPassages, size }
    },
    inputs: (): Promise<string[]> => json(segmentFiles.inputs),
    vectors: async () => new Float32Array(await memory(segmentFiles.vectors)),
    /** The number of terms of each passage. */
    lengths,
    postings: async (): Promise<Postings> => ({
      terms: { bytes: await read(segmentFiles.terms), starts: new Uint32Array(await memory(segmentFiles.termStarts)) },
      offsets: new Uint32Array(await memory(segmentFiles.offsets)),
      passages: new Uint32Array(await memory(segmentFiles.passages)),
      counts: new Uint16Array(await memory(segmentFiles.counts)),
      lengths: await lengths(),
    }),
  }
}
