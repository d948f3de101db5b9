import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { defaultModel } from '../../src/embeddings/model.ts'
import { openEmbedder } from '../../src/embeddings/open.ts'
import { exactIndex } from '../../src/indexes/exact.ts'
import { buildHnsw, openHnsw } from '../../src/indexes/hnsw.ts'
import { loadHnsw } from '../../src/indexes/hnswAddon.ts'
import { readManifest } from '../../src/indexes/manifest.ts'
import { openStored } from '../../src/indexes/segment.ts'
import { normalize } from '../../src/text/normalize.ts'
import { sentences } from '../../src/text/sentences.ts'
import { recall, unitVectors, type VectorIndexFactory, vectorIndexContract } from '../contracts/vectorIndex.ts'
import { buildLibrary } from '../support/botProcess.ts'

const addon = await loadHnsw()
const noAddon = addon === null ? 'hnswlib-node is not compiled on this machine' : false
const folder = mkdtempSync(join(tmpdir(), 'wenju-vectors-'))
after(() => rmSync(folder, { recursive: true }))

let files = 0
const hnsw: VectorIndexFactory = async (vectors, dimensions) => {
  const path = join(folder, `${files++}.hnsw`)
  await buildHnsw(addon!, vectors, dimensions, path)
  return openHnsw(addon!, path, vectors, dimensions)
}

vectorIndexContract('exact', async (vectors, dimensions) => exactIndex(vectors, dimensions))
if (noAddon === false) vectorIndexContract('hnsw', hnsw)

describe('recall of HNSW against exact search', { skip: noAddon }, () => {
  it('is at least 0.99 in the first 10 on the passages of the five reports', async (t) => {
    // The real model made this index, for another test file of the run, too.
    const index = join((await buildLibrary(true)).folder, 'index')
    const [record] = (await readManifest(index))!.segments
    const segment = await openStored(index, record!, 512)
    const passages = await Promise.all(Array.from({ length: segment.size }, (_, place) => segment.passage(place)))
    const questions = passages.map(({ text }) => normalize(text.slice(...sentences(text)[0]!)).text)
    const embedder = await openEmbedder(defaultModel)
    const asked = await embedder.embed(questions)
    await embedder.dispose()
    const vectors = await segment.vectors()
    const found = await recall(
      await hnsw(vectors, 512),
      vectors,
      asked.map(({ vector }) => vector),
      10,
    )
    t.diagnostic(`recall@10 ${found.toFixed(4)} over ${questions.length} questions, ${passages.length} passages`)
    assert.deepEqual([segment.entries.length, vectors.length], [5, passages.length * 512])
    assert.ok(passages.length > 100)
    assert.ok(found >= 0.99, `recall@10 is ${found}`)
  })

  it('is at least 0.99 in the first 10 of 4,000 vectors in loose clusters', async (t) => {
    // As hard as passages and as many as some thirty reports have, without their embedding taking minutes.
    let state = 2024
    const next = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state / 2 ** 32 - 0.5
    }
    const near = (centre: ArrayLike<number>) => Array.from(centre, (number) => number + 1.2 * next())
    const dimensions = 64
    const centres = Array.from({ length: 40 }, () => Array.from({ length: dimensions }, next))
    const rows = Array.from({ length: 4_000 }, (_, i) => near(centres[i % centres.length]!))
    const vectors = unitVectors(rows, dimensions)
    const questions = Array.from({ length: 100 }, (_, i) => unitVectors([near(centres[i % 40]!)], dimensions))
    const found = await recall(await hnsw(vectors, dimensions), vectors, questions, 10)
    t.diagnostic(`recall@10 ${found.toFixed(4)} over 100 questions, 4000 vectors`)
    assert.ok(found >= 0.99, `recall@10 is ${found}`)
  })

  it('is at least 0.99 in the first 10 among 20,800 of 26,000 vectors, where the graph is searched', async (t) => {
    let state = 7
    const next = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state / 2 ** 32 - 0.5
    }
    const dimensions = 16
    const rows = Array.from({ length: 26_000 }, () => Array.from({ length: dimensions }, next))
    const vectors = unitVectors(rows, dimensions)
    const index = await hnsw(vectors, dimensions)
    const among = Uint32Array.from([...rows.keys()].filter((position) => position % 5 > 0))
    const oracle = exactIndex(vectors, dimensions)
    let found = 0
    for (let i = 0; i < 50; i++) {
      const question = unitVectors([Array.from({ length: dimensions }, next)], dimensions)
      const expected = await oracle.search(question, 10, among)
      const nearest = await index.search(question, 10, among)
      assert.ok(nearest.length === 10 && nearest.every(({ passage }) => passage % 5 > 0))
      found += expected.filter(({ passage }) => nearest.some((one) => one.passage === passage)).length
    }
    t.diagnostic(`recall@10 ${found / 500} over 50 questions`)
    assert.ok(found / 500 >= 0.99, `recall@10 is ${found / 500}`)
  })
})
