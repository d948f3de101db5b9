import type { IndexTrouble } from '../indexes/source.ts'
import { originalsIn } from '../reports/originals.ts'
import type { Report } from '../reports/types.ts'
import { trainingNote } from '../search/trainedFor.ts'
import { openCurrentIndex } from './currentIndex.ts'
import { createFolderFiles } from './folderFiles.ts'
import type { FolderUpdateOptions } from './folderUpdate.ts'
import { clearUploads } from './placement.ts'
import { filesIn } from './remover.ts'
import type { Library, LibraryFault } from './types.ts'
import { startUpdater } from './updater.ts'
import { startWatcher } from './watcher.ts'

export type LibraryOptions = Omit<FolderUpdateOptions, 'originals' | 'currentIndex' | 'watcher' | 'readOnArrival'>

/** The interval of looking through the folder, as folders on a network, or not watched, report no changes. */
const rescanMs = 60_000

/**
 * Opens the current index, which may be stale, and keeps it up to date with the folder from then on. Changes are read
 * and embedded while questions are answered from the index before, which the new one replaces when it is complete. A
 * file that cannot be used becomes a fault and is left out; nothing in the folder ends the library.
 *
 * @throws IndexError when there is no index, or it is foreign or damaged.
 */
export async function openLibrary(options: LibraryOptions): Promise<Library> {
  const { reportsFolder, embedder, log, reader } = options
  const originals = originalsIn(reportsFolder, reader.readMember)
  const readOnArrival = new Map<string, Report>()
  const currentIndex = await openCurrentIndex({ ...options, originals })
  const watcher = startWatcher(() => void refresh(), log)
  const common = { ...options, originals, currentIndex, readOnArrival }
  const updater = await startUpdater({ ...common, watcher })
  const { refresh } = updater
  const modelNote = trainingNote(embedder.model)

  for (const path of await clearUploads(reportsFolder))
    log.warn('a file that an interrupted upload left cannot be removed, and only takes up space', path)
  const rescan = setInterval(() => void refresh(), rescanMs).unref()
  const firstUpdate = refresh()

  return {
    answerer: currentIndex.answerer,
    get current() {
      return currentIndex.loaded
    },
    originals,
    get status() {
      const { engine, passages } = currentIndex.loaded
      const { faults, notes, progress } = updater
      const trouble = currentIndex.trouble ?? troubleOf(faults)
      const model = embedder.model.id
      return { engine, model, modelNote, passages, faults, notes, update: progress, trouble }
    },
    get files() {
      return filesIn(currentIndex.loaded.index)
    },
    firstUpdate,
    ...createFolderFiles({ ...common, updater }),
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
