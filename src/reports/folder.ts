import { createHash } from 'node:crypto'
import { basename, join } from 'node:path'
import { type Bilingual, ReportError } from '../errors.ts'
import { joinCopies } from './copies.ts'
import { type FoundFile, type ReportFile, readReportBytes, readReportHead, stampAt } from './file.ts'
import { folderNotes } from './folderNotes.ts'
import { kindOf, mayBeReport } from './formats/detection.ts'
import { headBytes } from './formats/fileBytes.ts'
import { extensionOf, isReadable, kindByName, withoutExtension } from './formats/fileNames.ts'
import { readableKinds } from './formats/formats.ts'
import { membersReaderOf } from './formats/readers.ts'
import { defaultLimits, type Metadata } from './manuscript.ts'
import { hashesOf, listMembers, type MemberListing, type MembersLister } from './members.ts'
import { fileOnDisk } from './originals.ts'
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
export async function listReports(folder: string): Promise<ReportFolder> {
  const found = await lookThrough(folder)
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

export interface LookOptions {
  /** The largest file that is read; 40 MB by default. */
  readonly maxBytes?: number
  /** The files at the last look, so that files which did not change are not read again; brought up to date. */
  readonly snapshots?: FileSnapshots
  /** Lists the files inside a file; by default in this process, which hostile archives then keep busy. */
  readonly listMembers?: MembersLister
}

/**
 * Looks through `folder` and all below it for reports, also in archives. Sidecars, hidden files and files of other formats are
 * passed over; a file that looks like a report and cannot be read becomes a fault, never a silent gap. Files of the same content
 * are one report.
 *
 * @throws ReportError when the folder is missing or unreadable.
 */
export async function lookThrough(folder: string, options: LookOptions = {}): Promise<ReportFolder> {
  const { snapshots = new Map() } = options
  const { files: names, faults: unreachable, savedPages, folders } = await walk(folder)
  const seen: FoundFile[] = []
  const unknown: string[] = []
  const faults = new Map([...orphanedSidecars(names), ...unreachable])
  for (const file of names) {
    if (kindByName(file) === 'other') continue
    try {
      const found = await lookAt(join(folder, file), file, { ...options, snapshots })
      seen.push(...found.reports)
      unknown.push(...found.unknown)
      for (const { file: member, text } of found.faults) faults.set(member, new ReportError(text))
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

/**
 * The reports in a single file, which may lie anywhere: itself, or those inside it where it is an archive, and attachments.
 * @param path of a file on disk, or `ARCHIVE/MEMBER`
 * @throws ReportError when it cannot be read or its sidecar is at fault
 */
export async function reportsInFile(
  path: string,
  options: Pick<LookOptions, 'maxBytes' | 'listMembers'> = {},
): Promise<Pick<ReportFolder, 'files' | 'faults'>> {
  const found = await fileOnDisk('', path).catch(() => null)
  const onDisk = found?.path ?? path
  const { reports, faults } = await readAt(onDisk, basename(onDisk), options)
  const wanted = found?.member ? `${basename(onDisk)}/${found.member}` : basename(onDisk)
  const isWanted = ({ file }: { readonly file: string }) => file === wanted || file.startsWith(`${wanted}/`)
  if (![...reports, ...faults].some(isWanted)) throw noReportIn(wanted)
  return {
    files: reports.filter(isWanted).map((report) => ({ ...report, id: withoutExtension(report.file) })),
    faults: new Map(faults.filter(isWanted).map(({ file, text }) => [file, new ReportError(text)])),
  }
}

/** The ids of reports: a file's name without its extension, unless another file has the same name or is itself called so. */
function reportIds(files: readonly string[]): string[] {
  const taken = new Set(files)
  const stems = new Set<string>()
  for (const stem of files.map(withoutExtension)) (stems.has(stem) ? taken : stems).add(stem)
  return files.map((file) => (taken.has(withoutExtension(file)) ? file : withoutExtension(file)))
}

/** The files as they were at the last look, by their paths. */
export type FileSnapshots = Map<string, { readonly stamp: string; readonly seen: MemberListing }>

/** A file that is no report. */
const nothing: MemberListing = { reports: [], faults: [], unknown: [] }

/** Describes what a file holds. It is read only if it changed since its snapshot. @throws ReportError when it cannot be used. */
async function lookAt(
  path: string,
  file: string,
  { snapshots, ...options }: LookOptions & { readonly snapshots: FileSnapshots },
): Promise<MemberListing> {
  const stamp = `${await stampAt(path)}\n${await stampAt(`${path}${sidecarSuffix}`)}`
  const last = snapshots.get(path)
  if (last?.stamp === stamp) return last.seen
  const seen = await readIfReport(path, file, options)
  snapshots.set(path, { stamp, seen })
  return seen
}

/** @throws ReportError when it cannot be used */
async function readIfReport(path: string, file: string, options: LookOptions): Promise<MemberListing> {
  if (kindByName(file) !== 'unknown') return readAt(path, file, options)
  try {
    const head = await readReportHead(path, file, headBytes)
    return mayBeReport(file, head) ? await readAt(path, file, options) : { ...nothing, unknown: [file] }
  } catch (error) {
    // An extension that no reader knows promises nothing, so such a file that cannot be used is no fault.
    if (error instanceof ReportError && extensionOf(file) !== '') return { ...nothing, unknown: [file] }
    throw error
  }
}

/** Describes a report, and the reports inside it. @throws ReportError when it cannot be used */
async function readAt(path: string, file: string, options: LookOptions): Promise<MemberListing> {
  const { maxBytes = defaultLimits.bytes } = options
  const list = options.listMembers ?? ((container) => listMembers(container, { ...defaultLimits, bytes: maxBytes }))
  const content = await readReportBytes(path, file, maxBytes)
  const { bytes, ...said } = (await readSidecar(path, file)) ?? { bytes: null, stated: {} }
  const kind = kindOf(file, content)
  const own =
    kind === 'zip' ? [] : [{ path, file, bytes: content.length, ...hashesOf(content, bytes), format: kind, ...said }]
  if (!membersReaderOf(kind)) return { ...nothing, reports: own }
  try {
    const { reports, faults, unknown } = await list({ path, file })
    const inherited =
      kind === 'zip' && bytes ? reports.map((report) => inheriting(report, bytes, said.stated)) : reports
    return { reports: [...own, ...inherited], faults, unknown }
  } catch (error) {
    if (!(error instanceof ReportError)) throw error
    // The fault is kept with the file's snapshot, so that an archive which took too long is not tried again at every look.
    return { ...nothing, reports: own, faults: [{ file, text: error.text }] }
  }
}

/** A member with the statements of its archive's sidecar, but for the title. Statements of its own take precedence. */
function inheriting(report: FoundFile, sidecar: Uint8Array, { title: _, ...shared }: Partial<Metadata>): FoundFile {
  const sha256 = createHash('sha256').update(report.sha256).update(sidecar).digest('hex')
  return { ...report, sha256, stated: { ...shared, ...report.stated } }
}

/** The fault of a folder in which every report has a fault of its own. */
export function noneUsable(faults: readonly Bilingual[]): ReportError {
  return new ReportError({
    zh: `没有一份报告可用:\n${faults.map((fault) => fault.zh).join('\n')}`,
    en: `Not one report can be used:\n${faults.map((fault) => fault.en).join('\n')}`,
  })
}

function noReportIn(file: string): ReportError {
  return new ReportError({
    zh: `${file}:没有找到报告。请检查名称,或换成 ${readableKinds.zh}。`,
    en: `${file}: there is no report of this name. Check the name, or use ${readableKinds.en}.`,
  })
}

function emptyFolder(folder: string): ReportError {
  return new ReportError({
    zh: `报告文件夹 ${folder} 里没有报告。请放入 ${readableKinds.zh}。`,
    en: `The reports folder ${folder} holds no reports. Put in ${readableKinds.en}.`,
  })
}
