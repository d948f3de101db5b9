import type { Embedder, Reranker } from '../embeddings/types.ts'
import type { Log } from '../log.ts'
import type { ReadLimits } from '../reports/manuscript.ts'
import type { ReadingProcess } from '../reports/readingProcess.ts'
import type { Report } from '../reports/types.ts'
import { createAdding, filesIn } from './adding.ts'
import { openInForce } from './inForce.ts'
import { clearUploads } from './placing.ts'
import type { Serving } from './serving.ts'
import type { Library, LibraryFault, Trouble } from './types.ts'
import { startUpdating } from './updating.ts'
import { startWatching } from './watching.ts'

export interface LibraryOptions {
  readonly reportsFolder: string
  readonly indexFolder: string
  /** Where removed files are kept. */
  readonly removedFolder: string
  readonly embedder: Embedder
  readonly reranker: Reranker | null
  readonly reader: ReadingProcess
  readonly limits: ReadLimits
  /** 0 … 1, or null for the calibrated bound. */
  readonly minConfidence: number | null
  readonly log: Log
  /** Where answers come from. */
  readonly serving: Serving
}

/** Folders on a network, and those that the system lets nobody watch, tell of no changes: they are looked through this often. */
const rescanMs = 60_000

/**
 * Opens the index in force, which may be stale, and keeps it up to date with the folder from then on: what changes is
 * read and embedded while questions are answered from the index before, which the new one replaces when it is complete.
 * A file that cannot be used is told and left out; nothing in the folder ends the library.
 *
 * @throws IndexError when there is no index, or it is foreign or damaged.
 */
export async function openLibrary(options: LibraryOptions): Promise<Library> {
  const { reportsFolder, embedder, log } = options
  /** Uploads as they were read on arrival, so that a scan is not read twice. */
  const readOnArrival = new Map<string, Report>()
  const inForce = await openInForce(options)
  const watching = startWatching(() => void refresh(), log)
  const updating = await startUpdating({ ...options, inForce, watching, readOnArrival })
  const { refresh } = updating

  for (const path of await clearUploads(reportsFolder))
    log.warn('a file that an interrupted upload left cannot be removed, and only takes up space', path)
  const rescan = setInterval(() => void refresh(), rescanMs).unref()
  void refresh()

  return {
    answerer: inForce.answerer,
    get status() {
      const { engine, passages } = inForce.current
      const { faults, notes, progress } = updating
      const trouble = inForce.trouble ?? troubleOf(faults)
      return { engine, model: embedder.model.id, passages, faults, notes, update: progress, trouble }
    },
    get files() {
      return filesIn(inForce.current.index)
    },
    ...createAdding({ ...options, inForce, updating, readOnArrival }),
    onUpdate(listener) {
      updating.listeners.add(listener)
      return () => void updating.listeners.delete(listener)
    },
    async close() {
      clearInterval(rescan)
      watching.close()
      await Promise.all([updating.close(), inForce.close()])
    },
  }
}

/** The fault of the folder as a whole: what was indexed is kept, and quoted as far as it is there. */
function troubleOf(faults: readonly LibraryFault[]): Trouble | null {
  const fault = faults.find(({ file }) => file === '')
  return fault ? { canAnswer: true, text: fault.text } : null
}
