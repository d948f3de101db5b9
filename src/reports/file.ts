import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { type Bilingual, errorCode, ReportError } from '../errors.ts'
import { notAFile, readBytes, readHead } from './bytes.ts'
import type { Format } from './formats/formats.ts'
import type { Metadata } from './manuscript.ts'

/** A report's file as it is on disk, not yet understood. It is plain data, so that it can be sent to another process. */
export interface ReportFile {
  /** The path on disk, of the archive or message where the file lies in one. */
  readonly path: string
  /** The path inside that archive or message, with `/`; left out for a file on disk. */
  readonly member?: string
  /** The path below the reports folder, with `/`: `FILE`, or `ARCHIVE/MEMBER`. */
  readonly file: string
  readonly id: string
  readonly bytes: number
  /** SHA-256 of the file's bytes and, behind them, its sidecar's; hexadecimal. */
  readonly sha256: string
  /** SHA-256 of the file's bytes alone. */
  readonly contentSha256: string
  readonly format: Format
  /** The statements of its sidecar. */
  readonly stated: Partial<Metadata>
  /** The encoding that its sidecar names for a text that does not state its own. */
  readonly charset?: string
  /** The paths below the reports folder of other files of the same content, which are the same report. */
  readonly copies?: readonly string[]
  /** The files on disk that it and its copies lie in, its own first, each once; left out where it has no copies. */
  readonly holders?: readonly string[]
}

/** A report's file before it has an id. */
export type FoundFile = Omit<ReportFile, 'id'>

/** The path below the reports folder of the file on disk that is the report or holds it. */
export function holderOf({ file, member }: Pick<ReportFile, 'file' | 'member'>): string {
  return member === undefined ? file : file.slice(0, -member.length - 1)
}

/** The stamp of a file on disk, which changes whenever the file is written or replaced. */
export function stampOf({ size, mtimeMs, ctimeMs, ino }: Stats): string {
  return `${size} ${mtimeMs} ${ctimeMs} ${ino}`
}

/** The stamp of the file at a path; `none` where there is none. */
export function stampAt(path: string): Promise<string> {
  return stat(path).then(stampOf, () => 'none')
}

/** Reads a report's file. @throws ReportError when it cannot be read or is larger than `maxBytes`. */
export async function readReportBytes(path: string, file: string, maxBytes: number): Promise<Buffer> {
  const found = await readBytes(path, maxBytes).catch((cause) => Promise.reject(unreadable(file, cause)))
  if (typeof found === 'number') throw tooLarge(file, found, maxBytes)
  return found
}

/** Reads the first bytes of a report's file. @param bytes their number at most @throws ReportError when it cannot be read */
export async function readReportHead(path: string, file: string, bytes: number): Promise<Buffer> {
  return readHead(path, bytes).catch((cause) => Promise.reject(unreadable(file, cause)))
}

function unreadable(file: string, cause: unknown): ReportError {
  const code = errorCode(cause)
  const text = {
    zh: `${file}:无法读取(${code})。请检查文件权限,或把它移出报告文件夹。`,
    en: `${file}: cannot be read (${code}). Check its permissions, or move it out of the reports folder.`,
  }
  return new ReportError(code === notAFile ? noFile(file) : text, { cause })
}

function noFile(file: string): Bilingual {
  return {
    zh: `${file}:应为文件,实际是管道、设备或套接字。请把它移出报告文件夹。`,
    en: `${file}: expected a file, found a pipe, a device or a socket. Move it out of the reports folder.`,
  }
}

/** The fault of a file that is larger than the limit. */
export function tooLarge(file: string, bytes: number, maxBytes: number): ReportError {
  const found = (bytes / 1024 / 1024).toFixed(0)
  const limit = (maxBytes / 1024 / 1024).toFixed(0)
  return new ReportError({
    zh: `${file}:文件过大(${found} MB,上限 ${limit} MB)。请把它拆成几个文件,或调高 MAX_FILE_MB。`,
    en: `${file}: the file is too large (${found} MB, at most ${limit} MB). Split it into several files, or raise MAX_FILE_MB.`,
  })
}
