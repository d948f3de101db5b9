import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReportError } from '../../src/errors.ts'
import { fileNameOf, type NamedContent } from '../../src/links/fileName.ts'
import { archiveOf } from '../fixtures/archives.ts'

const page = '<!doctype html><title>\n 2026年政府工作报告_某某区&amp;某某局 </title><p>全年造桥三座。</p>'
const pdf = '%PDF-1.7\n'

function nameOf(address: string, content: string | Uint8Array, more: Partial<NamedContent> = {}): string {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  return fileNameOf({ url: new URL(address), bytes, type: '', charset: null, disposition: null, ...more })
}

/** Words in GBK: 年报. */
const gbk = Buffer.from([0xc4, 0xea, 0xb1, 0xa8])
const asHeader = (text: string) => Buffer.from(text).toString('latin1')

for (const [disposition, name] of [
  ["attachment; filename*=UTF-8''2026%E5%B9%B4%E6%8A%A5.pdf", '2026年报.pdf'],
  [`attachment; filename="x.pdf"; filename*=utf-8'zh'%E5%B9%B4%E6%8A%A5.pdf`, '年报.pdf'],
  ["attachment; filename*=GBK''%C4%EA%B1%A8.pdf", '年报.pdf'],
  ['attachment; filename="年报.pdf"', '年报.pdf'],
  ['attachment;filename=年报.pdf', '年报.pdf'],
  [`attachment; filename="${gbk.toString('latin1')}.pdf"`, '年报.pdf'],
  ['attachment; filename="%E5%B9%B4%E6%8A%A5.pdf"', '年报.pdf'],
  ['inline; filename="a\\"b;c.pdf"', 'a"b;c.pdf'],
  ["attachment; filename*=no-such''x.pdf; filename=plain.pdf", 'plain.pdf'],
  ['attachment; filename="../../etc/年报.pdf"', '.. .. etc 年报.pdf'],
  ['attachment; filename=""', 'download.pdf'],
  ['attachment', 'download.pdf'],
] as const) {
  test(`the name in ${disposition} is ${name}`, () => {
    const header = disposition.includes('\u00c4') ? disposition : asHeader(disposition)
    assert.equal(nameOf('http://a.example.org/download', pdf, { disposition: header }), name)
  })
}

test('else the address tells the name, in UTF-8 or GBK, unless it says nothing; then the page’s title, then the site', () => {
  const host = 'http://www.example.gov.cn'
  for (const [path, content, name] of [
    ['/files/2026%E5%B9%B4%E6%8A%A5.pdf?id=3', pdf, '2026年报.pdf'],
    ['/files/%C4%EA%B1%A8.pdf', pdf, '年报.pdf'],
    ['/art/2026/content_123.html', page, 'content_123.html'],
    ['/', page, '2026年政府工作报告_某某区&某某局.html'],
    ['/gk/index.html', page, '2026年政府工作报告_某某区&某某局.html'],
    ['/', '<!doctype html><p>全年造桥三座。', 'www.example.gov.cn.html'],
    ['/', '全年造桥三座。', 'www.example.gov.cn.txt'],
  ] as const)
    assert.equal(nameOf(host + path, content), name, path)
})

test('the extension is that of the bytes, whatever the address or the type say', () => {
  for (const [path, content, type, name] of [
    ['show.php', page, 'text/html', 'show.html'],
    ['view.aspx', pdf, 'application/pdf', 'view.pdf'],
    ['年报.pdf', page, 'text/html', '年报.html'],
    ['a.htm', page, '', 'a.htm'],
    ['notes.md', '# 年报', 'text/plain', 'notes.md'],
    ['export', '区,桥\n北山区,三座\n', 'text/csv', 'export.csv'],
    ['export', pdf, 'application/octet-stream', 'export.pdf'],
    ['2023.12公报', '全年造桥三座。', '', '2023.12公报.txt'],
    ['年报.zip', archiveOf({ 'a.txt': '全年造桥三座。' }), 'application/zip', '年报.zip'],
    ['down.php', archiveOf({ 'a.txt': '全年造桥三座。' }), 'application/octet-stream', 'down.zip'],
    ['年报.zip', pdf, 'application/zip', '年报.pdf'],
  ] as const)
    assert.equal(nameOf(`http://a.example.org/${encodeURI(path)}`, content, { type }), name, path)
})

test('the title of a page in GBK is read by the encoding that the server states, or by its bytes', () => {
  const bytes = Buffer.concat([Buffer.from('<html><title>'), gbk, Buffer.from('</title>')])
  for (const charset of ['gb2312', 'no-such', null])
    assert.equal(nameOf('http://a.example.org', bytes, { charset }), '年报.html')
})

test('bytes that no reader reads are refused, with the reason', () => {
  for (const [name, bytes] of [
    ['a.rar', Buffer.from('Rar!\x1a\x07\0')],
    ['a.doc', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ...Array(512).fill(0)])],
    ['a.exe', Buffer.from([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0])],
  ] as const)
    assert.throws(() => nameOf(`http://a.example.org/${name}`, bytes), ReportError, name)
})
