import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ReportError } from '../../src/errors.ts'
import type { UpdateProgress } from '../../src/library/types.ts'
import { autumn, put, report, spring } from '../indexes/workshop.ts'
import { libraryOver, quoted, titles, until } from './living.ts'

/** Binary data that says it is text. */
const broken = Uint8Array.from({ length: 4000 }, (_, i) => ((i * 7919) % 251) | (i % 3 === 0 ? 0 : 128))

test('a file that appears is answered from, and only its passages are embedded', async (t) => {
  const { places, library, embedder, updates } = await libraryOver(t)
  const before = embedder.texts.length
  await put(places.reports, { '子/b.txt': autumn })
  await until(() => titles(library).length === 2)
  assert.match(await quoted(library, '安置房交付多少套'), /四百套/u)
  assert.ok(embedder.texts.slice(before).filter((text) => text.includes('公园')).length === 0)
  assert.deepEqual(updates.at(-1)?.added, ['子/b.txt'])
})

test('a file that changes is quoted as it is now', async (t) => {
  const { places, library, updates } = await libraryOver(t)
  // Editors write aside and rename.
  await put(places.reports, { '.a.txt.swp': spring.replace('三座', '九座') })
  await rename(join(places.reports, '.a.txt.swp'), join(places.reports, 'a.txt'))
  await until(async () => (await quoted(library, '新建公园几座')).includes('九座'))
  assert.deepEqual(updates.at(-1)?.changed, ['a.txt'])
})

test('a file that is written slowly is taken in once it is whole', async (t) => {
  const { places, library, updates } = await libraryOver(t)
  const whole = report(
    '冬天的工作报告',
    Array.from({ length: 8 }, (_, i) => `第${i}条道路完成清雪。`),
  )
  for (let i = 0; i < 8; i++) {
    await writeFile(join(places.reports, 'b.txt'), whole.slice(0, (whole.length * (i + 1)) / 8))
    await sleep(100)
  }
  await until(() => titles(library).length === 2)
  assert.match(await quoted(library, '第7条道路'), /第7条道路完成清雪/u)
  assert.equal(updates.filter(({ added, changed }) => [...added, ...changed].includes('b.txt')).length, 1)
})

test('a file that vanishes is not quoted from the next question on', async (t) => {
  const { places, library } = await libraryOver(t, { 'a.txt': spring, 'b.txt': autumn })
  assert.match(await quoted(library, '安置房交付多少套'), /四百套/u)
  await rm(join(places.reports, 'b.txt'))
  assert.doesNotMatch(await quoted(library, '安置房交付多少套'), /四百套/u)
  await until(() => titles(library).length === 1)
})

test('a renamed file keeps its words and is known by its new name, without embedding', async (t) => {
  const { places, library, embedder } = await libraryOver(t)
  const before = embedder.texts.length
  await rename(join(places.reports, 'a.txt'), join(places.reports, 'z.txt'))
  await until(() => library.files[0]?.file === 'z.txt')
  assert.deepEqual(
    embedder.texts.slice(before).filter((text) => text.includes('公园三座')),
    [],
  )
})

test('a broken file is told once and skipped, and a mended one comes in', async (t) => {
  const { places, library, updates } = await libraryOver(t)
  await put(places.reports, { 'b.txt': broken })
  await until(() => library.status.faults.length === 1)
  assert.equal(library.status.faults[0]?.file, 'b.txt')
  assert.match(library.status.faults[0].text.zh, /^b\.txt:/u)
  await put(places.reports, { 'c.txt': autumn })
  await until(() => titles(library).length === 2)
  assert.equal(updates.flatMap(({ faults }) => faults).length, 1)
  await put(places.reports, { 'b.txt': report('夏天的工作报告', ['清淤河道六条。']) })
  await until(() => titles(library).length === 3)
  assert.deepEqual(library.status.faults, [])
})

test('questions are answered while the index is brought up to date', async (t) => {
  const { places, library } = await libraryOver(t)
  const many = Array.from({ length: 40 }, (_, i) => [`m${i}.txt`, report(`第${i}份报告`, [`第${i}个社区完成改造。`])])
  await put(places.reports, Object.fromEntries(many))
  let answers = 0
  while (titles(library).length < 41) {
    assert.match(await quoted(library, '新建公园几座'), /三座/u)
    answers++
    await sleep(10)
  }
  assert.ok(answers > 3)
})

test('an emptied folder ends nothing, and fills again', async (t) => {
  const { places, library } = await libraryOver(t)
  await rm(join(places.reports, 'a.txt'))
  await until(() => titles(library).length === 0)
  assert.equal((await library.answerer.answer({ text: '新建公园几座' })).band, 'none')
  await put(places.reports, { 'b.txt': autumn })
  await until(() => titles(library).length === 1)
})

test('a file that is sent gets a safe name and is answered from', async (t) => {
  const { places, library } = await libraryOver(t, {})
  const told: UpdateProgress[] = []
  const added = await library.add('../../etc/秋天.txt', Buffer.from(autumn), (progress) => void told.push(progress))
  assert.deepEqual(
    { ...added, id: '' },
    {
      id: '',
      file: '秋天.txt',
      title: '秋天的工作报告',
      isNew: true,
      articles: 1,
      passages: 3,
      doubtfulPages: [],
      notes: [],
    },
  )
  assert.deepEqual(await readdir(places.reports), ['秋天.txt'])
  assert.match(await quoted(library, '安置房交付多少套'), /四百套/u)
  assert.ok(told.some(({ stage }) => stage === 'embedding'))
})

test('the same content is not taken in twice, and the same name replaces nothing', async (t) => {
  const { places, library } = await libraryOver(t)
  const again = await library.add('other.txt', Buffer.from(spring))
  assert.deepEqual([again.isNew, again.file], [false, 'a.txt'])
  const namesake = await library.add('a.txt', Buffer.from(autumn))
  assert.deepEqual([namesake.isNew, namesake.file], [true, 'a-2.txt'])
  assert.deepEqual((await readdir(places.reports)).sort(), ['a-2.txt', 'a.txt'])
  assert.equal(await readFile(join(places.reports, 'a.txt'), 'utf8'), spring)
})

test('what is sent and cannot be used leaves the folder as it was', async (t) => {
  const { places, library, updates } = await libraryOver(t)
  await sleep(200)
  updates.length = 0
  for (const [name, bytes] of [
    ['b.txt', broken],
    ['c.txt', Buffer.from('\n\n')],
    ['d.exe', Buffer.from('MZ')],
    ['a.txt.meta.json', Buffer.from('{}')],
  ] as const) {
    await assert.rejects(library.add(name, bytes), (error) => error instanceof ReportError)
  }
  assert.deepEqual(await readdir(places.reports), ['a.txt'])
  assert.deepEqual(library.status.faults, [])
  assert.deepEqual(updates, [])
})

test('a removed file is put back with its sidecar', async (t) => {
  const { places, library } = await libraryOver(t, {
    '子/a.txt': spring,
    '子/a.txt.meta.json': '{"title":"二〇二〇年春"}',
    'b.txt': autumn,
  })
  const { id } = library.files.find(({ file }) => file === '子/a.txt')!
  assert.equal((await library.remove(id))?.title, '二〇二〇年春')
  assert.deepEqual(titles(library), ['秋天的工作报告'])
  assert.deepEqual(await readdir(join(places.reports, '子')), [])
  assert.equal(await library.remove(id), null)
  await rm(join(places.reports, '子'), { recursive: true })
  assert.equal((await library.restore(id))?.title, '二〇二〇年春')
  assert.match(await quoted(library, '新建公园几座'), /三座/u)
  assert.equal(await library.restore(id), null)
})

test('what a killed upload left is cleared, and other hidden files are not', async (t) => {
  const { places } = await libraryOver(t, { 'a.txt': spring, '.upload-1': 'half', '.keep': '' })
  assert.deepEqual((await readdir(places.reports)).sort(), ['.keep', 'a.txt'])
})

test('the folder itself can vanish and come back', async (t) => {
  const { places, library } = await libraryOver(t)
  await rename(places.reports, `${places.reports}-away`)
  await until(() => library.status.faults.length === 1)
  assert.equal((await library.answerer.answer({ text: '新建公园几座' })).quotes.length, 0)
  await mkdir(places.reports)
  await put(places.reports, { 'a.txt': spring })
  await until(async () => (await quoted(library, '新建公园几座')).includes('三座'))
})
