import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatOf, kindOf, mismatchNote, usualExtension } from '../../../src/reports/formats/detection.ts'
import { readHtml } from '../../../src/reports/formats/html.ts'
import { readAttachments, readMail } from '../../../src/reports/formats/mail.ts'
import { membersReaderOf } from '../../../src/reports/formats/readers.ts'
import { readWebArchive } from '../../../src/reports/formats/webArchive.ts'
import { understand } from '../../../src/reports/loadReport.ts'
import type { Manuscript } from '../../../src/reports/manuscript.ts'
import { bare } from '../../../src/text/normalize.ts'
import * as mail from '../../fixtures/mail.ts'
import * as made from '../../fixtures/office.ts'

const charsets = ['utf-8', 'gbk'] as const
const stated = { title: made.title, publisher: '青石镇人民政府', date: '2021-01-05' }
const latin = (text: string) => Buffer.from(text, 'latin1')

function metadataOf(manuscript: Manuscript) {
  return understand(manuscript, { file: 'a', id: 'a', format: 'mail', stated: {} }).metadata
}

/** The whole known text, headings and the row of a table with the headings of its columns. */
function holdsKnownText(manuscript: Manuscript): void {
  assert.equal(bare(manuscript.text), bare(`转发:${made.knownText}`))
  const passages = made.passages(manuscript)
  assert.deepEqual(
    [...new Set(passages.map(({ section }) => section).filter(Boolean))].slice(0, 2),
    made.sections.map(({ heading }) => heading),
  )
  const row = passages.find(({ text }) => text.startsWith('一般公共预算收入'))
  assert.match(row?.text ?? '', /2019年 预算数 10\.1\n2019年 决算数 10\.25/u)
  assert.deepEqual(manuscript.stated, stated)
  const { title, publisher, date } = metadataOf(manuscript)
  assert.deepEqual({ publisher, date }, { publisher: stated.publisher, date: stated.date })
  assert.match(title, new RegExp(made.title, 'u'))
}

for (const charset of charsets) {
  test(`a message in ${charset}: the page of its alternatives, once, with subject, sender and day`, async () => {
    holdsKnownText(await readMail(mail.message(charset), made.reading))
  })

  test(`a message of Outlook in ${charset}`, async () => {
    holdsKnownText(await readMail(mail.outlook(charset), made.reading))
  })

  test(`a web archive in ${charset} reads as its page does`, async () => {
    const archive = await readWebArchive(mail.webArchive(charset), made.reading)
    const page = await readHtml(Buffer.from(made.webPage()), made.reading)
    assert.equal(archive.text, page.text)
    assert.deepEqual(archive.stated, page.stated)
    assert.deepEqual(archive.lines, page.lines)
  })

  test(`plain text in ${charset} is kept to the letter, in each transfer encoding`, async () => {
    const text = '各村：\n\n　　请于三月十日前报送名单=20，逾期不再受理。\n.联系人：王五\n'
    const bytes = mail.bytesOf(text, charset)
    for (const [transfer, content] of [
      ['base64', mail.base64(bytes)],
      ['quoted-printable', mail.quotedPrintable(bytes).replaceAll('\r\n', '\n')],
      ['8bit', Buffer.from(bytes).toString('latin1')],
    ] as const) {
      const head = { ...mail.headOf('关于报送名单的通知', charset), 'Content-Transfer-Encoding': transfer }
      // Old programs name no encoding.
      const type = transfer === '8bit' ? 'text/plain' : `text/plain; charset="${charset}"`
      const bytes = latin(mail.part({ ...head, 'Content-Type': type }, content))
      const manuscript = await readMail(bytes, made.reading)
      assert.equal(manuscript.text, `关于报送名单的通知\n\n${text}`, transfer)
      for (const line of manuscript.lines)
        assert.equal(manuscript.text.slice(...line.range).trim(), manuscript.text.slice(...line.range))
    }
  })
}

test('a subject that the text begins with is not said twice', async () => {
  const head = { ...mail.headOf('Re: 关于报送名单的通知', 'utf-8'), 'Content-Type': 'text/plain; charset=utf-8' }
  const text = Buffer.from('关于报送名单的通知\n\n请于三月十日前报送名单。').toString('latin1')
  const { text: read, stated } = await readMail(latin(mail.part(head, text)), made.reading)
  assert.equal(read, '关于报送名单的通知\n\n请于三月十日前报送名单。')
  assert.equal(stated.title, '关于报送名单的通知')
})

test('a header as bytes without a stated encoding', async () => {
  const head = mail.part(
    { Subject: '关于防汛工作的通知', From: '"水务局" <a@b.cn>', 'Content-Type': 'text/plain' },
    '汛期已到。',
  )
  const { text, stated } = await readMail(made.encode(head, 'gb18030'), made.reading)
  assert.equal(text, '关于防汛工作的通知\n\n汛期已到。')
  assert.deepEqual(stated, { title: '关于防汛工作的通知', publisher: '水务局' })
})

const report = Buffer.from('附件的内容')
const inner = () =>
  mail.part(
    { 'Content-Type': 'message/rfc822' },
    mail
      .message('gbk', [mail.filePart('application/pdf', 'attachment; filename=inner.pdf', report)])
      .toString('latin1'),
  )

test('messages inside a message are read behind it, each as an article of its own', async () => {
  const [type, content] = mail.multipart('mixed', [mail.textPart('请阅。\n\n各村照此办理。', 'utf-8'), inner()])
  const bytes = latin(mail.part({ ...mail.headOf('请阅', 'utf-8'), 'Content-Type': type }, content))
  const manuscript = await readMail(bytes, made.reading)
  assert.equal(bare(manuscript.text), bare(`请阅。各村照此办理。转发:${made.knownText}`))
  const { articles } = understand(manuscript, { file: 'a', id: 'a', format: 'mail', stated: {} })
  assert.equal(articles.at(-1)?.headline?.text, `转发:${made.title}`)
  assert.deepEqual((await readAttachments(bytes, made.reading)).names, ['inner.pdf'])
})

test('attachments: names in every encoding, each once; pictures that the text shows are left out', async () => {
  const name = '2021年预算表(草案)第一稿.xlsx'
  const percent = [...Buffer.from(name)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
  const gbk = [...made.encode(name, 'gb18030')].map((byte) => `%${byte.toString(16)}`)
  const raw = Buffer.from(made.encode(name, 'gb18030')).toString('latin1')
  const type = 'application/vnd.ms-excel'
  const bytes = mail.message('gbk', [
    mail.filePart(type, `attachment;\r\n filename*=UTF-8''${percent}`, report),
    mail.filePart(
      type,
      `attachment; filename*0*=gbk''${gbk.slice(0, 9).join('')};\r\n filename*1*=${gbk.slice(9).join('')}`,
      report,
    ),
    mail.filePart(type, `attachment; filename="${mail.encodedWords(name, 'gbk')}"`, report),
    mail.filePart(`${type}; name="${raw}"`, 'attachment', report),
    mail.filePart(type, 'attachment; filename="../../a\\\\b.xlsx"', report),
    mail.filePart('application/pdf', 'attachment', report),
    mail.filePart('text/plain; charset=gbk; name=a.txt', 'attachment; filename=a.txt', made.encode('表', 'gb18030')),
    mail.filePart('application/pkcs7-signature; name=smime.p7s', 'attachment; filename=smime.p7s', report),
  ])
  const { names, read } = await readAttachments(bytes, made.reading)
  assert.deepEqual(names, [
    name,
    '2021年预算表(草案)第一稿 (2).xlsx',
    '2021年预算表(草案)第一稿 (3).xlsx',
    '2021年预算表(草案)第一稿 (4).xlsx',
    '.._.._a_b.xlsx',
    '附件6.pdf',
    'a.txt',
  ])
  for (const one of names.slice(0, 6)) assert.deepEqual(Buffer.from(await read(one)), report, one)
  assert.equal(Buffer.from(await read('a.txt')).toString('hex'), 'b1ed')
  assert.equal(bare((await readMail(bytes, made.reading)).text), bare(`转发:${made.knownText}`))
})

test('pictures that styles and lists of a page name are shown', async () => {
  const page = `<p>各村种树一千棵。</p><div style="color: red;background:url(&quot;cid:a1&quot;)"></div>
    <div style="background:url(&#39;cid:a2&#39;);color:red"></div><img srcset="cid:a3, cid:a4 2x"><img src="cid:b;5,c">`
  const pictureOf = (id: string) =>
    mail.filePart('image/gif', `attachment; filename="${id}.gif"`, mail.picture, { 'Content-ID': `<${id}>` })
  const [type, content] = mail.multipart('related', [
    mail.textPart(page, 'utf-8', 'text/html'),
    ...['a1', 'a2', 'a3', 'a4', 'a5', 'b;5,c'].map(pictureOf),
  ])
  const bytes = latin(mail.part({ ...mail.headOf('通知', 'utf-8'), 'Content-Type': type }, content))
  assert.deepEqual((await readAttachments(bytes, made.reading)).names, ['a5.gif'])
})

test('a message of attachments alone says its subject', async () => {
  const [type, content] = mail.multipart('mixed', [
    mail.filePart('application/pdf', 'attachment; filename=a.pdf', report),
  ])
  const bytes = latin(mail.part({ ...mail.headOf('关于印发预算表的通知', 'gbk'), 'Content-Type': type }, content))
  const manuscript = await readMail(bytes, made.reading)
  assert.equal(manuscript.text, '关于印发预算表的通知')
  assert.equal(metadataOf(manuscript).title, '关于印发预算表的通知')
})

test('attachments of Outlook, large and small, and the message inside it', async () => {
  const large = Buffer.alloc(100_000, '青石镇')
  const innerPath = '__attach_version1.0_#00000002/__substg1.0_3701000D'
  const bytes = mail.outlook('utf-8', {
    '__attach_version1.0_#00000001/__properties_version1.0': mail.shortProperties(8, {}),
    '__attach_version1.0_#00000001/__substg1.0_3707001F': mail.unicode('预算表.xlsx'),
    '__attach_version1.0_#00000001/__substg1.0_3704001F': mail.unicode('YUSUAN~1.XLS'),
    '__attach_version1.0_#00000001/__substg1.0_37010102': large,
    [`${innerPath}/__properties_version1.0`]: mail.shortProperties(24, {}),
    [`${innerPath}/__substg1.0_0037001E`]: made.encode('关于种树的通知', 'gb18030'),
    [`${innerPath}/__substg1.0_1000001E`]: made.encode('今年三月各村种树一千棵。', 'gb18030'),
    [`${innerPath}/__attach_version1.0_#00000000/__properties_version1.0`]: mail.shortProperties(8, {}),
    [`${innerPath}/__attach_version1.0_#00000000/__substg1.0_3704001E`]: made.encode('名单.txt', 'gb18030'),
    [`${innerPath}/__attach_version1.0_#00000000/__substg1.0_37010102`]: report,
  })
  const { names, read } = await readAttachments(bytes, made.reading)
  assert.deepEqual(names, ['预算表.xlsx', '名单.txt'])
  assert.deepEqual(Buffer.from(await read('预算表.xlsx')), large)
  assert.deepEqual(Buffer.from(await read('名单.txt')), report)
  const { text } = await readMail(bytes, made.reading)
  assert.equal(bare(text), bare(`转发:${made.knownText}关于种树的通知今年三月各村种树一千棵。`))
})

test('a subject beyond the limit is cut off between encoded words', async () => {
  const word = mail.encodedWords('关于防汛工作的通知', 'gbk')
  const head = { Subject: Array(400).fill(word).join('\r\n '), 'Content-Type': 'text/plain; charset=utf-8' }
  const { stated } = await readMail(latin(mail.part(head, 'x')), made.reading)
  assert.match(stated.title!, /^(?:关于防汛工作的通知){20,}$/u)
})

test('a message saved as a web archive has members, and a page has none', async () => {
  const [type, content] = mail.multipart('mixed', [
    mail.textPart('请阅附件。', 'utf-8'),
    mail.filePart('application/pdf', 'attachment; filename=a.pdf', report),
    mail.filePart('image/gif', 'attachment; filename=logo.gif', mail.picture, { 'Content-ID': '<logo@qingshi>' }),
    mail.filePart('application/pkcs7-signature', 'attachment; filename=smime.p7s', report),
    inner(),
  ])
  const bytes = latin(mail.part({ ...mail.headOf('通知', 'utf-8'), 'Content-Type': type }, content))
  assert.equal(kindOf('a.mht', bytes), 'webArchive')
  const open = await membersReaderOf('webArchive')!()
  const { names, read } = await open(bytes, made.reading)
  assert.deepEqual(names, ['a.pdf', 'inner.pdf'])
  assert.deepEqual(Buffer.from(await read('a.pdf')), report)
  assert.deepEqual((await open(mail.webArchive('gbk'), made.reading)).names, [])
})

test('a damaged attachment of Outlook costs neither the text nor the other attachments', async () => {
  const bytes = mail.outlook('utf-8', {
    '__attach_version1.0_#00000001/__substg1.0_3707001F': mail.unicode('a.xlsx'),
    '__attach_version1.0_#00000001/__substg1.0_37010102': Buffer.alloc(9000, 'damaged content'),
    '__attach_version1.0_#00000002/__substg1.0_3707001F': mail.unicode('b.xlsx'),
    '__attach_version1.0_#00000002/__substg1.0_37010102': report,
  })
  const at = bytes.indexOf('damaged content')
  assert.equal(at % 512, 0)
  // The entry of the content, whose start is told by its first sector, leads out of the file.
  const start = Buffer.alloc(8)
  start.writeUInt32LE(at / 512 - 1, 0)
  start.writeUInt32LE(9000, 4)
  bytes.writeUInt32LE(0x00ffffff, bytes.indexOf(start))
  assert.equal(bare((await readMail(bytes, made.reading)).text), bare(`转发:${made.knownText}`))
  const { names, read } = await readAttachments(bytes, made.reading)
  assert.deepEqual(names, ['a.xlsx', 'b.xlsx'])
  await assert.rejects(async () => read('a.xlsx'), /damaged/u)
  assert.deepEqual(Buffer.from(await read('b.xlsx')), report)
})

test('a message of Outlook without a page is read as plain text; one in RTF alone says so', async () => {
  const head = { '__properties_version1.0': mail.shortProperties(32, {}), '__substg1.0_0037001F': mail.unicode('通知') }
  const transport = 'From: a@b.cn\r\nDate: Mon, 4 Jan 2021 23:10:00 -0500\r\n'
  const plain = mail.compound({
    ...head,
    '__substg1.0_1000001F': mail.unicode('　　各村种树一千棵。\r\n'),
    '__substg1.0_007D001F': mail.unicode(transport),
  })
  const read = await readMail(plain, made.reading)
  assert.equal(read.text, '通知\n\n　　各村种树一千棵。\r\n')
  assert.equal(read.stated.date, '2021-01-04')
  const rich = await readMail(mail.compound({ ...head, '__substg1.0_10090102': Buffer.alloc(40) }), made.reading)
  assert.match(rich.notes[0]!.zh, /RTF/u)
})

test('frames of a web archive stand at their places', async () => {
  const frame = (location: string, words: string) =>
    mail.part(
      {
        'Content-Type': 'text/html; charset=utf-8',
        ...(location.startsWith('<') ? { 'Content-ID': location } : { 'Content-Location': location }),
      },
      Buffer.from(`<html><body><p>${words}</p></body></html>`).toString('latin1'),
    )
  const main =
    '<html><head><title>Two notices</title></head><frameset><frame src="a.htm"><frame src="cid:b@blink"><frame src="http://other.example/"></frameset></html>'
  const [type, content] = mail.multipart('related', [
    frame('http://www.example.org/index.htm', '').replace(/<html>[\s\S]*/u, main),
    frame('<b@blink>', '右边是防汛通知,各村照办。'),
    frame('http://www.example.org/a.htm', '左边是种树通知,各村照办。'),
  ])
  const bytes = latin(mail.part({ 'MIME-Version': '1.0', Subject: 'Frames', 'Content-Type': type }, content))
  assert.equal(
    (await readWebArchive(bytes, made.reading)).text,
    'Two notices\n左边是种树通知,各村照办。\n右边是防汛通知,各村照办。',
  )
})

test('the bytes tell messages from archives and pages, whatever the name says', () => {
  for (const [name, bytes, format] of [
    ['a.eml', mail.message('gbk'), 'mail'],
    ['a', mail.message('gbk'), 'mail'],
    ['a.txt', mail.message('utf-8'), 'mail'],
    ['a.msg', mail.outlook('utf-8'), 'mail'],
    ['a.doc', mail.outlook('utf-8'), 'mail'],
    ['a.mht', mail.webArchive('gbk'), 'webArchive'],
    ['a.doc', mail.webArchive('gbk'), 'webArchive'],
    ['a.html', mail.webArchive('gbk'), 'webArchive'],
    ['a.eml', Buffer.from('From: a@b.cn\nContent-Type: multipart/related; boundary=x\n\n'), 'mail'],
    ['a.mht', Buffer.from(made.webPage()), 'html'],
    ['a.txt', Buffer.from('通知: 各村\n请于三月前报送名单。\nContent-Type: x\n'), 'text'],
  ] as const)
    assert.equal(formatOf(name, bytes), format, name)
  assert.equal(usualExtension('mail', mail.outlook('utf-8')), '.msg')
  assert.equal(usualExtension('mail', mail.message('utf-8')), '.eml')
  assert.match(mismatchNote('a.html', 'webArchive')!.zh, /网页存档/u)
})

test('parts nested too deep, and too many of them, are refused', async () => {
  let deep = mail.textPart('底', 'utf-8')
  for (let level = 0; level < 40; level++) {
    const [type, content] = mail.multipart('mixed', [deep])
    deep = mail.part({ 'Content-Type': type }, content)
  }
  await assert.rejects(readMail(latin(deep), made.reading), /nested too deep/u)
  const many = `Content-Type: multipart/mixed; boundary=b\n\n${'--b\n\n'.repeat(100_000)}`
  await assert.rejects(readMail(Buffer.from(many), made.reading), /too many parts/u)
})
