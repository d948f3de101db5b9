import type { Bilingual } from '../errors.ts'
import type { Range } from '../text/range.ts'
import type { Line } from './lines.ts'

/** The statements on a report as a whole that its text, its file or its sidecar makes. */
export interface Metadata {
  readonly title: string
  readonly publisher?: string
  readonly district?: string
  /** The day of publication as stated, ISO 8601 where the day is known (`2023-12-19`, `2023-12`, `2023`). */
  readonly date?: string
  /** The time that the report speaks of, in its own words (`2020年及“十三五”`). */
  readonly period?: string
  /** The year in which a report that states none seems to have been written. */
  readonly inferredYear?: InferredYear
  /** The http(s) address that the file was fetched from. */
  readonly url?: string
  /** The time at which it was fetched, ISO 8601 in UTC. */
  readonly fetched?: string
}

/** A year that a report does not state as its own. */
export interface InferredYear {
  readonly year: number
  /** The words of the report from which the year is inferred. */
  readonly evidence: string
}

/** A file's words as one of the readers in `formats` found them, not yet understood. */
export interface Manuscript {
  /** The canonical text. */
  readonly text: string
  /** The lines in reading order, with the properties that the format tells. */
  readonly lines: readonly Line[]
  /** The start of each page in `text`, the first at 0; empty where the format has no pages. */
  readonly pages: readonly number[]
  /** The words that OCR read with doubt, in order. */
  readonly doubtful: readonly Range[]
  /** Stretches of pages that look like tables whose columns could not be told, in order; none where it is left out. */
  readonly uncertainTables?: readonly Range[]
  /** The places of words on their pages, as `encodePlaces` writes them; null or left out where the format has none. */
  readonly places?: Uint8Array | null
  /** The statements of the file's properties. */
  readonly stated: Partial<Metadata>
  readonly notes: readonly Bilingual[]
}

/** Passages hold whole sentences up to this many UTF-16 code units; readers divide the rows of tables to fit. */
export const maxPassageCharacters = 240

/** The text of one file, or the source that it is read from, has this many UTF-16 code units at most. */
export const maxTextCharacters = 20_000_000

/** Bounds of what one file may cost. */
export interface ReadLimits {
  /** The size of the file, and of the parts that it unpacks to. */
  readonly bytes: number
  readonly pages: number
  /** The seconds without a page finished. */
  readonly seconds: number
  /** The memory of the reading process, in megabytes. */
  readonly memoryMb: number
}

export const defaultLimits: ReadLimits = { bytes: 40 * 1024 * 1024, pages: 1000, seconds: 60, memoryMb: 2048 }

/** The settings that a reader is handed besides the bytes. */
export interface ReadContext {
  /** The file's path as people know it, for faults. */
  readonly file: string
  readonly limits: ReadLimits
  /** The encoding of a text that does not state its own, as the server stated it that the file came from. */
  readonly charset?: string
  /**
   * The function called after every page, so that a long document is not taken for one that hangs; also before the first page, with
   * `(0, 0)`, as the libraries of a reader may take long to load.
   */
  readonly onPage?: (done: number, total: number) => void
}

/** Reads one format. @throws ReportError when the bytes are of no such format, damaged, locked or beyond the limits. */
export type FormatReader = (bytes: Uint8Array, context: ReadContext) => Promise<Manuscript>

/** The files inside a file: members of an archive, or attachments of a message. */
export interface Members {
  /** Their paths inside the file, with `/`, each once, in the file's order. */
  readonly names: readonly string[]
  /** @param name one of `names` @throws ReportError when the member is damaged, locked or beyond the limits */
  read(name: string): Promise<Uint8Array>
}

/** Lists the files inside a file. @throws ReportError when the file is damaged, locked or beyond the limits */
export type MembersReader = (bytes: Uint8Array, context: ReadContext) => Promise<Members>
