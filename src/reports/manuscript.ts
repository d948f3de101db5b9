import type { Bilingual } from '../errors.ts'
import type { Range } from '../text/range.ts'
import type { Line } from './lines.ts'
import type { Format, Metadata } from './types.ts'

/** A file's words as one of the readers in `formats` found them, not yet understood. */
export interface Manuscript {
  readonly format: Format
  /** The canonical text. */
  readonly text: string
  /** Its lines in reading order, with what the format tells of each. */
  readonly lines: readonly Line[]
  /** Where each page starts in `text`, the first at 0; empty where the format has no pages. */
  readonly pages: readonly number[]
  /** What OCR read with doubt, in order. */
  readonly doubtful: readonly Range[]
  /** Stretches of pages that look like tables whose columns could not be told, in order; none where it is left out. */
  readonly uncertainTables?: readonly Range[]
  /** The places of words on their pages, as `encodePlaces` writes them; null or left out where the format has none. */
  readonly places?: Uint8Array | null
  /** What the file's properties say of it. */
  readonly stated: Partial<Metadata>
  readonly notes: readonly Bilingual[]
}

/** Bounds of what one file may cost. */
export interface ReadLimits {
  /** Of the file, and of what it unpacks to. */
  readonly bytes: number
  readonly pages: number
  /** Seconds without a page finished. */
  readonly seconds: number
  /** Of the reading process, in megabytes. */
  readonly memoryMb: number
}

export const defaultLimits: ReadLimits = { bytes: 40 * 1024 * 1024, pages: 1000, seconds: 60, memoryMb: 2048 }

/** What a reader is told besides the bytes. */
export interface Reading {
  /** The file's path as people know it, for faults. */
  readonly file: string
  readonly limits: ReadLimits
  /** Told after every page, so that a long document is not taken for one that hangs. */
  readonly onPage?: (done: number, total: number) => void
}

/** Reads one format. @throws ReportError when the bytes are not of that format, damaged, locked or beyond the limits. */
export type Reader = (bytes: Uint8Array, reading: Reading) => Promise<Manuscript>
