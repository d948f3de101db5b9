import type { Embedder, Reranker } from '../embeddings/types.ts'
import type { IndexSource, IndexTrouble } from '../indexes/source.ts'
import type { Log } from '../log.ts'
import type { ReadLimits } from '../reports/manuscript.ts'
import { originalsIn } from '../reports/originals.ts'
import type { ReadingProcess } from '../reports/readingProcess.ts'
import type { Report } from '../reports/types.ts'
import { openCurrentIndex } from './currentIndex.ts'
import { createFolderFiles } from './folderFiles.ts'
import { clearUploads } from './placement.ts'
import { filesIn } from './remover.ts'
import type { Library, LibraryFault } from './types.ts'
import { startUpdater } from './updater.ts'
import { startWatcher } from './watcher.ts'

export interface LibraryOptions {
  readonly reportsFolder: string
  /** The folder in which removed files are kept. */
  readonly removedFolder: string
  readonly embedder: Embedder
  readonly reranker: Reranker | null
  readonly reader: ReadingProcess
  readonly limits: ReadLimits
  /** 0 … 1, or null for the calibrated bound. */
  readonly minConfidence: number | null
  readonly log: Log
  readonly source: IndexSource
}

/** The folder is looked through at this interval, as folders on a network, and those that cannot be watched, report no changes. */
const rescanMs = 60_000

/**
 * Opens the current index, which may be stale, and keeps it up to date with the folder from then on. Changes are read and
 * embedded while questions are answered from the index before, which the new one replaces when it is complete. A file that
 * cannot be used becomes a fault and is left out; nothing in the folder ends the library.
 *
 * @throws IndexError when there is no index, or it is foreign or damaged.
 */
export async function openLibrary(options: LibraryOptions): Promise<Library> {
  const { reportsFolder, embedder, log, reader } = options
  const originals = originalsIn(reportsFolder, reader.readMember)
  const readOnArrival = new Map<string, Report>()
  const currentIndex = await openCurrentIndex({ ...options, originals })
  const watcher = startWatcher(() => void refresh(), log)
  const updater = await startUpdater({ ...options, currentIndex, watcher, readOnArrival })
  const { refresh } = updater

  for (const path of await clearUploads(reportsFolder))
    log.warn('a file that an interrupted upload left cannot be removed, and only takes up space', path)
  const rescan = setInterval(() => void refresh(), rescanMs).unref()
  const firstUpdate = refresh()

  return {
    answerer: currentIndex.answerer,
    originals,
    get status() {
      const { engine, passages } = currentIndex.loaded
      const { faults, notes, progress } = updater
      const trouble = currentIndex.trouble ?? troubleOf(faults)
      return { engine, model: embedder.model.id, passages, faults, notes, update: progress, trouble }
    },
    get files() {
      return filesIn(currentIndex.loaded.index)
    },
    firstUpdate,
    ...createFolderFiles({ ...options, originals, currentIndex, updater, readOnArrival }),
    onUpdate(listener) {
      updater.listeners.add(listener)
      return () => void updater.listeners.delete(listener)
    },
    async close() {
      clearInterval(rescan)
      watcher.close()
      await Promise.all([updater.close(), currentIndex.close()])
    },
  }
}

/** The fault of the folder as a whole. The index stays, and reports that are still there are quoted. */
function troubleOf(faults: readonly LibraryFault[]): IndexTrouble | null {
  const fault = faults.find(({ file }) => file === '')
  return fault ? { canAnswer: true, text: fault.text } : null
}
