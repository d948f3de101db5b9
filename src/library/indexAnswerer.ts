import { createAnswerer, type ReportAnswerer } from '../answer/answerer.ts'
import { sourceCheck } from '../answer/sourceCheck.ts'
import type { Embedder, Reranker } from '../embeddings/types.ts'
import type { OpenIndex } from '../indexes/types.ts'
import type { Originals } from '../reports/originals.ts'
import { createSearcher, type Searcher } from '../search/search.ts'

/** An answerer together with the index and searcher behind it. */
export interface IndexAnswerer extends ReportAnswerer {
  readonly index: OpenIndex
  readonly searcher: Searcher
  readonly engine: string
  /** The number of passages in the index. */
  readonly passages: number
}

export interface IndexAnswererOptions {
  readonly embedder: Embedder
  readonly reranker?: Reranker | null
  readonly originals: Originals
  /** 0 … 1, or null for the calibrated bound. */
  readonly minConfidence: number | null
}

/** An answerer over an open index. */
export function answererOver(index: OpenIndex, options: IndexAnswererOptions): IndexAnswerer {
  const { embedder, reranker = null, originals, minConfidence } = options
  const searcher = createSearcher(index, embedder, reranker)
  const hashes = new Map([...index.reports.values()].map(({ file, contentSha256 }) => [file, contentSha256]))
  const isUnchanged = sourceCheck(originals, hashes)
  const { report, find } = index
  const indexedFile = async (id: string) => {
    const { file, format, contentSha256 } = index.reports.get(id)!
    return { file, format, contentSha256, places: await index.placesOf(id) }
  }
  const answerer = createAnswerer({ searcher, report, find, isUnchanged, indexedFile, minConfidence })
  return { ...answerer, index, searcher, engine: index.vectors.engine, passages: index.size }
}
