import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorCode, ReportError } from '../errors.ts'
import type { OpenIndex, ReportEntry } from '../indexes/types.ts'
import { emptyPagesOf } from '../reports/emptyPages.ts'
import type { ReadLimits } from '../reports/manuscript.ts'
import { pageAt } from '../reports/pages.ts'
import type { ReadingProcess } from '../reports/readingProcess.ts'
import { sidecarSuffix } from '../reports/sidecar.ts'
import type { Report } from '../reports/types.ts'
import { serialized } from '../serialQueue.ts'
import { prepareArrival, stateOrigin } from './arrival.ts'
import type { CurrentIndex } from './currentIndex.ts'
import { fileStateKey } from './folderAtRest.ts'
import { fileId } from './names.ts'
import { explainFolderFailure, move, placeNew } from './placement.ts'
import type { Added, Library, LibraryFile } from './types.ts'
import type { Updater } from './updater.ts'

/** Adding and putting back wait for so long while another process builds the index. */
const patienceMs = 10 * 60_000

export interface FolderFilesOptions {
  readonly reportsFolder: string
  /** The folder in which removed files are kept. */
  readonly removedFolder: string
  readonly reader: ReadingProcess
  readonly limits: ReadLimits
  readonly currentIndex: CurrentIndex
  readonly updater: Updater
  /** Takes the reports of added files, for the update that follows. */
  readonly readOnArrival: Map<string, Report>
}

/** Puts files into the folder and takes them out, each with the update that follows. */
export function createFolderFiles(options: FolderFilesOptions): Pick<Library, 'add' | 'remove' | 'restore'> {
  const { reportsFolder, removedFolder, reader, limits, currentIndex, updater, readOnArrival } = options
  const isThere = (file: string) => exists(join(reportsFolder, file))
  const entryOf = (is: (entry: ReportEntry) => boolean) => [...currentIndex.loaded.index.reports.values()].find(is)
  const fileOf = (is: (file: LibraryFile) => boolean) => filesIn(currentIndex.loaded.index).find(is)

  /**
   * The mount point of an unplugged disk may be there still, as an empty folder: a file that is put into it is hidden once the
   * disk is back.
   * @throws ReportError when the folder as a whole is at fault
   */
  const requireFolder = async () => {
    const known = filesIn(currentIndex.loaded.index)
    let isFilled = known.length === 0
    for (const { file } of known) isFilled ||= await isThere(file)
    if (!isFilled) await updater.refresh()
    const fault = updater.faults.find(({ file }) => file === '')
    if (fault) throw new ReportError(fault.text)
  }
  const failInFolder = (error: unknown): never => {
    throw explainFolderFailure(error, reportsFolder)
  }

  const add: Library['add'] = async (name, bytes, onProgress, origin) => {
    await requireFolder()
    const arrival = await prepareArrival(reportsFolder, { name, bytes, origin }, limits.bytes)
    const { source } = arrival
    const same = entryOf(({ contentSha256 }) => contentSha256 === source.contentSha256)
    if (same && (await isThere(same.file))) {
      if (origin && (await stateOrigin(reportsFolder, same.file, origin))) await updater.refresh(patienceMs)
      const now = entryOf(({ file }) => file === same.file) ?? same
      return addedOf(currentIndex.loaded.index, now, false)
    }
    if (onProgress) updater.progressListeners.add(onProgress)
    try {
      await arrival.write()
      onProgress?.({ stage: 'reading', done: 0, total: 1, secondsLeft: null })
      readOnArrival.set(fileStateKey(source), await reader.read(source))
      await arrival.place()
      await updater.refresh(patienceMs)
      const entry = entryOf((one) => one.file === source.file)
      if (entry) return await addedOf(currentIndex.loaded.index, entry, true)
      // The index did not take the file in, so the folder is left as it was.
      await arrival.undo()
      throw updater.reasonFor(source.file)
    } finally {
      if (onProgress) updater.progressListeners.delete(onProgress)
      readOnArrival.delete(fileStateKey(source))
      await arrival.clear()
    }
  }

  return {
    // Calls run one after the other, so that each sees the file that the one before added.
    add: serialized((...given: Parameters<Library['add']>) => add(...given).catch(failInFolder)),
    async remove(id) {
      await requireFolder()
      const found = fileOf((file) => file.id === id)
      if (!found) return null
      const box = join(removedFolder, id)
      await mkdir(box, { recursive: true })
      // A copy that stayed under another name would still be quoted, so the copies go with the file.
      const copies = updater.copiesOf(found.file)
      await writeFile(join(box, 'file.json'), JSON.stringify({ file: found.file, copies }), { flush: true })
      for (const [i, file] of [found.file, ...copies].entries()) {
        await move(join(reportsFolder, file), join(box, contentIn(i))).catch(failInFolder)
        await move(join(reportsFolder, `${file}${sidecarSuffix}`), join(box, sidecarIn(i))).catch(failInFolder)
      }
      await updater.refresh()
      return found
    },
    async restore(id) {
      await requireFolder()
      const box = join(removedFolder, id)
      const stored = await readFile(join(box, 'file.json'), 'utf8').catch(() => null)
      if (stored === null) return null
      const { file, copies = [] } = JSON.parse(stored) as { file: string; copies?: readonly string[] }
      let isWhole = true
      for (const [i, name] of [file, ...copies].entries()) {
        // A copy whose name was taken meanwhile stays in the box: its content is back under another name.
        const isBack = await putBack(join(box, contentIn(i)), join(reportsFolder, name)).catch((error) => {
          if (i === 0 || !(error instanceof ReportError)) return failInFolder(error)
          isWhole = false
        })
        if (isBack) await move(join(box, sidecarIn(i)), join(reportsFolder, `${name}${sidecarSuffix}`))
        else if (i === 0) return null
      }
      if (isWhole) await rm(box, { recursive: true })
      await updater.refresh(patienceMs)
      const found = fileOf((one) => one.file === file)
      if (!found) throw updater.reasonFor(file)
      return found
    },
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** Moves a removed file to a name that must be free; returns false where there is no such file. */
async function putBack(from: string, to: string): Promise<boolean> {
  await mkdir(dirname(to), { recursive: true })
  try {
    await placeNew(from, to)
    return true
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
}

/** The file in a removed report's box with the content of its `number`th name, of which the first is the report's own. */
const contentIn = (number: number) => (number === 0 ? 'content' : `content-${number}`)
const sidecarIn = (number: number) => (number === 0 ? 'sidecar' : `sidecar-${number}`)

/** Every file of an index, in the order of their names. */
export function filesIn({ reports }: OpenIndex): LibraryFile[] {
  return [...reports.values()].map(fileOfEntry)
}

function fileOfEntry({ file, contentSha256, metadata: { title, url, fetched } }: ReportEntry): LibraryFile {
  const id = fileId(file, contentSha256)
  return { id, file, title, ...(url !== undefined && { url }), ...(fetched !== undefined && { fetched }) }
}

async function addedOf(index: OpenIndex, entry: ReportEntry, isNew: boolean): Promise<Added> {
  const { id, passages } = entry
  const report = await index.report(id)
  return {
    ...fileOfEntry(entry),
    isNew,
    articles: report.articles.length,
    passages,
    doubtfulPages: pagesOf(report, report.doubtful).map((page) => page ?? 1),
    uncertainTables: {
      count: report.uncertainTables.length,
      pages: pagesOf(report, report.uncertainTables).filter((page) => page !== null),
    },
    emptyPages: emptyPagesOf(report),
    notes: report.notes,
  }
}

/** The pages on which ranges begin, each once; null stands for a format without pages. */
function pagesOf(report: Report, ranges: Report['doubtful']): (number | null)[] {
  return [...new Set(ranges.map(([start]) => pageAt(report, start)))]
}
