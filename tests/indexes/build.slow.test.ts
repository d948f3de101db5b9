import assert from 'node:assert/strict'
import { readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { compactIndex } from '../../src/indexes/build.ts'
import { writeChunks } from '../../src/indexes/chunkedFile.ts'
import type { Manifest } from '../../src/indexes/manifest.ts'
import { type FileRecord, recordOf } from '../../src/indexes/recordedFiles.ts'
import type { OpenIndex } from '../../src/indexes/types.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import fc from '../laws.ts'
import {
  autumn,
  build,
  compact,
  entries,
  folderOf,
  manifestOf,
  openBuilt,
  passagesIn,
  put,
  report,
  segmentOf,
  snapshot,
  spring,
  tidyEntries,
  workshop,
} from '../support/testIndex.ts'

describe('buildIndex embeds only what no earlier build embedded', () => {
  it('embeds every passage of a first build once', async (t) => {
    const places = await workshop(t, { 'a.txt': spring, 'b.txt': autumn })
    const embedder = fakeEmbedder()
    const outcome = await build(places, embedder)
    assert.deepEqual(outcome, {
      written: true,
      reports: 2,
      passages: 7,
      embedded: 7,
      skipped: [],
      changedWhileReading: [],
      leftovers: [],
    })
    assert.equal(embedder.texts.length, 7)
    assert.equal(new Set(embedder.texts).size, 7)
  })

  it('embeds and writes nothing when no report changed', async (t) => {
    const places = await workshop(t, { 'a.txt': spring, 'b.txt': autumn })
    await build(places, fakeEmbedder())
    const before = await snapshot(places.index)
    const embedder = fakeEmbedder()
    const outcome = await build(places, embedder)
    assert.deepEqual(outcome, {
      written: false,
      reports: 2,
      passages: 7,
      embedded: 0,
      skipped: [],
      changedWhileReading: [],
      leftovers: [],
    })
    assert.equal(embedder.calls, 0)
    assert.deepEqual(await snapshot(places.index), before)
  })

  it('embeds only the changed passage of a changed report', async (t) => {
    const places = await workshop(t, { 'a.txt': spring, 'b.txt': autumn })
    await build(places, fakeEmbedder())
    await put(places.reports, { 'a.txt': spring.replace('两所', '七所') })
    const embedder = fakeEmbedder()
    const outcome = await build(places, embedder)
    assert.deepEqual([outcome.written, outcome.passages, outcome.embedded], [true, 7, 1])
    assert.deepEqual(embedder.texts, ['春天的工作报告\n新建小学七所,新增学位三千个。'])
    const index = await openBuilt(places, embedder)
    const passages = await passagesIn(index)
    assert.ok(passages.some(({ text }) => text.includes('七所')))
    assert.ok(!passages.some(({ text }) => text.includes('两所')))
  })

  it('embeds only the passages of an added report', async (t) => {
    const places = await workshop(t, { 'b.txt': spring })
    await build(places, fakeEmbedder())
    await put(places.reports, { 'a.txt': autumn })
    const embedder = fakeEmbedder()
    const outcome = await build(places, embedder)
    assert.deepEqual([outcome.reports, outcome.passages, outcome.embedded], [2, 7, 3])
    assert.ok(embedder.texts.every((text) => text.includes('秋天的工作报告')))
  })

  it('embeds nothing when a report is removed, and forgets its passages', async (t) => {
    const places = await workshop(t, { 'a.txt': spring, 'b.txt': autumn })
    await build(places, fakeEmbedder())
    await rm(join(places.reports, 'a.txt'))
    const embedder = fakeEmbedder()
    const outcome = await build(places, embedder)
    assert.deepEqual([outcome.written, outcome.reports, outcome.passages, outcome.embedded], [true, 1, 3, 0])
    const index = await openBuilt(places, embedder)
    assert.deepEqual([...index.reports.keys()], ['b'])
    assert.ok((await passagesIn(index)).every((passage) => passage.report === 'b'))
    assert.deepEqual([index.size, index.vectors.size], [3, 3])
  })

  it('embeds nothing when a report is renamed, and knows it by its new name', async (t) => {
    const places = await workshop(t, { 'a.txt': spring, 'b.txt': autumn })
    await build(places, fakeEmbedder())
    await rename(join(places.reports, 'a.txt'), join(places.reports, 'z.txt'))
    const embedder = fakeEmbedder()
    const outcome = await build(places, embedder)
    assert.deepEqual([outcome.written, outcome.embedded, embedder.calls], [true, 0, 0])
    const index = await openBuilt(places, embedder)
    assert.deepEqual([...index.reports.keys()], ['b', 'z'])
    assert.deepEqual([...new Set((await passagesIn(index)).map((passage) => passage.report))], ['b', 'z'])
  })

  it('knows an unchanged report by its whole name once another differs in its extension alone', async (t) => {
    const places = await workshop(t, { 'a.txt': spring })
    await build(places, fakeEmbedder())
    await put(places.reports, { 'a.md': autumn })
    await build(places, fakeEmbedder())
    const index = await openBuilt(places, fakeEmbedder())
    assert.deepEqual([...index.reports.keys()], ['a.md', 'a.txt'])
    assert.ok((await passagesIn(index)).every((passage) => index.reports.has(passage.report)))
  })

  it('takes up a changed sidecar without embedding', async (t) => {
    const places = await workshop(t, { 'a.txt': spring })
    await build(places, fakeEmbedder())
    await put(places.reports, { 'a.txt.meta.json': '{"title":"二〇二〇年春"}' })
    const embedder = fakeEmbedder()
    const outcome = await build(places, embedder)
    assert.deepEqual([outcome.written, outcome.embedded], [true, 0])
    assert.equal((await openBuilt(places, embedder)).reports.get('a')?.metadata.title, '二〇二〇年春')
  })

  for (const change of [{ segmenter: '1.0' }, { normalizer: 0 }, { restorer: 0 }]) {
    it(`makes the index anew without embedding when it was made with ${JSON.stringify(change)}`, async (t) => {
      const places = await workshop(t, { 'a.txt': spring })
      await build(places, fakeEmbedder())
      const manifest = await manifestOf(places)
      await put(places.index, { 'manifest.json': JSON.stringify({ ...manifest, ...change }) })
      const outcome = await build(places, fakeEmbedder())
      assert.deepEqual([outcome.written, outcome.embedded], [true, 0])
      assert.deepEqual(unnamed(await manifestOf(places)), unnamed(manifest))
    })
  }

  it('reads unchanged reports again when the program reads them in a new way', async (t) => {
    const places = await workshop(t, { 'a.txt': spring })
    await build(places, fakeEmbedder())
    const manifest = await manifestOf(places)
    const segment = await segmentOf(places)
    const folder = join(places.index, segment.name)
    const listed = JSON.parse((await readFile(join(folder, 'reports.json'), 'utf8')).replaceAll('春天', '夏天'))
    const read = await (await openBuilt(places, fakeEmbedder())).report('a')
    const asReadBefore = { ...read, metadata: listed[0].metadata }
    const files: Record<string, FileRecord> = { ...segment.files }
    for (const name of Object.keys(files)) if (name.startsWith('reports.')) await rm(join(folder, name))
    Object.assign(files, await writeChunks(folder, 'reports', [Buffer.from(JSON.stringify(asReadBefore))]))
    await put(folder, { 'reports.json': JSON.stringify(listed) })
    files['reports.json'] = recordOf(JSON.stringify(listed))
    await put(places.index, {
      'manifest.json': JSON.stringify({ ...manifest, segments: [{ ...segment, files }] }),
    })
    const before = await openBuilt(places, fakeEmbedder())
    assert.equal((await before.report('a')).metadata.title, '夏天的工作报告')
    await put(places.index, {
      'manifest.json': JSON.stringify({ ...manifest, segments: [{ ...segment, files }], restorer: 0 }),
    })
    await build(places, fakeEmbedder())
    const index = await openBuilt(places, fakeEmbedder())
    assert.equal(index.reports.get('a')?.metadata.title, '春天的工作报告')
    assert.equal((await index.report('a')).metadata.title, '春天的工作报告')
  })

  it('answers the same after updates and merges as after one build', async (t) => {
    const pool = ['公园三座。', '道路二十公里。', '小学两所。', '安置房四百套。', '粮食八万吨。', 'GDP 达到 500 亿元。']
    const state = fc.dictionary(
      fc.constantFrom('a.txt', 'a.md', 'b.txt', '子/c.txt'),
      fc.record({
        text: fc.subarray(pool, { minLength: 1 }).map((paragraphs) => report('工作报告', paragraphs)),
        title: fc.constantFrom(undefined, '二〇二〇年', '二〇二一年'),
      }),
      { minKeys: 1 },
    )
    const filesOf = (all: Readonly<Record<string, { text: string; title: string | undefined }>>) =>
      Object.fromEntries(
        Object.entries(all).flatMap(([name, { text, title }]) => [
          [name, text],
          ...(title ? [[`${name}.meta.json`, JSON.stringify({ title })]] : []),
        ]),
      )
    const [question] = await fakeEmbedder().embed(['新修道路多少公里'])
    const terms = ['道路', '公里', '报告']
    /** All that a question can come by, in full. */
    const told = async (index: OpenIndex) => {
      const { reports, words, vectors, size } = index
      const all = [...Array(size).keys()]
      const some = new Set([...reports.keys()].filter((_, i) => i % 2 === 0))
      const passages = await passagesIn(index)
      const rounded = async (among?: ReadonlySet<string>) =>
        (await words.search(terms, size, among)).map(({ passage, score }) => [passage, score.toFixed(5)])
      return {
        reports: [...reports],
        texts: await Promise.all([...reports.keys()].map((id) => index.report(id))),
        passages,
        found: await Promise.all(passages.map(({ id }) => index.find(id))),
        scores: Array.from(await words.scores(terms, all), (score) => score.toFixed(5)),
        weights: terms.map(words.weight),
        words: await rounded(),
        wordsAmong: await rounded(some),
        tokens: await index.tokens(all),
        similarities: await vectors.similarities(question!.vector, all),
        vectors: await vectors.search(question!.vector, size),
        among: await vectors.search(question!.vector, size, some),
        few: await vectors.search(question!.vector, 2),
      }
    }
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(state, fc.boolean()), { minLength: 2, maxLength: 6 }), async (states) => {
        const grown = await workshop(t)
        const folder = folderOf(grown.index, fakeEmbedder())
        for (const [files, isMerged] of states) {
          await rm(grown.reports, { recursive: true })
          await put(grown.reports, filesOf(files))
          await build(grown, fakeEmbedder(), { folder })
          if (isMerged) await compactIndex(folder, fakeEmbedder().model)
        }
        const fresh = await workshop(t, filesOf(states.at(-1)![0]))
        await build(fresh, fakeEmbedder())
        assert.deepEqual(
          await told(await openBuilt(grown, fakeEmbedder())),
          await told(await openBuilt(fresh, fakeEmbedder())),
        )
        assert.deepEqual(await entries(grown), await tidyEntries(grown))
      }),
      { numRuns: 12, seed: 20_240_601 },
    )
  })
})

/** A manifest without the names that every build draws anew. */
function unnamed(manifest: Manifest) {
  return { ...manifest, segments: manifest.segments.map((segment) => ({ ...segment, name: '' })) }
}

describe('compactIndex', () => {
  it('makes one segment of four small ones', async (t) => {
    const places = await workshop(t)
    for (const name of ['a', 'b', 'c', 'd']) {
      await put(places.reports, { [`${name}.txt`]: report(`${name}的报告`, ['公园三座。']) })
      await build(places, fakeEmbedder())
    }
    assert.equal((await manifestOf(places)).segments.length, 4)
    assert.equal(await compact(places, fakeEmbedder()), true)
    assert.equal((await segmentOf(places)).reports.length, 4)
    assert.equal(await compact(places, fakeEmbedder()), false)
    assert.equal((await build(places, fakeEmbedder())).written, false)
  })

  it('can be given up, and leaves the index as it was', async (t) => {
    const paragraphs = Array.from({ length: 80 }, (_, i) => `第${i}项完成。`)
    const places = await workshop(t)
    for (const name of ['a', 'b', 'c', 'd']) {
      await put(places.reports, { [`${name}.txt`]: report(`${name}的报告`, paragraphs) })
      await build(places, fakeEmbedder())
    }
    const before = await snapshot(places.index)
    const giving = new AbortController()
    const merging = compactIndex(folderOf(places.index, fakeEmbedder()), fakeEmbedder().model, giving.signal)
    giving.abort()
    await assert.rejects(merging, { name: 'AbortError' })
    assert.deepEqual(await snapshot(places.index), before)
  })

  it('forgets what is no longer in force', async (t) => {
    const places = await workshop(t, { 'a.txt': spring, 'b.txt': autumn })
    await build(places, fakeEmbedder())
    await rm(join(places.reports, 'a.txt'))
    await build(places, fakeEmbedder())
    const holds = async () =>
      await readFile(join(places.index, (await segmentOf(places)).name, 'passages.parts'), 'utf8')
    assert.match(await holds(), /新建公园/u)
    assert.equal(await compact(places, fakeEmbedder()), true)
    assert.doesNotMatch(await holds(), /新建公园/u)
  })
})
