import { createAnswerer } from '../../../src/answer/answerer.ts'
import { openEmbedder } from '../../../src/embeddings/open.ts'
import type { Embedder } from '../../../src/embeddings/types.ts'
import { exactIndex } from '../../../src/indexes/exact.ts'
import { indexFolder } from '../../../src/indexes/folder.ts'
import { readManifest } from '../../../src/indexes/manifest.ts'
import { joinSegments } from '../../../src/indexes/segmentedIndex.ts'
import type { OpenIndex } from '../../../src/indexes/types.ts'
import { createSearcher } from '../../../src/search/search.ts'
import { sentences } from '../../../src/text/sentences.ts'

/** Milliseconds of one question's stages. */
export const stages = ['embedding', 'vectors', 'words', 'reading', 'rescoring', 'verification'] as const
export type Stage = (typeof stages)[number]

export interface Measured {
  readonly passages: number
  /** Questions that were asked. */
  readonly asked: number
  /** The bytes of the index on disk. */
  readonly bytes: number
  readonly segments: number
  readonly engine: string
  readonly openSeconds: number
  /** Megabytes of the process before the index is opened (the model loaded), after it, and after the questions. */
  readonly residentBefore: number
  readonly residentOpen: number
  readonly residentAfter: number
  /** Median and 99th percentile, in milliseconds. */
  readonly question: readonly [number, number]
  /** Medians. */
  readonly stages: Readonly<Record<Stage, number>>
  readonly recall: number
}

/** Opens an index in this process, fresh for it, and asks it questions made of its own sentences. */
export async function measure(folder: string, questions: number): Promise<Measured> {
  const manifest = (await readManifest(folder))!
  const { dimensions } = manifest.model
  const embedder = await openEmbedder(manifest.model.id)
  await embedder.embed(['Wenju'])
  const residentBefore = resident()
  const begin = performance.now()
  const segments = await indexFolder(folder, dimensions).openAll(manifest.segments)
  const index = joinSegments(manifest.segments, segments, dimensions)
  const spent = { embedding: 0, vectors: 0, words: 0, reading: 0, searching: 0 }
  const searcher = createSearcher(timed(index, spent), timedEmbedder(embedder, spent))
  const answerer = createAnswerer({
    searcher: { ...searcher, search: timing(spent, 'searching', searcher.search) },
    report: index.report,
    find: index.find,
    // Copies of reports are no files that could have changed.
    isUnchanged: async () => true,
    indexedFile: () => Promise.reject(new Error('no page is drawn')),
    minConfidence: null,
  })
  const openSeconds = (performance.now() - begin) / 1000
  const residentOpen = resident()

  const asked = await questionsFrom(index, questions + 10)
  const totals: number[] = []
  const parts: Record<Stage, number>[] = []
  for (const [i, text] of asked.entries()) {
    for (const part of Object.keys(spent) as (keyof Spent)[]) spent[part] = 0
    const { elapsedMs } = await answerer.answer({ text })
    if (i < 10) continue // the compiler warms up
    totals.push(elapsedMs)
    const { searching, ...stagesOfSearch } = spent
    const known = Object.values(stagesOfSearch).reduce((sum, value) => sum + value, 0)
    parts.push({ ...stagesOfSearch, rescoring: searching - known, verification: elapsedMs - searching })
  }
  const oracles = segments.map((segment) => exactIndex(segment.vectors, dimensions))
  let found = 0
  const few = await embedder.embed(asked.slice(0, 50))
  for (const { vector } of few) {
    const nearest = (await index.vectors.search(vector, 10)).map(({ similarity }) => similarity)
    const exact = (await Promise.all(oracles.map((oracle) => oracle.search(vector, 10)))).flat()
    exact.sort((a, b) => b.similarity - a.similarity)
    const least = exact[9]?.similarity ?? -1
    found += nearest.filter((similarity) => similarity >= least).length
  }
  return {
    passages: index.size,
    asked: totals.length,
    bytes: manifest.segments.flatMap(({ files }) => Object.values(files)).reduce((sum, { bytes }) => sum + bytes, 0),
    segments: segments.length,
    engine: index.vectors.engine,
    openSeconds,
    residentBefore,
    residentOpen,
    residentAfter: resident(),
    question: [quantile(totals, 0.5), quantile(totals, 0.99)],
    stages: Object.fromEntries(
      stages.map((stage) => [
        stage,
        quantile(
          parts.map((part) => part[stage]),
          0.5,
        ),
      ]),
    ) as Record<Stage, number>,
    recall: found / (few.length * 10),
  }
}

function resident(): number {
  return process.memoryUsage.rss() / 1024 / 1024
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** First sentences of passages from all over the index, short as questions are. */
async function questionsFrom(index: OpenIndex, count: number): Promise<string[]> {
  const step = Math.max(1, Math.floor(index.size / count))
  const positions = Array.from({ length: Math.min(count, index.size) }, (_, i) => i * step)
  return (await index.passages(positions)).map(({ text }) =>
    text.slice(...(sentences(text)[0] ?? [0, 24])).slice(0, 24),
  )
}

/** The index, with the time that each of its parts takes added to `spent`. */
type Spent = Record<'embedding' | 'vectors' | 'words' | 'reading' | 'searching', number>

/** The same work, its time added to a part of `spent`. */
function timing<Arguments extends unknown[], Result>(
  spent: Spent,
  part: keyof Spent,
  work: (...given: Arguments) => Promise<Result>,
) {
  return async (...given: Arguments): Promise<Result> => {
    const begin = performance.now()
    const result = await work(...given)
    spent[part] += performance.now() - begin
    return result
  }
}

function timed(index: OpenIndex, spent: Spent): OpenIndex {
  const { vectors, words } = index
  return {
    ...index,
    vectors: {
      ...vectors,
      search: timing(spent, 'vectors', vectors.search),
      similarities: timing(spent, 'vectors', vectors.similarities),
    },
    words: {
      ...words,
      search: timing(spent, 'words', words.search),
      scores: timing(spent, 'words', words.scores),
    },
    passages: timing(spent, 'reading', index.passages),
    tokens: timing(spent, 'reading', index.tokens),
  }
}

function timedEmbedder(embedder: Embedder, spent: Spent): Embedder {
  return { ...embedder, embed: timing(spent, 'embedding', (texts: readonly string[]) => embedder.embed(texts)) }
}
