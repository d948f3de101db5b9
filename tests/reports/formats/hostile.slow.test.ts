import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import JSZip from 'jszip'
import { ReportError } from '../../../src/errors.ts'
import { formatOf } from '../../../src/reports/formats/detection.ts'
import { readDoc } from '../../../src/reports/formats/doc.ts'
import { readDocx } from '../../../src/reports/formats/docx.ts'
import { readEpub } from '../../../src/reports/formats/epub.ts'
import { readHtml } from '../../../src/reports/formats/html.ts'
import { readOpenText } from '../../../src/reports/formats/openText.ts'
import { readPresentation } from '../../../src/reports/formats/presentation.ts'
import { readRtf } from '../../../src/reports/formats/rtf.ts'
import { readTable } from '../../../src/reports/formats/table.ts'
import { readText } from '../../../src/reports/formats/text.ts'
import type { FormatReader } from '../../../src/reports/manuscript.ts'
import { csv, encode, knownText, passages, reading, webPage, wordDocument, workbook } from '../../fixtures/office.ts'

const readers: Readonly<Record<string, FormatReader>> = {
  text: readText,
  markdown: readText,
  html: readHtml,
  docx: readDocx,
  doc: readDoc,
  rtf: readRtf,
  openText: readOpenText,
  presentation: readPresentation,
  epub: readEpub,
  table: readTable,
}

const corpusFile = (name: string) => readFile(new URL(`../../fixtures/corpus/${name}`, import.meta.url))
const corpus = new URL('../../fixtures/corpus/packages/', import.meta.url)
const fixture = (name: string) => readFile(new URL(name, corpus))

/** Archives with the part of each that holds text. */
const packages = [
  ['a.docx', wordDocument, 'word/document.xml'],
  ['a.xlsx', async () => workbook(), 'xl/worksheets/sheet1.xml'],
  ['a.pptx', () => fixture('slides-report.pptx'), 'ppt/slides/slide2.xml'],
  ['a.odp', () => fixture('slides-report.odp'), 'content.xml'],
  ['a.odt', () => fixture('text-report.odt'), 'content.xml'],
  ['a.epub', () => fixture('book-chapters.epub'), 'OEBPS/sections/section0001.xhtml'],
] as const

/** Reads a file as the folder would; whatever it holds, it ends in passages or in a fault for people. */
async function survives(name: string, bytes: Uint8Array): Promise<ReportError | null> {
  try {
    const reader = readers[formatOf(name, bytes)]
    if (reader) passages(await reader(bytes, reading))
    return null
  } catch (error) {
    if (error instanceof ReportError && !error.text.en.includes('\n')) return error
    throw new Error(`${name}: not a fault for people`, { cause: error })
  }
}

async function changed(office: Uint8Array, part: string, content: string | Uint8Array): Promise<Uint8Array> {
  const zip = await JSZip.loadAsync(office)
  zip.file(part, content)
  return zip.generateAsync({ type: 'uint8array', compression: 'DEFLATE' })
}

test('zip bombs: what unpacks far beyond its size is refused, also where the directory lies', async () => {
  const zeros = new Uint8Array(200 * 1024 * 1024)
  for (const [name, make, part] of packages) {
    const bomb = Buffer.from(await changed(await make(), part, zeros))
    assert.match((await survives(name, bomb))!.text.en, /unpacks to more/)
    // The same with harmless sizes in its directory.
    for (let at = bomb.indexOf('PK\x01\x02'); at >= 0; at = bomb.indexOf('PK\x01\x02', at + 4))
      bomb.writeUInt32LE(1000, at + 24)
    assert.match((await survives(name, bomb))!.text.en, /unpacks to more|damaged/)
  }
})

test('an entity bomb is refused', async () => {
  const bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;">]><a>&c;</a>'
  for (const [name, make, part] of packages)
    assert.match((await survives(name, await changed(await make(), part, bomb)))!.text.en, /entity declarations/, name)
  const flat = (await fixture('text-report.fodt')).toString().replace('?>', '?><!DOCTYPE a [<!ENTITY b "b">]>')
  assert.match((await survives('a.fodt', Buffer.from(flat)))!.text.en, /entity declarations/)
})

test('parts that lead to themselves, out of the archive or nowhere, and endless lists of them', async () => {
  const names = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
  const pptx = await fixture('slides-report.pptx')
  const links = (...targets: readonly string[]) =>
    `<Relationships ${names}>${targets.map((target, i) => `<Relationship Id="rId${i + 1}" Type="x/slideLayout" Target="${target}"/>`).join('')}</Relationships>`
  for (const targets of [
    ['../slides/slide2.xml'],
    ['../../../../../etc/passwd', '/etc/passwd', '%zz', 'http://a.b/c', ''],
    Array<string>(20_000).fill('../slideLayouts/slideLayout1.xml'),
  ])
    await survives('a.pptx', await changed(pptx, 'ppt/slides/_rels/slide2.xml.rels', links(...targets)))
  await survives('a.pptx', await changed(pptx, 'ppt/_rels/presentation.xml.rels', links('slides/slide2.xml')))
  const ids = '<p:sldId id="256" r:id="rId1"/>'.repeat(300_000)
  const part = 'ppt/presentation.xml'
  const presentation = await (await JSZip.loadAsync(pptx)).file(part)!.async('string')
  const endless = presentation.replace(/(<p:sldIdLst>).*(<\/p:sldIdLst>)/su, `$1${ids}$2`)
  assert.notEqual(endless, presentation)
  await survives('a.pptx', await changed(pptx, part, endless))
  const escaped = await changed(pptx, '../../escaped.xml', '<a/>')
  assert.equal(await survives('a.pptx', escaped), null)
})

test('elements inside one another beyond reason, and tables that repeat their cells without end', async () => {
  for (const [name, make, part] of packages) {
    const source = await (await JSZip.loadAsync(await make())).file(part)!.async('string')
    const at = /<(?:w:body|a:p|text:p|p|c)[\s>]/u.exec(source)!.index
    for (const element of ['p:grpSp', 'text:list', 'div']) {
      const nested = `<${element}>`.repeat(50_000) + `</${element}>`.repeat(50_000)
      await survives(name, await changed(await make(), part, source.slice(0, at) + nested + source.slice(at)))
    }
  }
  const cell = '<table:table-cell table:number-columns-repeated="100000"><text:p>1</text:p></table:table-cell>'
  const row = `<table:table-row table:number-rows-repeated="1000000">${cell.repeat(50)}</table:table-row>`
  const odt = await fixture('text-report.odt')
  const content = await (await JSZip.loadAsync(odt)).file('content.xml')!.async('string')
  const wide = content.replace('</office:text>', `<table:table>${row.repeat(20)}</table:table></office:text>`)
  assert.notEqual(wide, content)
  await survives('a.odt', await changed(odt, 'content.xml', wide))
})

test('a sheet that lies about its extent is read as far as it goes', async () => {
  const zip = await JSZip.loadAsync(workbook())
  const sheet = await zip.file('xl/worksheets/sheet1.xml')!.async('string')
  const lying = sheet.replace(/<dimension[^>]*>/u, '<dimension ref="A1:XFD1048576"/>')
  assert.notEqual(lying, sheet)
  const { text } = await readTable(await changed(workbook(), 'xl/worksheets/sheet1.xml', lying), reading)
  assert.equal(text, (await readTable(workbook(), reading)).text)
})

test('pages nested beyond reason, and floods of marks', async () => {
  for (const source of [
    '<div>'.repeat(100_000),
    '<font>x'.repeat(100_000),
    '&'.repeat(1_000_000),
    '<!--'.repeat(50_000),
  ])
    await survives('a.html', Buffer.from(source))
  assert.match((await survives('a.html', Buffer.from(`<html>${'<div>'.repeat(100_000)}x`)))!.text.en, /nested too deep/)
})

test('RTF nested beyond reason, and floods of groups, cells, edges and data', async () => {
  for (const [source, fault] of [
    [`{\\rtf1${'{'.repeat(1_000_000)}`, /nested too deep/],
    [`{\\rtf1${'{\\b a}'.repeat(100_000)}`, null],
    [`{\\rtf1\\trowd${'\\clvmrg\\cellx9'.repeat(20_000)}\\intbl a${'\\cell'.repeat(20_000)}\\row}`, null],
    [`{\\rtf1${'\\trowd\\cellx900\\intbl a\\cell\\row'.repeat(5000)}`, null],
    [`{\\rtf1${'\\u9?'.repeat(100_000)}`, null],
    [`{\\rtf1\\bin999999999999 a}b`, null],
    [`{\\rtf1\\uc99999\\u9?\\f-1\\s-7\\cellx\\trleft\\row\\cell\\ansicpg-4 a}`, null],
    [`{\\rtf1\\${'a'.repeat(1_000_000)}`, null],
  ] as const) {
    const found = await survives('a.rtf', Buffer.from(source))
    if (fault) assert.match(found!.text.en, fault)
  }
})

test('the header, the directory and the tables of an old Word document lie', async () => {
  const whole = await corpusFile('notes.doc')
  const document = whole.indexOf(Buffer.from([0xec, 0xa5]))
  const names = whole.indexOf(Buffer.from('Root Entry', 'utf16le'))
  const parts = [
    [0, 512],
    [512, 512],
    [names, 1024],
    [document, 1024],
  ] as const
  for (const [from, length] of parts) {
    for (let at = from; at < from + length; at += 8) {
      for (const value of [0, 0x7fffffff]) {
        const bytes = Buffer.from(whole)
        bytes.writeUInt32LE(value, at)
        await survives('a.doc', bytes)
      }
    }
  }
})

for (const [name, make] of [
  ['a.doc', () => corpusFile('workReport.doc')],
  ['a.rtf', () => corpusFile('notes.rtf')],
  ['a.xlsb', () => corpusFile('budgetSheet.xlsb')],
  ['a.docx', wordDocument],
  ['a.xlsx', async () => workbook()],
  ['a.xls', async () => workbook('biff8')],
  ['a.ods', async () => workbook('ods')],
  ['a.pptx', () => fixture('slides-tables.pptx')],
  ['a.odp', () => fixture('slides-tables.odp')],
  ['a.odt', () => fixture('text-tables.odt')],
  ['a.fodt', () => fixture('text-report.fodt')],
  ['a.epub', () => fixture('book-yearbook.epub')],
  ['a.html', async () => Buffer.from(webPage())],
  ['a.csv', async () => Buffer.from(csv)],
  ['a.txt', async () => Buffer.from(encode(knownText, 'gb18030'))],
  ['a.md', async () => Buffer.from(knownText)],
] as const) {
  test(`${name}: truncated, under another name, and a hundred mutations`, async (context) => {
    const whole = await make()
    for (const share of [0, 0.01, 0.25, 0.5, 0.75, 0.99]) await survives(name, whole.subarray(0, whole.length * share))
    for (const other of [
      'a.txt',
      'a.docx',
      'a.xlsx',
      'a.xls',
      'a.csv',
      'a.html',
      'a.zip',
      'a.pptx',
      'a.odp',
      'a.odt',
      'a.epub',
      'a.doc',
      'a.rtf',
      'a.et',
    ])
      await survives(other, whole)
    let seed = 20261122
    const random = (below: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      return Math.floor((seed / 2 ** 32) * below)
    }
    let faults = 0
    for (let i = 0; i < 100; i++) {
      const bytes = Buffer.from(whole)
      for (let n = 1 + random(8); n > 0; n--) bytes[random(bytes.length)] = random(256)
      if ((await survives(name, bytes)) !== null) faults++
    }
    context.diagnostic(`${faults} of 100 mutations refused`)
  })
}
