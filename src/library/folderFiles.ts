import { ReportError } from '../errors.ts'
import type { OpenIndex, ReportEntry } from '../indexes/types.ts'
import { emptyPagesOf } from '../reports/emptyPages.ts'
import type { Container } from '../reports/members.ts'
import { pageAt } from '../reports/pages.ts'
import type { Report } from '../reports/types.ts'
import { serialized } from '../serialQueue.ts'
import { prepareArrival, reportsIn, stateOrigin } from './arrival.ts'
import { type FolderUpdateOptions, fileStateKey } from './folderUpdate.ts'
import { explainFolderFailure } from './placement.ts'
import { createRemover, fileOf, filesIn, patienceMs } from './remover.ts'
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
    let found: ReportEntry | null = null
    for (const { contentSha256 } of await reportsIn(reader.listMembers, archive)) {
      found = await known(contentSha256)
      if (!found) return null
    }
    return found
  }

  const add: Library['add'] = async (name, bytes, onProgress, origin) => {
    await requireFolder()
    const arrival = await prepareArrival(reportsFolder, { name, bytes, origin }, limits.bytes)
    const { source, report } = arrival
    const { file } = source
    const same = await known(source.contentSha256)
    if (same) {
      if (origin && (await stateOrigin(reportsFolder, same.file, origin))) await updater.refresh(patienceMs)
      const now = entriesOf(same.file)[0] ?? same
      return addedOf(currentIndex.loaded.index, [now], { isNew: false })
    }
    if (onProgress) updater.progressListeners.add(onProgress)
    try {
      await arrival.write()
      onProgress?.({ stage: 'reading', done: 0, total: 1, secondsLeft: null })
      if (report) readOnArrival.set(fileStateKey(report), await reader.read(report))
      else {
        const there = await knownIn(source)
        if (there) return addedOf(currentIndex.loaded.index, [there], { isNew: false })
      }
      await arrival.place()
      await updater.refresh(patienceMs)
      const entries = entriesOf(file)
      const { index } = currentIndex.loaded
      if (entries.length > 0)
        return await addedOf(index, entries, { isNew: true, file, faults: updater.faultsOf(file) })
      // The index did not take the file in, so the folder is left as it was.
      await arrival.undo()
      throw updater.reasonFor(file)
    } finally {
      if (onProgress) updater.progressListeners.delete(onProgress)
      if (report) readOnArrival.delete(fileStateKey(report))
      await arrival.clear()
    }
  }

  return {
    // Calls run one after the other, so that each sees the file that the one before added.
    add: serialized((...given: Parameters<Library['add']>) => add(...given).catch(failInFolder)),
    ...createRemover({ ...options, requireFolder, failInFolder }),
  }
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
    ...fileOf(first),
    file,
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
