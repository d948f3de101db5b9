import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorCode, ReportError } from '../errors.ts'
import type { OpenIndex, ReportEntry } from '../indexes/types.ts'
import { emptyPagesOf } from '../reports/emptyPages.ts'
import { type ReportFile, tooLarge } from '../reports/file.ts'
import { formatOf, usualExtension } from '../reports/formats/detection.ts'
import { formatNamed, isPassedOver, withoutExtension } from '../reports/formats/fileNames.ts'
import type { Format } from '../reports/formats/formats.ts'
import { pageAt } from '../reports/pages.ts'
import { sidecarSuffix } from '../reports/sidecar.ts'
import type { Report } from '../reports/types.ts'
import { serialized } from '../serialQueue.ts'
import { type FolderUpdateOptions, fileStateKey } from './folderUpdate.ts'
import { comparableName, fileId, freeName, safeName } from './names.ts'
import { asideIn, explainFolderFailure, move, placeNew } from './placement.ts'
import type { Added, Library, LibraryFile } from './types.ts'
import type { Updater } from './updater.ts'

/** Adding and putting back wait for so long while another process builds the index. */
const patienceMs = 10 * 60_000

export interface FolderFilesOptions extends Omit<FolderUpdateOptions, 'watcher' | 'readOnArrival'> {
  readonly updater: Updater
  /** Takes the reports of added files, for the update that follows. */
  readonly readOnArrival: Map<string, Report>
}

/** Puts files into the folder and takes them out, each with the update that follows. */
export function createFolderFiles(options: FolderFilesOptions): Pick<Library, 'add' | 'remove' | 'restore'> {
  const { reportsFolder, removedFolder, reader, limits, currentIndex, updater, readOnArrival } = options
  const isThere = (file: string) => stat(join(reportsFolder, file)).then(Boolean, () => false)
  const entryOf = (is: (entry: ReportEntry) => boolean) => [...currentIndex.loaded.index.reports.values()].find(is)
  const fileOf = (is: (file: LibraryFile) => boolean) => filesIn(currentIndex.loaded.index).find(is)

  /**
   * The mount point of an unplugged disk may be there still, as an empty folder: a file that is put into it is hidden
   * once the disk is back.
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

  const add: Library['add'] = async (name, bytes, onProgress) => {
    await requireFolder()
    const { wanted, format } = judge(safeName(name), bytes)
    if (bytes.length > limits.bytes) throw tooLarge(wanted, bytes.length, limits.bytes)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const same = entryOf(({ contentSha256 }) => contentSha256 === sha256)
    if (same && (await isThere(same.file))) return addedOf(currentIndex.loaded.index, same, false)
    const file = await freeNameIn(reportsFolder, wanted)
    const aside = asideIn(reportsFolder)
    const source: ReportFile = {
      path: aside,
      file,
      id: withoutExtension(file),
      bytes: bytes.length,
      sha256,
      contentSha256: sha256,
      format,
      stated: {},
    }
    if (onProgress) updater.progressListeners.add(onProgress)
    try {
      await writeFile(aside, bytes, { flag: 'wx', flush: true })
      onProgress?.({ stage: 'reading', done: 0, total: 1, secondsLeft: null })
      readOnArrival.set(fileStateKey(source), await reader.read(source))
      await placeNew(aside, join(reportsFolder, file))
      await updater.refresh(patienceMs)
      const entry = entryOf((one) => one.file === file)
      if (entry) return await addedOf(currentIndex.loaded.index, entry, true)
      // The index did not take the file in, so the folder is left as it was.
      await rm(join(reportsFolder, file), { force: true })
      throw updater.reasonFor(file)
    } finally {
      if (onProgress) updater.progressListeners.delete(onProgress)
      readOnArrival.delete(fileStateKey(source))
      await rm(aside, { force: true })
    }
  }

  return {
    // Calls run one after the other, so that each sees the file that the one before added.
    add: serialized((name, bytes, onProgress) => add(name, bytes, onProgress).catch(failInFolder)),
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

/** The file in a removed report's box for the content of its `number`th name, the first of which is its own. */
const contentIn = (number: number) => (number === 0 ? 'content' : `content-${number}`)
const sidecarIn = (number: number) => (number === 0 ? 'sidecar' : `sidecar-${number}`)

/** Every file of an index, in the order of their names. */
export function filesIn({ reports }: OpenIndex): LibraryFile[] {
  return [...reports.values()].map(({ file, contentSha256, metadata: { title } }) => {
    return { id: fileId(file, contentSha256), file, title }
  })
}

async function freeNameIn(folder: string, wanted: string): Promise<string> {
  const names = new Set((await readdir(folder).catch(() => [])).map(comparableName))
  // A sidecar whose report is missing would be taken for the new file's.
  return freeName(wanted, (one) => [one, `${one}${sidecarSuffix}`].some((name) => names.has(comparableName(name))))
}

async function addedOf(index: OpenIndex, entry: ReportEntry, isNew: boolean): Promise<Added> {
  const { id, file, contentSha256, passages } = entry
  const report = await index.report(id)
  return {
    id: fileId(file, contentSha256),
    file,
    title: report.metadata.title,
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

/**
 * The format of a sent file, by its bytes, and the name for it: its own, with the usual extension behind it where its
 * own is of no format that is read.
 * @throws ReportError when no reader can read the file, or the folder would not show it
 */
function judge(name: string, bytes: Uint8Array): { wanted: string; format: Format } {
  const format = formatOf(name, bytes)
  const wanted = formatNamed(name) === undefined ? `${name}${usualExtension(format, bytes)}` : name
  if (name.endsWith(sidecarSuffix) || isPassedOver(wanted)) throw nameRefused(name)
  return { wanted, format }
}

function nameRefused(file: string): ReportError {
  return new ReportError({
    zh: `${file}:不收这样命名的文件,它会被当作别的程序的附属文件。请改名后再发。`,
    en: `${file}: a file of this name would be taken for what another program keeps beside its own. Give it another name and send it again.`,
  })
}
