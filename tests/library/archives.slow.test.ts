import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { ReportError } from '../../src/errors.ts'
import { archiveOf } from '../fixtures/archives.ts'
import { autumn, broken, put, report, spring } from '../support/testIndex.ts'
import { libraryOver, quoted, titles, until } from '../support/testLibrary.ts'

const winter = report('冬天的工作报告', ['清雪八千吨,修好路灯九盏。'])
const year = archiveOf({ '春/a.txt': spring, '秋/b.txt': autumn, '坏.txt': broken, '旧.caj': 'x' })

test('an archive that is sent adds all its reports and tells what of it cannot be used', async (t) => {
  const { places, library } = await libraryOver(t, { 'c.txt': winter })
  const added = await library.add('全年', year)
  assert.deepEqual(
    [added.file, added.isNew, added.reports, added.articles, added.passages],
    ['全年.zip', true, 2, 2, 7],
  )
  assert.deepEqual(
    added.faults.map(({ zh }) => zh.split(':')[0]),
    ['全年.zip/旧.caj', '全年.zip/坏.txt'],
  )
  assert.deepEqual(
    library.files.map(({ file }) => file),
    ['c.txt', '全年.zip/春/a.txt', '全年.zip/秋/b.txt'],
  )
  assert.match(await quoted(library, '新建公园几座'), /三座/u)
  const original = await library.originals.find('全年.zip/秋/b.txt')
  assert.equal(Buffer.from(original.content).toString(), autumn)
  const again = await library.add('又一份.zip', archiveOf({ 'x.txt': autumn, 'y.txt': spring }))
  assert.deepEqual([again.isNew, again.reports], [false, null])
  assert.deepEqual((await readdir(places.reports)).sort(), ['c.txt', '全年.zip'])
})

test('an archive of which nothing can be used is refused, and leaves the folder as it was', async (t) => {
  const { places, library } = await libraryOver(t)
  for (const [content, why] of [
    [archiveOf({ '旧.caj': 'x' }), /旧\.caj.*另存为 PDF/u],
    [archiveOf({ '坏.txt': broken }), /坏\.txt.*UTF-8/u],
    [archiveOf({ '__MACOSX/a.txt': spring }), /压缩包里没有文件/u],
    [year.subarray(0, 100), /压缩包已损坏/u],
  ] as const) {
    await assert.rejects(library.add('b.zip', content), (error) => {
      assert.ok(error instanceof ReportError, String(error))
      assert.match(error.text.zh, why)
      return true
    })
    assert.deepEqual(await readdir(places.reports), ['a.txt'])
  }
})

test('a report in an archive is removed with the whole archive, and put back with it', async (t) => {
  const three = archiveOf({ 'a.txt': spring, 'b.txt': autumn, 'c.txt': winter })
  const { places, library, logged } = await libraryOver(t, { '全年.zip': three })
  const { id } = library.files.find(({ file }) => file === '全年.zip/b.txt')!
  assert.equal((await library.removalOf(id))!.reports.length, 3)
  const removed = await library.remove(id)
  assert.deepEqual([removed?.files, removed?.reports], [['全年.zip'], 3])
  // All reports are gone at once, and nobody takes it for a disk that was unplugged.
  await until(() => titles(library).length === 0)
  assert.equal(library.status.trouble, null)
  assert.ok(!logged.some((line) => /Nearly all/u.test(line)), logged.join('\n'))
  assert.deepEqual(await readdir(places.reports), [])
  const back = await library.restore(id)
  assert.deepEqual([back?.id, back?.files, back?.reports], [id, ['全年.zip'], 3])
  assert.equal(titles(library).length, 3)
})

test('removing a report takes out the archives that hold a copy of it, and says so before', async (t) => {
  const { places, library } = await libraryOver(t, {
    'a.txt': spring,
    'b.zip': archiveOf({ 'a.txt': spring, 'b.txt': autumn }),
    'c.txt': winter,
  })
  const { id } = library.files.find(({ file }) => file === 'a.txt')!
  const removal = (await library.removalOf(id))!
  assert.deepEqual(removal.files, ['a.txt', 'b.zip'])
  assert.deepEqual(
    removal.reports.map(({ file }) => file),
    ['a.txt', 'b.zip/b.txt'],
  )
  await library.remove(id)
  assert.deepEqual(await readdir(places.reports), ['c.txt'])
  await library.restore(id)
  assert.deepEqual((await readdir(places.reports)).sort(), ['a.txt', 'b.zip', 'c.txt'])
})

test('what changed in an archive is not quoted from before it is read anew', async (t) => {
  const { places, library } = await libraryOver(t, { 'a.zip': archiveOf({ 'b.txt': spring, 'c.txt': autumn }) })
  assert.match(await quoted(library, '新建公园几座'), /三座/u)
  await put(places.reports, { 'a.zip': archiveOf({ 'b.txt': spring.replace('三座', '七座'), 'c.txt': autumn }) })
  assert.doesNotMatch(await quoted(library, '新建公园几座'), /三座/u)
  await until(async () => /七座/u.test(await quoted(library, '新建公园几座')))
  assert.equal(await library.originals.stamp(join('a.zip', 'c.txt')).then(() => true), true)
})
