import assert from 'node:assert/strict'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { ReportError } from '../../src/errors.ts'
import { type Origin, originSidecar } from '../../src/reports/sidecar.ts'
import { autumn, spring } from '../support/testIndex.ts'
import { libraryOver, until } from '../support/testLibrary.ts'

const origin: Origin = { url: 'https://www.example.gov.cn/a.txt', fetched: '2026-12-01T08:00:00.000Z' }
const later: Origin = { ...origin, fetched: '2026-12-02T08:00:00.000Z' }

test('a file that comes in with its origin is quoted with it, and keeps it when it is taken out and put back', async (t) => {
  const { places, library } = await libraryOver(t, {})
  const added = await library.add('秋天.txt', Buffer.from(autumn), () => {}, origin)
  assert.deepEqual([added.isNew, added.file, added.url, added.fetched], [true, '秋天.txt', origin.url, origin.fetched])
  const files = ['秋天.txt', '秋天.txt.meta.json']
  assert.deepEqual((await readdir(places.reports)).sort(), files)
  assert.equal(await readFile(join(places.reports, '秋天.txt'), 'utf8'), autumn)
  assert.deepEqual(await readFile(join(places.reports, '秋天.txt.meta.json')), originSidecar(origin))
  const sourceOf = async () => (await library.answerer.answer({ text: '安置房交付多少套' })).quotes[0]?.source
  const source = await sourceOf()
  assert.deepEqual([source?.address, source?.fetched], [origin.url, origin.fetched])
  assert.deepEqual(library.status.faults, [])

  await library.remove(added.id)
  assert.deepEqual(await readdir(places.reports), [])
  await library.restore(added.id)
  assert.deepEqual((await readdir(places.reports)).sort(), files)
  assert.equal((await sourceOf())?.address, origin.url)
})

test('the same content is not added again; where the file has no sidecar it gets the origin, and where it has one it keeps it', async (t) => {
  const { places, library } = await libraryOver(t, { 'a.txt': spring })
  const known = await library.add('b.txt', Buffer.from(spring), () => {}, origin)
  assert.deepEqual([known.isNew, known.file, known.url], [false, 'a.txt', origin.url])
  const again = await library.add('b.txt', Buffer.from(spring), () => {}, later)
  assert.deepEqual([again.isNew, again.fetched], [false, origin.fetched])
  assert.deepEqual((await readdir(places.reports)).sort(), ['a.txt', 'a.txt.meta.json'])
  const newer = await library.add('a.txt', Buffer.from(autumn), () => {}, later)
  assert.deepEqual([newer.isNew, newer.file], [true, 'a-2.txt'])
  assert.deepEqual(
    library.files.map(({ file, fetched }) => [file, fetched]),
    [
      ['a-2.txt', later.fetched],
      ['a.txt', origin.fetched],
    ],
  )
})

test('what is fetched and cannot be used leaves neither file nor sidecar', async (t) => {
  const { places, library } = await libraryOver(t)
  for (const [name, bytes] of [
    ['empty.txt', ''],
    ['broken.pdf', '%PDF-1.7\nbroken'],
    ['a.txt.meta.json', '{}'],
  ] as const)
    await assert.rejects(
      library.add(name, Buffer.from(bytes), () => {}, origin),
      ReportError,
      name,
    )
  assert.deepEqual(await readdir(places.reports), ['a.txt'])
})

test('an origin that a person writes beside a file, or takes away, is quoted and is quoted no more', async (t) => {
  const { places, library } = await libraryOver(t, { 'a.txt': spring })
  await writeFile(join(places.reports, 'a.txt.meta.json'), originSidecar(origin))
  await until(() => library.files[0]?.url === origin.url)
  await rm(join(places.reports, 'a.txt.meta.json'))
  await until(() => library.files[0]?.url === undefined)
})
