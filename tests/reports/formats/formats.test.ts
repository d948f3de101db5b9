import assert from 'node:assert/strict'
import { test } from 'node:test'
import JSZip from 'jszip'
import { ReportError } from '../../../src/errors.ts'
import { formatOf, kindOf, mismatch } from '../../../src/reports/formats/formats.ts'
import { csv, knownText, webPage, wordDocument, workbook } from '../../fixtures/office.ts'

test('a name tells reports from documents to be told of and from everything else', () => {
  for (const name of ['a.TXT', 'b/a.md', 'a.htm', 'a.docx', 'a.xls', 'a.ods', 'a.pdf', 'a.jpeg', 'a.tif'])
    assert.equal(kindOf(name), 'report', name)
  for (const name of ['a.doc', 'a.wps', 'a.pptx', 'a.zip', 'a.rar', 'a.7z', 'a.epub', 'a.odt', 'a.rtf', 'a.eml'])
    assert.equal(kindOf(name), 'unsupported', name)
  for (const name of ['a', '.a.txt', '~$a.docx', 'a.txt.meta.json', 'a.exe', 'README', 'Thumbs.db'])
    assert.equal(kindOf(name), 'other', name)
})

test('the content decides, whatever the name says', async () => {
  const ascii = (text: string) => Buffer.from(text, 'latin1')
  for (const [name, bytes, format] of [
    ['a.docx', await wordDocument(), 'docx'],
    ['a.xlsx', await wordDocument(), 'docx'],
    ['a.docx', workbook(), 'table'],
    ['a.xls', workbook(), 'table'],
    ['a.xls', workbook('biff8'), 'table'],
    ['a.ods', workbook('ods'), 'table'],
    ['a.xls', Buffer.from(webPage()), 'html'],
    ['a.xls', Buffer.from('\ufeff<table><tr><td>1'), 'html'],
    ['a.xls', Buffer.from(csv), 'table'],
    ['a.doc', Buffer.from(webPage()), 'html'],
    ['a.txt', ascii('%PDF-1.7 \n'), 'pdf'],
    ['a.pdf', Buffer.from(knownText), 'text'],
    ['a.txt', ascii('\x89PNG\r\n\x1a\n'), 'image'],
    ['a.png', ascii('\xff\xd8\xff\xe0'), 'image'],
    ['a.gif', ascii('RIFF....WEBPVP8 '), 'image'],
    ['a.tif', ascii('II*\0'), 'image'],
    ['a.md', Buffer.from('a < b'), 'markdown'],
    ['a.txt', Buffer.alloc(0), 'text'],
  ] as const) {
    assert.equal(formatOf(name, bytes), format, `${name} ${bytes.subarray(0, 8).toString('latin1')}`)
  }
})

test('a name that promises something else is noted', () => {
  assert.match(mismatch('a.xls', 'html')!.zh, /扩展名与内容不符.*网页/u)
  assert.equal(mismatch('a.xls', 'table'), null)
  assert.equal(mismatch('a.jpg', 'image'), null)
})

test('what no reader reads is told, with what to do', async () => {
  const zip = async (...names: string[]) => {
    const archive = new JSZip()
    for (const name of names) archive.file(name, 'x')
    return archive.generateAsync({ type: 'uint8array' })
  }
  const ole = (stream: string) =>
    Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.from(`${stream}\0`, 'utf16le')])
  for (const [name, bytes, told] of [
    ['a.zip', await zip('a.txt'), /ZIP.*解压/u],
    ['a.pptx', await zip('[Content_Types].xml', 'ppt/presentation.xml'), /PPTX.*PDF/u],
    ['a.docx', await zip('a.txt'), /ZIP.*解压/u],
    ['a.doc', ole('WordDocument'), /DOC.*\.docx/u],
    ['a.wps', ole('WordDocument'), /\.docx/u],
    ['a.xlsx', ole('EncryptedPackage'), /密码/u],
    ['a.rtf', Buffer.from('{\\rtf1'), /RTF.*\.docx/u],
    ['a.rar', Buffer.from('Rar!\x1a\x07\x00'), /解压/u],
    ['a.eml', Buffer.from('From: a\nMIME-Version: 1.0\n'), /PDF/u],
  ] as const) {
    assert.throws(
      () => formatOf(name, bytes),
      (error) => {
        assert.ok(error instanceof ReportError, name)
        assert.match(error.text.zh, told)
        assert.ok(!error.text.en.includes('\n'))
        return true
      },
    )
  }
})
