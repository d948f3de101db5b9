import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from './config.ts'
import { openEmbedder, openReranker } from './embeddings/open.ts'
import type { Embedder, Reranker } from './embeddings/types.ts'
import type { Bilingual, Language } from './errors.ts'
import { type BuildOptions, type BuildOutcome, compactIndex } from './indexes/build.ts'
import { BusyError } from './indexes/lock.ts'
import { earlierFormatNotice, readManifest } from './indexes/manifest.ts'
import { folderSource, type IndexSource, updateIndex } from './indexes/source.ts'
import { answererOver, type IndexAnswerer } from './library/indexAnswerer.ts'
import { openLibrary } from './library/library.ts'
import { refuseLoss } from './library/loss.ts'
import type { Library } from './library/types.ts'
import type { Log } from './log.ts'
import { lookThrough, type ReportFolder, requireReports } from './reports/folder.ts'
import { defaultLimits, type ReadLimits } from './reports/manuscript.ts'
import { originalsIn } from './reports/originals.ts'
import { type ReadingProcess, startReadingProcess } from './reports/readingProcess.ts'
import { maxRerankedCandidates } from './search/ranking/reranking.ts'
import { overviewText } from './terminal/overview.ts'
import { progressDisplay } from './terminal/progress.ts'
import { startTexts } from './terminal/texts.ts'

/** The objects that `main` and the commands in `scripts` build everything else from. */
export interface Dependencies {
  readonly folder: ReportFolder
  readonly embedder: Embedder
  /** Null where none is set. */
  readonly reranker: Reranker | null
  readonly reader: ReadingProcess
  readonly source: IndexSource
}

type Settings = Pick<Config, 'reportsFolder' | 'indexFolder' | 'model'> & {
  readonly limits?: ReadLimits
  readonly reranker?: string | null
  readonly qdrant?: Config['qdrant']
  /** Accepts that nearly all reports of the index, or all, were removed. By default that is refused. */
  readonly acceptsRemovals?: boolean
}

async function openSource({ indexFolder, qdrant }: Settings, { model }: Embedder): Promise<IndexSource> {
  if (!qdrant) return folderSource(indexFolder, model)
  const { connectQdrant } = await import('./indexes/qdrant/qdrant.ts')
  const { qdrantSource } = await import('./indexes/qdrant/source.ts')
  return qdrantSource(connectQdrant(qdrant), indexFolder, model)
}

/** Lists the reports, and opens the model, not loaded yet, and the reading process. @throws ReportError, ModelError */
export async function openDependencies(settings: Settings): Promise<Dependencies> {
  const { reportsFolder, model, limits = defaultLimits } = settings
  const reader = startReadingProcess(limits)
  const { listMembers } = reader
  const looking = lookThrough(reportsFolder, { maxBytes: limits.bytes, listMembers })
  const [folder, embedder] = await Promise.all([looking, openEmbedder(model)])
  if (!settings.acceptsRemovals) await requirePresent(settings, folder)
  const reranker = settings.reranker ? await openReranker(settings.reranker) : null
  return {
    folder,
    embedder,
    reranker,
    reader,
    source: await openSource(settings, embedder),
  }
}

/** @throws ReportError when the folder holds no report that can be used, or nearly all that were indexed are gone from it */
async function requirePresent(settings: Settings, folder: ReportFolder): Promise<void> {
  // Reports that are there, each with a fault, are not gone.
  if (folder.files.length === 0 && folder.faults.size > 0) requireReports(folder, settings.reportsFolder)
  await requireIndexed(settings, folder)
  requireReports(folder, settings.reportsFolder)
}

/** @throws LossError when nearly all reports that were indexed are gone from the folder, as when its disk was unplugged */
export async function requireIndexed(
  { reportsFolder, indexFolder }: Pick<Config, 'reportsFolder' | 'indexFolder'>,
  { files }: ReportFolder,
): Promise<void> {
  // An index that cannot be understood is refused by the functions that open it.
  const manifest = await readManifest(indexFolder).catch(() => null)
  if (manifest) refuseLoss(reportsFolder, manifest, files)
}

/**
 * Loads the models in the background, so that the first asker need not wait for them, and logs the time that a reranker takes.
 * @returns a promise that rejects with a ModelError when a model cannot be loaded; awaiting it ends the start rather than every answer
 */
export function warmUp(
  { embedder, reranker }: Pick<Dependencies, 'embedder' | 'reranker'>,
  log: Log,
): Promise<unknown> {
  const timeReranker = async (): Promise<void> => {
    if (!reranker) return
    const passages = Array.from({ length: maxRerankedCandidates }, () => '安置房交付四百套。'.repeat(20))
    // The first run loads the model.
    await reranker.score('Wenju', ['Wenju'])
    const begun = performance.now()
    await reranker.score('安置房交付了多少套?', passages)
    const seconds = ((performance.now() - begun) / 1000).toFixed(1)
    log.info(`the reranker ${reranker.id} takes some ${seconds} s of every question`)
  }
  const warming = Promise.all([embedder.embed(['Wenju']), timeReranker()])
  // The start may fail for another reason before this is awaited.
  warming.catch(() => undefined)
  return warming
}

/**
 * Builds the index or brings it up to date, as a command does that ends afterwards: files that could not be used before are
 * read again, and small segments merged.
 *
 * @throws IndexError, ReportError, ModelError
 */
export async function buildAndCompact(
  { folder: { files }, embedder, reader, source }: Dependencies,
  options: Pick<BuildOptions, 'replaceDamaged' | 'mayBeEmpty' | 'onProgress'> = {},
): Promise<BuildOutcome> {
  const outcome = await updateIndex(source, { files, load: reader.read, embedder, retry: true, ...options })
  await compactIndex(source.folder, embedder.model)
  return outcome
}

/** The notes and faults that a person should know after an update of the index. */
export function noticesOf({ folder }: Pick<Dependencies, 'folder'>, outcome: BuildOutcome): Bilingual[] {
  const faults = [...folder.faults.values()].map(({ text }) => text)
  return [...folder.notes, ...faults, ...outcome.skipped, ...outcome.leftovers]
}

/**
 * The same notes, and a table of what was read and what was not with its faults.
 * @param maxFaults the lines for faults at most
 */
export function updateText(
  { folder }: Pick<Dependencies, 'folder'>,
  outcome: BuildOutcome,
  language: Language,
  maxFaults: number,
): string {
  const skipped = outcome.skipped.map(({ file, zh, en }) => ({ file, text: { zh, en } }))
  const unread = new Set([...skipped.map(({ file }) => file), ...outcome.changedWhileReading])
  const reports = folder.files.filter(({ file }) => !unread.has(file))
  const faults = [...[...folder.faults].map(([file, { text }]) => ({ file, text })), ...skipped]
  const notices = [...folder.notes, ...outcome.leftovers].map((notice) => `${notice[language]}\n`)
  return notices.join('') + overviewText({ reports, faults }, language, maxFaults)
}

/** `npm start` shows this many faults of files; the others are counted. */
export const maxShownFaults = 20

/** Opens a current index for questions. @throws IndexError when it is missing, stale, foreign or damaged. */
export async function openAnswerer(
  { reportsFolder, minConfidence }: Pick<Config, 'reportsFolder' | 'minConfidence'>,
  { folder, embedder, reranker, reader, source }: Dependencies,
): Promise<IndexAnswerer> {
  const originals = originalsIn(reportsFolder, reader.readMember)
  return answererOver(await source.open(folder.files), { embedder, reranker, originals, minConfidence })
}

/** A living folder, and the models behind it. */
export interface StartedLibrary {
  readonly library: Library
  /** Resolves when the model is loaded. Rejects with a ModelError, so that the start fails rather than every answer. */
  readonly ready: Promise<unknown>
  close(): Promise<void>
}

/**
 * Starts the living folder. It answers at once from the index there is, also from one that is stale. The first index, or one
 * in place of an earlier format, is built before, or waited for while another process builds it. The folder may be empty, as
 * reports can be sent to the bot. Standard error shows the progress of a build, and faults of files as they come and go.
 *
 * @throws ReportError, ModelError, IndexError
 */
export async function startLibrary(config: Config, log: Log): Promise<StartedLibrary> {
  const { reportsFolder, indexFolder, stateFolder, limits, language } = config
  const say = startTexts[language]
  const embedder = await openEmbedder(config.model)
  const reranker = config.reranker ? await openReranker(config.reranker) : null
  const warming = warmUp({ embedder, reranker }, log)
  const reader = startReadingProcess(limits)
  const source = await openSource(config, embedder)
  const onProgress = progressDisplay(process.stderr, language)
  await whenFree(log, async () => {
    const notice = await earlierFormatNotice(indexFolder)
    if (notice) log.info(notice.en)
    const manifest = await readManifest(indexFolder)
    if (manifest !== null && (await source.isPublished())) return
    const { files } = await lookThrough(reportsFolder, { maxBytes: limits.bytes, listMembers: reader.listMembers })
    if (manifest) refuseLoss(reportsFolder, manifest, files)
    await updateIndex(source, { files, load: reader.read, embedder, mayBeEmpty: true, onProgress })
  })
  const removedFolder = join(stateFolder, 'removed')
  let isClosed = false
  const library = await openLibrary({ ...config, removedFolder, embedder, reranker, reader, log, source })
  // Faults of the first update are shown together in its table; later ones are shown as they come.
  let isShown = false
  void library.firstUpdate.then(() => {
    if (isClosed) return
    const { answerer, status } = library
    process.stderr.write(overviewText({ reports: answerer.reports, faults: status.faults }, language, maxShownFaults))
    isShown = true
  })
  library.onUpdate(({ faults, cleared }) => {
    if (!isShown) return
    for (const { text } of faults) process.stderr.write(`${text[language]}\n`)
    if (cleared.length > 0) process.stderr.write(`${say.cleared(cleared.map(({ file }) => file))}\n`)
  })
  if (library.status.engine === 'exact' && library.status.passages > 0) log.warn(say.exact)
  if (library.files.length === 0) log.warn(say.noReports(reportsFolder))
  return {
    library,
    ready: warming,
    async close() {
      isClosed = true
      await library.close()
      await warming.catch(() => undefined)
      reader.close()
      await embedder.dispose()
      await reranker?.dispose()
    },
  }
}

/** The pause between two attempts while another process builds. */
const busyMs = 1000

/** Does the work as soon as no other process builds in the folder; by then there may be nothing left of it to do. */
async function whenFree(log: Log, work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof BusyError)) throw error
      if (attempt === 1) log.info('another process builds the index, which is waited for', error.message)
      await sleep(busyMs)
    }
  }
}
