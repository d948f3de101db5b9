import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { IndexError, ReportError } from '../../src/errors.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import {
  autumn,
  broken,
  build,
  entries,
  openBuilt,
  put,
  report,
  segmentOf,
  snapshot,
  spring,
  tidyEntries,
  workshop,
} from '../support/testIndex.ts'

describe('buildIndex and reports at fault', () => {
  it('skips a broken report, says why, and says it again without a rebuild', async (t) => {
    const places = await workshop(t, { 'a.txt': spring, 'b.txt': broken })
    const first = await build(places, fakeEmbedder())
    assert.deepEqual([first.written, first.reports, first.passages], [true, 1, 4])
    assert.equal(first.skipped.length, 1)
    assert.equal(first.skipped[0]?.file, 'b.txt')
    assert.match(first.skipped[0].zh, /b\.txt.*UTF-8/u)
    assert.match(first.skipped[0].en, /b\.txt.*expected UTF-8/u)
    const before = await snapshot(places.index)
    const second = await build(places, fakeEmbedder())
    assert.equal(second.written, false)
    assert.deepEqual(second.skipped, first.skipped)
    assert.deepEqual(await snapshot(places.index), before)
  })

  it('takes a mended report in, and leaves a report out that breaks', async (t) => {
    const places = await workshop(t, { 'a.txt': spring, 'b.txt': broken })
    await build(places, fakeEmbedder())
    await put(places.reports, { 'a.txt': broken, 'b.txt': autumn })
    const outcome = await build(places, fakeEmbedder())
    assert.deepEqual([outcome.reports, outcome.passages], [1, 3])
    assert.deepEqual(
      outcome.skipped.map(({ file }) => file),
      ['a.txt'],
    )
    assert.deepEqual([...(await openBuilt(places, fakeEmbedder())).reports.keys()], ['b'])
  })

  it('fails when every report is broken, tells each, and leaves the earlier index alone', async (t) => {
    const places = await workshop(t, { 'a.txt': spring })
    await build(places, fakeEmbedder())
    const before = await snapshot(places.index)
    await put(places.reports, { 'a.txt': broken, 'b.txt': Uint8Array.of(...broken, 0xff) })
    await assert.rejects(build(places, fakeEmbedder()), (error) => {
      assert.ok(error instanceof ReportError)
      for (const text of Object.values(error.text)) assert.match(text, /a\.txt.*b\.txt/su)
      return true
    })
    assert.deepEqual(await snapshot(places.index), before)
  })
})

describe('buildIndex and its folder', () => {
  it('tells progress before the first batch and after every one', async (t) => {
    const paragraphs = Array.from({ length: 130 }, (_, i) => `第${i + 1}项工作已经完成。`)
    const places = await workshop(t, { 'a.txt': report('工作报告', paragraphs) })
    const told: [number, number][] = []
    const embedder = fakeEmbedder()
    const { embedded } = await build(places, embedder, {
      onProgress: ({ stage, done, total }) => stage === 'embedding' && told.push([done, total]),
    })
    assert.equal(embedded, 131)
    assert.equal(told.length, embedder.calls + 1)
    assert.deepEqual(told[0], [0, 131])
    assert.deepEqual(told.at(-1), [131, 131])
    for (const [i, [done, total]] of told.entries()) assert.ok(total === 131 && done >= (told[i - 1]?.[0] ?? 0))
  })

  it('adds what is new beside what is there, and leaves alone whatever else lies in the folder', async (t) => {
    const places = await workshop(t, { 'a.txt': spring })
    await put(places.index, { 'README.md': 'mine', 'g-notes/x.txt': 'mine' })
    await build(places, fakeEmbedder())
    const { name: first } = await segmentOf(places)
    const before = await snapshot(join(places.index, first))
    await put(places.reports, { 'b.txt': autumn })
    await build(places, fakeEmbedder())
    assert.deepEqual(await snapshot(join(places.index, first)), before)
    assert.deepEqual(await entries(places), ['README.md', 'g-notes', ...(await tidyEntries(places))].sort())
  })

  it('says that the index folder is a file', async (t) => {
    const places = await workshop(t, { 'a.txt': spring })
    await rm(places.index, { recursive: true })
    await writeFile(places.index, 'a file')
    await assert.rejects(build(places, fakeEmbedder()), (error) => {
      assert.ok(error instanceof IndexError)
      for (const text of Object.values(error.text)) assert.match(text, /INDEX_DIR/u)
      return true
    })
  })
})
