import { exactIndex } from '../../../src/indexes/exact.ts'
import { readManifest } from '../../../src/indexes/manifest.ts'
import { connectQdrant } from '../../../src/indexes/qdrant/qdrant.ts'
import { qdrantSource } from '../../../src/indexes/qdrant/source.ts'
import { joinSegments } from '../../../src/indexes/segmentedIndex.ts'
import type { OpenIndex } from '../../../src/indexes/types.ts'
import { answererOver } from '../../../src/library/indexAnswerer.ts'
import { originalsIn } from '../../../src/reports/originals.ts'
import type { QdrantCluster } from '../../../tests/support/qdrantCluster.ts'
import { type GoldQuestion, isAnswerable, readGold } from '../../evaluation/gold.ts'
import { type Row, runAll } from '../../evaluation/run.ts'
import { mean } from '../../evaluation/statistics.ts'
import { auroc } from '../../training/measures.ts'
import type { GoldSet, IndexedSet } from '../support/goldSets.ts'

/** The scores of a set's questions over one engine. */
export interface EngineRow {
  readonly engine: string
  readonly hit1: number
  readonly hit3: number
  readonly hit5: number
  readonly reciprocalRank: number
  readonly highlight: number
  readonly auroc: number
  /** Share of unanswerable questions that were answered. */
  readonly falseAnswers: number
  /** Share of all questions with the same first quote as over the first engine. */
  readonly sameFirst: number
  /** The largest distance of a confidence from that over the first engine. */
  readonly confidenceOff: number
}

/** Answers a set's questions over exact search, the graph, and Qdrant: the same vectors, words and tokens each time. */
export async function compareEngines(set: GoldSet, indexed: IndexedSet, server: QdrantCluster): Promise<EngineRow[]> {
  const { folder, embedder, segments } = indexed
  const { model } = embedder
  const { segments: records } = (await readManifest(folder))!
  const indexOver = (own: typeof segments) => joinSegments(records, own, model.dimensions)
  const exact = segments.map((segment) => ({ ...segment, nearest: exactIndex(segment.vectors, model.dimensions) }))
  const qdrant = connectQdrant({ urls: server.urls, name: set.name, shards: 1, replicas: 1 })
  const source = qdrantSource(qdrant, folder, model)
  await source.publish()
  const questions = await readGold(set.gold)
  const engines: OpenIndex[] = [indexOver(exact), indexOver(segments), await source.open(null)]
  const rows: EngineRow[] = []
  let first: readonly Row[] | undefined
  for (const index of engines) {
    const answerer = answererOver(index, { embedder, originals: originalsIn(set.reports), minConfidence: null })
    const answered = await runAll(questions, { answerer, searcher: answerer.searcher })
    first ??= answered
    rows.push(summed(index.vectors.engine, answered, first))
  }
  return rows
}

function summed(engine: string, rows: readonly Row[], first: readonly Row[]): EngineRow {
  const has = ({ question }: { question: GoldQuestion }) => isAnswerable(question)
  const answerable = rows.filter(has)
  const unanswerable = rows.filter((row) => !has(row))
  const within = (k: number) => mean(answerable.map(({ ranks }) => Number(ranks.all! < k)))!
  return {
    engine,
    hit1: within(1),
    hit3: within(3),
    hit5: within(5),
    reciprocalRank: mean(answerable.map(({ ranks }) => 1 / (1 + ranks.all!)))!,
    highlight: mean(answerable.map(({ highlight }) => highlight))!,
    auroc: auroc(
      answerable.map(({ confidence }) => confidence),
      unanswerable.map(({ confidence }) => confidence),
    ),
    falseAnswers: mean(unanswerable.map(({ answered }) => Number(answered))) ?? Number.NaN,
    sameFirst: mean(rows.map((row, i) => Number(row.first === first[i]!.first)))!,
    confidenceOff: Math.max(...rows.map(({ confidence }, i) => Math.abs(confidence - first[i]!.confidence))),
  }
}
