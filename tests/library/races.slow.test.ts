import assert from 'node:assert/strict'
import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ReportError } from '../../src/errors.ts'
import { buildIndex } from '../../src/indexes/build.ts'
import { BusyError, withBuildLock } from '../../src/indexes/lock.ts'
import { listReports } from '../../src/reports/folder.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { autumn, folderOf, put, report, spring } from '../support/testIndex.ts'
import { libraryOver, quoted, titles, until } from '../support/testLibrary.ts'

const winter = report('冬天的工作报告', ['清雪八千吨。'])

/** Does the work while it holds the lock, which the library may hold itself at first. */
async function holdingLock(index: string, work: () => Promise<void>): Promise<void> {
  await until(async () => {
    try {
      await withBuildLock(index, work)
      return true
    } catch (error) {
      if (!(error instanceof BusyError)) throw error
      return false
    }
  })
}

test('two files that are sent at once under one name both come in', async (t) => {
  const { places, library } = await libraryOver(t)
  const both = await Promise.all([library.add('x.txt', Buffer.from(autumn)), library.add('x.txt', Buffer.from(winter))])
  assert.deepEqual(
    both.map(({ file, isNew }) => [file, isNew]),
    [
      ['x.txt', true],
      ['x-2.txt', true],
    ],
  )
  assert.deepEqual((await readdir(places.reports)).sort(), ['a.txt', 'x-2.txt', 'x.txt'])
})

test('one content that is sent twice at once is taken in once', async (t) => {
  const { library } = await libraryOver(t)
  const both = await Promise.all([library.add('x.txt', Buffer.from(autumn)), library.add('y.txt', Buffer.from(autumn))])
  assert.deepEqual(
    both.map(({ file, isNew }) => [file, isNew]),
    [
      ['x.txt', true],
      ['x.txt', false],
    ],
  )
})

test('a file that is sent takes no name that differs in case or Unicode form alone, of a folder, or of a sidecar', async (t) => {
  const { places, library } = await libraryOver(t, {
    'A.txt': spring,
    'e\u0301.txt': autumn,
    'c.txt.meta.json': '{"title":"别的报告"}',
  })
  await mkdir(join(places.reports, 'b.txt'))
  for (const [i, [name, file]] of [
    ['a.txt', 'a-2.txt'],
    ['é.txt', 'é-2.txt'],
    ['b.txt', 'b-2.txt'],
    ['c.txt', 'c-2.txt'],
  ].entries()) {
    const added = await library.add(name!, Buffer.from(report(`第${i}份报告`, ['清雪八千吨。'])))
    assert.deepEqual([added.file, added.title], [file, `第${i}份报告`])
  }
})

test('a file is put back under no name that was taken meanwhile, and that is told', async (t) => {
  const { library } = await libraryOver(t, { 'a.txt': spring, 'b.txt': autumn })
  const [{ id } = { id: '' }] = library.files
  await library.remove(id)
  const taking = await library.add('a.txt', Buffer.from(winter))
  await assert.rejects(library.restore(id), (error) => {
    assert.ok(error instanceof ReportError)
    assert.match(error.text.zh, /^a\.txt:.*同名/u)
    assert.match(error.text.en, /^a\.txt: .*of this name/u)
    return true
  })
  await library.remove(taking.id)
  assert.equal((await library.restore(id))?.title, '春天的工作报告')
})

test('while another process builds the index, what is sent or put back waits, and comes in afterwards', async (t) => {
  const { places, library, logged } = await libraryOver(t, { 'a.txt': spring, 'b.txt': autumn })
  const [{ id } = { id: '' }] = library.files
  await library.remove(id)
  let came = 0
  const coming: Promise<unknown>[] = []
  await holdingLock(places.index, async () => {
    for (const one of [library.restore(id), library.add('c.txt', Buffer.from(winter))])
      coming.push(one.finally(() => came++))
    await until(() => readdir(places.reports).then((names) => names.includes('c.txt')))
    await sleep(2500)
    assert.equal(came, 0)
  })
  await Promise.all(coming)
  assert.deepEqual((await readdir(places.reports)).sort(), ['a.txt', 'b.txt', 'c.txt'])
  assert.deepEqual(titles(library).sort(), ['冬天的工作报告', '春天的工作报告', '秋天的工作报告'])
  // Nothing is wrong with an index that another process builds.
  assert.match(logged.join(''), / debug the index is brought up to date later Another process/u)
  assert.doesNotMatch(logged.join(''), / (warn|error) /u)
})

test('what is sent while another process builds without end is refused at last, and leaves the folder as it was', async (t) => {
  const { places, library } = await libraryOver(t)
  await holdingLock(places.index, async () => {
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
    let isOver = false
    const refused = assert.rejects(library.add('c.txt', Buffer.from(winter)), BusyError).finally(() => {
      isOver = true
    })
    // Its time begins when it has been read.
    await until(() => {
      t.mock.timers.tick(60_000)
      return isOver
    })
    await refused
  })
  assert.deepEqual(await readdir(places.reports), ['a.txt'])
})

test('however often an update fails, one further attempt is planned', async (t) => {
  const { places, library } = await libraryOver(t)
  const planned = new Set<unknown>()
  const { setTimeout: set, clearTimeout: clear } = globalThis
  t.mock.method(globalThis, 'setTimeout', (work: () => void, ms: number) => {
    const handle = set(() => {
      planned.delete(handle)
      work()
    }, ms)
    if (ms === 5000) planned.add(handle)
    return handle
  })
  t.mock.method(globalThis, 'clearTimeout', (handle: NodeJS.Timeout) => {
    planned.delete(handle)
    clear(handle)
  })
  await holdingLock(places.index, async () => {
    for (let i = 0; i < 4; i++) {
      // Waits for an update of its own, which fails.
      await library.remove(library.files[0]!.id)
      assert.ok(planned.size <= 1, `${planned.size} attempts are planned`)
    }
    await until(() => planned.size === 1)
  })
})

test('what another process built is answered from', async (t) => {
  const { places, library, embedder, reader, updates } = await libraryOver(t)
  await holdingLock(places.index, async () => {
    await put(places.reports, { 'b.txt': autumn })
    // The library meets the lock in vain meanwhile.
    await until(() => library.status.faults.length === 0)
    await sleep(1000)
  })
  const { files } = await listReports(places.reports)
  await buildIndex({ folder: folderOf(places.index, embedder), files, load: reader.read, embedder: fakeEmbedder() })
  await until(() => titles(library).length === 2)
  assert.match(await quoted(library, '安置房交付多少套'), /四百套/u)
  // Told when the folder was looked through, which may be after it was taken up.
  await until(() => updates.length > 0)
  assert.deepEqual(updates.at(-1)?.added, ['b.txt'])
  assert.ok(!embedder.texts.some((text) => text.includes('安置房交付四百套')))
})

test('a file that never rests holds up no other', async (t) => {
  const { places, library } = await libraryOver(t)
  let written = 0
  const writing = setInterval(() => void writeFile(join(places.reports, 'log.txt'), `第${written++}行。`.repeat(9)), 50)
  t.after(() => clearInterval(writing))
  await until(() => written > 3)
  assert.equal((await library.add('x.txt', Buffer.from(autumn))).isNew, true)
  clearInterval(writing)
  await until(() => library.files.some(({ file }) => file === 'log.txt'))
})

test('a file that vanishes before its turn to be read is no fault', async (t) => {
  const { places, library, updates } = await libraryOver(t)
  const many = Array.from({ length: 40 }, (_, i) => [`m${i}.txt`, report(`第${i}份报告`, [`第${i}个社区完成改造。`])])
  await put(places.reports, Object.fromEntries(many))
  await until(() => library.status.update !== null)
  await rm(join(places.reports, 'm9.txt'))
  await until(() => titles(library).length === 40)
  assert.deepEqual(
    updates.flatMap(({ faults }) => faults),
    [],
  )
})

test('folders that are linked to are read and watched, and links round in circles are not followed', async (t) => {
  const { places, library } = await libraryOver(t)
  const elsewhere = join(places.root, 'elsewhere')
  await put(elsewhere, { '子/b.txt': autumn })
  await symlink('..', join(places.reports, 'round'))
  await symlink(elsewhere, join(places.reports, 'elsewhere'))
  await until(() => titles(library).length === 2)
  await put(elsewhere, { '新/c.txt': winter })
  await until(() => titles(library).length === 3)
  assert.deepEqual(
    library.files.map(({ file }) => file),
    ['a.txt', 'elsewhere/子/b.txt', 'elsewhere/新/c.txt'],
  )
})

test('an index that was deleted is built again', async (t) => {
  const { places, library } = await libraryOver(t)
  await rename(places.index, `${places.index}-away`)
  await put(places.reports, { 'b.txt': autumn })
  await until(() => titles(library).length === 2)
  assert.match(await quoted(library, '新建公园几座'), /三座/u)
})
