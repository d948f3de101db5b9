import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Bilingual, ReportError } from '../errors.ts'
import { joinCopies } from './copies.ts'
import { type FoundFile, type ReportFile, readReportBytes, readReportHead } from './file.ts'
import { folderNotes } from './folderNotes.ts'
import { formatOf, mayBeReport } from './formats/detection.ts'
import { headBytes } from './formats/fileBytes.ts'
import { extensionOf, isReadable, kindByName, withoutExtension } from './formats/fileNames.ts'
import { readableKinds } from './formats/formats.ts'
import { defaultLimits } from './manuscript.ts'
import { orphanedSidecars, readSidecar, sidecarSuffix } from './sidecar.ts'
import { walk } from './walk.ts'

/** The content of a reports folder. */
export interface ReportFolder {
  /** The reports, in the order of their names. */
  readonly files: readonly ReportFile[]
  /** The reason for each file or subfolder that cannot be used, by its name. */
  readonly faults: ReadonlyMap<string, ReportError>
  /** Notes on how the folder was read, for people to know; nothing needs to be repaired. */
  readonly notes: readonly Bilingual[]
  /** The paths of all folders that were looked through, this one among them. */
  readonly folders: readonly string[]
}

/**
 * The reports in `folder`, at least one.
 * @throws ReportError when the folder is missing, unreadable, or holds no report that can be used.
 */
export async function listReports(folder: string, maxBytes?: number): Promise<ReportFolder> {
  const found = await lookThrough(folder, maxBytes)
  requireReports(found, folder)
  return found
}

/** @throws ReportError when what was found in `folder` holds no report that can be used. */
export function requireReports({ files, faults }: ReportFolder, folder: string): void {
  if (files.length > 0) return
  const unusable = [...faults].filter(([file]) => !file.endsWith(sidecarSuffix))
  if (unusable.length === 0) throw emptyFolder(folder)
  throw noneUsable(unusable.map(([, fault]) => fault.text))
}

/**
 * Looks through `folder` and all below it for reports. Sidecars, hidden files and files of other formats are passed over;
 * a file that looks like a report and cannot be read becomes a fault, never a silent gap. Files of the same content are one
 * report.
 *
 * @param snapshots the files at the last look, so that files which did not change are not read again; brought up to date
 * @throws ReportError when the folder is missing or unreadable.
 */
export async function lookThrough(
  folder: string,
  maxBytes = defaultLimits.bytes,
  snapshots: FileSnapshots = new Map(),
): Promise<ReportFolder> {
  const { files: names, faults: unreachable, savedPages, folders } = await walk(folder)
  const seen: FoundFile[] = []
  const unknown: string[] = []
  const faults = new Map([...orphanedSidecars(names), ...unreachable])
  for (const file of names) {
    if (kindByName(file) === 'other') continue
    try {
      const found = await lookAt(join(folder, file), file, maxBytes, snapshots)
      if (found === null) unknown.push(file)
      else seen.push(found)
    } catch (error) {
      if (!(error instanceof ReportError)) throw error
      faults.set(file, error)
    }
  }
  const present = new Set(names.map((file) => join(folder, file)))
  for (const path of snapshots.keys()) if (!present.has(path)) snapshots.delete(path)
  const reports = joinCopies(seen)
  // A file that cannot be used now keeps its name; else another report would take it and have to give it back.
  const named = [...new Set([...reports.map(({ file }) => file), ...names.filter(isReadable)])]
  const ids = new Map(reportIds(named).map((id, i) => [named[i]!, id]))
  const files = reports.map((report) => ({ ...report, id: ids.get(report.file)! }))
  return { files, faults, notes: folderNotes({ files, savedPages, unknown }), folders }
}

/** Describes a single file, which may lie anywhere. @throws ReportError when it cannot be read or its sidecar is at fault. */
export async function reportFileAt(path: string, maxBytes = defaultLimits.bytes): Promise<ReportFile> {
  const file = basename(path)
  return { ...(await readAt(path, file, maxBytes)), id: withoutExtension(file) }
}

/** The ids of reports: a file's name without its extension, unless another file has the same name or is itself called so. */
export function reportIds(files: readonly string[]): string[] {
  const taken = new Set(files)
  const stems = new Set<string>()
  for (const stem of files.map(withoutExtension)) (stems.has(stem) ? taken : stems).add(stem)
  return files.map((file) => (taken.has(withoutExtension(file)) ? file : withoutExtension(file)))
}

/** The files as they were at the last look, by their paths. `seen` is null for a file that is no report. */
export type FileSnapshots = Map<string, { readonly stamp: string; readonly seen: FoundFile | null }>

/** Describes a file, which is read only if it changed since its snapshot. @throws ReportError when it cannot be used. */
async function lookAt(
  path: string,
  file: string,
  maxBytes: number,
  snapshots: FileSnapshots,
): Promise<FoundFile | null> {
  const stamp = `${await stampOf(path)}\n${await stampOf(`${path}${sidecarSuffix}`)}`
  const last = snapshots.get(path)
  if (last?.stamp === stamp) return last.seen
  const seen = await readIfReport(path, file, maxBytes)
  snapshots.set(path, { stamp, seen })
  return seen
}

/** Null where neither the file's name nor its bytes are those of a report. @throws ReportError when it cannot be used. */
async function readIfReport(path: string, file: string, maxBytes: number): Promise<FoundFile | null> {
  if (kindByName(file) !== 'unknown') return readAt(path, file, maxBytes)
  try {
    const head = await readReportHead(path, file, headBytes)
    return mayBeReport(file, head) ? await readAt(path, file, maxBytes) : null
  } catch (error) {
    // An extension that no reader knows promises nothing, so such a file that cannot be used is no fault.
    if (error instanceof ReportError && extensionOf(file) !== '') return null
    throw error
  }
}

async function readAt(path: string, file: string, maxBytes: number): Promise<FoundFile> {
  const content = await readReportBytes(path, file, maxBytes)
  const sidecar = await readSidecar(path, file)
  const contentSha256 = createHash('sha256').update(content).digest('hex')
  const sha256 = createHash('sha256')
    .update(content)
    .update(sidecar?.bytes ?? '')
    .digest('hex')
  const format = formatOf(file, content)
  const { stated = {}, charset } = sidecar ?? {}
  const hint = charset === undefined ? {} : { charset }
  return { path, file, bytes: content.length, sha256, contentSha256, format, stated, ...hint }
}

/** The stamp of a file, which changes whenever it is written, replaced or removed. */
async function stampOf(path: string): Promise<string> {
  try {
    const { size, mtimeMs, ctimeMs, ino } = await stat(path)
    return `${size} ${mtimeMs} ${ctimeMs} ${ino}`
  } catch {
    return 'none'
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
    zh: `报告文件夹 ${folder} 里没有报告。请放入 ${readableKinds.zh}。`,
    en: `The reports folder ${folder} holds no reports. Put in ${readableKinds.en}.`,
  })
}
