import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { buildIndex } from '../../src/indexes/build.ts'
import type { Manifest } from '../../src/indexes/manifest.ts'
import { createLossWatch, LossError, refuseLoss } from '../../src/library/loss.ts'
import { lookThrough } from '../../src/reports/folder.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { folderOf, put, report } from '../support/testIndex.ts'
import { libraryOver, quoted, titles, until } from '../support/testLibrary.ts'

const file = (name: string, content = name) => ({ file: name, sha256: content, contentSha256: content })
const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, i) => file(`${from + i}.txt`))

/** A manifest of one segment that holds these reports. */
function manifestOf(files: ReturnType<typeof numbered>): Manifest {
  const reports = files.map((one) => ({ ...one, id: one.file, passages: 1 }))
  return { segments: [{ name: 'g-0000000000000000', reports, files: {} }], skipped: [] } as unknown as Manifest
}

const isRefused = (known: ReturnType<typeof numbered>, files: ReturnType<typeof numbered>, takenOut: string[] = []) => {
  try {
    refuseLoss('/reports', manifestOf(known), files, (one) => takenOut.includes(one.file))
    return false
  } catch (error) {
    assert.ok(error instanceof LossError)
    assert.match(error.text.zh, /\/reports.*请检查.*npm run index -- --accept-removals/u)
    assert.match(error.text.en, /\/reports.*Check.*npm run index -- --accept-removals/u)
    return true
  }
}

test('a folder from which nearly everything is gone is refused, and no other', () => {
  for (const [what, known, files, refused] of [
    ['all of five', numbered(5), [], true],
    ['all of three', numbered(3), [], true],
    ['two, which are cheap to read again', numbered(2), [], false],
    ['nine in ten', numbered(20), numbered(2), true],
    ['fewer than nine in ten', numbered(20), numbered(3), false],
    ['all, but a file that says so lies there instead', numbered(20), [file('disk not mounted.txt')], true],
    ['all, but as many others came: another folder', numbered(5), numbered(5, 100), false],
    ['five, but another one came', numbered(5), [file('new.txt')], false],
    [
      'none: all were moved into a subfolder',
      numbered(9),
      numbered(9).map((one) => ({ ...one, file: `a/${one.file}` })),
      false,
    ],
    ['none: all were changed', numbered(9), numbered(9).map((one) => file(one.file, 'changed')), false],
    [
      'none: copies that were reports each are one now',
      numbered(9).map((one) => file(one.file, 'same')),
      [file('0.txt', 'same')],
      false,
    ],
    ['none, and nothing was there', [], [], false],
  ] as const)
    assert.equal(isRefused([...known], [...files]), refused, what)
})

test('reports that were removed by way of the bot are not missed', () => {
  assert.ok(!isRefused(numbered(4), [], ['0.txt', '1.txt']))
  assert.ok(isRefused(numbered(9), [], ['0.txt', '1.txt']))
})

test('a folder that fills up again is waited for until it rests, or all is back', () => {
  let now = 0
  const watch = createLossWatch(
    '/reports',
    () => false,
    () => now,
  )
  const manifest = manifestOf(numbered(20))
  const look = (count: number) => {
    try {
      watch(manifest, numbered(count))
      return 'taken'
    } catch (error) {
      assert.ok(error instanceof LossError)
      return 'refused'
    }
  }
  assert.equal(look(10), 'taken', 'nothing was lost before')
  assert.equal(look(0), 'refused')
  assert.equal(look(10), 'refused')
  now = 9_000
  assert.deepEqual([look(10), look(11)], ['refused', 'refused'])
  now = 18_000
  assert.equal(look(11), 'refused')
  assert.equal(look(20), 'taken')
  assert.deepEqual([look(0), look(12)], ['refused', 'refused'])
  now = 28_500
  assert.equal(look(12), 'taken')
  assert.equal(look(10), 'taken', 'it is over')
})

const reports = Object.fromEntries(
  Array.from({ length: 5 }, (_, i) => [`盘/${i}.txt`, report(`第${i}份报告`, [`第${i}个社区修好路灯${i + 3}盏。`])]),
)

/** A library of five reports on a disk that can be taken away, in one step, and brought back. */
async function unpluggable(t: TestContext) {
  const stage = await libraryOver(t, reports)
  const { places, updates } = stage
  const [there, away] = [join(places.reports, '盘'), join(places.root, 'away')]
  return {
    ...stage,
    unplug: () => rename(there, away),
    plugIn: () => rename(away, there),
    told: () => updates.flatMap(({ faults }) => faults),
    cleared: () => updates.flatMap(({ cleared }) => cleared),
  }
}

test('a disk that is unplugged empties no index: it is told, and all is taken up again without embedding', async (t) => {
  const { places, library, embedder, unplug, plugIn, told, cleared, logged } = await unpluggable(t)
  const index = await readdir(places.index)
  const before = embedder.texts.length
  await unplug()
  await until(() => told().length === 1)
  assert.match(told()[0]!.text.zh, /^索引里的 5 份报告几乎都不在报告文件夹/u)
  assert.equal(told()[0]!.file, '')
  assert.equal(library.status.trouble?.text, told()[0]!.text)
  assert.equal(titles(library).length, 5)
  assert.equal(await quoted(library, '第2个社区修好路灯几盏'), '', 'what is not there is not quoted')
  assert.match(logged.join(''), / warn {2}the index is kept as it is Nearly all 5 reports/u)
  await plugIn()
  await until(() => library.status.trouble === null)
  assert.match(await quoted(library, '第2个社区修好路灯几盏'), /5盏/u)
  assert.deepEqual(
    cleared().map(({ file }) => file),
    [''],
  )
  // Another update may be taking the lock, or hold it.
  assert.deepEqual(
    (await readdir(places.index)).filter((name) => !name.startsWith('.lock')),
    index,
  )
  assert.deepEqual(
    embedder.texts.slice(before).filter((text) => /社区/u.test(text) && text.includes('盏。')),
    [],
  )
})

test('while the reports are gone nothing is put where they were, nor taken from there', async (t) => {
  const { places, library, unplug, told } = await unpluggable(t)
  const { id } = library.files[0]!
  await unplug()
  await until(() => told().length === 1)
  for (const doing of [library.add('new.txt', Buffer.from('清雪八千吨。')), library.remove(id), library.restore(id)])
    await assert.rejects(doing, /Nearly all 5 reports/u)
  assert.deepEqual(await readdir(places.reports), [])
  assert.ok(!existsSync(join(places.root, 'removed')))
})

test('a file that is sent before it was seen that the reports are gone is not left there', async (t) => {
  const { places, library, unplug } = await unpluggable(t)
  await unplug()
  await assert.rejects(library.add('new.txt', Buffer.from('清雪八千吨。')), /Nearly all 5 reports/u)
  assert.deepEqual(await readdir(places.reports), [])
})

test('what another process accepts as removed is removed here, too', async (t) => {
  const { places, library, reader, unplug, told } = await unpluggable(t)
  await unplug()
  await until(() => told().length === 1)
  const { files } = await lookThrough(places.reports)
  const embedder = fakeEmbedder()
  await buildIndex({ folder: folderOf(places.index, embedder), files, load: reader.read, embedder, mayBeEmpty: true })
  await until(() => library.status.trouble === null)
  assert.deepEqual(titles(library), [])
})

test('reports that are removed one by one in Telegram are gone, to the last', async (t) => {
  const { library, told } = await unpluggable(t)
  const ids = library.files.map(({ id }) => id)
  for (const id of ids) assert.ok(await library.remove(id))
  assert.deepEqual([titles(library), told()], [[], []])
  assert.equal((await library.restore(ids[0]!))?.file, '盘/0.txt')
})

test('a few reports that vanish are gone, as ever', async (t) => {
  const { places, library, told } = await unpluggable(t)
  for (const name of ['盘/0.txt', '盘/1.txt', '盘/2.txt', '盘/3.txt']) await rm(join(places.reports, name))
  await put(places.reports, { '5.txt': report('第5份报告', ['第5个社区修好路灯八盏。']) })
  await until(() => titles(library).length === 2)
  assert.deepEqual(told(), [])
})
