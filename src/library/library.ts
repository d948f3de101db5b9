import { realpath } from 'node:fs/promises'
import { basename } from 'node:path'
import { watch } from 'chokidar'
import type { Embedder } from '../embeddings/types.ts'
import type { Log } from '../log.ts'
import type { ReadLimits } from '../reports/manuscript.ts'
import type { ReportReader } from '../reports/reading.ts'
import type { Report } from '../reports/types.ts'
import { createAdding, filesIn } from './adding.ts'
import { openInForce } from './inForce.ts'
import { clearUploads } from './placing.ts'
import type { Serving } from './serving.ts'
import type { Library } from './types.ts'
import { startUpdating } from './updating.ts'

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

/** Folders on a network tell of no changes: they are looked through this often. */
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
  const updating = await startUpdating({ ...options, inForce, readOnArrival })
  const { refresh } = updating

  await clearUploads(reportsFolder)
  const isHidden = (path: string) => basename(path).startsWith('.')
  // The folder may be a link itself; those in it are not followed, as they may lead to a whole disk or round in circles.
  const watched = await realpath(reportsFolder).catch(() => reportsFolder)
  const watcher = watch(watched, { ignoreInitial: true, ignored: isHidden, followSymlinks: false })
  watcher.on('all', () => void refresh())
  // What changed while the watching was being set up is not told.
  watcher.on('ready', () => void refresh())
  watcher.on('error', (error) => log.warn('changes of the reports folder are seen late', String(error)))
  const rescan = setInterval(() => void refresh(), rescanMs).unref()
  void refresh()

  return {
    answerer: inForce.answerer,
    get status() {
      const { engine, passages } = inForce.current
      const { faults, progress } = updating
      return { engine, model: embedder.model.id, passages, faults, update: progress, trouble: inForce.trouble }
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
      await Promise.all([watcher.close(), updating.close(), inForce.close()])
    },
  }
}
