import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Embedder } from '../embeddings/types.ts'
import { type Bilingual, IndexError, ReportError } from '../errors.ts'
import { buildIndex, compactIndex } from '../indexes/build.ts'
import { BusyError } from '../indexes/lock.ts'
import { changesSince, readManifest } from '../indexes/manifest.ts'
import type { Log } from '../log.ts'
import type { ReportFile } from '../reports/file.ts'
import { type FileSnapshots, lookThrough, type ReportFolder } from '../reports/folder.ts'
import type { ReadLimits } from '../reports/manuscript.ts'
import type { ReadingProcess } from '../reports/readingProcess.ts'
import type { Report } from '../reports/types.ts'
import { createFaultList, type FaultNews } from './faultList.ts'
import type { InForce } from './inForce.ts'
import { createLossWatch } from './loss.ts'
import { fileId } from './names.ts'
import { progressOf } from './progress.ts'
import type { Serving } from './serving.ts'
import type { LibraryFault, LibraryUpdate, UpdateProgress } from './types.ts'
import type { Watching } from './watching.ts'

/** Brings the index up to date with the folder, one update after the other. */
export interface Updating {
  /** Those that last. */
  readonly faults: readonly LibraryFault[]
  /** On how the folder was read. */
  readonly notes: readonly Bilingual[]
  /** The other names of a file at the last look. */
  copiesOf(file: string): readonly string[]
  /** Of the update under way, or null. */
  readonly progress: UpdateProgress | null
  /** Why a file that lies in the folder is not in the index. */
  whyNot(file: string): unknown
  /**
   * Resolves when an update that began after this call is done, even though others may follow without end.
   * @param patienceMs for how long others are tried while another process builds the index; 0 for not at all
   */
  refresh(patienceMs?: number): Promise<void>
  readonly listeners: Set<(update: LibraryUpdate) => void>
  readonly progressListeners: Set<(progress: UpdateProgress) => void>
  /** Gives up the update that is under way. */
  close(): Promise<void>
}

export interface UpdatingOptions {
  readonly reportsFolder: string
  readonly indexFolder: string
  /** The folder of removed files, each in a folder named by its id. */
  readonly removedFolder: string
  readonly embedder: Embedder
  readonly reader: ReadingProcess
  readonly limits: ReadLimits
  readonly log: Log
  readonly serving: Serving
  readonly inForce: InForce
  readonly watching: Watching
  /** Reports that were read already, by `keyOf` their file, so that a scan is not read twice. */
  readonly readOnArrival: ReadonlyMap<string, Report>
}

/** A file that was just seen to change is looked at again after this time, until it rests. */
const restMs = 300
/** A file that goes on changing for so many looks is left out, so that it does not hold up the others. */
const mostLooks = 20
/** After an update that failed for a passing reason, */
const retryMs = 5000
/** and after one that met another process at work while somebody waits. */
const busyMs = 1000

/** Tells a file from what it was at another time. */
export function keyOf({ file, id, sha256 }: ReportFile): string {
  return JSON.stringify([file, id, sha256])
}

/** @throws IndexError when what the index folder holds cannot be understood */
export async function startUpdating(options: UpdatingOptions): Promise<Updating> {
  const { reportsFolder, indexFolder, removedFolder, embedder, reader, limits, log } = options
  const { serving, inForce, watching, readOnArrival } = options
  /** What the index folder held when it was last brought up to date here. */
  let folderState = await readManifest(indexFolder)
  const faults = createFaultList(reportsFolder)
  const refuseLoss = createLossWatch(reportsFolder, ({ file, contentSha256 }) =>
    existsSync(join(removedFolder, fileId(file, contentSha256), 'content')),
  )
  let notes: readonly Bilingual[] = []
  let copies: ReadonlyMap<string, readonly string[]> = new Map()
  let progress: UpdateProgress | null = null
  const looks: FileSnapshots = new Map()
  const toldLeftovers = new Set<string>()
  const closing = new AbortController()
  const listeners: Updating['listeners'] = new Set()
  const progressListeners: Updating['progressListeners'] = new Set()
  const tell = (update: LibraryUpdate) => {
    for (const listener of listeners) listener(update)
  }

  const load = async (file: ReportFile) => readOnArrival.get(keyOf(file)) ?? (await reader.read(file))

  const look = async (): Promise<ReportFolder> => {
    const folder = await lookThrough(reportsFolder, limits.bytes, looks)
    // A change in a folder before it was watched is not told.
    if (await watching.follow(folder.folders)) isAsked = true
    return folder
  }

  /** The folder as it is once nothing in it changes any more. */
  const listAtRest = async (): Promise<ReportFolder> => {
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

  const update = async (isFirst: boolean) => {
    const folder = await listAtRest()
    const inFolder = await readManifest(indexFolder)
    if (inFolder) refuseLoss(inFolder, folder.files)
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
    for (const { en } of outcome.leftovers) {
      if (!toldLeftovers.has(en)) log.warn(en)
      toldLeftovers.add(en)
    }
    const overtaken = new Set(outcome.overtaken)
    const files = folder.files.filter(({ file }) => !overtaken.has(file))
    const isTakenUp = await inForce.takeUp(files)
    if (overtaken.size > 0) isAsked = true
    progress = null
    noteOn(folder)
    const news = await faults.update([
      ...[...folder.faults].map(([file, { text }]) => ({ file, text })),
      ...outcome.skipped.map(({ file, zh, en }) => ({ file, text: { zh, en } })),
    ])
    // It may have been taken up before by those who look for what others put in force, be it another process's.
    const hasChanged = added.length + changed.length + vanished.length > 0
    if (isTakenUp || hasChanged) {
      log.info(
        `the index is up to date: ${outcome.reports} reports, ${outcome.passages} passages, ${outcome.embedded} embedded`,
      )
      if (outcome.reports === 0) log.warn(`the reports folder ${reportsFolder} holds no reports any more`)
    }
    tellOf(news, { added, changed, vanished, embedded: outcome.embedded }, isTakenUp || hasChanged)
    if (!isTakenUp && !outcome.written) return
    if (await compactIndex(indexFolder, embedder, serving.cache, closing.signal)) await inForce.takeUp(files)
  }

  const noteOn = (folder: ReportFolder) => {
    copies = new Map(folder.files.map(({ file, copies: others = [] }) => [file, others]))
    for (const note of folder.notes) if (!notes.some(({ en }) => en === note.en)) log.info(note.en)
    notes = folder.notes
  }

  let settling: NodeJS.Timeout | undefined
  const tellOf = (
    { faults, cleared, nextMs }: FaultNews,
    changes: Pick<LibraryUpdate, 'added' | 'changed' | 'vanished' | 'embedded'>,
    hasChanged: boolean,
  ) => {
    clearTimeout(settling)
    if (nextMs !== null) settling = setTimeout(ask, nextMs).unref()
    if (hasChanged || faults.length + cleared.length > 0) tell({ ...changes, faults, cleared })
  }

  let isAsked = false
  let isFirst = true
  let running: Promise<void> | null = null
  let failure: unknown = null
  let retry: NodeJS.Timeout | undefined
  const attempt = async () => {
    clearTimeout(retry)
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
        // The folder or nearly all that was in it is gone: what was indexed is kept, and withheld by its source check.
        tellOf(await faults.fail(error.text), { added: [], changed: [], vanished: [], embedded: 0 }, false)
        if (!isTold) log.warn('the index is kept as it is', error.message)
      } else if (!isTold) {
        // Where several processes share the folder, one of them builds and the others take up what it built.
        if (error instanceof BusyError) log.debug('the index is brought up to date later', error.message)
        else log.error('the index could not be brought up to date', error instanceof IndexError ? error.message : error)
      }
    }
  }
  /** Who waits for an update that has not begun yet, and until when for another process. */
  let waiting: { readonly resolve: () => void; readonly until: number }[] = []
  const work = async () => {
    while (isAsked && !closing.signal.aborted) {
      isAsked = false
      const served = waiting
      waiting = []
      await attempt()
      const now = Date.now()
      const isPatient = (until: number) => failure instanceof BusyError && until > now && !closing.signal.aborted
      for (const one of served) {
        if (isPatient(one.until)) waiting.push(one)
        else one.resolve()
      }
      if (failure !== null && !closing.signal.aborted)
        retry = setTimeout(ask, waiting.some(({ until }) => isPatient(until)) ? busyMs : retryMs).unref()
    }
    running = null
  }
  const ask = () => {
    isAsked = true
    running ??= work()
  }
  const refresh = (patienceMs = 0): Promise<void> =>
    new Promise((resolve) => {
      if (closing.signal.aborted) return resolve()
      waiting.push({ resolve, until: Date.now() + patienceMs })
      ask()
    })

  return {
    get faults() {
      return faults.lasting
    },
    get notes() {
      return notes
    },
    copiesOf: (file) => copies.get(file) ?? [],
    get progress() {
      return progress
    },
    whyNot(file) {
      const fault = faults.of(file)
      return fault ? new ReportError(fault.text) : (failure ?? new Error(`${file} did not become part of the index`))
    },
    refresh,
    listeners,
    progressListeners,
    async close() {
      closing.abort()
      clearTimeout(retry)
      await running
      clearTimeout(settling)
      for (const { resolve } of waiting) resolve()
    },
  }
}
