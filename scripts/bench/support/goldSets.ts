import { join } from 'node:path'
import { buildAndCompact, openAnswerer, openDependencies } from '../../../src/compose.ts'
import { defaultModel } from '../../../src/embeddings/model.ts'
import type { Embedder } from '../../../src/embeddings/types.ts'
import { readManifest } from '../../../src/indexes/manifest.ts'
import type { OpenSegment } from '../../../src/indexes/segment.ts'
import type { IndexAnswerer } from '../../../src/library/indexAnswerer.ts'
import type { Passage } from '../../../src/reports/types.ts'

/** Questions with what answers them, and the reports they are about. */
export interface GoldSet {
  readonly name: string
  readonly title: string
  /** The file of questions, as `readGold` reads it. */
  readonly gold: string
  readonly reports: string
}

/** The two sets of a folder laid out as `npm run evaluate` wants it: the five reports, and the government work reports. */
export function goldSets(folder: string): GoldSet[] {
  const government = join(folder, 'gov_reports')
  return [
    { name: 'gold-dev', title: 'The five reports', gold: join(folder, 'gold-dev.jsonl'), reports: 'reports' },
    {
      name: 'gov-dev',
      title: 'Fifty-two government work reports',
      gold: join(government, 'gov-dev.jsonl'),
      reports: join(government, 'reports'),
    },
  ]
}

export interface IndexedSet {
  readonly folder: string
  readonly embedder: Embedder
  readonly answerer: IndexAnswerer
  /** The passages in the order of their reports' files. */
  readonly passages: readonly { readonly file: string; readonly passage: Passage }[]
  /** The vectors of the passages, one after the other. */
  readonly vectors: Float32Array
  readonly segments: readonly OpenSegment[]
}

/** Indexes the reports into a folder of their own below `work`, or opens what lies there. */
export async function indexSet(
  { name, reports }: Pick<GoldSet, 'name' | 'reports'>,
  work: string,
): Promise<IndexedSet> {
  const folder = join(work, name)
  const places = { reportsFolder: reports, indexFolder: folder, model: defaultModel }
  const parts = await openDependencies(places)
  await buildAndCompact(parts, { replaceDamaged: true })
  parts.reader.close()
  const answerer = await openAnswerer({ ...places, minConfidence: null }, parts)
  const { embedder } = parts
  const { dimensions } = embedder.model
  const { segments: records } = (await readManifest(folder))!
  const segments = await parts.source.folder.openAll(records)
  const placeOf = new Map(
    records.flatMap(({ reports }, part) => reports.map(({ id }) => [id, segments[part]!] as const)),
  )
  const passages: { file: string; passage: Passage }[] = []
  const vectors = new Float32Array(answerer.passages * dimensions)
  for (const { id, file } of answerer.index.reports.values()) {
    const segment = placeOf.get(id)!
    const i = segment.entries.findIndex((entry) => entry.id === id)
    const from = segment.firstPassages[i]!
    const to = from + segment.entries[i]!.passages
    vectors.set(segment.vectors.subarray(from * dimensions, to * dimensions), passages.length * dimensions)
    for (let place = from; place < to; place++) passages.push({ file, passage: await segment.passage(place) })
  }
  return { folder, embedder, answerer, passages, vectors, segments }
}
