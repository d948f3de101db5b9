import assert from 'node:assert/strict'
import { test } from 'node:test'
import JSZip from 'jszip'
import { ReportError } from '../../../src/errors.ts'
import { formatOf } from '../../../src/reports/formats/detection.ts'
import { readDocx } from '../../../src/reports/formats/docx.ts'
import { readHtml } from '../../../src/reports/formats/html.ts'
import { readOfd } from '../../../src/reports/formats/ofd.ts'
import { readTable } from '../../../src/reports/formats/table.ts'
import { readText } from '../../../src/reports/formats/text.ts'
import type { FormatReader } from '../../../src/reports/manuscript.ts'
import { column, documentBody, entry, line, ofdParts, packed, page, resources } from '../../fixtures/ofd.ts'
import { csv, encode, knownText, passages, reading, webPage, wordDocument, workbook } from '../../fixtures/office.ts'

const readers: Readonly<Record<string, FormatReader>> = {
  text: readText,
  markdown: readText,
  html: readHtml,
  docx: readDocx,
  table: readTable,
  ofd: readOfd,
}

const ofdPages = () => {
  const body = column(knownText.split('\n'), { y: 60 }).content
  return ofdParts({ pages: [line('青石镇2020年工作报告', 50, 30, { size: 7 }) + body] })
}

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
  for (const [name, office, part] of [
    ['a.docx', await wordDocument(), 'word/document.xml'],
    ['a.xlsx', workbook(), 'xl/worksheets/sheet1.xml'],
    ['a.ofd', await packed(ofdPages()), 'Doc_0/Document.xml'],
  ] as const) {
    const bomb = Buffer.from(await changed(office, part, zeros))
    assert.match((await survives(name, bomb))!.text.en, /unpacks to more/)
    // The same with harmless sizes in its directory.
    for (let at = bomb.indexOf('PK\x01\x02'); at >= 0; at = bomb.indexOf('PK\x01\x02', at + 4))
      bomb.writeUInt32LE(1000, at + 24)
    assert.match((await survives(name, bomb))!.text.en, /unpacks to more|damaged/)
  }
})

test('an entity bomb is refused', async () => {
  const bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;">]><a>&c;</a>'
  for (const [name, office, part] of [
    ['a.docx', await wordDocument(), 'word/document.xml'],
    ['a.xlsx', workbook(), 'xl/sharedStrings.xml'],
    ['a.ofd', await packed(ofdPages()), 'Doc_0/Pages/Page_0/Content.xml'],
  ] as const) {
    assert.match((await survives(name, await changed(office, part, bomb)))!.text.en, /entity declarations/)
  }
})

test('a sheet that lies about its extent is read as far as it goes', async () => {
  const zip = await JSZip.loadAsync(workbook())
  const sheet = await zip.file('xl/worksheets/sheet1.xml')!.async('string')
  const lying = sheet.replace(/<dimension[^>]*>/u, '<dimension ref="A1:XFD1048576"/>')
  assert.notEqual(lying, sheet)
  const { text } = await readTable(await changed(workbook(), 'xl/worksheets/sheet1.xml', lying), reading)
  assert.equal(text, (await readTable(workbook(), reading)).text)
})

test('an OFD file that bites its tail, multiplies itself, leads out of itself or states absurd numbers ends soon', {
  timeout: 120_000,
}, async () => {
  const unit = (id: number, content: string) =>
    `<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="${id}"><ofd:Content>${content}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>`
  const shown = (id: number, count = 1) => `<ofd:CompositeObject ResourceID="${id}" Boundary="0 0 9 9"/>`.repeat(count)
  const known = line('字里行间', 25, 40)
  const common = '<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes><ofd:TemplatePage ID="7" BaseLoc="Tpl.xml"/>'
  const template = '<ofd:Template TemplateID="7"/>'
  const numbers = ['NaN', 'Infinity', '-1e308', '1e-320', '9'.repeat(400), '0', '', 'g']
  const absurd = numbers.map(
    (one) => `Size="${one}" Boundary="${one} ${one} ${one} ${one}" CTM="1 0 0 ${one} 0 ${one}"`,
  )
  const texts = absurd.flatMap((attributes) =>
    numbers.map(
      (one) =>
        `<ofd:TextObject ${attributes}><ofd:CGTransform CodePosition="${one}" CodeCount="${one}" GlyphCount="${one}"/><ofd:TextCode X="${one}" Y="${one}" DeltaX="g ${one} ${one} g" DeltaY="${one}">荒唐</ofd:TextCode></ofd:TextObject>`,
    ),
  )
  const paths = numbers.map(
    (one) =>
      `<ofd:PathObject Boundary="0 0 9 9" LineWidth="${one}"><ofd:AbbreviatedData>M ${one} 0 L 9 ${one} A 1 1 B 2 C</ofd:AbbreviatedData></ofd:PathObject>`,
  )
  const pictures = numbers.map(
    (one) => `<ofd:ImageObject ResourceID="1" Boundary="0 0 ${one} ${one}" CTM="${one} 0 0 ${one} 0 0"/>`,
  )
  const levels = Array.from({ length: 12 }, (_, i) => unit(i, i === 11 ? known : shown(i + 1, 10)))
  const parts = (content: string, others: Record<string, string> = {}) => ({
    ...ofdParts({ pages: [content], common }),
    ...others,
  })
  for (const [name, files] of Object.entries({
    composites: parts(known + shown(1), { 'Doc_0/DocumentRes.xml': resources(unit(1, shown(2)) + unit(2, shown(1))) }),
    levels: parts(known + shown(0), { 'Doc_0/DocumentRes.xml': resources(levels.join('')) }),
    templates: {
      ...ofdParts({ pages: [known], common, beforeContent: template }),
      'Doc_0/Tpl.xml': page('', template.repeat(100)),
    },
    documents: { ...parts(known), 'OFD.xml': entry(Array(50).fill(documentBody('Doc_0/Document.xml'))) },
    blocks: parts(known + '<ofd:PageBlock>'.repeat(300) + '</ofd:PageBlock>'.repeat(300)),
    areas: parts(known, {
      'Doc_0/Pages/Page_0/Content.xml': page(
        known,
        '<ofd:Area><ofd:PhysicalBox>0 0 1e9 NaN</ofd:PhysicalBox></ofd:Area>',
      ),
    }),
    numbers: parts(known + texts.join('') + paths.join('') + pictures.join('')),
    repeats: parts(
      `${known}<ofd:TextObject Size="4"><ofd:TextCode X="0" Y="0" DeltaX="g 999999 4">${'荒'.repeat(100_000)}</ofd:TextCode></ofd:TextObject>`,
    ),
    traversal: parts(known, {
      '../../outside.xml': '<a/>',
      'Doc_0/PublicRes.xml':
        '<Res BaseLoc="../../../../etc"><MultiMedias><MultiMedia ID="1"><MediaFile>passwd</MediaFile></MultiMedia></MultiMedias></Res>',
    }),
  })) {
    const bytes = await packed(files)
    assert.equal(await survives('a.ofd', bytes), null, name)
    assert.ok((await readOfd(bytes, reading)).text.includes('字里行间'), name)
  }
  for (const files of [
    { 'OFD.xml': entry([documentBody('OFD.xml')]) },
    { 'OFD.xml': entry([documentBody('../../../etc/passwd')]) },
    { 'OFD.xml': `${'<a>'.repeat(100_000)}` },
    parts('<ofd:PageBlock>'.repeat(100_000)),
  ])
    assert.ok((await survives('a.ofd', await packed(files))) instanceof ReportError)
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

for (const [name, make] of [
  ['a.docx', wordDocument],
  ['a.xlsx', async () => workbook()],
  ['a.xls', async () => workbook('biff8')],
  ['a.ods', async () => workbook('ods')],
  ['a.html', async () => Buffer.from(webPage())],
  // Without compression, so that changed bytes reach the reader.
  ['a.ofd', () => packed(ofdPages(), 'STORE')],
  ['a.csv', async () => Buffer.from(csv)],
  ['a.txt', async () => Buffer.from(encode(knownText, 'gb18030'))],
  ['a.md', async () => Buffer.from(knownText)],
] as const) {
  test(`${name}: truncated, under another name, and a hundred mutations`, async (context) => {
    const whole = await make()
    for (const share of [0, 0.01, 0.25, 0.5, 0.75, 0.99]) await survives(name, whole.subarray(0, whole.length * share))
    for (const other of ['a.txt', 'a.docx', 'a.xlsx', 'a.xls', 'a.csv', 'a.html', 'a.ofd', 'a.zip'])
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
