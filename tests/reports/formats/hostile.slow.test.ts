import assert from 'node:assert/strict'
import { test } from 'node:test'
import JSZip from 'jszip'
import { ReportError } from '../../../src/errors.ts'
import { readTable } from '../../../src/reports/formats/table.ts'
import * as mail from '../../fixtures/mail.ts'
import { documentBody, entry, line, ofdParts, packed, page, resources } from '../../fixtures/ofd.ts'
import { reading, wordDocument, workbook } from '../../fixtures/office.ts'
import { corpusFile, fixture, ofdPages, outcome, survives } from '../../support/hostileFiles.ts'

/** Archives with the part of each that holds text. */
const packages = [
  ['a.docx', wordDocument, 'word/document.xml'],
  ['a.xlsx', async () => workbook(), 'xl/worksheets/sheet1.xml'],
  ['a.pptx', () => fixture('slides-report.pptx'), 'ppt/slides/slide2.xml'],
  ['a.odp', () => fixture('slides-report.odp'), 'content.xml'],
  ['a.odt', () => fixture('text-report.odt'), 'content.xml'],
  ['a.epub', () => fixture('book-chapters.epub'), 'OEBPS/sections/section0001.xhtml'],
  ['a.ofd', () => packed(ofdPages()), 'Doc_0/Pages/Page_0/Content.xml'],
] as const

async function changed(office: Uint8Array, part: string, content: string | Uint8Array): Promise<Uint8Array> {
  const zip = await JSZip.loadAsync(office)
  zip.file(part, content)
  return zip.generateAsync({ type: 'uint8array', compression: 'DEFLATE' })
}

test('zip bombs: what unpacks far beyond its size is refused, also where the directory lies', async () => {
  const limits = { ...reading.limits, bytes: 2 * 1024 * 1024 }
  const zeros = new Uint8Array(limits.bytes + 1024 * 1024)
  for (const [name, make, part] of packages) {
    const bomb = Buffer.from(await changed(await make(), part, zeros))
    assert.match((await survives(name, bomb, limits))!.text.en, /unpacks to more/)
    // The same with harmless sizes in its directory.
    for (let at = bomb.indexOf('PK\x01\x02'); at >= 0; at = bomb.indexOf('PK\x01\x02', at + 4))
      bomb.writeUInt32LE(1000, at + 24)
    assert.match((await survives(name, bomb, limits))!.text.en, /unpacks to more|damaged/)
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
    const office = await make()
    const source = await (await JSZip.loadAsync(office)).file(part)!.async('string')
    const at = /<(?:w:body|a:p|text:p|ofd:Layer|p|c)[\s>]/u.exec(source)!.index
    // An element that the format knows, where it is one of these, and one that it may not know.
    const own = name === 'a.pptx' ? ['p:grpSp'] : /od[pt]$/u.test(name) ? ['text:list'] : []
    for (const element of [...own, 'div']) {
      const nested = `<${element}>`.repeat(50_000) + `</${element}>`.repeat(50_000)
      await survives(name, await changed(office, part, source.slice(0, at) + nested + source.slice(at)))
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
    const found = await outcome('a.ofd', await packed(files))
    assert.ok(found && !(found instanceof ReportError), name)
    assert.ok(found.text.includes('字里行间'), name)
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

test('bombs of MIME: parts without end, in one another, under one name, and floods in headers', async (context) => {
  const nested = (kind: string, levels: number) =>
    Array.from({ length: levels }, (_, i) => `Content-Type: ${kind}; boundary=b${i}\n\n--b${i}\n`).join('')
  const sources = [
    nested('multipart/mixed', 20),
    nested('multipart/mixed', 50_000),
    'Content-Type: message/rfc822\n\n'.repeat(100_000),
    `Content-Type: multipart/mixed; boundary=b\n\n${'--b\n\n'.repeat(500_000)}`,
    `Content-Type: multipart/mixed; boundary=b\n\n${'--b'.repeat(1_000_000)}`,
    'Content-Type: multipart/mixed; boundary="b\n\n--b\n\n',
    `Content-Type: text/plain${'; a="\\'.repeat(100_000)}\n\nx`,
    `Content-Type: text/plain${'; a*1*=%'.repeat(100_000)}\n\nx`,
    `MIME-Version: 1.0\nSubject: ${'=?gbk?B?'.repeat(100_000)}\n\nx`,
    `MIME-Version: 1.0\nSubject: ${'=?gbk?B?1w==?= '.repeat(100_000)}\n\nx`,
    `MIME-Version: 1.0\n${' folded\n'.repeat(500_000)}\nx`,
    `MIME-Version: 1.0\nContent-Transfer-Encoding: quoted-printable\n\n${'=   '.repeat(50_000)}`,
    `MIME-Version: 1.0\nContent-Type: text/html\n\n${'<div>'.repeat(100_000)}`,
    `MIME-Version: 1.0\nContent-Type: text/html\n\n${'<iframe src=x>'.repeat(100_000)}`,
  ]
  for (const [i, source] of sources.entries()) {
    const started = performance.now()
    for (const name of ['a.eml', 'a.mht']) await survives(name, Buffer.from(source))
    context.diagnostic(`bomb ${i}: ${Math.round(performance.now() - started)} ms`)
  }
})

test('compound files whose chains and folders lead in circles', async () => {
  const whole = mail.outlook('gbk', { '__substg1.0_1000001F': Buffer.alloc(20_000, 'a\0') })
  const sector = (number: number) => 512 * (number + 1)
  const changes: ((bytes: Buffer) => unknown)[] = [
    // Every sector leads to the second one, or to the first.
    (bytes) => bytes.fill(Buffer.from([1, 0, 0, 0]), sector(0), sector(1)),
    (bytes) => bytes.fill(0, sector(0), sector(1)),
    (bytes) => bytes.writeUInt32LE(0, 68),
    (bytes) => bytes.writeUInt32LE(0xfffffff0, 48),
    (bytes) => bytes.writeUInt32LE(0, 60),
    (bytes) => bytes.writeUInt32LE(0xffffffff, 56),
    // Every entry of the directory is its own neighbour and child.
    (bytes) => {
      const directory = sector(bytes.readUInt32LE(48))
      for (let i = 0; i < 16; i++) for (const field of [68, 72, 76]) bytes.writeUInt32LE(i, directory + 128 * i + field)
    },
  ]
  for (const change of changes) {
    const bytes = Buffer.from(whole)
    change(bytes)
    await survives('a.msg', bytes)
  }
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
