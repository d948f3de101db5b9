import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ChangedWhileReading, ReportError } from '../../src/errors.ts'
import type { ReportFile } from '../../src/reports/file.ts'
import { listReports, lookThrough } from '../../src/reports/folder.ts'
import { loadReport } from '../../src/reports/loadReport.ts'

const words = '镇里修好了三座百年老桥，石料都是从北山运来的。'

/** A folder in the temporary directory with these files; names may hold `/`. */
async function folderWith(context: TestContext, files: Record<string, string | Uint8Array> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-reports-'))
  context.after(() => rm(folder, { recursive: true }))
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  return folder
}

interface Told {
  /** In both languages. */
  readonly names: string
  readonly zh: RegExp
  readonly en: RegExp
}

/** A fault told to people: complete in both languages, naming the file, with what was found and what to do. */
function tells(error: unknown, { names, zh, en }: Told): true {
  assert.ok(error instanceof ReportError, `expected a ReportError, got ${String(error)}`)
  for (const [text, expected] of [
    [error.text.zh, zh],
    [error.text.en, en],
  ] as const) {
    assert.ok(text.includes(names), text)
    assert.match(text, expected)
  }
  assert.match(error.text.zh, /请/u, 'says what to do')
  assert.match(error.text.en, /Save|Replace|Put|Create|Check|Split|Mend|move/u, 'says what to do')
  return true
}

async function fails(promise: Promise<unknown>, told: Told): Promise<void> {
  await assert.rejects(promise, (error) => tells(error, told))
}

/** The only fault beside the good report `good.txt`. */
async function onlyFault(folder: string): Promise<ReportError> {
  await writeFile(join(folder, 'good.txt'), words)
  const { files, faults } = await listReports(folder)
  assert.deepEqual(
    files.map((file) => file.file),
    ['good.txt'],
    'the good one serves all the same',
  )
  assert.equal(faults.size, 1)
  return [...faults.values()][0]!
}

async function onlyFile(folder: string): Promise<ReportFile> {
  const { files, faults } = await listReports(folder)
  assert.deepEqual([...faults], [])
  assert.equal(files.length, 1)
  return files[0]!
}

test('no folder', async (context) => {
  const missing = join(await folderWith(context), 'none')
  await fails(listReports(missing), {
    names: missing,
    zh: /找不到报告文件夹.*REPORTS_DIR/u,
    en: /no reports folder.*REPORTS_DIR/,
  })
})

test('a file instead of a folder', async (context) => {
  const path = join(await folderWith(context, { 'a.txt': words }), 'a.txt')
  await fails(listReports(path), { names: path, zh: /是不是文件夹/u, en: /Check that it is a folder/ })
})

test('a folder without reports: empty, or with hidden and other files only', async (context) => {
  for (const files of [
    {},
    { '.hidden.txt': words, 'a.bin': 'x', 'a.txt.meta.json': '{}', '.git/b.txt': words, '~$b.docx': words },
  ]) {
    const folder = await folderWith(context, files)
    await fails(listReports(folder), { names: folder, zh: /没有报告.*PDF/u, en: /holds no reports.*PDF/ })
  }
})

test('a folder in which no report can be used tells every fault', async (context) => {
  const folder = await folderWith(context)
  await symlink(join(folder, 'gone'), join(folder, 'a.txt'))
  await symlink(join(folder, 'gone'), join(folder, 'b.md'))
  await assert.rejects(listReports(folder), (error) => {
    assert.ok(error instanceof ReportError)
    for (const text of [error.text.zh, error.text.en]) assert.match(text, /a\.txt[\s\S]*b\.md/)
    return true
  })
})

test('a file that cannot be opened', async (context) => {
  const folder = await folderWith(context)
  await symlink(join(folder, 'gone'), join(folder, 'a.txt'))
  tells(await onlyFault(folder), { names: 'a.txt', zh: /无法读取.*ENOENT/u, en: /cannot be read.*ENOENT/ })
})

test('a folder named like a report is looked into', async (context) => {
  const folder = await folderWith(context, { 'a.txt/b.txt': words })
  assert.equal((await onlyFile(folder)).file, 'a.txt/b.txt')
})

test('a file that is too large', async (context) => {
  const folder = await folderWith(context, { 'a.txt': '' })
  await truncate(join(folder, 'a.txt'), 41 * 1024 * 1024)
  tells(await onlyFault(folder), {
    names: 'a.txt',
    zh: /过大.*41 MB.*上限 40 MB/u,
    en: /too large.*41 MB, at most 40 MB/,
  })
})

test('a file that vanishes after the folder was listed', async (context) => {
  const folder = await folderWith(context, { 'a.txt': words })
  const file = await onlyFile(folder)
  await rm(join(folder, 'a.txt'))
  await assert.rejects(loadReport(file), ChangedWhileReading)
})

test('a file that changes after the folder was listed does not pass for the one listed', async (context) => {
  const folder = await folderWith(context, { 'a.txt': words })
  const file = await onlyFile(folder)
  await writeFile(join(folder, 'a.txt'), words.toUpperCase().replace('。', '!'))
  await assert.rejects(loadReport(file), ChangedWhileReading)
})

test('links to what never ends: a device as a report and as a sidecar', async (context) => {
  const folder = await folderWith(context, { 'b.txt': words })
  await symlink('/dev/zero', join(folder, 'a.txt'))
  await symlink('/dev/zero', join(folder, 'b.txt.meta.json'))
  const { files, faults } = await lookThrough(folder)
  assert.deepEqual(files, [])
  assert.match(faults.get('a.txt')!.text.en, /^a\.txt: expected a file, found a pipe, a device or a socket/u)
  assert.match(faults.get('b.txt')!.text.en, /found: it is a pipe, a device or a socket/u)
})

test('binary data', async (context) => {
  const file = await onlyFile(
    await folderWith(context, { 'a.txt': Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 0xff, 0, 0) }),
  )
  await fails(loadReport(file), {
    names: 'a.txt',
    zh: /应为文本文件.*二进制/u,
    en: /expected a text file, found binary data/,
  })
})

test('a file without words: empty, white space, marks only', async (context) => {
  for (const text of ['', ' \r\n\u3000\n', '|\n……\n', '\ufeff']) {
    const file = await onlyFile(await folderWith(context, { 'a.txt': text }))
    await fails(loadReport(file), { names: 'a.txt', zh: /没有文字/u, en: /holds no words/ })
  }
})

test('bytes of no encoding: the message names the first that is not UTF-8', async (context) => {
  for (const [bytes, at] of [
    [[0xff, 0x41, 0xff], 1],
    [[...Buffer.from('报告'), 0xff, ...Buffer.from('报告'), 0xff], 7],
    [[...Buffer.from('ab'), 0xc0, 0xaf, 0xff], 3], // an overlong form
  ] as const) {
    const file = await onlyFile(await folderWith(context, { 'a.txt': Uint8Array.from(bytes) }))
    const [zh, en] = [new RegExp(`UTF-8.*第 ${at} 个字节`, 'u'), new RegExp(`expected UTF-8.*byte ${at} on`)]
    await fails(loadReport(file), { names: 'a.txt', zh, en })
  }
})

test('another encoding is read and told of', async (context) => {
  const file = await onlyFile(await folderWith(context, { 'a.txt': Uint8Array.of(0xc4, 0xe3, 0xba, 0xc3) }))
  const report = await loadReport(file)
  assert.equal(report.text, '你好')
  assert.match(report.notes[0]!.en, /GB18030/)
})

test('a document that no reader reads is told of, beside the reports, and takes no id from them', async (context) => {
  const folder = await folderWith(context, { 'good.djvu': 'x', 'setup.exe': 'x', '~$good.docx': 'x' })
  const fault = await onlyFault(folder)
  tells(fault, { names: 'good.djvu', zh: /无法读取 DJVU 文件.*PDF/u, en: /DJVU files cannot be read.*PDF/ })
  assert.equal((await listReports(folder)).files[0]!.id, 'good')
})

test('a file whose content is not what its name says is read as what it is, with a note', async (context) => {
  const file = await onlyFile(await folderWith(context, { 'a.xls': `<html><body><p>${words}</p></body></html>` }))
  const report = await loadReport(file)
  assert.equal(report.text, words)
  assert.match(report.notes[0]!.en, /read as a web page/)
})

test('a byte order mark is no part of the text', async (context) => {
  const file = await onlyFile(await folderWith(context, { 'a.txt': `\ufeff${words}` }))
  assert.equal((await loadReport(file)).text, words)
})

test('a sidecar states what the report is', async (context) => {
  const stated = { title: '青石镇工作报告', publisher: '青石镇', district: '北山区', date: '2021-01', period: '2020年' }
  const files = { 'a.txt': words, 'a.txt.meta.json': JSON.stringify(stated) }
  const file = await onlyFile(await folderWith(context, files))
  assert.deepEqual((await loadReport(file)).metadata, stated)
})

test('without a sidecar the title is the headline, without one the file’s name', async (context) => {
  const folder = await folderWith(context, { 'a.txt': `青石镇修桥\n\n${words}`, 'b.txt': words })
  const reports = await Promise.all((await listReports(folder)).files.map((file) => loadReport(file)))
  assert.deepEqual(
    reports.map((report) => report.metadata),
    [{ title: '青石镇修桥' }, { title: 'b' }],
  )
})

test('a sidecar at fault', async (context) => {
  for (const [sidecar, found] of [
    ['{"title":', /found: .*JSON/],
    ['{"titel":"工作报告"}', /found: .*titel/],
    ['{"date":"5 January 2021"}', /found: .*date/],
    ['{"date":"2021-1-5"}', /found: .*date/],
    ['{"title":""}', /found: .*title/],
    ['[]', /found: .*array/],
  ] as const) {
    const folder = await folderWith(context, { 'a.txt': words, 'a.txt.meta.json': sidecar })
    tells(await onlyFault(folder), { names: 'a.txt.meta.json', zh: /应为.*YYYY-MM-DD.*实际:/u, en: found })
  }
})

test('a sidecar that cannot be read does not take the other reports down', async (context) => {
  const folder = await folderWith(context, { 'a.txt': words, 'a.txt.meta.json/x': '' })
  tells(await onlyFault(folder), { names: 'a.txt.meta.json', zh: /EISDIR/u, en: /EISDIR/ })
})

test('reports come in the order of their paths, from folders within too, with distinct ids', async (context) => {
  const names = ['b.txt', 'a.txt', 'a.md', 'sub/a.txt', 'sub/deep/C.TXT', '报告.md']
  const folder = await folderWith(context, Object.fromEntries(names.map((name) => [name, `${words}${name}`])))
  const { files } = await listReports(folder)
  assert.deepEqual(
    files.map(({ file, id }) => [file, id]),
    [
      ['a.md', 'a.md'], // `a` would name two reports
      ['a.txt', 'a.txt'],
      ['b.txt', 'b'],
      ['sub/a.txt', 'sub/a'],
      ['sub/deep/C.TXT', 'sub/deep/C'],
      ['报告.md', '报告'],
    ],
  )
  assert.deepEqual(await Promise.all(files.map(async (file) => (await loadReport(file)).format)), [
    ...['markdown', 'text', 'text', 'text', 'text', 'markdown'],
  ])
})

test('ids are distinct even where one name is another with an extension', async (context) => {
  const folder = await folderWith(context, { 'a.md': words, 'a.txt': words, 'a.txt.md': `${words}2` })
  const ids = (await listReports(folder)).files.map((file) => file.id)
  assert.equal(new Set(ids).size, 3, ids.join(' '))
})

test('the hash tells a change of the text or of its sidecar, and nothing else', async (context) => {
  const folder = await folderWith(context, { 'a.txt': words })
  const first = await onlyFile(folder)
  await utimes(join(folder, 'a.txt'), 1, 1)
  assert.equal((await onlyFile(folder)).sha256, first.sha256)
  await writeFile(join(folder, 'a.txt.meta.json'), '{}')
  const second = await onlyFile(folder)
  assert.notEqual(second.sha256, first.sha256)
  assert.equal(second.contentSha256, first.contentSha256)
  await writeFile(join(folder, 'a.txt'), `${words}!`)
  assert.notEqual((await onlyFile(folder)).contentSha256, first.contentSha256)
})
