import assert from 'node:assert/strict'
import { rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { IndexError } from '../../src/errors.ts'
import { openStored } from '../../src/indexes/segment.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import {
  autumn,
  build,
  compact,
  folderOf,
  manifestOf,
  openBuilt,
  put,
  report,
  segmentOf,
  spring,
  workshop,
} from '../support/testIndex.ts'

const unneeded = ['vectors.hnsw', 'words.utf8', 'words.passages.u32', 'passages.parts', 'ids.json']

test('where nobody answers from the folder, an update reads of earlier segments what it takes over, and no more', async (t) => {
  const places = await workshop(t, { 'a.txt': spring })
  const embedder = fakeEmbedder()
  await build(places, embedder, { folder: folderOf(places.index, embedder, false) })
  const { name } = await segmentOf(places)
  for (const file of unneeded) await rm(join(places.index, name, file), { force: true })
  // The words of the one are those of the other: nothing is embedded for it.
  await put(places.reports, { 'b.txt': autumn, 'copy.txt': spring })
  const { embedded } = await build(places, embedder, { folder: folderOf(places.index, embedder, false) })
  assert.equal(embedded, 3)
  await put(places.reports, { 'c.txt': report('冬天的工作报告', ['清雪八千吨。']) })
  await assert.rejects(build(places, embedder), IndexError, 'who answers from the folder notices what is missing')
})

test('what is taken over is checked when it is read', async (t) => {
  const places = await workshop(t, { 'a.txt': spring })
  const embedder = fakeEmbedder()
  await build(places, embedder)
  const record = await segmentOf(places)
  const { dimensions } = embedder.model
  for (const [file, read] of [
    ['vectors.f32', (stored) => stored.vectors()],
    ['words.counts.u16', (stored) => stored.postings()],
    ['inputs.json', (stored) => stored.inputs()],
    ['passages.parts', (stored) => stored.passage(0)],
    ['tokens.crc.u32', (stored) => stored.tokens(0)],
  ] as const satisfies [string, (stored: Awaited<ReturnType<typeof openStored>>) => Promise<unknown>][]) {
    const whole = await openStored(places.index, record, dimensions)
    await read(whole)
    const path = join(places.index, record.name, file)
    await truncate(path, record.files[file]!.bytes - 1)
    const cut = await openStored(places.index, record, dimensions)
    await assert.rejects(read(cut), IndexError, file)
  }
})

test('a merge opens the segments that it makes one, and no others', async (t) => {
  const embedder = fakeEmbedder()
  // One that is too large to be of their size.
  const large = report(
    '一年的工作报告',
    Array.from({ length: 300 }, (_, i) => `第${i + 1}项工作已经完成。`),
  )
  const places = await workshop(t, { 'large.txt': large })
  await build(places, embedder, { folder: folderOf(places.index, embedder, false) })
  const { name } = await segmentOf(places)
  for (const i of [1, 2, 3, 4]) {
    await put(places.reports, { [`${i}.txt`]: report(`第${i}季度的工作报告`, [`第${i}季度清雪${i}千吨。`]) })
    await build(places, embedder, { folder: folderOf(places.index, embedder, false) })
  }
  assert.equal((await manifestOf(places)).segments.length, 5)
  const moved = join(places.index, name, 'vectors.f32')
  await truncate(moved, 1)
  assert.equal(await compact(places, embedder), true)
  const names = (await manifestOf(places)).segments.map((segment) => segment.name)
  assert.deepEqual([names.length, names.includes(name)], [2, true])
  await assert.rejects(openBuilt(places, embedder), IndexError)
})
