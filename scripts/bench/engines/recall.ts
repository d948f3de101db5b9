import { setImmediate } from 'node:timers/promises'
import { exactIndex } from '../../../src/indexes/exact.ts'
import { loadHnsw } from '../../../src/indexes/hnswAddon.ts'
import { collectionSettings, meaning } from '../../../src/indexes/qdrant/layout.ts'
import type { QdrantCluster } from '../../../tests/support/qdrantCluster.ts'
import { quantile } from '../scale/measure.ts'
import { optimised } from '../support/qdrantAlone.ts'

/** One engine with one setting, asked all questions. */
export interface RecallRow {
  readonly engine: 'exact' | 'hnsw' | 'Qdrant'
  /** The parameters of building and of searching. */
  readonly built: string
  readonly asked: string
  readonly recall: number
  readonly medianMs: number
  readonly slowMs: number
}

export interface Vectors {
  /** One after the other, of unit length. */
  readonly all: Float32Array
  readonly dimensions: number
  readonly questions: readonly Float32Array[]
}

export const wanted = 10
const breadths = [64, 128, 256]
/** Links a node, and breadth while building. */
const graphs = [
  [8, 100],
  [16, 100],
  [16, 200],
  [16, 400],
  [32, 200],
] as const
const batch = 500
const rounding = 1e-6

type Nearest = (question: Float32Array) => Promise<readonly number[]> | readonly number[]

/** Recall against comparing with each vector, and times, of every setting; each asked all questions twice, the second time measured. */
export async function measureRecall(
  { all, dimensions, questions }: Vectors,
  server: QdrantCluster,
  onRow: (row: RecallRow) => void,
): Promise<void> {
  const exact = exactIndex(all, dimensions)
  /** The similarity of the last of the nearest. Others as near are as good: reports repeat themselves. */
  const bounds: number[] = []
  for (const question of questions) bounds.push((await exact.search(question, wanted)).at(-1)!.similarity - rounding)
  const measured = async (name: Pick<RecallRow, 'engine' | 'built' | 'asked'>, nearest: Nearest) => {
    for (const question of questions) await nearest(question)
    const times: number[] = []
    let found = 0
    for (const [i, question] of questions.entries()) {
      const begin = performance.now()
      const places = await nearest(question)
      times.push(performance.now() - begin)
      found += places.filter((place) => exact.similarity(question, place) >= bounds[i]!).length
    }
    const recall = found / questions.length / wanted
    onRow({ ...name, recall, medianMs: quantile(times, 0.5), slowMs: quantile(times, 0.95) })
  }
  await measured({ engine: 'exact', built: '–', asked: '–' }, async (question) =>
    (await exact.search(question, wanted)).map(({ passage }) => passage),
  )
  await measureGraphs(all, dimensions, measured)
  await measureQdrant(all, dimensions, server, measured)
}

type Measured = (name: Pick<RecallRow, 'engine' | 'built' | 'asked'>, nearest: Nearest) => Promise<void>

async function measureGraphs(all: Float32Array, dimensions: number, measured: Measured): Promise<void> {
  const addon = await loadHnsw()
  if (addon === null) throw new Error('hnswlib-node is not installed, or not compiled')
  const maxElements = all.length / dimensions
  for (const [m, efConstruction] of graphs) {
    const graph = new addon.HierarchicalNSW('ip', dimensions)
    graph.initIndex({ maxElements, m, efConstruction, randomSeed: 100 })
    for (let i = 0; i < maxElements; i++) {
      graph.addPoint([...all.subarray(i * dimensions, (i + 1) * dimensions)], i)
      // A process that is busy for seconds would not notice that the server closed its connection meanwhile.
      if (i % 64 === 63) await setImmediate()
    }
    for (const ef of breadths) {
      graph.setEf(ef)
      const built = `M ${m}, efConstruction ${efConstruction}`
      await measured(
        { engine: 'hnsw', built, asked: `ef ${ef}` },
        (question) => graph.searchKnn([...question], wanted).neighbors,
      )
    }
  }
}

const quantisations = [
  ['32 bits', undefined],
  ['8 bits', { scalar: { type: 'int8', always_ram: true } }],
  ['1 bit', { binary: { always_ram: true } }],
] as const

async function measureQdrant(
  all: Float32Array,
  dimensions: number,
  server: QdrantCluster,
  measured: Measured,
): Promise<void> {
  const path = '/collections/recall'
  const count = all.length / dimensions
  for (const [built, quantization_config] of quantisations) {
    const { vectors } = collectionSettings(dimensions, { shards: 1, replicas: 1 })
    await server.call(0, 'PUT', path, { vectors, quantization_config })
    for (let from = 0; from < count; from += batch) {
      const points = Array.from({ length: Math.min(batch, count - from) }, (_, i) => {
        const own = all.subarray((from + i) * dimensions, (from + i + 1) * dimensions)
        return { id: from + i, vector: { [meaning]: Array.from(own) } }
      })
      await server.call(0, 'PUT', `${path}/points?wait=true`, { points })
    }
    await optimised(server, path)
    for (const ef of breadths) {
      for (const oversampling of quantization_config ? [1, 2, 4] : [1]) {
        const params = { hnsw_ef: ef, quantization: { rescore: true, oversampling } }
        const asked = quantization_config ? `ef ${ef}, × ${oversampling}` : `ef ${ef}`
        await measured({ engine: 'Qdrant', built, asked }, async (question) => {
          const body = { query: Array.from(question), using: meaning, limit: wanted, params }
          const { points } = await server.call<{ points: { id: number }[] }>(0, 'POST', `${path}/points/query`, body)
          return points.map(({ id }) => id)
        })
      }
    }
    await server.call(0, 'DELETE', path)
  }
}

/**
 * Vectors like those of passages: of two real ones the first weighs more, with noise.
 * @param random numbers from 0 to 1
 */
export function perturbed(real: Float32Array, dimensions: number, count: number, random: () => number): Float32Array {
  const size = real.length / dimensions
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const made = new Float32Array(count * dimensions)
  for (let i = 0; i < count; i++) {
    const [one, other] = [0, 1].map(() => Math.floor(random() * size) * dimensions)
    const own = made.subarray(i * dimensions, (i + 1) * dimensions)
    let square = 0
    for (let j = 0; j < dimensions; j++) {
      own[j] = 0.65 * real[one! + j]! + 0.35 * real[other! + j]! + (0.3 * normal()) / Math.sqrt(dimensions)
      square += own[j]! ** 2
    }
    for (let j = 0; j < dimensions; j++) own[j]! /= Math.sqrt(square)
  }
  return made
}
