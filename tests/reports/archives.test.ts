import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import JSZip from 'jszip'
import { type FileSnapshots, lookThrough, reportsInFile } from '../../src/reports/folder.ts'
import { loadReport } from '../../src/reports/loadReport.ts'
import { defaultLimits } from '../../src/reports/manuscript.ts'
import { memberReader } from '../../src/reports/memberReader.ts'
import { type Container, listMembers } from '../../src/reports/members.ts'
import { originalsIn } from '../../src/reports/originals.ts'
import { archiveOf, zipOf } from '../fixtures/archives.ts'
import * as mail from '../fixtures/mail.ts'
import { encode, wordDocument } from '../fixtures/office.ts'

const bridges = '镇里修好了三座百年老桥，石料都是从北山运来的。'
const roads = '全镇铺好了九条水泥路，工程款一次付清。'

async function folderWith(context: TestContext, files: Record<string, string | Uint8Array>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-archives-'))
  context.after(() => rm(folder, { recursive: true }))
  await put(folder, files)
  return folder
}

async function put(folder: string, files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
}

const namesOf = (files: readonly { readonly file: string }[]) => files.map(({ file }) => file)

test('the files in an archive are reports of their own, and what systems keep beside them is passed over', async (context) => {
  const folder = await folderWith(context, {
    '2024年报告.zip': archiveOf({
      '一月/': '',
      '一月/通报.txt': bridges,
      '二月/总结.docx': await wordDocument(),
      '网页.html': `<html><body><p>${roads}</p></body></html>`,
      '网页_files/图.png': 'x',
      '__MACOSX/一月/._通报.txt': 'x',
      '一月/Thumbs.db': 'x',
      '一月/.DS_Store': 'x',
      '~$总结.docx': 'x',
    }),
  })
  const { files, faults, notes } = await lookThrough(folder)
  assert.deepEqual([...faults], [])
  assert.deepEqual(notes, [])
  assert.deepEqual(
    files.map(({ file, id, format }) => [file, id, format]),
    [
      ['2024年报告.zip/一月/通报.txt', '2024年报告.zip/一月/通报', 'text'],
      ['2024年报告.zip/二月/总结.docx', '2024年报告.zip/二月/总结', 'docx'],
      ['2024年报告.zip/网页.html', '2024年报告.zip/网页', 'html'],
    ],
  )
  assert.equal((await loadReport(files[0]!)).text, bridges)
  assert.ok((await loadReport(files[1]!)).articles.length > 0)
})

test('names without the mark of UTF-8 are GBK, unless all of them are well-formed UTF-8', async (context) => {
  const gbk = (name: string) => encode(name, 'gb18030')
  const folder = await folderWith(context, {
    // These two bytes are well-formed UTF-8 by chance.
    'gbk.zip': zipOf([
      { name: Buffer.concat([Uint8Array.of(0xc4, 0xa3), Buffer.from('.txt')]), content: `${bridges}1` },
      { name: gbk('一月/通报.txt'), content: bridges },
    ]),
    'utf8.zip': zipOf([{ name: '二月/通报.txt', content: roads }]),
    'marked.zip': zipOf([{ name: '三月/通报.txt', content: `${roads}3`, flags: 0x800 }]),
  })
  assert.deepEqual(namesOf((await lookThrough(folder)).files), [
    'gbk.zip/一月/通报.txt',
    'gbk.zip/模.txt',
    'marked.zip/三月/通报.txt',
    'utf8.zip/二月/通报.txt',
  ])
})

test('attachments of a message are reports of their own beside it, also of one in an archive', async (context) => {
  const table = mail.filePart(
    'text/plain',
    `attachment; filename="${mail.encodedWords('说明.txt', 'gbk')}"`,
    Buffer.from(`${roads}1`),
  )
  const archive = mail.filePart('application/zip', 'attachment; filename=a.zip', archiveOf({ 'b.txt': roads }))
  const folder = await folderWith(context, {
    '通知.eml': mail.message('utf-8', [table, archive]),
    '往来.zip': archiveOf({
      '来信.eml': mail.message('gbk', [
        mail.filePart('text/plain', 'attachment; filename=c.txt', Buffer.from(`${roads}3`)),
      ]),
    }),
  })
  const { files, faults } = await lookThrough(folder)
  assert.deepEqual([...faults], [])
  assert.deepEqual(
    files.map(({ file, format }) => [file, format]),
    [
      ['往来.zip/来信.eml', 'mail'],
      ['往来.zip/来信.eml/c.txt', 'text'],
      ['通知.eml', 'mail'],
      ['通知.eml/a.zip/b.txt', 'text'],
      ['通知.eml/说明.txt', 'text'],
    ],
  )
  const texts = await Promise.all(files.map(async (file) => (await loadReport(file)).text))
  assert.deepEqual([texts[1], texts[3], texts[4]], [`${roads}3`, roads, `${roads}1`])
  for (const text of [texts[0]!, texts[2]!]) assert.doesNotMatch(text, /水泥路/u)
  assert.equal(Buffer.from(await originalsIn(folder).read('通知.eml/说明.txt')).toString(), `${roads}1`)
})

test('an archive in an archive is read, and one inside that is a fault that says what to do', async (context) => {
  const deepest = archiveOf({ 'c.txt': 'x' })
  const folder = await folderWith(context, {
    '全年.zip': archiveOf({ '一季度.zip': archiveOf({ 'b.txt': bridges, '一月.zip': deepest }), 'a.txt': roads }),
  })
  const { files, faults } = await lookThrough(folder)
  assert.deepEqual(namesOf(files), ['全年.zip/a.txt', '全年.zip/一季度.zip/b.txt'])
  assert.equal((await loadReport(files[1]!)).text, bridges)
  assert.deepEqual([...faults.keys()], ['全年.zip/一季度.zip/一月.zip'])
  const { text } = faults.get('全年.zip/一季度.zip/一月.zip')!
  assert.match(text.zh, /^全年\.zip\/一季度\.zip\/一月\.zip:.*请解压/u)
  assert.match(text.en, /^全年\.zip\/一季度\.zip\/一月\.zip: .*Unpack it/u)
})

test('each member that cannot be used is one fault under its own name, and the others serve', async (context) => {
  const folder = await folderWith(context, {
    'a.zip': archiveOf({
      '好.txt': bridges,
      '旧.caj': 'x',
      '内.zip': 'no archive',
      '盘.rar': 'Rar!\x1a\x07',
      'x.exe': 'MZ\0',
    }),
  })
  const { files, faults, notes } = await lookThrough(folder)
  assert.deepEqual(namesOf(files), ['a.zip/好.txt'])
  assert.deepEqual([...faults.keys()], ['a.zip/旧.caj', 'a.zip/内.zip', 'a.zip/盘.rar'])
  for (const [name, fault] of faults) {
    assert.ok(fault.text.zh.startsWith(`${name}:`), fault.text.zh)
    assert.match(fault.text.zh, /请/u)
    assert.match(fault.text.en, /Save|Download|Unpack/u)
    assert.ok(!fault.text.en.includes('\n'))
  }
  assert.match(notes.map(({ en }) => en).join('\n'), /no reports by name or content.*a\.zip\/x\.exe/u)
})

test('an archive that holds no file, is cut off, or lies under a password is one fault', async (context) => {
  const whole = archiveOf({ 'a.txt': bridges, 'b.txt': roads })
  const folder = await folderWith(context, {
    'cut.zip': whole.subarray(0, whole.length - 30),
    'empty.zip': zipOf([]),
    'folders.zip': archiveOf({ 'a/': '', '__MACOSX/x': 'y' }),
    'locked.zip': zipOf([{ name: 'a.txt', content: bridges, flags: 1 }]),
    'none.zip': '',
    'rare.zip': zipOf([{ name: 'a.txt', content: bridges, method: 14 }]),
    'text.zip': bridges,
  })
  const { files, faults } = await lookThrough(folder)
  assert.deepEqual(files, [])
  const found = Object.fromEntries([...faults].map(([name, { text }]) => [name, text.en]))
  assert.match(found['cut.zip']!, /^cut\.zip: expected a whole archive/u)
  assert.match(found['empty.zip']!, /found none in it/u)
  assert.match(found['folders.zip']!, /found none in it/u)
  assert.match(found['locked.zip']!, /under a password\. Unpack/u)
  assert.match(found['none.zip']!, /expected a whole archive/u)
  assert.match(found['rare.zip']!, /rare method of compression/u)
  assert.match(found['text.zip']!, /expected a whole archive/u)
  assert.equal(faults.size, 7)
})

test('names that lead out of the archive or break lines are names only', async (context) => {
  const folder = await folderWith(context, {
    'in/a.zip': archiveOf({
      '../../b.txt': bridges,
      '/etc/c.txt': roads,
      'd\\e.txt': `${roads}1`,
      'f\ng\u001b[2J.txt': `${roads}2`,
    }),
    'b.txt': 'another',
  })
  const { files } = await lookThrough(folder)
  const inside = files.filter(({ member }) => member !== undefined)
  assert.deepEqual(namesOf(inside), ['in/a.zip/b.txt', 'in/a.zip/d/e.txt', 'in/a.zip/etc/c.txt', 'in/a.zip/fg[2J.txt'])
  for (const file of inside) assert.match((await loadReport(file)).text, /老桥|水泥路/u)
  const original = await originalsIn(folder).read('in/a.zip/b.txt')
  assert.equal(Buffer.from(original).toString(), bridges)
})

test('a file in an archive and one outside are one report, which goes by the name outside', async (context) => {
  const folder = await folderWith(context, {
    'a.zip': archiveOf({ 'b.txt': bridges, 'c.txt': roads }),
    '另存/很长的名字.txt': bridges,
  })
  const { files } = await lookThrough(folder)
  assert.deepEqual(
    files.map(({ file, copies, holders }) => [file, copies, holders]),
    [
      ['a.zip/c.txt', undefined, undefined],
      ['另存/很长的名字.txt', ['a.zip/b.txt'], ['另存/很长的名字.txt', 'a.zip']],
    ],
  )
})

test('sidecars: one beside a member counts for it, that of the archive for all, but for the title', async (context) => {
  const folder = await folderWith(context, {
    'a.zip': archiveOf({
      'b.txt': bridges,
      'b.txt.meta.json': '{"title":"修桥","district":"北山"}',
      'c.txt': roads,
      'gone.txt.meta.json': '{}',
    }),
    'a.zip.meta.json': '{"title":"合集","publisher":"青石镇","district":"南山"}',
  })
  const { files, faults } = await lookThrough(folder)
  assert.deepEqual(
    files.map(({ stated }) => stated),
    [
      { publisher: '青石镇', district: '北山', title: '修桥' },
      { publisher: '青石镇', district: '南山' },
    ],
  )
  for (const { sha256, contentSha256 } of files) assert.notEqual(sha256, contentSha256)
  assert.deepEqual([...faults.keys()], ['a.zip/gone.txt.meta.json'])
})

test('an archive that did not change is not unpacked again, be it at fault or not', async (context) => {
  const folder = await folderWith(context, { 'a.zip': archiveOf({ 'b.txt': bridges }), 'bad.zip': 'x' })
  const snapshots: FileSnapshots = new Map()
  const listed: string[] = []
  const lister = (container: Container) => {
    listed.push(container.file)
    return listMembers(container)
  }
  const first = await lookThrough(folder, { snapshots, listMembers: lister })
  const second = await lookThrough(folder, { snapshots, listMembers: lister })
  assert.deepEqual(second, first)
  assert.deepEqual(listed, ['a.zip', 'bad.zip'])
  await put(folder, { 'a.zip': archiveOf({ 'b.txt': bridges, 'c.txt': roads }) })
  assert.deepEqual(namesOf((await lookThrough(folder, { snapshots, listMembers: lister })).files), [
    'a.zip/b.txt',
    'a.zip/c.txt',
  ])
  assert.deepEqual(listed, ['a.zip', 'bad.zip', 'a.zip'])
})

test('a single archive, and a member of one, is looked at wherever it lies', async (context) => {
  const folder = await folderWith(context, { 'x/a.zip': archiveOf({ 'b/c.txt': bridges, 'd.caj': 'x' }) })
  const path = join(folder, 'x', 'a.zip')
  const whole = await reportsInFile(path)
  assert.deepEqual([namesOf(whole.files), [...whole.faults.keys()]], [['a.zip/b/c.txt'], ['a.zip/d.caj']])
  const one = await reportsInFile(`${path}/b/c.txt`)
  assert.deepEqual([namesOf(one.files), one.faults.size], [['a.zip/b/c.txt'], 0])
  await assert.rejects(reportsInFile(`${path}/none.txt`), /no report of this name/u)
})

test('a member that is larger than a file may be is a fault, and the others are read', async (context) => {
  const folder = await folderWith(context, { 'a.zip': archiveOf({ 'big.txt': bridges.repeat(100), 'b.txt': roads }) })
  const limits = { ...defaultLimits, bytes: 2000 }
  const { reports, faults } = await listMembers({ path: join(folder, 'a.zip'), file: 'a.zip' }, limits)
  assert.deepEqual([namesOf(reports), namesOf(faults)], [['a.zip/b.txt'], ['a.zip/big.txt']])
})

test('a name that leads through another member is a fault, as both could be one report', async (context) => {
  const letter = mail.message('utf-8', [
    mail.filePart('text/plain', 'attachment; filename=b.txt', Buffer.from(bridges)),
  ])
  const folder = await folderWith(context, {
    'a.zip': archiveOf({
      'x/信.eml': letter,
      'x/信.eml/b.txt': roads,
      'x/信.eml/c/d.txt': `${roads}1`,
      'x/e.txt': `${roads}2`,
    }),
    'out.zip': archiveOf({ 'in.zip': archiveOf({ 'f.txt': `${roads}3` }), 'in.zip/f.txt': `${roads}4` }),
  })
  const { files, faults } = await lookThrough(folder)
  assert.deepEqual(namesOf(files), ['a.zip/x/e.txt', 'a.zip/x/信.eml', 'a.zip/x/信.eml/b.txt', 'out.zip/in.zip/f.txt'])
  assert.deepEqual([...faults.keys()], ['a.zip/x/信.eml/b.txt', 'a.zip/x/信.eml/c/d.txt', 'out.zip/in.zip/f.txt'])
  for (const { text } of faults.values()) {
    assert.ok(!`${text.zh}${text.en}`.includes('\n'))
    assert.match(text.zh, /信\.eml|in\.zip.*请给其中一个改名/u)
    assert.match(text.en, /leads through another file.*Rename one/u)
  }
  const originals = originalsIn(folder)
  for (const { file, contentSha256 } of files) assert.equal(await originals.sha256(file), contentSha256)
})

test('a reader of members opens a file once for all of them, and anew when it changed', async (context) => {
  const inner = archiveOf({ 'c.txt': roads, 'd.txt': `${roads}1` })
  const folder = await folderWith(context, { 'a.zip': archiveOf({ 'b.txt': bridges, 'in.zip': inner }) })
  const container = { path: join(folder, 'a.zip'), file: 'a.zip' }
  const opened = context.mock.method(JSZip, 'loadAsync')
  const read = memberReader()
  const textOf = async (member: string) => Buffer.from(await read(container, member)).toString()
  for (let round = 0; round < 3; round++) {
    assert.equal(await textOf('b.txt'), bridges)
    assert.equal(await textOf('in.zip/c.txt'), roads)
    assert.equal(await textOf('in.zip/d.txt'), `${roads}1`)
  }
  assert.equal(opened.mock.callCount(), 2, 'the archive, and the one inside it')
  await put(folder, { 'a.zip': archiveOf({ 'b.txt': roads }) })
  assert.equal(await textOf('b.txt'), roads)
  await assert.rejects(read(container, 'in.zip/c.txt'), /holds no in\.zip\/c\.txt/u)
})

test('a member may be read as often as one likes within the bound of its archive', async (context) => {
  const content = bridges.repeat(200)
  const folder = await folderWith(context, { 'a.zip': archiveOf({ 'b.txt': content }) })
  const read = memberReader()
  // All members together may unpack to 25 such files.
  const limits = { ...defaultLimits, bytes: Buffer.byteLength(content) }
  for (let i = 0; i < 30; i++)
    assert.equal((await read({ path: join(folder, 'a.zip'), file: 'a.zip' }, 'b.txt', limits)).length, limits.bytes)
})
