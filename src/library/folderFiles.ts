import { createHash } from 'node:crypto'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ReportError } from '../errors.ts'
import type { OpenIndex, ReportEntry } from '../indexes/types.ts'
import { emptyPagesOf } from '../reports/emptyPages.ts'
import { tooLarge } from '../reports/file.ts'
import { type FileKind, kindOf, usualExtension } from '../reports/formats/detection.ts'
import { isPassedOver, kindByName, withoutExtension } from '../reports/formats/fileNames.ts'
import { readableKinds } from '../reports/formats/formats.ts'
import type { Container } from '../reports/members.ts'
import { pageAt } from '../reports/pages.ts'
import { sidecarSuffix } from '../reports/sidecar.ts'
import type { Report } from '../reports/types.ts'
import { serialized } from '../serialQueue.ts'
import { type FolderUpdateOptions, fileStateKey } from './folderUpdate.ts'
import { comparableName, fileId, freeName, safeName } from './names.ts'
import { asideIn, explainFolderFailure, placeNew } from './placement.ts'
import { createRemover, filesIn, patienceMs } from './remover.ts'
import type { Added, Library, LibraryFault } from './types.ts'
import type { Updater } from './updater.ts'

export interface FolderFilesOptions extends Omit<FolderUpdateOptions, 'watcher' | 'readOnArrival'> {
  readonly updater: Updater
  /** Takes the reports of added files, for the update that follows. */
  readonly readOnArrival: Map<string, Report>
}

/** Puts files into the folder and takes them out, each with the update that follows. */
export function createFolderFiles(
  options: FolderFilesOptions,
): Pick<Library, 'add' | 'removalOf' | 'remove' | 'restore'> {
  const { reportsFolder, reader, limits, originals, currentIndex, updater, readOnArrival } = options
  const isThere = (file: string) => originals.stamp(file).then(Boolean, () => false)

  /**
   * The mount point of an unplugged disk may be there still, as an empty folder: a file that is put into it is hidden
   * once the disk is back.
   * @throws ReportError when the folder as a whole is at fault
   */
  const requireFolder = async () => {
    const files = filesIn(currentIndex.loaded.index)
    let isFilled = files.length === 0
    for (const { file } of files) isFilled ||= await isThere(file)
    if (!isFilled) await updater.refresh()
    const fault = updater.faults.find(({ file }) => file === '')
    if (fault) throw new ReportError(fault.text)
  }
  const failInFolder = (error: unknown): never => {
    throw explainFolderFailure(error, reportsFolder)
  }

  /** The reports of the index that a file is or holds. */
  const entriesOf = (file: string) =>
    [...currentIndex.loaded.index.reports.values()].filter(
      (one) => one.file === file || one.file.startsWith(`${file}/`),
    )
  const known = async (contentSha256: string): Promise<ReportEntry | null> => {
    const entry = [...currentIndex.loaded.index.reports.values()].find((one) => one.contentSha256 === contentSha256)
    return entry && (await isThere(entry.file)) ? entry : null
  }
  /** A known report of an archive in which all reports are known; null for any other. @throws ReportError when it holds none */
  const knownIn = async (archive: Container): Promise<ReportEntry | null> => {
    const { reports, faults } = await reader.listMembers(archive)
    if (reports.length === 0) throw faults[0] ? new ReportError(faults[0].text) : noReports(archive.file)
    let found: ReportEntry | null = null
    for (const { contentSha256 } of reports) {
      found = await known(contentSha256)
      if (!found) return null
    }
    return found
  }

  const add: Library['add'] = async (name, bytes, onProgress) => {
    await requireFolder()
    const { wanted, kind } = judge(safeName(name), bytes)
    if (bytes.length > limits.bytes) throw tooLarge(wanted, bytes.length, limits.bytes)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const same = await known(sha256)
    if (same) return addedOf(currentIndex.loaded.index, [same], { isNew: false })
    const file = await freeNameIn(reportsFolder, wanted)
    const aside = asideIn(reportsFolder)
    const id = withoutExtension(file)
    const source = { path: aside, file, id, bytes: bytes.length, sha256, contentSha256: sha256, stated: {} }
    if (onProgress) updater.progressListeners.add(onProgress)
    const arrivals: string[] = []
    try {
      await writeFile(aside, bytes, { flag: 'wx', flush: true })
      onProgress?.({ stage: 'reading', done: 0, total: 1, secondsLeft: null })
      if (kind === 'zip') {
        const there = await knownIn(source)
        if (there) return addedOf(currentIndex.loaded.index, [there], { isNew: false })
      } else {
        const report = { ...source, format: kind }
        arrivals.push(fileStateKey(report))
        readOnArrival.set(fileStateKey(report), await reader.read(report))
      }
      await placeNew(aside, join(reportsFolder, file))
      await updater.refresh(patienceMs)
      const entries = entriesOf(file)
      const { index } = currentIndex.loaded
      if (entries.length > 0)
        return await addedOf(index, entries, { isNew: true, file, faults: updater.faultsOf(file) })
      // The index did not take the file in, so the folder is left as it was.
      await rm(join(reportsFolder, file), { force: true })
      throw updater.reasonFor(file)
    } finally {
      if (onProgress) updater.progressListeners.delete(onProgress)
      for (const key of arrivals) readOnArrival.delete(key)
      await rm(aside, { force: true })
    }
  }

  return {
    // Calls run one after the other, so that each sees the file that the one before added.
    add: serialized((name, bytes, onProgress) => add(name, bytes, onProgress).catch(failInFolder)),
    ...createRemover({ ...options, requireFolder, failInFolder }),
  }
}

async function freeNameIn(folder: string, wanted: string): Promise<string> {
  const names = new Set((await readdir(folder).catch(() => [])).map(comparableName))
  // A sidecar whose report is missing would be taken for the new file's.
  return freeName(wanted, (one) => [one, `${one}${sidecarSuffix}`].some((name) => names.has(comparableName(name))))
}

/**
 * The outcome of adding a file.
 * @param entries the reports that it is or holds
 * @param from the name of the file, where it is not that of its only report, and what of it cannot be used
 */
async function addedOf(
  index: OpenIndex,
  entries: readonly ReportEntry[],
  from: { readonly isNew: boolean; readonly file?: string; readonly faults?: readonly LibraryFault[] },
): Promise<Added> {
  const [first] = entries as [ReportEntry]
  const { file = first.file, faults = [], isNew } = from
  let [articles, passages, uncertain] = [0, 0, 0]
  for (const entry of entries) {
    const report = await index.report(entry.id)
    articles += report.articles.length
    passages += entry.passages
    uncertain += report.uncertainTables.length
  }
  const report = await index.report(first.id)
  const isAlone = entries.length === 1 && first.file === file
  return {
    id: fileId(first.file, first.contentSha256),
    file,
    title: report.metadata.title,
    isNew,
    reports: isAlone ? null : entries.length,
    articles,
    passages,
    doubtfulPages: isAlone ? pagesOf(report, report.doubtful).map((page) => page ?? 1) : [],
    uncertainTables: {
      count: uncertain,
      pages: isAlone ? pagesOf(report, report.uncertainTables).filter((page) => page !== null) : [],
    },
    emptyPages: isAlone ? emptyPagesOf(report) : [],
    notes: isAlone ? report.notes : [],
    faults: faults.map(({ text }) => text),
  }
}

/** The pages on which ranges begin, each once; null stands for a format without pages. */
function pagesOf(report: Report, ranges: Report['doubtful']): (number | null)[] {
  return [...new Set(ranges.map(([start]) => pageAt(report, start)))]
}

/**
 * The kind of a sent file, by its bytes, and the name for it: its own, with the usual extension behind it where its
 * own is of no format that is read.
 * @throws ReportError when no reader can read the file, or the folder would not show it
 */
function judge(name: string, bytes: Uint8Array): { wanted: string; kind: FileKind } {
  const kind = kindOf(name, bytes)
  const isKnown = ['report', 'archive'].includes(kindByName(name))
  const wanted = isKnown ? name : `${name}${usualExtension(kind, bytes)}`
  if (name.endsWith(sidecarSuffix) || isPassedOver(wanted)) throw nameRefused(name)
  return { wanted, kind }
}

function noReports(file: string): ReportError {
  return new ReportError({
    zh: `${file}:压缩包里没有报告。请放入装有 ${readableKinds.zh} 的压缩包。`,
    en: `${file}: expected an archive of reports, found none in it. Send one that holds ${readableKinds.en}.`,
  })
}

function nameRefused(file: string): ReportError {
  return new ReportError({
    zh: `${file}:不收这样命名的文件,它会被当作别的程序的附属文件。请改名后再发。`,
    en: `${file}: a file of this name would be taken for what another program keeps beside its own. Give it another name and send it again.`,
  })
}
