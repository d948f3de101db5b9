import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openReranker } from '../../src/embeddings/open.ts'
import { ModelError } from '../../src/errors.ts'
import { createSearcher } from '../../src/search/search.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { build, openBuilt, workshop } from '../support/testIndex.ts'
import { temporaryFolder } from './modelFolder.ts'
import { smallReranker } from './smallModel.ts'

test('a reranker reads question and passage together, and gives a logit for each passage', async (t) => {
  const reranker = await openReranker(await smallReranker(t, { 灯: 6, 盐: -6 }))
  t.after(() => reranker.dispose())
  const found = await reranker.score('灯', ['灯', '塔', '盐盐'])
  // Two characters with three marks, of which 灯 is worth 6; then 灯 and one that nothing is known of; then a salt more.
  assert.deepEqual(
    found.map((logit) => Number(logit.toFixed(4))),
    [12 / 5, 6 / 5, -6 / 6],
  )
  assert.deepEqual(await reranker.score('灯', []), [])
})

test('a text longer than the model reads is cut, not refused', async (t) => {
  const reranker = await openReranker(await smallReranker(t, { 灯: 6 }))
  t.after(() => reranker.dispose())
  const [logit] = await reranker.score('灯', ['灯'.repeat(2000)])
  assert.ok(logit! > 5.9, `${logit}`)
})

test('a reranker that is not there is told', async (t) => {
  const folder = await temporaryFolder(t)
  await assert.rejects(openReranker(`${folder}/none`), (error) => {
    assert.ok(error instanceof ModelError)
    assert.match(error.text.en, /lacks the file .*none.*RERANKER_MODEL/u)
    return true
  })
})

test('a reranker moves the candidates that it reads, and says by how much', async (t) => {
  const places = await workshop(t, {
    'a.txt': '# 港口\n\n灯塔有三盏灯。\n\n灯塔有鲸鱼一头。\n\n灯塔有四条船。\n',
  })
  const embedder = fakeEmbedder()
  await build(places, embedder)
  const index = await openBuilt(places, embedder)
  const reranker = await openReranker(await smallReranker(t, { 鲸: 500 }))
  t.after(() => reranker.dispose())
  const plain = await createSearcher(index, embedder).rank({ text: '灯塔有几盏灯' })
  const read = await createSearcher(index, embedder, reranker).rank({ text: '灯塔有几盏灯' })
  assert.ok(plain.ranked.every(({ reranking }) => reranking === 0))
  assert.match(read.ranked[0]!.facts.text, /鲸鱼/u)
  const before = new Map(plain.ranked.map(({ position, score }) => [position, score]))
  for (const { position, score, reranking } of read.ranked) assert.equal(score, before.get(position)! + reranking)
})
