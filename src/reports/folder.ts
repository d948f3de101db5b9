import { createHash } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import { type Bilingual, errorCode, ReportError } from '../errors.ts'
import { type ReportFile, readReportBytes } from './file.ts'
import { formatOf, isReadable, kindOf } from './formats/formats.ts'
import { defaultLimits } from './manuscript.ts'
import { orphanedSidecars, readSidecar, sidecarSuffix } from './sidecar.ts'

/** A folder's reports in the order of their names, and the files that cannot be used, each with the reason. */
export interface ReportFolder {
  readonly files: readonly ReportFile[]
  /** Why each of those cannot, by its file. */
  readonly faults: ReadonlyMap<string, ReportError>
}

/**
 * The reports in `folder`, at least one.
 * @throws ReportError when the folder is missing, unreadable, or holds no report that can be used.
 */
export async function listReports(folder: string, maxBytes?: number): Promise<ReportFolder> {
  const found = await lookThrough(folder, maxBytes)
  if (found.files.length > 0) return found
  const unusable = [...found.faults].filter(([file]) => !file.endsWith(sidecarSuffix))
  if (unusable.length === 0) throw emptyFolder(folder)
  throw noneUsable(unusable.map(([, fault]) => fault.text))
}

/**
 * Looks through `folder` and its subfolders for reports. Hidden files, sidecars and files of other formats are
 * passed over; what looks like a report and cannot be read becomes a fault, never a silent gap.
 *
 * @param looks what was seen at the last look, so that files which did not change are not read again
 * @throws ReportError when the folder is missing or unreadable.
 */
export async function lookThrough(
  folder: string,
  maxBytes = defaultLimits.bytes,
  looks: Looks = new Map(),
): Promise<ReportFolder> {
  const entries = await readFolder(folder)
  const visible = entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/(^|[\\/])\./u.test(relative(folder, path)))
    .sort()
  const nameOf = (path: string) => relative(folder, path).split(sep).join('/')
  const paths = visible.filter((path) => kindOf(path) !== 'other')
  const names = paths.map(nameOf)
  const ids = reportIds(names)
  const files: ReportFile[] = []
  const faults = orphanedSidecars(visible.map(nameOf))
  for (const [i, path] of paths.entries()) {
    const file = names[i]!
    try {
      files.push({ ...(await lookAt(path, file, maxBytes, looks)), id: ids[i]! })
    } catch (error) {
      if (!(error instanceof ReportError)) throw error
      faults.set(file, error)
    }
  }
  const present = new Set(paths)
  for (const path of looks.keys()) if (!present.has(path)) looks.delete(path)
  return { files, faults }
}

/** A file by itself, wherever it is. @throws ReportError when it cannot be read or its sidecar is at fault. */
export async function reportFileAt(path: string, maxBytes = defaultLimits.bytes): Promise<ReportFile> {
  const file = basename(path)
  return { ...(await lookAt(path, file, maxBytes, new Map())), id: withoutExtension(file) }
}

/** What reports of these files are called: the name without extension, unless another has the same or is itself called so. */
export function reportIds(files: readonly string[]): string[] {
  const taken = new Set(files)
  const stems = new Set<string>()
  for (const stem of files.filter(isReadable).map(withoutExtension)) (stems.has(stem) ? taken : stems).add(stem)
  return files.map((file) => (taken.has(withoutExtension(file)) ? file : withoutExtension(file)))
}

/** What was seen of each file at the last look, by its path: one that has not changed since is not read again. */
export type Looks = Map<string, { readonly stamp: string; readonly seen: Omit<ReportFile, 'id'> }>

/** One file of a folder. @throws ReportError when it cannot be read or its sidecar is at fault. */
async function lookAt(path: string, file: string, maxBytes: number, looks: Looks): Promise<Omit<ReportFile, 'id'>> {
  const stamp = `${await stampOf(path)}\n${await stampOf(`${path}${sidecarSuffix}`)}`
  const last = looks.get(path)
  if (last?.stamp === stamp) return last.seen
  const content = await readReportBytes(path, file, maxBytes)
  const sidecar = await readSidecar(path, file)
  const contentSha256 = createHash('sha256').update(content).digest('hex')
  const sha256 = createHash('sha256')
    .update(content)
    .update(sidecar?.bytes ?? '')
    .digest('hex')
  const format = formatOf(file, content)
  const seen = { path, file, bytes: content.length, sha256, contentSha256, format, stated: sidecar?.stated ?? {} }
  looks.set(path, { stamp, seen })
  return seen
}

/** Differs whenever a file was written, replaced or removed. */
async function stampOf(path: string): Promise<string> {
  try {
    const { size, mtimeMs, ctimeMs, ino } = await stat(path)
    return `${size} ${mtimeMs} ${ctimeMs} ${ino}`
  } catch {
    return 'none'
  }
}

async function readFolder(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { recursive: true, withFileTypes: true })
  } catch (cause) {
    const code = errorCode(cause)
    if (code === 'ENOENT') {
      throw new ReportError(
        {
          zh: `找不到报告文件夹 ${folder}。请建立它并放入报告,或用 REPORTS_DIR(--reports)指定别的文件夹。`,
          en: `There is no reports folder ${folder}. Create it and put reports in, or name another with REPORTS_DIR (--reports).`,
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

/** The fault of a folder in which every report has a fault of its own. */
export function noneUsable(faults: readonly Bilingual[]): ReportError {
  return new ReportError({
    zh: `没有一份报告可用:\n${faults.map((fault) => fault.zh).join('\n')}`,
    en: `Not one report can be used:\n${faults.map((fault) => fault.en).join('\n')}`,
  })
}

function emptyFolder(folder: string): ReportError {
  return new ReportError({
    zh: `报告文件夹 ${folder} 里没有报告。请放入 PDF、Word(.docx)、表格、网页、文本或图片。`,
    en: `The reports folder ${folder} holds no reports. Put in PDF, Word (.docx), spreadsheets, web pages, text or images.`,
  })
}

function extension(path: string): string {
  return /\.[^./\\]+$/u.exec(path)?.[0].toLowerCase() ?? ''
}

function withoutExtension(path: string): string {
  return path.slice(0, path.length - extension(path).length)
}
