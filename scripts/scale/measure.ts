import { createAnswerer } from '../../src/answer/answerer.ts'
import { openEmbedder } from '../../src/embeddings/transformers.ts'
import type { Embedder } from '../../src/embeddings/types.ts'
import { exactIndex } from '../../src/indexes/exact.ts'
import { joinSegments } from '../../src/indexes/join.ts'
import { readManifest } from '../../src/indexes/manifest.ts'
import { openSegments } from '../../src/indexes/segment.ts'
import type { OpenIndex } from '../../src/indexes/types.ts'
import { createSearcher } from '../../src/search/search.ts'
import { sentences } from '../../src/text/sentences.ts'

/** Milliseconds of one question's stages. */
const stages = ['embedding', 'vectors', 'words', 'reading', 'rest'] as const
type Stage = (typeof stages)[number]

export interface Measured {
  readonly passages: number
  /** Questions that were asked. */
  readonly asked: number
  /** Of the index on disk. */
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
  const segments = await openSegments(folder, manifest.segments, dimensions, new Map())
  const index = joinSegments(manifest.segments, segments, dimensions)
  const spent: Record<Stage, number> = { embedding: 0, vectors: 0, words: 0, reading: 0, rest: 0 }
  const answererOver = (index: OpenIndex, embedder: Embedder) => {
    const { report, find } = index
    const searcher = createSearcher(index, embedder)
    return createAnswerer({ searcher, report, find, isUnchanged: async () => true, minConfidence: null })
  }
  const answerer = answererOver(timed(index, spent), timedEmbedder(embedder, spent))
  const openSeconds = (performance.now() - begin) / 1000
  const residentOpen = resident()

  const asked = await questionsFrom(index, questions + 10)
  const totals: number[] = []
  const parts: Record<Stage, number>[] = []
  for (const [i, text] of asked.entries()) {
    for (const stage of stages) spent[stage] = 0
    const { elapsedMs } = await answerer.answer({ text })
    if (i < 10) continue // the compiler warms up
    totals.push(elapsedMs)
    const known = spent.embedding + spent.vectors + spent.words + spent.reading
    parts.push({ ...spent, rest: elapsedMs - known })
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
function timed(index: OpenIndex, spent: Record<Stage, number>): OpenIndex {
  const timing =
    <Arguments extends unknown[], Result>(stage: Stage, work: (...given: Arguments) => Promise<Result>) =>
    async (...given: Arguments) => {
      const begin = performance.now()
      const result = await work(...given)
      spent[stage] += performance.now() - begin
      return result
    }
  return {
    ...index,
    vectors: {
      ...index.vectors,
      search: timing('vectors', index.vectors.search),
      similarities: timing('vectors', index.vectors.similarities),
    },
    words: {
      ...index.words,
      search: timing('words', index.words.search),
      scores: timing('words', index.words.scores),
    },
    passages: timing('reading', index.passages),
    tokens: timing('reading', index.tokens),
    report: timing('reading', index.report),
  }
}

function timedEmbedder(embedder: Embedder, spent: Record<Stage, number>): Embedder {
  return {
    ...embedder,
    async embed(texts) {
      const begin = performance.now()
      const embeddings = await embedder.embed(texts)
      spent.embedding += performance.now() - begin
      return embeddings
    },
  }
}
