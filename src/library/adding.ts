import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { errorCode, ReportError } from '../errors.ts'
import type { OpenIndex, ReportEntry } from '../indexes/types.ts'
import { type ReportFile, tooLarge } from '../reports/file.ts'
import { kindOf } from '../reports/formats/extensions.ts'
import { formatOf } from '../reports/formats/formats.ts'
import type { ReadLimits } from '../reports/manuscript.ts'
import { pageAt } from '../reports/pages.ts'
import type { ReportReader } from '../reports/reading.ts'
import { sidecarSuffix } from '../reports/sidecar.ts'
import type { Report } from '../reports/types.ts'
import type { InForce } from './inForce.ts'
import { inTurn } from './inTurn.ts'
import { comparableName, fileId, freeName, safeName } from './names.ts'
import { asideIn, move, placeNew } from './placing.ts'
import type { Added, Library, LibraryFile } from './types.ts'
import { keyOf, type Updating } from './updating.ts'

/** What is sent or put back waits for so long while another process builds the index. */
const patienceMs = 10 * 60_000

/** What adding and removing work with. */
export interface AddingOptions {
  readonly reportsFolder: string
  /** Where removed files are kept. */
  readonly removedFolder: string
  readonly reader: ReportReader
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

  const addOne: Library['add'] = async (name, bytes, onProgress) => {
    const wanted = safeName(name)
    if (kindOf(wanted) === 'other') throw unknownKind(wanted)
    const format = formatOf(wanted, bytes)
    if (bytes.length > limits.bytes) throw tooLarge(wanted, bytes.length, limits.bytes)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const same = entryOf(({ contentSha256 }) => contentSha256 === sha256)
    if (same && existsSync(join(reportsFolder, same.file))) return addedOf(inForce.current.index, same, false)
    const file = await freeNameIn(reportsFolder, wanted)
    const aside = asideIn(reportsFolder)
    const source: ReportFile = {
      path: aside,
      file,
      id: basename(file, extname(file)),
      bytes: bytes.length,
      sha256,
      contentSha256: sha256,
      format,
      stated: {},
    }
    if (onProgress) updating.progressListeners.add(onProgress)
    try {
      await mkdir(reportsFolder, { recursive: true })
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
    add: inTurn(addOne),
    async remove(id) {
      const found = filesIn(inForce.current.index).find((file) => file.id === id)
      if (!found) return null
      const box = join(removedFolder, id)
      await mkdir(box, { recursive: true })
      await writeFile(join(box, 'file.json'), JSON.stringify({ file: found.file }), { flush: true })
      for (const [from, to] of [
        [found.file, 'content'],
        [`${found.file}${sidecarSuffix}`, 'sidecar'],
      ] as const) {
        await move(join(reportsFolder, from), join(box, to))
      }
      await updating.refresh()
      return found
    },
    async restore(id) {
      const box = join(removedFolder, id)
      const wanted = await readFile(join(box, 'file.json'), 'utf8').catch(() => null)
      if (wanted === null) return null
      const { file } = JSON.parse(wanted) as { file: string }
      await mkdir(dirname(join(reportsFolder, file)), { recursive: true })
      try {
        await placeNew(join(box, 'content'), join(reportsFolder, file))
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return null
        throw error
      }
      await move(join(box, 'sidecar'), join(reportsFolder, `${file}${sidecarSuffix}`))
      await rm(box, { recursive: true })
      await updating.refresh(patienceMs)
      const found = filesIn(inForce.current.index).find((one) => one.file === file)
      if (!found) throw updating.whyNot(file)
      return found
    },
  }
}

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
    doubtfulPages: [...new Set(report.doubtful.map(([start]) => pageAt(report, start) ?? 1))],
    notes: report.notes,
  }
}

function unknownKind(file: string): ReportError {
  return new ReportError({
    zh: `${file}:无法读取这种文件。请发送 PDF、Word(.docx)、表格、网页、文本或图片。`,
    en: `${file}: files of this kind cannot be read. Send PDF, Word (.docx), a spreadsheet, a web page, text or an image.`,
  })
}
