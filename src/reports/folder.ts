import { createHash } from 'node:crypto'
import type { Dirent, Stats } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { type Bilingual, errorCode, ReportError } from '../errors.ts'
import { formatOf, isReadable, kindOf } from './formats/formats.ts'
import { defaultLimits } from './manuscript.ts'
import { readSidecar } from './sidecar.ts'
import type { Format, Metadata } from './types.ts'

/** A report's file as it is on disk, not yet understood. Plain data, so that another process can be asked to read it. */
export interface ReportFile {
  /** Where it is on disk. */
  readonly path: string
  /** The path below the reports folder, with `/`. */
  readonly file: string
  readonly id: string
  readonly bytes: number
  /** SHA-256 of the file's bytes and, behind them, its sidecar's; hexadecimal. */
  readonly sha256: string
  /** SHA-256 of the file's bytes alone. */
  readonly contentSha256: string
  readonly format: Format
  /** What its sidecar states. */
  readonly stated: Partial<Metadata>
}

/** A folder's reports in the order of their names, and the files that cannot be used, each with the reason. */
export interface ReportFolder {
  readonly files: readonly ReportFile[]
  readonly faults: readonly ReportError[]
}

/**
 * Looks through `folder` and its subfolders for reports. Hidden files, sidecars and files of other formats are
 * passed over; what looks like a report and cannot be read becomes a fault, never a silent gap.
 * @throws ReportError when the folder is missing, unreadable, or holds no report at all.
 */
export async function listReports(folder: string, maxBytes = defaultLimits.bytes): Promise<ReportFolder> {
  const entries = await readFolder(folder)
  const paths = entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => kindOf(path) !== 'other' && !/(^|[\\/])\./u.test(relative(folder, path)))
    .sort()
  const names = paths.map((path) => relative(folder, path).split(sep).join('/'))
  // A stem names a report unless another file has the same, or is itself called so.
  const taken = new Set(names)
  const stems = new Set<string>()
  for (const stem of names.filter(isReadable).map(withoutExtension)) (stems.has(stem) ? taken : stems).add(stem)
  const files: ReportFile[] = []
  const faults: ReportError[] = []
  for (const [i, path] of paths.entries()) {
    const file = names[i]!
    const stem = withoutExtension(file)
    try {
      files.push(await openReport(path, file, taken.has(stem) ? file : stem, maxBytes))
    } catch (error) {
      if (!(error instanceof ReportError)) throw error
      faults.push(error)
    }
  }
  if (paths.length === 0) throw emptyFolder(folder)
  if (files.length === 0) throw noneUsable(faults.map((fault) => fault.text))
  return { files, faults }
}

/** One file of a folder. @throws ReportError when it cannot be read or its sidecar is at fault. */
async function openReport(path: string, file: string, id: string, maxBytes: number): Promise<ReportFile> {
  const content = await readReportBytes(path, file, maxBytes)
  const sidecar = await readSidecar(path)
  const contentSha256 = createHash('sha256').update(content).digest('hex')
  const sha256 = createHash('sha256')
    .update(content)
    .update(sidecar?.bytes ?? '')
    .digest('hex')
  const format = formatOf(file, content)
  return { path, file, id, bytes: content.length, sha256, contentSha256, format, stated: sidecar?.stated ?? {} }
}

async function readFolder(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { recursive: true, withFileTypes: true })
  } catch (cause) {
    const code = errorCode(cause)
    if (code === 'ENOENT') {
      throw new ReportError(
        {
          zh: `找不到报告文件夹 ${folder}。请建立它并放入 .txt 或 .md 报告,或用 REPORTS_DIR(--reports)指定别的文件夹。`,
          en: `There is no reports folder ${folder}. Create it and put .txt or .md reports in, or name another with REPORTS_DIR (--reports).`,
        },
        { cause },
      )
    }
    throw new ReportError(
      {
        zh: `无法读取报告文件夹 ${folder}(${code})。请检查它是不是文件夹、是否有读取权限。`,
        en: `The reports folder ${folder} cannot be read (${code}). Check that it is a folder and may be read.`,
      },
      { cause },
    )
  }
}

/** The bytes of a report's file. @throws ReportError when it cannot be read or is larger than `maxBytes`. */
export async function readReportBytes(path: string, file: string, maxBytes: number): Promise<Buffer> {
  let stats: Stats
  try {
    stats = await stat(path)
    if (stats.size <= maxBytes) return await readFile(path)
  } catch (cause) {
    throw new ReportError(
      {
        zh: `${file}:无法读取(${errorCode(cause)})。请检查文件权限,或把它移出报告文件夹。`,
        en: `${file}: cannot be read (${errorCode(cause)}). Check its permissions, or move it out of the reports folder.`,
      },
      { cause },
    )
  }
  const found = (stats.size / 1024 / 1024).toFixed(0)
  const limit = (maxBytes / 1024 / 1024).toFixed(0)
  throw new ReportError({
    zh: `${file}:文件过大(${found} MB,上限 ${limit} MB)。请把它拆成几个文件,或调高 MAX_FILE_MB。`,
    en: `${file}: the file is too large (${found} MB, at most ${limit} MB). Split it into several files, or raise MAX_FILE_MB.`,
  })
}

/** The fault of a folder in which every report has a fault of its own. */
export function noneUsable(faults: readonly Bilingual[]): ReportError {
  return new ReportError({
    zh: `没有一份报告可用:\n${faults.map((fault) => fault.zh).join('\n')}`,
    en: `Not one report can be used:\n${faults.map((fault) => fault.en).join('\n')}`,
  })
}

function emptyFolder(folder: string): ReportError {
  return new ReportError({
    zh: `报告文件夹 ${folder} 里没有报告。请放入 .txt 或 .md 文件。`,
    en: `The reports folder ${folder} holds no reports. Put .txt or .md files in.`,
  })
}

function extension(path: string): string {
  return /\.[^./\\]+$/u.exec(path)?.[0].toLowerCase() ?? ''
}

function withoutExtension(path: string): string {
  return path.slice(0, path.length - extension(path).length)
}
