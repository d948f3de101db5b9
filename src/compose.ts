import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from './config.ts'
import { openEmbedder, openReranker } from './embeddings/transformers.ts'
import type { Embedder, Reranker } from './embeddings/types.ts'
import { IndexError } from './errors.ts'
import { type BuildOptions, type BuildOutcome, buildIndex, compactIndex } from './indexes/build.ts'
import { BusyError } from './indexes/lock.ts'
import { readManifest, toldOfEarlier } from './indexes/manifest.ts'
import { UnreachableError } from './indexes/qdrant/faults.ts'
import { openLibrary } from './library/library.ts'
import { refuseLoss } from './library/loss.ts'
import { type OpenAnswerer, openOver } from './library/opened.ts'
import { type Serving, serveFolder, serveQdrant } from './library/serving.ts'
import type { Library, LibraryUpdate } from './library/types.ts'
import type { Log } from './log.ts'
import { lookThrough, type ReportFolder, requireReports } from './reports/folder.ts'
import { defaultLimits, type ReadLimits } from './reports/manuscript.ts'
import { type ReportReader, startReader } from './reports/reading.ts'
import { maxRerankedCandidates } from './search/ranking/reranking.ts'

/** What `main` and the commands in `scripts` build everything else from. */
export interface Parts {
  readonly folder: ReportFolder
  readonly embedder: Embedder
  /** Null where none is set. */
  readonly reranker: Reranker | null
  readonly reader: ReportReader
  readonly serving: Serving
}

type Places = Pick<Config, 'reportsFolder' | 'indexFolder' | 'model'> & {
  readonly limits?: ReadLimits
  readonly reranker?: string | null
  readonly qdrant?: Config['qdrant']
  /** Take it that nearly all reports of the index were removed on purpose, or all; otherwise that is refused. */
  readonly acceptsRemovals?: boolean
}

async function servingOf({ indexFolder, qdrant }: Places, { model }: Embedder): Promise<Serving> {
  if (!qdrant) return serveFolder(indexFolder, model)
  const { connectQdrant } = await import('./indexes/qdrant/qdrant.ts')
  return serveQdrant(connectQdrant(qdrant), indexFolder, model)
}

/** The reports as they are on disk, the model, not yet loaded, and what reads reports. @throws ReportError, ModelError */
export async function openParts(places: Places): Promise<Parts> {
  const { reportsFolder, model, limits = defaultLimits } = places
  const [folder, embedder] = await Promise.all([lookThrough(reportsFolder, limits.bytes), openEmbedder(model)])
  if (!places.acceptsRemovals) await requirePresent(places, folder)
  const reranker = await rerankerOf(places)
  return { folder, embedder, reranker, reader: startReader(limits), serving: await servingOf(places, embedder) }
}

async function rerankerOf({ reranker }: Pick<Places, 'reranker'>): Promise<Reranker | null> {
  return reranker ? openReranker(reranker) : null
}

/** @throws ReportError when the folder holds no report that can be used, or nearly all that were indexed are gone from it */
async function requirePresent({ reportsFolder, indexFolder }: Places, folder: ReportFolder): Promise<void> {
  // Reports that are there, each with a fault, are not gone.
  if (folder.files.length === 0 && folder.faults.size > 0) requireReports(folder, reportsFolder)
  // An index that cannot be understood is told of by those who open it.
  const manifest = await readManifest(indexFolder).catch(() => null)
  if (manifest) refuseLoss(reportsFolder, manifest, folder.files)
  requireReports(folder, reportsFolder)
}

/**
 * Loads the models beside what follows, so that the first asker need not wait for them. How long a reranker takes is told.
 * @returns a promise that rejects with a ModelError when one cannot be loaded; who awaits it ends the start rather than every answer
 */
export function warmUp({ embedder, reranker }: Pick<Parts, 'embedder' | 'reranker'>, log: Log): Promise<unknown> {
  const timed = async (): Promise<void> => {
    if (!reranker) return
    const passages = Array.from({ length: maxRerankedCandidates }, () => '安置房交付四百套。'.repeat(20))
    // The first run loads the model.
    await reranker.score('Wenju', ['Wenju'])
    const begun = performance.now()
    await reranker.score('安置房交付了多少套?', passages)
    const seconds = ((performance.now() - begun) / 1000).toFixed(1)
    log.info(`the reranker ${reranker.id} takes some ${seconds} s of every question`)
  }
  const warming = Promise.all([embedder.embed(['Wenju']), timed()])
  // The start may fail for another reason before anybody awaits this.
  warming.catch(() => undefined)
  return warming
}

/** Builds the index or brings it up to date. @throws IndexError, ReportError, ModelError */
export async function updateIndex(
  { indexFolder, acceptsRemovals = false }: Places,
  { folder: { files }, embedder, reader, serving }: Parts,
  options: Pick<BuildOptions, 'mend' | 'onProgress'>,
): Promise<BuildOutcome> {
  const load = reader.read
  const { cache } = serving
  const mayBeEmpty = acceptsRemovals
  const outcome = await buildIndex({
    folder: indexFolder,
    files,
    load,
    embedder,
    mayBeEmpty,
    retry: true,
    cache,
    ...options,
  })
  await compactIndex(indexFolder, embedder, cache)
  await serving.publish()
  return outcome
}

/** Opens a current index for questions. @throws IndexError when it is missing, stale, foreign or damaged. */
export async function openAnswerer(
  { reportsFolder, minConfidence }: Places & Pick<Config, 'minConfidence'>,
  { folder, embedder, reranker, serving }: Parts,
): Promise<OpenAnswerer> {
  return openOver(await serving.open(folder.files), embedder, reportsFolder, minConfidence, reranker)
}

/** A living folder, and what stands behind it. */
export interface StartedLibrary {
  readonly library: Library
  /** Resolves when the model is loaded. Rejects with a ModelError when it cannot be, so that the start fails and not every answer. */
  readonly ready: Promise<unknown>
  close(): Promise<void>
}

/**
 * The living folder: answers at once from the index there is, also from one that is stale; the first one, or one in place
 * of an earlier format, is built before, or waited for while another process builds it. The folder may be empty, as reports can
 * be sent to the bot.
 * @param onUpdate hears of every update, of the first one too, which begins before the library is handed over
 * @throws ReportError, ModelError, IndexError
 */
export async function startLibrary(
  config: Config,
  log: Log,
  onProgress: NonNullable<BuildOptions['onProgress']>,
  onUpdate: (update: LibraryUpdate) => void = () => {},
): Promise<StartedLibrary> {
  const { reportsFolder, indexFolder, stateFolder, limits, minConfidence } = config
  const embedder = await openEmbedder(config.model)
  const reranker = await rerankerOf(config)
  const warming = warmUp({ embedder, reranker }, log)
  const reader = startReader(limits)
  const serving = await servingOf(config, embedder)
  const { cache } = serving
  const build = async () => {
    const { files } = await lookThrough(reportsFolder, limits.bytes)
    const manifest = await readManifest(indexFolder)
    if (manifest) refuseLoss(reportsFolder, manifest, files)
    const load = reader.read
    await buildIndex({ folder: indexFolder, files, load, embedder, mend: false, mayBeEmpty: true, cache, onProgress })
  }
  await whenFree(log, async () => {
    const told = await toldOfEarlier(indexFolder)
    if (told) log.info(told.en)
    if ((await readManifest(indexFolder)) === null) await build()
    if (config.qdrant && !(await isServed(serving))) {
      await build()
      await serving.publish()
    }
  })
  const library = await openLibrary({
    reportsFolder,
    indexFolder,
    removedFolder: join(stateFolder, 'removed'),
    embedder,
    reranker,
    reader,
    limits,
    minConfidence,
    log,
    serving,
  })
  library.onUpdate(onUpdate)
  return {
    library,
    ready: warming,
    async close() {
      await library.close()
      await warming.catch(() => undefined)
      reader.close()
      await embedder.dispose()
      await reranker?.dispose()
    },
  }
}

/** How often it is tried whether another process is done. */
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

/** Whether Qdrant holds an index that this program can use; one of another model or Node is to be written anew. */
async function isServed(serving: Serving): Promise<boolean> {
  try {
    await serving.open(null)
    return true
  } catch (error) {
    if (!(error instanceof IndexError) || error instanceof UnreachableError) throw error
    return false
  }
}
