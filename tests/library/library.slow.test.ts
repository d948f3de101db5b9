import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rename, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ReportError } from '../../src/errors.ts'
import type { UpdateProgress } from '../../src/library/types.ts'
import { autumn, put, report, spring } from '../support/testIndex.ts'
import { libraryOver, quoted, titles, until } from '../support/testLibrary.ts'

/** Binary data that says it is text. */
const broken = Uint8Array.from({ length: 4000 }, (_, i) => ((i * 7919) % 251) | (i % 3 === 0 ? 0 : 128))

/** Makes a file look as if it had not been written for a long time. */
async function atRest(path: string): Promise<void> {
  await utimes(path, 1_600_000_000, 1_600_000_000)
}

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
    // A write that waited for others on a busy machine would let the file rest.
    writeFileSync(join(places.reports, 'b.txt'), whole.slice(0, (whole.length * (i + 1)) / 8))
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
  await atRest(join(places.reports, 'b.txt'))
  await until(() => library.status.faults.length === 1)
  assert.equal(library.status.faults[0]?.file, 'b.txt')
  assert.match(library.status.faults[0].text.zh, /^b\.txt:/u)
  await put(places.reports, { 'c.txt': autumn })
  await until(() => titles(library).length === 2)
  assert.equal(updates.flatMap(({ faults }) => faults).length, 1)
  await put(places.reports, { 'b.txt': report('夏天的工作报告', ['清淤河道六条。']) })
  await until(() => titles(library).length === 3)
  assert.deepEqual(library.status.faults, [])
  assert.deepEqual(
    updates.flatMap(({ cleared }) => cleared.map(({ file }) => file)),
    ['b.txt'],
  )
})

test('a file that is still being written is not told as broken: only one that stays so, with an all-clear', async (t) => {
  const { places, library, updates } = await libraryOver(t)
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  await put(places.reports, { 'b.txt': broken, 'b.txt.meta.json': '{}', 'c.txt': autumn })
  await until(() => titles(library).length === 2)
  assert.deepEqual(library.status.faults, [])
  // It is whole before its time is over.
  await put(places.reports, { 'b.txt': report('夏天的工作报告', ['清淤河道六条。']) })
  await until(() => titles(library).length === 3)
  // Another one stays as it is, and is looked at again with whatever changes next.
  await put(places.reports, { 'd.txt': broken })
  await put(places.reports, { 'e.txt': report('冬天的工作报告', ['清雪八千吨。']) })
  await until(() => titles(library).length === 4)
  assert.deepEqual([library.status.faults, updates.flatMap(({ faults }) => faults)], [[], []])
  // An hour, as the files were written by the real clock, which goes on.
  t.mock.timers.tick(3_600_000)
  await put(places.reports, { 'f.txt': report('年终的工作报告', ['修好路灯九盏。']) })
  await until(() => library.status.faults.length === 1)
  await rm(join(places.reports, 'd.txt'))
  await until(() => library.status.faults.length === 0)
  const told = updates.map(({ faults, cleared }) => [faults, cleared].map((list) => list.map(({ file }) => file)))
  assert.deepEqual(
    told.filter(([faults, cleared]) => faults!.length + cleared!.length > 0),
    [
      [['d.txt'], []],
      [[], ['d.txt']],
    ],
  )
})

test('a file that is still being written is looked at again when its time is over', async (t) => {
  const { places, library } = await libraryOver(t)
  const waits: number[] = []
  const { setTimeout: set } = globalThis
  t.mock.method(globalThis, 'setTimeout', (work: () => void, ms: number) => {
    waits.push(ms)
    // A minute is over at once.
    return set(work, ms > 50_000 ? 0 : ms)
  })
  await put(places.reports, { 'b.txt': broken })
  await until(() => waits.some((ms) => ms > 50_000 && ms <= 60_000))
  await atRest(join(places.reports, 'b.txt'))
  await until(() => library.status.faults.length === 1)
})

test('copies are quoted once, and the report is taken over under another name without embedding', async (t) => {
  const { places, library, embedder, logged } = await libraryOver(t, { 'a.txt': spring, 'a - 副本.txt': spring })
  assert.deepEqual(
    library.files.map(({ file }) => file),
    ['a.txt'],
  )
  await until(() => library.status.notes.length === 1)
  assert.match(library.status.notes[0]!.zh, /a - 副本\.txt = a\.txt/u)
  const before = embedder.texts.length
  await rm(join(places.reports, 'a.txt'))
  await until(() => library.files[0]?.file === 'a - 副本.txt')
  assert.equal((await quoted(library, '新建公园几座')).match(/三座/gu)?.length, 1)
  assert.deepEqual(
    embedder.texts.slice(before).filter((text) => text.includes('公园三座')),
    [],
  )
  await until(() => library.status.notes.length === 0)
  assert.equal(logged.filter((line) => line.includes('a - 副本.txt = a.txt')).length, 1)
})

test('a report is removed under all its names, and put back under all of them', async (t) => {
  const names = ['a.txt', 'a 2.txt', 'b.txt', '子/a (1).txt']
  const all = async () => ((await readdir(places.reports, { recursive: true })) as string[]).sort()
  const { places, library } = await libraryOver(t, {
    'a.txt': spring,
    'a 2.txt': spring,
    '子/a (1).txt': spring,
    'b.txt': autumn,
  })
  await until(() => library.status.notes.length === 1)
  const { id } = library.files.find(({ file }) => file === 'a.txt')!
  await library.remove(id)
  assert.deepEqual([titles(library), await all()], [['秋天的工作报告'], ['b.txt', '子']])
  // One of the names is taken meanwhile.
  await put(places.reports, { 'a 2.txt': report('夏天的工作报告', ['清淤河道六条。']) })
  assert.equal((await library.restore(id))?.file, 'a.txt')
  assert.deepEqual(await all(), [...names, '子'].sort())
  assert.equal(titles(library).length, 3)
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
      reports: null,
      articles: 1,
      passages: 3,
      doubtfulPages: [],
      uncertainTables: { count: 0, pages: [] },
      emptyPages: [],
      faults: [],
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
    ['d.exe', Buffer.from([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0])],
    ['~$e.docx', Buffer.from(spring)],
    ['a.txt.meta.json', Buffer.from('{}')],
  ] as const) {
    await assert.rejects(library.add(name, bytes), (error) => error instanceof ReportError)
  }
  assert.deepEqual(await readdir(places.reports), ['a.txt'])
  assert.deepEqual(library.status.faults, [])
  assert.deepEqual(updates, [])
})

test('a file that is sent is judged by its bytes: its name gets the extension that it lacks', async (t) => {
  const { places, library } = await libraryOver(t, {})
  const page = '<!doctype html><meta charset=utf-8><title>冬</title><p>冬天的工作报告:清雪八千吨,修好路灯九盏。</p>'
  for (const [name, bytes, file] of [
    ['春天', Buffer.from(spring), '春天.txt'],
    ['秋天.bin', Buffer.from(autumn), '秋天.bin.txt'],
    ['1.冬天', Buffer.from(page), '1.冬天.html'],
  ] as const)
    assert.deepEqual([(await library.add(name, bytes)).file], [file])
  assert.deepEqual(await readdir(places.reports), ['1.冬天.html', '春天.txt', '秋天.bin.txt'].sort())
  assert.equal(titles(library).length, 3)
})

test('a folder that may only be read is answered from; what is sent there is refused with the reason', async (t) => {
  const { places, library } = await libraryOver(t)
  const isRoot = process.geteuid!() === 0
  await chmod(places.root, 0o755)
  await chmod(places.reports, 0o555)
  // Root may write whatever the permissions say.
  if (isRoot) process.seteuid!(65_534)
  try {
    await assert.rejects(library.add('b.txt', Buffer.from(autumn)), (error) => {
      assert.ok(error instanceof ReportError, String(error))
      assert.match(error.text.zh, /无法改动报告文件夹 .*reports\(EACCES\)/u)
      assert.match(error.text.en, /The reports folder .*reports cannot be changed \(EACCES\)/u)
      return true
    })
  } finally {
    if (isRoot) process.seteuid!(0)
    await chmod(places.reports, 0o755)
  }
  assert.match(await quoted(library, '公园'), /新建公园三座/u)
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
  assert.equal(library.status.trouble?.canAnswer, true)
  assert.equal((await library.answerer.answer({ text: '新建公园几座' })).quotes.length, 0)
  await mkdir(places.reports)
  await put(places.reports, { 'a.txt': spring })
  await until(async () => (await quoted(library, '新建公园几座')).includes('三座'))
  await until(() => library.status.trouble === null)
})
