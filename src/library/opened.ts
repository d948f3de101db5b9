import { createAnswerer, type ReportAnswerer } from '../answer/answerer.ts'
import { sourceCheck } from '../answer/sourceCheck.ts'
import type { Embedder, Reranker } from '../embeddings/types.ts'
import type { OpenIndex } from '../indexes/types.ts'
import { createSearcher, type Searcher } from '../search/search.ts'

/** An answerer with what stands behind it. */
export interface OpenAnswerer extends ReportAnswerer {
  readonly index: OpenIndex
  readonly searcher: Searcher
  readonly engine: string
  readonly passages: number
}

/**
 * An answerer over an open index.
 * @param minConfidence 0 … 1, or null for the calibrated bound
 */
export function openOver(
  index: OpenIndex,
  embedder: Embedder,
  reportsFolder: string,
  minConfidence: number | null,
  reranker: Reranker | null = null,
): OpenAnswerer {
  const searcher = createSearcher(index, embedder, reranker)
  const hashes = new Map([...index.reports.values()].map(({ file, contentSha256 }) => [file, contentSha256]))
  const isUnchanged = sourceCheck(reportsFolder, hashes)
  const { report, find } = index
  const answerer = createAnswerer({ searcher, report, find, isUnchanged, minConfidence })
  return { ...answerer, index, searcher, engine: index.vectors.engine, passages: index.size }
}
