import assert from 'node:assert/strict'
import { readFile, rename, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { loadHnsw } from '../../src/indexes/hnswAddon.ts'
import { earlierFormatNotice, indexFormat } from '../../src/indexes/manifest.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { assertRefusedThenMended, builtWorkshops, embedder, refusal, reports } from '../support/refusedIndex.ts'
import {
  autumn,
  build,
  entries,
  manifestOf,
  openBuilt,
  passagesIn,
  put,
  segmentOf,
  spring,
  type Workshop,
  workshop,
} from '../support/testIndex.ts'

const builtWorkshop = await builtWorkshops({ after })

describe('openIndex', () => {
  it('opens what was built', async (t) => {
    const index = await openBuilt(await builtWorkshop(t), embedder)
    assert.deepEqual([...index.reports.keys()], ['a', 'b'])
    assert.deepEqual([index.size, index.vectors.size], [7, 7])
    assert.equal(index.vectors.engine, (await loadHnsw()) ? 'hnsw' : 'exact')
    assert.deepEqual(
      [...index.reports.values()].map(({ id, passages }) => [id, passages]),
      [
        ['a', 4],
        ['b', 3],
      ],
    )
    const tokens = await index.tokens([0, 1, 2, 3, 4, 5, 6])
    for (const [position, passage] of (await passagesIn(index)).entries()) {
      assert.equal(passage.report, position < 4 ? 'a' : 'b')
      const { starts, values } = tokens[position]!
      assert.equal(values.length, starts.length * 16, 'half a byte a component')
      const inside = [...starts].filter((start) => start !== 0xffff)
      assert.equal(inside.length, passage.text.replace(/\s/gu, '').length)
      assert.ok(inside.every((start) => start < passage.text.length))
    }
  })

  it('gives passages and tokens in the order asked for, one asked twice given twice', async (t) => {
    const index = await openBuilt(await builtWorkshop(t), embedder)
    const [first, , , , , sixth] = await passagesIn(index)
    assert.deepEqual(await index.passages([5, 0, 5]), [sixth, first, sixth])
    const [of5, of0, again] = await index.tokens([5, 0, 5])
    assert.deepEqual(of5, again)
    assert.notDeepEqual(of5, of0)
    assert.deepEqual([await index.passages([]), await index.tokens([])], [[], []])
  })

  it('gives a report with its text, and no other', async (t) => {
    const index = await openBuilt(await builtWorkshop(t), embedder)
    const { text, metadata } = await index.report('a')
    assert.deepEqual([text, metadata], [spring, index.reports.get('a')?.metadata])
    await assert.rejects(index.report('c'), /no report c/)
    assert.equal((await index.report('b')).text, autumn)
  })

  it('finds a passage by its id, and by its words under another name', async (t) => {
    const places = await builtWorkshop(t)
    const index = await openBuilt(places, embedder)
    const passages = await passagesIn(index)
    for (const passage of passages) assert.deepEqual(await index.find(passage.id), passage)
    assert.equal(await index.find('nothing of the kind'), null)
    assert.equal(await index.find(''), null)
    await rename(join(places.reports, 'a.txt'), join(places.reports, 'z.txt'))
    await build(places, embedder)
    const renamed = await openBuilt(places, embedder)
    for (const { id, text } of passages) assert.equal((await renamed.find(id))?.text, text)
    assert.equal((await renamed.find(passages[0]!.id))?.report, 'z')
    await rm(join(places.reports, 'z.txt'))
    await build(places, embedder)
    assert.equal(await (await openBuilt(places, embedder)).find(passages[0]!.id), null)
  })

  it('goes on to answer in full after an update removed what it reads from', async (t) => {
    const places = await builtWorkshop(t)
    const index = await openBuilt(places, embedder)
    const before = await openBuilt(places, embedder)
    const { name } = await segmentOf(places)
    await put(places.reports, { 'a.txt': autumn, 'b.txt': spring })
    await build(places, embedder)
    assert.ok(!(await entries(places)).includes(name))
    const all = [...Array(7).keys()]
    const passages = await index.passages(all)
    assert.equal(passages[0]!.text, '春天的工作报告')
    assert.deepEqual(passages, await before.passages(all))
    assert.equal((await index.tokens(all)).length, 7)
    assert.equal((await index.report('a')).text, spring)
    assert.deepEqual(await index.find(passages[6]!.id), passages[6])
  })

  it('says that none was built', async (t) => {
    const places = await workshop(t, { 'a.txt': spring })
    const isRefusal = refusal([places.index, '还没有索引'], [places.index, 'no index'])
    await assert.rejects(openBuilt(places, embedder), isRefusal)
    await rm(places.index, { recursive: true })
    await assert.rejects(openBuilt(places, embedder), isRefusal)
  })
})

describe('an index of another model', () => {
  const hex = 'ab12'.repeat(16)
  for (const [what, other] of [
    ['id', fakeEmbedder({ id: 'acme/other' })],
    ['weights', fakeEmbedder({ sha256: hex })],
    ['dimensions', fakeEmbedder({ dimensions: 64 })],
  ] as const) {
    it(`is refused for its ${what}, and replaced`, async (t) => {
      const places = await workshop(t, reports)
      await build(places, other)
      const { id, sha256, dimensions } = other.model
      const found = [id, `${dimensions}`, sha256.slice(0, 12)]
      const expected = ['fake', '32', '000000000000']
      const zh = new RegExp(`应为 ${expected.join('.*')}.*实际为 ${found.join('.*')}`, 'u')
      const en = new RegExp(`expected ${expected.join('.*')}.*found ${found.join('.*')}`, 'u')
      await assertRefusedThenMended(places, refusal([places.index, zh], [places.index, en]))
    })
  }
})

it('an index of an earlier format is refused by name, and built anew without mending', async (t) => {
  const places = await builtWorkshop(t)
  await put(places.index, {
    'manifest.json': JSON.stringify({ ...(await manifestOf(places)), format: indexFormat - 1 }),
  })
  const isRefusal = refusal([`格式 ${indexFormat - 1}`, '旧版程序'], [`format ${indexFormat - 1}`, 'earlier version'])
  await assert.rejects(openBuilt(places, embedder), isRefusal)
  assert.match(
    (await earlierFormatNotice(places.index))!.zh,
    new RegExp(`格式 ${indexFormat - 1},现为 ${indexFormat}`, 'u'),
  )
  const outcome = await build(places, embedder, { replaceDamaged: false })
  assert.deepEqual([outcome.written, outcome.embedded], [true, 7])
  assert.equal(await earlierFormatNotice(places.index), null)
  assert.equal((await passagesIn(await openBuilt(places, embedder))).length, 7)
})

describe('a manifest that cannot be used', () => {
  for (const format of [0, indexFormat + 1, `${indexFormat}`]) {
    it(`is refused for format ${JSON.stringify(format)}, and replaced`, async (t) => {
      const places = await builtWorkshop(t)
      await put(places.index, { 'manifest.json': JSON.stringify({ ...(await manifestOf(places)), format }) })
      const isRefusal = refusal(
        [`格式版本不符:应为 ${indexFormat},实际为 `],
        [`another format version: expected ${indexFormat}, found `],
      )
      await assertRefusedThenMended(places, isRefusal)
    })
  }

  const unusable = refusal(['manifest.json', '应为', '实际'], ['manifest.json', 'expected', 'found'])

  for (const content of ['', 'not JSON', 'null', '[]', '7', '{}', `{"format":${indexFormat}}`, '\0\0\0\0']) {
    it(`is refused when it is ${JSON.stringify(content)}, and replaced`, async (t) => {
      const places = await builtWorkshop(t)
      await put(places.index, { 'manifest.json': content })
      await assertRefusedThenMended(places, unusable)
    })
  }

  it('is refused when cut off anywhere, and replaced', async (t) => {
    const places = await builtWorkshop(t)
    const { length } = await readFile(join(places.index, 'manifest.json'))
    for (const keep of [1, Math.floor(length / 2), length - 3]) {
      await truncate(join(places.index, 'manifest.json'), keep)
      await assertRefusedThenMended(places, unusable)
    }
  })

  it('is refused when it points outside the index, and replaced', async (t) => {
    const places = await builtWorkshop(t)
    const manifest = await manifestOf(places)
    for (const name of ['../outside', '/etc', 'g-..', '']) {
      const segments = manifest.segments.map((segment) => ({ ...segment, name }))
      await put(places.index, { 'manifest.json': JSON.stringify({ ...manifest, segments }) })
      await assertRefusedThenMended(places, unusable)
    }
  })
})

describe('a stale index', () => {
  const changes: [string, (places: Workshop) => Promise<void>, zh: string, en: string][] = [
    ['added', ({ reports }) => put(reports, { 'c.txt': `${autumn}\n` }), '新增 c.txt', 'added c.txt'],
    ['changed', ({ reports }) => put(reports, { 'a.txt': autumn }), '改动 a.txt', 'changed a.txt'],
    ['vanished', ({ reports }) => rm(join(reports, 'b.txt')), '消失 b.txt', 'vanished b.txt'],
    [
      'read with a new sidecar',
      ({ reports }) => put(reports, { 'a.txt.meta.json': '{}' }),
      '改动 a.txt',
      'changed a.txt',
    ],
  ]
  for (const [how, change, zh, en] of changes) {
    it(`is refused when a report was ${how}, and brought up to date`, async (t) => {
      const places = await builtWorkshop(t)
      await change(places)
      await assert.rejects(openBuilt(places, embedder), refusal([places.index, zh], [places.index, en]))
      await build(places, embedder, { replaceDamaged: false })
      await openBuilt(places, embedder)
    })
  }

  it('tells all kinds of change at once, and of many files a few', async (t) => {
    const places = await builtWorkshop(t)
    const many = Object.fromEntries(['c', 'd', 'e', 'f'].map((name) => [`${name}.txt`, `${spring}${name}`]))
    await put(places.reports, { ...many, 'a.txt': autumn })
    await rm(join(places.reports, 'b.txt'))
    const zh = ['新增 c.txt, d.txt, e.txt …', '改动 a.txt', '消失 b.txt']
    const en = ['added c.txt, d.txt, e.txt …', 'changed a.txt', 'vanished b.txt']
    await assert.rejects(openBuilt(places, embedder), refusal(zh, en))
  })

  it('is refused when the program reads reports in a new way', async (t) => {
    const places = await builtWorkshop(t)
    await put(places.index, { 'manifest.json': JSON.stringify({ ...(await manifestOf(places)), restorer: 0 }) })
    await assert.rejects(openBuilt(places, embedder), refusal(['处理方法已更新'], ['read in a new way']))
  })
})
