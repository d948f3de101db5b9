import { IndexError, ReportError } from '../errors.ts'
import { BusyError } from '../indexes/lock.ts'
import type { Log } from '../log.ts'
import { createFaultList, type FaultNews } from './faultList.ts'
import { createFolderUpdate, type FolderUpdate, type FolderUpdateOptions } from './folderUpdate.ts'
import type { LibraryFault, LibraryUpdate } from './types.ts'
import { createUpdateSchedule, type UpdateResult } from './updateSchedule.ts'

/** Keeps the index up to date with the reports folder. */
export interface Updater extends Omit<FolderUpdate, 'run'> {
  /** The faults that last. */
  readonly faults: readonly LibraryFault[]
  /** The reason why a file of the folder is not in the index, or the first reason of those inside it. */
  reasonFor(file: string): unknown
  /** The faults of a file and of those inside it, lasting or not. */
  faultsOf(file: string): readonly LibraryFault[]
  /**
   * Resolves when an update that began after this call is done, even though others may follow without end.
   * @param patienceMs the time for which updates are tried anew while another process builds the index; by default one
   * is
   */
  refresh(patienceMs?: number): Promise<void>
  readonly listeners: Set<(update: LibraryUpdate) => void>
  /** Gives up the update that runs. */
  close(): Promise<void>
}

const noChanges = { added: [], changed: [], vanished: [], embedded: 0 }

/** @throws IndexError when the index folder cannot be understood */
export async function startUpdater(options: FolderUpdateOptions): Promise<Updater> {
  const { reportsFolder, log } = options
  const faults = createFaultList(reportsFolder)
  const closing = new AbortController()
  const { signal } = closing
  const listeners: Updater['listeners'] = new Set()
  let settling: NodeJS.Timeout | undefined
  let isFirst = true
  let failure: unknown = null

  const notify = (
    { nextMs, ...news }: FaultNews,
    changes: Omit<LibraryUpdate, keyof FaultNews>,
    hasChanged: boolean,
  ) => {
    clearTimeout(settling)
    if (nextMs !== null) settling = setTimeout(schedule.ask, nextMs).unref()
    if (!hasChanged && news.faults.length + news.cleared.length === 0) return
    for (const listener of listeners) listener({ ...changes, ...news })
  }
  const attempt = async (): Promise<UpdateResult> => {
    try {
      await update.run(isFirst, async ({ changes, hasChanged, ...result }) => {
        const news = await faults.update(result.faults)
        const { reports, passages, embedded } = result
        if (hasChanged)
          log.info(`the index is up to date: ${reports} reports, ${passages} passages, ${embedded} embedded`)
        if (hasChanged && reports === 0) log.warn(`the reports folder ${reportsFolder} holds no reports any more`)
        notify(news, { ...changes, embedded }, hasChanged)
      })
      isFirst = false
      failure = null
      return 'done'
    } catch (error) {
      if (signal.aborted) return 'failed'
      // An update is tried again and again, but its failure is logged once.
      const isLogged = failure instanceof Error && error instanceof Error && failure.message === error.message
      failure = error
      // The folder, or nearly all that was in it, may be gone. The index stays, and the source check withholds what is
      // gone.
      if (error instanceof ReportError) notify(await faults.fail(error.text), noChanges, false)
      if (!isLogged) logFailure(log, error)
      return error instanceof BusyError ? 'busy' : 'failed'
    }
  }
  const schedule = createUpdateSchedule(attempt, signal)
  const update = await createFolderUpdate(options, schedule.ask, signal)

  return {
    get faults() {
      return faults.lasting
    },
    get notes() {
      return update.notes
    },
    get progress() {
      return update.progress
    },
    holdersOf: update.holdersOf,
    reasonFor(file) {
      const [fault] = faults.of(file)
      return fault ? new ReportError(fault.text) : (failure ?? new Error(`${file} did not become part of the index`))
    },
    faultsOf: faults.of,
    refresh: (patienceMs = 0) => schedule.refresh(patienceMs),
    listeners,
    progressListeners: update.progressListeners,
    async close() {
      closing.abort()
      await schedule.close()
      clearTimeout(settling)
    },
  }
}

function logFailure(log: Log, error: unknown): void {
  if (error instanceof ReportError) log.warn('the index is kept as it is', error.message)
  // Where several processes share the folder, one of them builds and the others load what it built.
  else if (error instanceof BusyError) log.debug('the index is brought up to date later', error.message)
  else log.error('the index could not be brought up to date', error instanceof IndexError ? error.message : error)
}
