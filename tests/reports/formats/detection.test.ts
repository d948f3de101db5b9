import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import JSZip from 'jszip'
import { ReportError } from '../../../src/errors.ts'
import { openCompound } from '../../../src/reports/formats/compoundStorage.ts'
import { formatOf, kindOf, mayBeReport, mismatchNote, usualExtension } from '../../../src/reports/formats/detection.ts'
import { extensionOf, kindByName } from '../../../src/reports/formats/fileNames.ts'
import { zipOf } from '../../fixtures/archives.ts'
import { compound } from '../../fixtures/mail.ts'
import { line, ofdOf } from '../../fixtures/ofd.ts'
import { csv, knownText, webPage, wordDocument, workbook } from '../../fixtures/office.ts'
import { bookOf, openOf, openPart, presentationOf } from '../../fixtures/packageParts.ts'

const corpusFile = (name: string) => readFile(new URL(`../../fixtures/corpus/${name}`, import.meta.url))

test('a name tells reports from documents to be told of and from everything else', () => {
  for (const name of [
    'a.TXT',
    'b/a.md',
    'a.htm',
    'a.docx',
    'a.xls',
    'a.ods',
    'a.pdf',
    'a.jpeg',
    'a.tif',
    'a.ofd',
    'a.mht',
    'a.eml',
    'a.msg',
    'a.DOC',
    'a.wps',
    'a.rtf',
    'a.et',
    'a.xlsm',
    'a.dps',
    'a.pptx',
    'a.odp',
    'a.odt',
    'a.epub',
  ])
    assert.equal(kindByName(name), 'report', name)
  for (const name of ['a.djvu', 'a.rar', 'a.7z', 'a.mobi', 'a.caj']) assert.equal(kindByName(name), 'unsupported', name)
  assert.equal(kindByName('b/a.ZIP'), 'archive')
  for (const name of ['a', 'a.exe', 'README', '1.工作报告', '公报2023.12', 'b.d/总结.log'])
    assert.equal(kindByName(name), 'unknown', name)
  for (const name of ['.a.txt', '~$a.docx', 'a.txt~', 'a.txt.meta.json', 'Thumbs.db', 'a.pdf.crdownload', 'b/a.part'])
    assert.equal(kindByName(name), 'other', name)
})

test('an extension is letters and digits, with a letter among them', () => {
  for (const [name, extension] of [
    ['a.TXT', '.txt'],
    ['a.7z', '.7z'],
    ['a.tar.gz', '.gz'],
    ['a', ''],
    ['.bashrc', ''],
    ['b.d/a', ''],
    ['1.工作报告', ''],
    ['公报2023.12', ''],
    ['公报.', ''],
  ] as const)
    assert.equal(extensionOf(name), extension, name)
})

test('a file whose name tells nothing is known by its first bytes', async () => {
  const gbk = Buffer.from('d7dcbde1a3baccecb7e7d4dacbfdb5c4b9a4d7f7b1a8b8e6d6d0cbb5', 'hex')
  const prose = Buffer.from('云栖岭观测站今年新装风速仪三十七台,修好百叶箱九个。\n')
  const page = Buffer.from(webPage())
  const binary = Buffer.from([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0])
  for (const [bytes, without, unknown] of [
    [prose, true, true],
    [gbk, true, true],
    [Buffer.from('\ufeff云栖岭观测站', 'utf16le'), true, true],
    [Buffer.from('The lighthouse was painted.\n'), true, false],
    [Buffer.from('[InternetShortcut]\nURL=https://example.org/\n'), true, false],
    [Buffer.from('{"标题":"云栖岭观测站今年新装风速仪三十七台"}'), true, false],
    [page, true, true],
    [await wordDocument(), true, true],
    [Buffer.from('%PDF-1.7 \n'), true, true],
    [Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), true, true],
    [binary, false, false],
    [Buffer.alloc(0), false, false],
  ] as const) {
    const shown = Buffer.from(bytes.subarray(0, 30)).toString('latin1')
    assert.equal(mayBeReport('总结', bytes), without, `no extension: ${shown}`)
    assert.equal(mayBeReport('总结.xyz', bytes), unknown, `an unknown one: ${shown}`)
  }
  // What stands at the end of the first bytes may be half a character.
  assert.ok(mayBeReport('总结.xyz', prose.subarray(0, 31)))
  assert.equal(formatOf('总结', prose), 'text')
})

test('files get the extension that is usual for their bytes', async () => {
  const ascii = (text: string) => Buffer.from(text, 'latin1')
  for (const [bytes, extension] of [
    [await wordDocument(), '.docx'],
    [await ofdOf({ pages: [line('字', 25, 60)] }), '.ofd'],
    [workbook(), '.xlsx'],
    [workbook('biff8'), '.xls'],
    [ascii(`PK\x03\x04${'.'.repeat(26)}mimetypeapplication/vnd.oasis.opendocument.spreadsheet`), '.ods'],
    [await presentationOf([]), '.pptx'],
    [await openOf('presentation', ''), '.odp'],
    [await openOf('text', ''), '.odt'],
    [Buffer.from(openPart('document mimetype="application/vnd.oasis.opendocument.text"', '')), '.fodt'],
    [await bookOf({}), '.epub'],
    [Buffer.from(webPage()), '.html'],
    [ascii('%PDF-1.7 \n'), '.pdf'],
    [ascii('\x89PNG\r\n\x1a\n'), '.png'],
    [ascii('\xff\xd8\xff\xe0'), '.jpg'],
    [ascii('RIFF....WEBPVP8 '), '.webp'],
    [Buffer.from(knownText), '.txt'],
  ] as const)
    assert.equal(usualExtension(formatOf('x', bytes), bytes), extension)
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
    ['a.pptx', await wordDocument(), 'docx'],
    ['a.docx', await presentationOf([]), 'presentation'],
    ['a.ppt', await openOf('presentation', ''), 'presentation'],
    ['a.doc', await openOf('text', ''), 'openText'],
    ['a.fodt', Buffer.from(openPart('document', '')), 'openText'],
    ['a.fodt', Buffer.from(knownText), 'text'],
    ['a.zip', await bookOf({}), 'epub'],
    ['a.xls', Buffer.from(webPage()), 'html'],
    ['a.xls', Buffer.from('\ufeff<table><tr><td>1'), 'html'],
    ['a.xls', Buffer.from(csv), 'table'],
    ['a.doc', Buffer.from(webPage()), 'html'],
    ['a.ofd', await ofdOf({ pages: [line('字', 25, 60)] }), 'ofd'],
    ['a.zip', await ofdOf({ pages: [line('字', 25, 60)] }), 'ofd'],
    ['a.ofd', await wordDocument(), 'docx'],
    ['a.doc', ascii('{\\rtf1 a}'), 'rtf'],
    ['a.rtf', await wordDocument(), 'docx'],
    ['a.rtf', Buffer.from(knownText), 'text'],
    ['a.doc', Buffer.from(knownText), 'text'],
    ['a.docx', await corpusFile('notes.doc'), 'doc'],
    ['a.wps', await corpusFile('notes.doc'), 'doc'],
    ['a.doc', await corpusFile('budgetSheet.xls'), 'table'],
    ['a.et', await corpusFile('budgetSheet.xls'), 'table'],
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
  assert.match(mismatchNote('a.xls', 'html')!.zh, /扩展名与内容不符.*网页/u)
  assert.equal(mismatchNote('a.xls', 'table'), null)
  assert.equal(mismatchNote('a.jpg', 'image'), null)
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
    ['a.docx', await zip('a.txt'), /ZIP.*解压/u],
    ['a.ofd', await zip('a.txt'), /ZIP.*解压/u],
    ['a.wps', ole('MatOST'), /此类.*\.docx/u],
    ['a.xlsx', ole('EncryptedPackage'), /密码/u],
    ['a.rar', Buffer.from('Rar!\x1a\x07\x00'), /解压/u],
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

test('a compound file that says its streams are huge and small at once is known by their names', () => {
  const bytes = compound({ WordDocument: Buffer.alloc(600, 'a') })
  assert.ok(bytes.length < 4096)
  const entry = bytes.indexOf(Buffer.from('WordDocument\0', 'utf16le'))
  bytes.writeUInt32LE(0xffffffff, 56)
  bytes.writeUInt32LE(0xfffffff0, entry + 120)
  // The chain of its small sectors goes round in a circle.
  const start = bytes.readUInt32LE(entry + 116)
  bytes.writeUInt32LE(start, 512 * (bytes.readUInt32LE(60) + 1) + 4 * start)
  assert.equal(formatOf('a', bytes), 'doc')
  assert.throws(() => openCompound('a.doc', bytes).stream('WordDocument'), /damaged/u)
})

test('an archive is known by its own parts, not by those of an archive inside it', async () => {
  const inner = (name: string, content: Uint8Array) => zipOf([{ name, content, method: 0 }])
  for (const [name, content] of [
    ['附件.docx', await wordDocument()],
    ['附件.odt', await openOf('text', '')],
    ['附件.ofd', await ofdOf({ pages: [line('字', 25, 60)] })],
  ] as const)
    assert.equal(kindOf('a.zip', inner(name, content)), 'zip', name)
})
