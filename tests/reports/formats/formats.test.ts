import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { formatNamed } from '../../../src/reports/formats/fileNames.ts'
import { archives, formatNames, recordOf, zipArchive } from '../../../src/reports/formats/formats.ts'
import { formatCode } from '../../../src/reports/formats/readers.ts'
import { labels } from '../../../src/reports/labels.ts'

const read = new Set(formatNames.flatMap((format) => Object.keys(recordOf(format).mimeTypes)))

test('every extension belongs to one format, or to one sort of documents that are not read', () => {
  const notRead = [...formatNames.map((format) => recordOf(format).unread), archives].flatMap(
    (documents) => documents?.extensions.split(' ') ?? [],
  )
  assert.equal(new Set(notRead).size, notRead.length)
  assert.deepEqual(
    notRead.filter((extension) => read.has(extension)),
    [],
  )
  for (const format of formatNames) {
    for (const extension of Object.keys(recordOf(format).mimeTypes)) {
      assert.match(extension, /^\.[a-z0-9]+$/u)
      assert.equal(formatNamed(`a${extension}`), format)
    }
  }
})

test('every format has a reader', async () => {
  for (const format of formatNames) assert.equal(typeof (await formatCode[format].loadReader()), 'function', format)
})

for (const [readme, language] of [
  ['README.md', 'en'],
  ['README.zh.md', 'zh'],
] as const) {
  test(`the table of ${readme} names every format, and no extension that is not read`, async () => {
    const text = await readFile(new URL(`../../../${readme}`, import.meta.url), 'utf8')
    const table = /^\| (?:format \| what is read|格式 \| 读取什么) \|\n\|.*\n((?:\|.*\n)+)/mu.exec(text)?.[1] ?? ''
    const cells = [...table.matchAll(/^\| (.*?) \|/gmu)].map(([, cell]) => cell!)
    const named = cells.flatMap((cell) => [...cell.matchAll(/`(\.[a-z0-9]+)`/gu)].map(([, extension]) => extension!))
    assert.deepEqual(
      named.filter((extension) => !read.has(extension) && extension !== zipArchive.extension),
      [],
    )
    const isNamed = (name: string) => cells.some((cell) => cell.includes(name))
    for (const format of formatNames) {
      const [usual] = Object.keys(recordOf(format).mimeTypes)
      assert.ok(named.includes(usual!) || isNamed(labels[language].formats[format]), format)
    }
  })
}
