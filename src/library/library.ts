import { createHash, randomUUID } from 'node:crypto'
import { constants, existsSync } from 'node:fs'
import { copyFile, link, mkdir, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { watch } from 'chokidar'
import type { ReadingAnswerer } from '../answer/answerer.ts'
import type { Embedder } from '../embeddings/types.ts'
import { errorCode, IndexError, ReportError } from '../errors.ts'
import { buildIndex, compactIndex } from '../indexes/build.ts'
import { changesSince, readManifest } from '../indexes/manifest.ts'
import { OutdatedError } from '../indexes/qdrant/qdrant.ts'
import type { ReportEntry } from '../indexes/types.ts'
import type { Log } from '../log.ts'
import { type Looks, lookThrough, type ReportFile, type ReportFolder, tooLarge } from '../reports/folder.ts'
import { formatOf, kindOf } from '../reports/formats/formats.ts'
import type { ReadLimits } from '../reports/manuscript.ts'
import { pageAt } from '../reports/pages.ts'
import type { ReportReader } from '../reports/reading.ts'
import { sidecarSuffix } from '../reports/sidecar.ts'
import type { Report } from '../reports/types.ts'
import { comparableName, fileId, freeName, safeName } from './names.ts'
import { openOver } from './opened.ts'
import { progressOf } from './progress.ts'
import type { Serving } from './serving.ts'
import type { Added, Library, LibraryFault, LibraryFile, LibraryUpdate, Trouble, UpdateProgress } from './types.ts'

export interface LibraryOptions {
  readonly reportsFolder: string
  readonly indexFolder: string
  /** Where removed files are kept. */
  readonly removedFolder: string
  readonly embedder: Embedder
  readonly reader: ReportReader
  readonly limits: ReadLimits
  /** 0 … 1, or null for the calibrated bound. */
  readonly minConfidence: number | null
  readonly log: Log
  /** Where answers come from. */
  readonly serving: Serving
}

/** A file that was just seen to change is looked at again after this time, until it rests. */
const restMs = 300
/** A file that goes on changing for so many looks is left out, so that it does not hold up the others. */
const mostLooks = 20
/** Folders on a network tell of no changes: they are looked through this often. */
const rescanMs = 60_000
/** After an update that failed for a passing reason. */
const retryMs = 5000
/** How often it is looked whether another process put something in force, and whether all is well. */
const lookMs = 2000
/** What an upload is called until it is whole. */
const asidePrefix = '.upload-'

/**
 * Opens the index in force, which may be stale, and keeps it up to date with the folder from then on: what changes is
 * read and embedded while questions are answered from the index before, which the new one replaces when it is complete.
 * A file that cannot be used is told and left out; nothing in the folder ends the library.
 *
 * @throws IndexError when there is no index, or it is foreign or damaged.
 */
export async function openLibrary(options: LibraryOptions): Promise<Library> {
  const { reportsFolder, indexFolder, removedFolder, embedder, reader, limits, minConfidence, log, serving } = options
  const open = async (files: ReportFolder['files'] | null) => {
    const token = await serving.token()
    return { ...openOver(await serving.open(files), embedder, reportsFolder, minConfidence), token }
  }
  let current = await open(null)
  /** What the index folder held when it was last brought up to date here. */
  let folderState = await readManifest(indexFolder)
  let trouble: Trouble | null = null
  let faults: readonly LibraryFault[] = []
  let progress: UpdateProgress | null = null
  const looks: Looks = new Map()
  const closing = new AbortController()
  const listeners = new Set<(update: LibraryUpdate) => void>()
  const progressListeners = new Set<(progress: UpdateProgress) => void>()
  /** Uploads as they were read on arrival, so that a scan is not read twice. */
  const readOnArrival = new Map<string, Report>()

  const keyOf = ({ file, id, sha256 }: ReportFile) => JSON.stringify([file, id, sha256])
  const load = async (file: ReportFile) => readOnArrival.get(keyOf(file)) ?? (await reader.read(file))

  /** The folder as it is once nothing in it changes any more. */
  const listAtRest = async (): Promise<ReportFolder> => {
    const look = () => lookThrough(reportsFolder, limits.bytes, looks)
    const seen = ({ files, faults }: ReportFolder) => JSON.stringify([files.map(keyOf), [...faults.keys()]])
    let folder = await look()
    const manifest = await readManifest(indexFolder)
    const isNews = ({ files }: ReportFolder) => {
      const { added, changed, vanished } = changesSince(manifest!, files)
      return [...added, ...changed, ...vanished].some(
        (name) => !files.some((file) => file.file === name && readOnArrival.has(keyOf(file))),
      )
    }
    for (let looks = 1; !closing.signal.aborted && manifest && isNews(folder); looks++) {
      await sleep(restMs)
      const next = await look()
      if (seen(next) === seen(folder)) break
      const before = new Set(folder.files.map(keyOf))
      folder = next
      if (looks === mostLooks) return { ...next, files: next.files.filter((file) => before.has(keyOf(file))) }
    }
    return folder
  }

  /** Answers come from the index in force, whether this process or another wrote it. */
  const takeUp = async (files: ReportFolder['files'] | null) => {
    if ((await serving.token()) === current.token) return false
    current = await open(files)
    return true
  }

  const update = async (isFirst: boolean) => {
    const folder = await listAtRest()
    const { added, changed, vanished } = changesSince(folderState!, folder.files)
    const outcome = await buildIndex({
      folder: indexFolder,
      files: folder.files,
      load,
      embedder,
      mend: false,
      mayBeEmpty: true,
      retry: isFirst,
      cache: serving.cache,
      signal: closing.signal,
      onProgress: progressOf((now) => {
        progress = now
        for (const listener of progressListeners) listener(now)
      }),
    })
    folderState = await readManifest(indexFolder)
    await serving.publish(closing.signal)
    const overtaken = new Set(outcome.overtaken)
    const files = folder.files.filter(({ file }) => !overtaken.has(file))
    const isTakenUp = await takeUp(files)
    if (overtaken.size > 0) isAsked = true
    progress = null
    const known = new Set(faults.map(toldOf))
    faults = [
      ...[...folder.faults].map(([file, { text }]) => ({ file, text })),
      ...outcome.skipped.map(({ file, zh, en }) => ({ file, text: { zh, en } })),
    ]
    const news = faults.filter((fault) => !known.has(toldOf(fault)))
    // Where another process was quicker, its update may have been taken up before.
    const hasChanged = added.length + changed.length + vanished.length > 0
    if (isTakenUp || hasChanged || news.length > 0) {
      log.info(
        `the index is up to date: ${outcome.reports} reports, ${outcome.passages} passages, ${outcome.embedded} embedded`,
      )
      for (const listener of listeners) listener({ added, changed, vanished, embedded: outcome.embedded, faults: news })
    }
    if (isTakenUp && (await compactIndex(indexFolder, embedder, serving.cache, closing.signal))) await takeUp(files)
  }

  let isAsked = false
  let isFirst = true
  let running: Promise<void> | null = null
  let failure: unknown = null
  const attempt = async () => {
    try {
      await update(isFirst)
      isFirst = false
      failure = null
    } catch (error) {
      progress = null
      if (closing.signal.aborted) return
      // Tried again and again, but told once.
      const isTold = failure instanceof Error && error instanceof Error && failure.message === error.message
      failure = error
      if (error instanceof ReportError) {
        // The folder is gone or cannot be read: what was indexed is withheld by its source check.
        faults = [{ file: '', text: error.text }]
        const update = { added: [], changed: [], vanished: [], embedded: 0, faults }
        if (!isTold) for (const listener of listeners) listener(update)
      } else if (!isTold) {
        log.error('the index could not be brought up to date', error instanceof IndexError ? error.message : error)
      }
      setTimeout(refresh, retryMs).unref()
    }
  }
  /** Who waits for an update that has not begun yet. */
  let waiting: (() => void)[] = []
  const work = async () => {
    while (isAsked && !closing.signal.aborted) {
      isAsked = false
      const served = waiting
      waiting = []
      await attempt()
      for (const resolve of served) resolve()
    }
    running = null
    for (const resolve of waiting) resolve()
  }
  /** Resolves when an update that began after this call is done, even though others may follow without end. */
  const refresh = (): Promise<void> =>
    new Promise((resolve) => {
      if (closing.signal.aborted) return resolve()
      waiting.push(resolve)
      isAsked = true
      running ??= work()
    })

  const filesInForce = (): LibraryFile[] =>
    [...current.index.reports.values()].map(({ file, contentSha256, metadata: { title } }) => {
      return { id: fileId(file, contentSha256), file, title }
    })
  const entryOf = (is: (entry: ReportEntry) => boolean) => [...current.index.reports.values()].find(is)

  const addedOf = async ({ id, file, contentSha256, passages }: ReportEntry, isNew: boolean): Promise<Added> => {
    const report = await current.index.report(id)
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

  /** Why a file that lies in the folder is not in the index. */
  const whyNot = (file: string): unknown => {
    const fault = faults.find((one) => one.file === file)
    return fault ? new ReportError(fault.text) : (failure ?? new Error(`${file} did not become part of the index`))
  }

  const addOne: Library['add'] = async (name, bytes, onProgress) => {
    const wanted = safeName(name)
    if (kindOf(wanted) === 'other') throw unknownKind(wanted)
    const format = formatOf(wanted, bytes)
    if (bytes.length > limits.bytes) throw tooLarge(wanted, bytes.length, limits.bytes)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const same = entryOf(({ contentSha256 }) => contentSha256 === sha256)
    if (same && existsSync(join(reportsFolder, same.file))) return addedOf(same, false)
    const names = new Set((await readdir(reportsFolder).catch(() => [])).map(comparableName))
    // A sidecar without its report is about another one.
    const file = freeName(wanted, (one) =>
      [one, `${one}${sidecarSuffix}`].some((name) => names.has(comparableName(name))),
    )
    const stem = basename(file, extname(file))
    const aside = join(reportsFolder, `${asidePrefix}${randomUUID()}`)
    const source = {
      path: aside,
      file,
      id: stem,
      bytes: bytes.length,
      sha256,
      contentSha256: sha256,
      format,
      stated: {},
    }
    if (onProgress) progressListeners.add(onProgress)
    try {
      await mkdir(reportsFolder, { recursive: true })
      await writeFile(aside, bytes, { flag: 'wx', flush: true })
      onProgress?.({ stage: 'reading', done: 0, total: 1, secondsLeft: null })
      readOnArrival.set(keyOf(source), await reader.read(source))
      await placeNew(aside, join(reportsFolder, file))
      await refresh()
      const entry = entryOf((one) => one.file === file)
      if (entry) return await addedOf(entry, true)
      // Not taken in: the folder is left as it was.
      await rm(join(reportsFolder, file), { force: true })
      throw whyNot(file)
    } finally {
      if (onProgress) progressListeners.delete(onProgress)
      readOnArrival.delete(keyOf(source))
      await rm(aside, { force: true })
    }
  }

  /** One after the other, so that two of one name or of one content are told apart. */
  let lastAdded: Promise<unknown> = Promise.resolve()
  const add: Library['add'] = (...file) => {
    const added = lastAdded.then(() => addOne(...file))
    lastAdded = added.catch(() => undefined)
    return added
  }

  const remove: Library['remove'] = async (id) => {
    const found = filesInForce().find((file) => file.id === id)
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
    await refresh()
    return found
  }

  const restore: Library['restore'] = async (id) => {
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
    await refresh()
    const found = filesInForce().find((one) => one.file === file)
    if (!found) throw whyNot(file)
    return found
  }

  await clearUploads(reportsFolder)
  const isHidden = (path: string) => basename(path).startsWith('.')
  // The folder may be a link itself; those in it are not followed, as they may lead to a whole disk or round in circles.
  const watched = await realpath(reportsFolder).catch(() => reportsFolder)
  const watcher = watch(watched, { ignoreInitial: true, ignored: isHidden, followSymlinks: false })
  watcher.on('all', () => void refresh())
  // What changed while the watching was being set up is not told.
  watcher.on('ready', () => void refresh())
  watcher.on('error', (error) => log.warn('changes of the reports folder are seen late', String(error)))
  const rescan = setInterval(refresh, rescanMs).unref()
  void refresh()
  const look = async () => {
    const before = trouble
    trouble = await serving.trouble()
    if (trouble?.text.en !== before?.text.en) log.warn(trouble?.text.en ?? 'the index can be used in full again')
    if (trouble?.canAnswer !== false) await takeUp(null)
  }
  let looking: Promise<void> = Promise.resolve()
  const outlook = setInterval(() => {
    looking = looking.then(look).catch((error) => log.debug('what is in force could not be looked up', String(error)))
  }, lookMs).unref()

  return {
    answerer: following(
      () => current,
      () => takeUp(null),
    ),
    get status() {
      const { engine, passages } = current
      return { engine, model: embedder.model.id, passages, faults, update: progress, trouble }
    },
    get files() {
      return filesInForce()
    },
    add,
    remove,
    restore,
    onUpdate(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      closing.abort()
      clearInterval(rescan)
      clearInterval(outlook)
      await watcher.close()
      await running
      await looking
    },
  }
}

/** An answerer that is always the one in force. What was replaced long ago under a question is taken up, and asked again. */
function following(current: () => ReadingAnswerer, takeUp: () => Promise<unknown>): ReadingAnswerer {
  const latest = async <T>(ask: (answerer: ReadingAnswerer) => Promise<T>): Promise<T> => {
    try {
      return await ask(current())
    } catch (error) {
      if (!(error instanceof OutdatedError)) throw error
      await takeUp()
      return ask(current())
    }
  }
  return {
    get reports() {
      return current().reports
    },
    reportsMatching: (tags) => current().reportsMatching(tags),
    answer: (question) => latest((answerer) => answerer.answer(question)),
    quote: (passage, highlight) => latest((answerer) => answerer.quote(passage, highlight)),
    paragraph: (passage, steps) => latest((answerer) => answerer.paragraph(passage, steps)),
    report: (id) => latest((answerer) => answerer.report(id)),
    placed: (passage, marks) => latest((answerer) => answerer.placed(passage, marks)),
    selected: (report, ranges) => latest((answerer) => answerer.selected(report, ranges)),
  }
}

const toldOf = ({ file, text }: LibraryFault) => `${file}\n${text.en}`

/** Moves a file to a name that must be free. @throws ReportError when it is not */
async function placeNew(from: string, to: string): Promise<void> {
  try {
    await place(from, to)
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw nameTaken(basename(to))
    throw error
  }
  await rm(from)
}

async function place(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    // Some file systems have no links, and another one's cannot be linked to.
    if (!['EXDEV', 'EPERM', 'ENOTSUP', 'ENOSYS'].includes(errorCode(error) ?? '')) throw error
    await copyFile(from, to, constants.COPYFILE_EXCL)
  }
}

/** Moves a file, if it is there. */
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return
    if (errorCode(error) !== 'EXDEV') throw error
    await copyFile(from, to)
    await rm(from)
  }
}

/** What a kill left of uploads that were not whole. */
async function clearUploads(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (name.startsWith(asidePrefix)) await rm(join(folder, name), { force: true })
  }
}

function unknownKind(file: string): ReportError {
  return new ReportError({
    zh: `${file}:无法读取这种文件。请发送 PDF、Word(.docx)、表格、网页、文本或图片。`,
    en: `${file}: files of this kind cannot be read. Send PDF, Word (.docx), a spreadsheet, a web page, text or an image.`,
  })
}

function nameTaken(file: string): ReportError {
  return new ReportError({
    zh: `${file}:报告文件夹里已有另一个同名文件。请先移除或改名那个文件,再试一次。`,
    en: `${file}: the reports folder holds another file of this name. Remove or rename that one first, then try again.`,
  })
}
