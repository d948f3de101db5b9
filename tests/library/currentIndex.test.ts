import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { folderSource } from '../../src/indexes/source.ts'
import { openCurrentIndex } from '../../src/library/currentIndex.ts'
import { createLog } from '../../src/log.ts'
import { originalsIn } from '../../src/reports/originals.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { autumn, build, put, spring, workshop } from '../support/testIndex.ts'

test('what came in force is named without being read', async (t) => {
  const places = await workshop(t, { 'a.txt': spring })
  const embedder = fakeEmbedder()
  const { token } = folderSource(places.index, embedder.model)
  assert.equal(await token(), null)
  await build(places, embedder)
  const first = await token()
  assert.notEqual(first, null)
  await build(places, embedder)
  assert.equal(await token(), first)
  await put(places.reports, { 'b.txt': autumn })
  await build(places, embedder)
  const second = await token()
  assert.notEqual(second, first)
  await put(places.index, { 'manifest.json': 'not to be read' })
  assert.notEqual(await token(), second)
})

test('what came in force is opened once, however many take it up at the same time', async (t) => {
  const places = await workshop(t, { 'a.txt': spring })
  const embedder = fakeEmbedder()
  await build(places, embedder)
  const folder = folderSource(places.index, embedder.model)
  let opened = 0
  const source = {
    ...folder,
    async open(files: Parameters<typeof folder.open>[0]) {
      opened++
      await sleep(50)
      return folder.open(files)
    },
  }
  const log = createLog('error')
  const currentIndex = await openCurrentIndex({
    originals: originalsIn(places.reports),
    embedder,
    reranker: null,
    minConfidence: 0,
    source,
    log,
  })
  t.after(currentIndex.close)
  await put(places.reports, { 'b.txt': autumn })
  await build(places, embedder)
  const reloaded = await Promise.all([currentIndex.reload(null), currentIndex.reload(null), currentIndex.reload(null)])
  assert.deepEqual([reloaded, opened], [[true, false, false], 2])
  assert.equal(currentIndex.loaded.passages, 7)
  // One that fails does not keep the next from its turn.
  await put(places.index, { 'manifest.json': '{' })
  await assert.rejects(currentIndex.reload(null), /manifest/u)
  assert.equal(currentIndex.loaded.passages, 7)
})

test('a look that takes long is not followed by others that queue up behind it', async (t) => {
  const places = await workshop(t, { 'a.txt': spring })
  const embedder = fakeEmbedder()
  await build(places, embedder)
  let looks = 0
  let answer = () => {}
  const source = {
    ...folderSource(places.index, embedder.model),
    trouble: () => {
      looks++
      return new Promise<null>((resolve) => {
        answer = () => resolve(null)
      })
    },
  }
  t.mock.timers.enable({ apis: ['setInterval'] })
  const log = createLog('error')
  const currentIndex = await openCurrentIndex({
    originals: originalsIn(places.reports),
    embedder,
    reranker: null,
    minConfidence: 0,
    source,
    log,
  })
  t.mock.timers.tick(100_000)
  assert.equal(looks, 1)
  answer()
  // It ends by looking whether something came in force, which is a file's state.
  for (let i = 0; i < 100 && looks === 1; i++) {
    await sleep(10)
    t.mock.timers.tick(2000)
  }
  assert.equal(looks, 2)
  answer()
  await currentIndex.close()
})
