import { type Answerer, createAnswerer } from './answer/answerer.ts'
import { sourceCheck } from './answer/sources.ts'
import type { Config } from './config.ts'
import { openEmbedder } from './embeddings/transformers.ts'
import type { Embedder } from './embeddings/types.ts'
import { type BuildOptions, type BuildOutcome, buildIndex } from './indexes/build.ts'
import { openIndex } from './indexes/open.ts'
import type { OpenIndex } from './indexes/types.ts'
import { listReports, type ReportFolder } from './reports/folder.ts'
import { createSearcher, type Searcher } from './search/search.ts'

/** What `main` and the commands in `scripts` build everything else from. */
export interface Parts {
  readonly folder: ReportFolder
  readonly embedder: Embedder
}

type Places = Pick<Config, 'reportsFolder' | 'indexFolder' | 'model'>

/** The reports as they are on disk and the model, not yet loaded. @throws ReportError, ModelError */
export async function openParts(config: Places): Promise<Parts> {
  const [folder, embedder] = await Promise.all([listReports(config.reportsFolder), openEmbedder(config.model)])
  return { folder, embedder }
}

/** Builds the index or brings it up to date. @throws IndexError, ReportError, ModelError */
export function updateIndex(
  config: Places,
  { folder, embedder }: Parts,
  options: Pick<BuildOptions, 'mend' | 'onProgress'>,
): Promise<BuildOutcome> {
  return buildIndex({ folder: config.indexFolder, files: folder.files, embedder, ...options })
}

/** An answerer with what stands behind it. */
export interface OpenAnswerer extends Answerer {
  readonly index: OpenIndex
  readonly searcher: Searcher
  readonly engine: string
  readonly passages: number
}

/** Opens a current index for questions. @throws IndexError when it is missing, stale, foreign or damaged. */
export async function openAnswerer(
  config: Places & Pick<Config, 'minConfidence'>,
  { folder, embedder }: Parts,
): Promise<OpenAnswerer> {
  const index = await openIndex(config.indexFolder, embedder.model, folder.files)
  const searcher = createSearcher(index, embedder)
  const isUnchanged = sourceCheck(config.reportsFolder, index.contentSha256)
  const answerer = createAnswerer({
    searcher,
    passages: index.passages,
    isUnchanged,
    minConfidence: config.minConfidence,
  })
  return { ...answerer, index, searcher, engine: index.vectors.engine, passages: index.passages.length }
}
