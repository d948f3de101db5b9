import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import * as xlsx from '@e965/xlsx'
import { folderSource, updateIndex } from '../../src/indexes/source.ts'
import { answererOver } from '../../src/library/indexAnswerer.ts'
import { lookThrough } from '../../src/reports/folder.ts'
import { defaultLimits } from '../../src/reports/manuscript.ts'
import { originalsIn } from '../../src/reports/originals.ts'
import { startReadingProcess } from '../../src/reports/readingProcess.ts'
import { overviewText } from '../../src/terminal/overview.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { archiveOf, zipOf } from '../fixtures/archives.ts'
import { encode } from '../fixtures/office.ts'
import { wordOf } from '../fixtures/wordParts.ts'
import { broken, workshop } from '../support/testIndex.ts'

const names = (count: number, name: (number: number) => string) => Array.from({ length: count }, (_, i) => name(i + 1))
/** The one sentence of a report, which no other one has. */
const sentence = (what: string, number: number) => `全年${what}${number * 7 + 1000}件，群众满意。`
const text = (what: string, number: number) => `${what}工作报告\n\n${sentence(what, number)}\n`

async function word(what: string, number: number): Promise<Uint8Array> {
  return wordOf(
    text(what, number)
      .split('\n')
      .map((line) => `<w:p><w:r><w:t>${line}</w:t></w:r></w:p>`)
      .join(''),
  )
}

function sheet(number: number): Buffer {
  const book = xlsx.utils.book_new()
  const rows = [
    ['项目', '件数'],
    ['修井', number * 7 + 1000],
    ['修渠', number],
  ]
  xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet(rows), `表${number}`)
  return xlsx.write(book, { type: 'buffer', bookType: 'xlsx', compression: true })
}

/** A thousand files as an office keeps them: those on disk, an archive counted by its members. */
async function mixedFiles() {
  const files: Record<string, string | Uint8Array> = {}
  const add = (all: readonly string[], content: (number: number) => string | Uint8Array) => {
    for (const [i, name] of all.entries()) files[name] = content(i + 1)
  }
  add(
    names(240, (n) => `文本/${n}.txt`),
    (n) => text('修桥', n),
  )
  add(
    names(40, (n) => `文本/旧${n}.txt`),
    (n) => encode(text('修路', n), 'gb18030'),
  )
  add(
    names(150, (n) => `说明/${n}.md`),
    (n) => `# ${text('种树', n)}`,
  )
  add(
    names(150, (n) => `网页/${n}.html`),
    (n) => `<!doctype html><meta charset=utf-8><p>${sentence('清淤', n)}</p>`,
  )
  add(
    names(80, (n) => `表/${n}.csv`),
    (n) => `项目,件数\n修灯,${n * 7 + 1000}\n修塔,${n}\n`,
  )
  add(
    names(20, (n) => `表/${n}.xlsx`),
    sheet,
  )
  for (let n = 1; n <= 40; n++) files[`文件/${n}.docx`] = await word('修渠', n)
  for (let year = 1; year <= 6; year++) {
    const members = names(30, (n) => `${n % 3}月/通报${n}.txt`).map((name, i) => ({
      name: encode(name, 'gb18030'),
      content: text(`第${year}区办案`, i + 1),
    }))
    files[`往年/${year}.zip`] = zipOf([...members, { name: encode('旧.caj', 'gb18030'), content: 'x' }])
  }
  add(
    names(60, (n) => `坏/${n}.caj`),
    (n) => `x${n}`,
  )
  add(
    names(10, (n) => `坏/${n}.txt`),
    (n) => Buffer.concat([broken, Uint8Array.of(n)]),
  )
  add(
    names(10, (n) => `坏/空${n}.txt`),
    () => '',
  )
  const whole = await word('修渠', 999)
  add(
    names(10, (n) => `坏/断${n}.docx`),
    (n) => whole.subarray(0, 200 + n),
  )
  files['坏/锁.zip'] = zipOf([{ name: 'a.txt', content: 'x', flags: 1 }])
  files['坏/弹.zip'] = archiveOf({ 'a.txt': new Uint8Array(60 * 1024 * 1024) })
  files['坏/断.zip'] = archiveOf({ 'a.txt': 'x' }).subarray(0, 40)
  files['坏/深.zip'] = archiveOf({ 'a.zip': archiveOf({ 'b.zip': archiveOf({ 'c.txt': 'x' }) }) })
  return files
}

/** Members of archives, and files on disk, that can be read, and those that cannot. */
const readable = 240 + 40 + 150 + 150 + 80 + 20 + 40 + 6 * 30
const unreadable = 60 + 10 + 10 + 10 + 4 + 6

test('of a thousand mixed files each that cannot be used is one line, and the rest is answered from', async (t) => {
  assert.ok(readable + unreadable >= 1000)
  const places = await workshop(t, await mixedFiles())
  const reader = startReadingProcess(defaultLimits)
  t.after(() => reader.close())
  const { files, faults } = await lookThrough(places.reports, { listMembers: reader.listMembers })
  const embedder = fakeEmbedder()
  const source = folderSource(places.index, embedder.model)
  const { reports, skipped } = await updateIndex(source, { files, load: reader.read, embedder })
  assert.equal(reports, readable)
  const all = [
    ...[...faults].map(([file, fault]) => ({ file, text: fault.text })),
    ...skipped.map(({ file, zh, en }) => ({ file, text: { zh, en } })),
  ]
  assert.equal(all.length, unreadable)
  assert.equal(new Set(all.map(({ file }) => file)).size, unreadable, 'one fault a file')
  for (const { file, text: fault } of all) {
    assert.ok(fault.zh.startsWith(`${file}:`), fault.zh)
    assert.ok(fault.en.startsWith(`${file}: `), fault.en)
    assert.ok(!/\n/u.test(fault.zh + fault.en), fault.en)
    assert.match(fault.zh, /请/u)
  }
  const unread = new Set(skipped.map(({ file }) => file))
  const overview = { reports: files.filter(({ file }) => !unread.has(file)), faults: all }
  const lines = overviewText(overview, 'zh', 20).trimEnd().split('\n')
  assert.match(lines[0]!, /^种类 .*已读 .*未读$/u)
  assert.match(lines.find((line) => line.startsWith('合计'))!, new RegExp(`${readable} +${unreadable}$`, 'u'))
  assert.match(lines.at(-1)!, new RegExp(`另有 ${unreadable - 20} 个`, 'u'))

  const originals = originalsIn(places.reports, reader.readMember)
  const answerer = answererOver(await source.open(files), { embedder, originals, minConfidence: 0 })
  for (const [question, file, words] of [
    ['修桥多少件', '文本/', '修桥'],
    ['第4区办案多少件', join('往年', '4.zip/'), '第4区办案'],
    ['种树多少件', '说明/', '种树'],
    ['清淤多少件', '网页/', '清淤'],
  ] as const) {
    const { quotes } = await answerer.answer({ text: question })
    assert.ok(quotes[0]?.source.file.startsWith(file), `${question}: ${quotes[0]?.source.file}`)
    assert.ok(quotes[0]?.text.includes(words), quotes[0]?.text)
  }
})
