import { test } from 'node:test'
import * as mail from '../../fixtures/mail.ts'
import { packed } from '../../fixtures/ofd.ts'
import { csv, encode, knownText, webPage, wordDocument, workbook } from '../../fixtures/office.ts'
import { corpusFile, fixture, ofdPages, survives } from '../../support/hostileFiles.ts'

const mutations = 40

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
  ['a.eml', async () => mail.message('gbk')],
  ['a.mht', async () => mail.webArchive('gbk')],
  ['a.msg', async () => mail.outlook('gbk')],
  // Without compression, so that changed bytes reach the reader.
  ['a.ofd', () => packed(ofdPages(), 'STORE')],
  ['a.csv', async () => Buffer.from(csv)],
  ['a.txt', async () => Buffer.from(encode(knownText, 'gb18030'))],
  ['a.md', async () => Buffer.from(knownText)],
] as const) {
  test(`${name}: truncated, under another name, and forty mutations`, async (context) => {
    const whole = await make()
    for (const share of [0, 0.01, 0.25, 0.5, 0.75, 0.99]) await survives(name, whole.subarray(0, whole.length * share))
    for (const other of [
      'a.txt',
      'a.docx',
      'a.xlsx',
      'a.xls',
      'a.csv',
      'a.html',
      'a.eml',
      'a.mht',
      'a.msg',
      'a.ofd',
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
    for (let i = 0; i < mutations; i++) {
      const bytes = Buffer.from(whole)
      for (let n = 1 + random(8); n > 0; n--) bytes[random(bytes.length)] = random(256)
      if ((await survives(name, bytes)) !== null) faults++
    }
    context.diagnostic(`${faults} of ${mutations} mutations refused`)
  })
}
