import { createHash } from 'node:crypto'
import { access, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorCode, ReportError } from '../errors.ts'
import type { OpenIndex, ReportEntry } from '../indexes/types.ts'
import { emptyPagesOf } from '../reports/emptyPages.ts'
import { type ReportFile, tooLarge } from '../reports/file.ts'
import { formatOf, usualExtension } from '../reports/formats/detection.ts'
import { formatNamed, isPassedOver, withoutExtension } from '../reports/formats/fileNames.ts'
import type { Format } from '../reports/formats/formats.ts'
import type { ReadLimits } from '../reports/manuscript.ts'
import { pageAt } from '../reports/pages.ts'
import type { ReadingProcess } from '../reports/readingProcess.ts'
import { sidecarSuffix } from '../reports/sidecar.ts'
import type { Report } from '../reports/types.ts'
import type { InForce } from './inForce.ts'
import { inTurn } from './inTurn.ts'
import { comparableName, fileId, freeName, safeName } from './names.ts'
import { asideIn, explainFolderFailure, move, placeNew } from './placing.ts'
import type { Added, Library, LibraryFile } from './types.ts'
import { keyOf, type Updating } from './updating.ts'

/** What is sent or put back waits for so long while another process builds the index. */
const patienceMs = 10 * 60_000

/** What adding and removing work with. */
export interface AddingOptions {
  readonly reportsFolder: string
  /** Where removed files are kept. */
  readonly removedFolder: string
  readonly reader: ReadingProcess
  readonly limits: ReadLimits
  readonly inForce: InForce
  readonly updating: Updating
  /** Where reports are left for the update that takes them in. */
  readonly readOnArrival: Map<string, Report>
}

/** Puts files into the folder and takes them out, each with the update that follows. */
export function createAdding(options: AddingOptions): Pick<Library, 'add' | 'remove' | 'restore'> {
  const { reportsFolder, removedFolder, reader, limits, inForce, updating, readOnArrival } = options
  const entryOf = (is: (entry: ReportEntry) => boolean) => [...inForce.current.index.reports.values()].find(is)

  const isThere = (file: string) =>
    access(join(reportsFolder, file)).then(
      () => true,
      () => false,
    )
  /** Tells whether the folder still holds a file that is known; true where none is known. */
  const isAnyThere = async () => {
    const known = filesIn(inForce.current.index)
    for (const { file } of known) if (await isThere(file)) return true
    return known.length === 0
  }
  /**
   * The mount point of an unplugged disk may be there still, as an empty folder: a file that is put into it is hidden once the disk is back.
   * @throws ReportError when something is wrong with the folder as a whole
   */
  const requireFolder = async () => {
    if (!(await isAnyThere())) await updating.refresh()
    const fault = updating.faults.find(({ file }) => file === '')
    if (fault) throw new ReportError(fault.text)
  }
  /** Puts a file under a name that must be free; tells whether there was such a file. */
  const putBack = async (from: string, file: string): Promise<boolean> => {
    await mkdir(dirname(join(reportsFolder, file)), { recursive: true })
    try {
      await placeNew(from, join(reportsFolder, file))
      return true
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return false
      throw error
    }
  }
  const failInFolder = (error: unknown): never => {
    throw explainFolderFailure(error, reportsFolder)
  }

  const addOne: Library['add'] = async (name, bytes, onProgress) => {
    await requireFolder()
    const { wanted, format } = judged(safeName(name), bytes)
    if (bytes.length > limits.bytes) throw tooLarge(wanted, bytes.length, limits.bytes)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const same = entryOf(({ contentSha256 }) => contentSha256 === sha256)
    if (same && (await isThere(same.file))) return addedOf(inForce.current.index, same, false)
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
    if (onProgress) updating.progressListeners.add(onProgress)
    try {
      await writeFile(aside, bytes, { flag: 'wx', flush: true })
      onProgress?.({ stage: 'reading', done: 0, total: 1, secondsLeft: null })
      readOnArrival.set(keyOf(source), await reader.read(source))
      await placeNew(aside, join(reportsFolder, file))
      await updating.refresh(patienceMs)
      const entry = entryOf((one) => one.file === file)
      if (entry) return await addedOf(inForce.current.index, entry, true)
      // Not taken in: the folder is left as it was.
      await rm(join(reportsFolder, file), { force: true })
      throw updating.whyNot(file)
    } finally {
      if (onProgress) updating.progressListeners.delete(onProgress)
      readOnArrival.delete(keyOf(source))
      await rm(aside, { force: true })
    }
  }

  return {
    // In turn, so that two of one name or of one content are told apart.
    add: inTurn((name, bytes, onProgress) => addOne(name, bytes, onProgress).catch(failInFolder)),
    async remove(id) {
      await requireFolder()
      const found = filesIn(inForce.current.index).find((file) => file.id === id)
      if (!found) return null
      const box = join(removedFolder, id)
      await mkdir(box, { recursive: true })
      // Its other names go with it: what is left under one of them would be quoted still.
      const copies = updating.copiesOf(found.file)
      await writeFile(join(box, 'file.json'), JSON.stringify({ file: found.file, copies }), { flush: true })
      for (const [i, file] of [found.file, ...copies].entries()) {
        await move(join(reportsFolder, file), join(box, contentIn(i))).catch(failInFolder)
        await move(join(reportsFolder, `${file}${sidecarSuffix}`), join(box, sidecarIn(i))).catch(failInFolder)
      }
      await updating.refresh()
      return found
    },
    async restore(id) {
      await requireFolder()
      const box = join(removedFolder, id)
      const wanted = await readFile(join(box, 'file.json'), 'utf8').catch(() => null)
      if (wanted === null) return null
      const { file, copies = [] } = JSON.parse(wanted) as { file: string; copies?: readonly string[] }
      let isWhole = true
      for (const [i, name] of [file, ...copies].entries()) {
        // A copy whose name was taken meanwhile stays in the box: its content is back under another name.
        const isBack = await putBack(join(box, contentIn(i)), name).catch((error) => {
          if (i === 0 || !(error instanceof ReportError)) return failInFolder(error)
          isWhole = false
        })
        if (isBack) await move(join(box, sidecarIn(i)), join(reportsFolder, `${name}${sidecarSuffix}`))
        else if (i === 0) return null
      }
      if (isWhole) await rm(box, { recursive: true })
      await updating.refresh(patienceMs)
      const found = filesIn(inForce.current.index).find((one) => one.file === file)
      if (!found) throw updating.whyNot(file)
      return found
    },
  }
}

/** The file in a removed report's box that keeps its `number`th name; the first is the one that it goes by. */
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
  // A sidecar without its report is about another one.
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

/** The pages on which ranges begin, each once; null for those of a format without pages. */
function pagesOf(report: Report, ranges: Report['doubtful']): (number | null)[] {
  return [...new Set(ranges.map(([start]) => pageAt(report, start)))]
}

/**
 * The format of a sent file, by its bytes, and the name that it is to get: its own, behind which stands the usual extension where
 * its own promises no format that is read. @throws ReportError when no reader can read it, or the folder would not show it
 */
function judged(name: string, bytes: Uint8Array): { wanted: string; format: Format } {
  const format = formatOf(name, bytes)
  const wanted = formatNamed(name) === undefined ? `${name}${usualExtension(format, bytes)}` : name
  if (name.endsWith(sidecarSuffix) || isPassedOver(wanted)) throw notTaken(name)
  return { wanted, format }
}

function notTaken(file: string): ReportError {
  return new ReportError({
    zh: `${file}:不收这样命名的文件,它会被当作别的程序的附属文件。请改名后再发。`,
    en: `${file}: a file of this name would be taken for what another program keeps beside its own. Give it another name and send it again.`,
  })
}
