import { setTimeout as sleep } from 'node:timers/promises'
import type { Bilingual } from '../errors.ts'
import { compactIndex } from '../indexes/build.ts'
import { type Changes, changesSince, type Manifest, readManifest } from '../indexes/manifest.ts'
import type { BuildProgress } from '../indexes/progress.ts'
import { updateIndex } from '../indexes/source.ts'
import { holderOf, type ReportFile } from '../reports/file.ts'
import { type FileSnapshots, lookThrough, type ReportFolder } from '../reports/folder.ts'
import type { ReadLimits } from '../reports/manuscript.ts'
import type { ReadingProcess } from '../reports/readingProcess.ts'
import type { Report } from '../reports/types.ts'
import type { CurrentIndex, CurrentIndexOptions } from './currentIndex.ts'
import { createLossWatch } from './loss.ts'
import { fileId } from './names.ts'
import { removedReports } from './removed.ts'
import type { LibraryFault, UpdateProgress } from './types.ts'
import type { FolderWatcher } from './watcher.ts'

/** Brings the index up to date with the reports folder, one call at a time. */
export interface FolderUpdate {
  /** Notes on how the folder was read. */
  readonly notes: readonly Bilingual[]
  /** The files on disk that a report and its copies lay in at the last update, its own first; undefined for an unknown report. */
  holdersOf(file: string): readonly string[] | undefined
  /** The progress of the update that runs; null while none does. */
  readonly progress: UpdateProgress | null
  readonly progressListeners: Set<(progress: UpdateProgress) => void>
  /**
   * @param isFirst reads files again that could not be used before
   * @param onLoaded called once answers come from the index, before its segments are merged
   * @throws IndexError, ReportError, or the reason of the signal
   */
  run(isFirst: boolean, onLoaded: (result: FolderUpdateResult) => Promise<void>): Promise<void>
}

export interface FolderUpdateResult {
  /** The files that changed since the last update of this process. */
  readonly changes: Changes
  /** Everything in the folder that cannot be used. */
  readonly faults: readonly LibraryFault[]
  readonly reports: number
  readonly passages: number
  readonly embedded: number
  /** False when answers come from the same reports as before. */
  readonly hasChanged: boolean
}

export interface FolderUpdateOptions extends CurrentIndexOptions {
  readonly reportsFolder: string
  /** The folder of removed files, each in a folder named by its id. */
  readonly removedFolder: string
  readonly reader: ReadingProcess
  readonly limits: ReadLimits
  readonly currentIndex: CurrentIndex
  readonly watcher: FolderWatcher
  /** Reports that were read when they arrived, by `fileStateKey` of their file, so that a scan is not read twice. */
  readonly readOnArrival: ReadonlyMap<string, Report>
}

/**
 * @param askAgain called when the folder may have changed during an update
 * @param signal gives up the update that runs
 * @throws IndexError when the index folder cannot be understood
 */
export async function createFolderUpdate(
  options: FolderUpdateOptions,
  askAgain: () => void,
  signal: AbortSignal,
): Promise<FolderUpdate> {
  const { reportsFolder, removedFolder, embedder, reader, limits, log } = options
  const { source, currentIndex, watcher, readOnArrival } = options
  const { path } = source.folder
  /** The manifest after the last update of this process. */
  let lastManifest = await readManifest(path)
  let removed: ReadonlySet<string> = new Set()
  const refuseLoss = createLossWatch(reportsFolder, (report) => removed.has(fileId(report.file, report.contentSha256)))
  let notes: readonly Bilingual[] = []
  let holders: ReadonlyMap<string, readonly string[]> = new Map()
  let progress: UpdateProgress | null = null
  const progressListeners: FolderUpdate['progressListeners'] = new Set()
  const looks: FileSnapshots = new Map()
  const loggedLeftovers = new Set<string>()

  const look = async (): Promise<ReportFolder> => {
    const { listMembers } = reader
    const folder = await lookThrough(reportsFolder, { maxBytes: limits.bytes, snapshots: looks, listMembers })
    // A folder may have changed before it was watched.
    if (await watcher.follow(folder.folders)) askAgain()
    return folder
  }

  const list = async (): Promise<ReportFolder> => {
    const before = await readManifest(path)
    const isNews = ({ files }: ReportFolder) => before !== null && isChanged(before, files, readOnArrival)
    const folder = await folderAtRest(look, isNews, signal)
    const manifest = await readManifest(path)
    removed = await removedReports(removedFolder)
    if (manifest) refuseLoss(manifest, folder.files)
    return folder
  }

  const noteOn = (folder: ReportFolder) => {
    holders = new Map(folder.files.map((file) => [file.file, file.holders ?? [holderOf(file)]]))
    for (const note of folder.notes) if (!notes.some(({ en }) => en === note.en)) log.info(note.en)
    notes = folder.notes
  }

  const run: FolderUpdate['run'] = async (isFirst, onLoaded) => {
    const folder = await list()
    const changes = changesSince(lastManifest!, folder.files)
    const outcome = await updateIndex(source, {
      files: folder.files,
      load: async (file) => readOnArrival.get(fileStateKey(file)) ?? (await reader.read(file)),
      embedder,
      mayBeEmpty: true,
      retry: isFirst,
      signal,
      onProgress: progressOf((now) => {
        progress = now
        for (const listener of progressListeners) listener(now)
      }),
    })
    lastManifest = await readManifest(path)
    for (const { en } of outcome.leftovers) {
      if (!loggedLeftovers.has(en)) log.warn(en)
      loggedLeftovers.add(en)
    }
    const unread = new Set(outcome.changedWhileReading)
    const files = folder.files.filter(({ file }) => !unread.has(file))
    const isReloaded = await currentIndex.reload(files)
    if (unread.size > 0) askAgain()
    progress = null
    noteOn(folder)
    const faults = [
      ...[...folder.faults].map(([file, { text }]) => ({ file, text })),
      ...outcome.skipped.map(({ file, zh, en }) => ({ file, text: { zh, en } })),
    ]
    // `currentIndex` polls for new indexes and may already have loaded this one.
    const hasChanged = isReloaded || Object.values(changes).some(({ length }) => length > 0)
    await onLoaded({ ...outcome, changes, faults, hasChanged })
    if (!isReloaded && !outcome.written) return
    if (await compactIndex(source.folder, embedder.model, signal)) await currentIndex.reload(files)
  }

  return {
    get notes() {
      return notes
    },
    holdersOf: (file) => holders.get(file),
    get progress() {
      return progress
    },
    progressListeners,
    run: (isFirst, onLoaded) =>
      run(isFirst, onLoaded).finally(() => {
        progress = null
      }),
  }
}

/** True where a file that was not read on its arrival differs from those that an index was built from. */
function isChanged(
  manifest: Manifest,
  files: readonly ReportFile[],
  readOnArrival: FolderUpdateOptions['readOnArrival'],
): boolean {
  const { added, changed, vanished } = changesSince(manifest, files)
  return [...added, ...changed, ...vanished].some(
    (name) => !files.some((file) => file.file === name && readOnArrival.has(fileStateKey(file))),
  )
}

/** A folder that was just seen to change is looked at again after this pause, until it rests. */
const restMs = 300
/** A file that goes on changing for so many looks is left out, so that it does not hold up the others. */
const maxLooks = 20

/** Identifies a state of a file. */
export function fileStateKey({ file, id, sha256 }: ReportFile): string {
  return JSON.stringify([file, id, sha256])
}

/**
 * Looks at a folder until nothing in it changes any more.
 * @param isNews true for a folder whose files differ from those that the index was built from
 */
async function folderAtRest(
  look: () => Promise<ReportFolder>,
  isNews: (folder: ReportFolder) => boolean,
  signal: AbortSignal,
): Promise<ReportFolder> {
  const stateOf = ({ files, faults }: ReportFolder) => JSON.stringify([files.map(fileStateKey), [...faults.keys()]])
  let folder = await look()
  for (let looks = 1; !signal.aborted && isNews(folder); looks++) {
    await sleep(restMs)
    const next = await look()
    if (stateOf(next) === stateOf(folder)) break
    const before = new Set(folder.files.map(fileStateKey))
    folder = next
    if (looks === maxLooks) return { ...next, files: next.files.filter((file) => before.has(fileStateKey(file))) }
  }
  return folder
}

/** Once this share of a stage is done, its rate allows an estimate of the time left. */
const minShare = 0.02

/** Adds an estimate of the time left to the progress of one build, from the rate of the current stage. */
function progressOf(onProgress: (progress: UpdateProgress) => void): (progress: BuildProgress) => void {
  const begins = new Map<BuildProgress['stage'], { at: number; done: number }>()
  return ({ stage, done, total }) => {
    const begin = begins.get(stage) ?? { at: performance.now(), done }
    begins.set(stage, begin)
    const share = (done - begin.done) / Math.max(1, total - begin.done)
    const secondsLeft = share < minShare ? null : ((performance.now() - begin.at) / 1000) * (1 / share - 1)
    onProgress({ stage, done, total, secondsLeft })
  }
}
