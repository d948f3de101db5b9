import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReportError } from '../../../src/errors.ts'
import { formatOf } from '../../../src/reports/formats/detection.ts'
import { readOfd } from '../../../src/reports/formats/ofd.ts'
import { defaultLimits, type Manuscript } from '../../../src/reports/manuscript.ts'
import { restore } from '../../../src/reports/restore.ts'
import { boxesOf, decodePlaces, wholePage } from '../../../src/reports/wordPlaces.ts'
import { headlinesOf, paragraphsOf } from '../../fixtures/accuracy.ts'
import { townReport } from '../../fixtures/documents.ts'
import {
  column,
  documentBody,
  documentParts,
  entry,
  line,
  ofdOf,
  ofdParts,
  packed,
  page,
  resources,
  ruledTable,
  ruling,
} from '../../fixtures/ofd.ts'
import { budget, passages } from '../../fixtures/office.ts'

const read = (bytes: Uint8Array, limits = {}): Promise<Manuscript> =>
  readOfd(bytes, { file: 'a.ofd', limits: { ...defaultLimits, ...limits } })

/** The report without the words that hyphens may break. */
const report = townReport.filter((text) => !text.includes('\u00ad'))
const short = ['镇里修好了三座百年老桥,石料都是从北山运来的。', '村口种下了一千棵香樟树,成活的有九百多棵。']

test('pages of text are read to the letter, with headings by their size and pages in order', async () => {
  const running = (number: number) =>
    line('西城街道工作报告', 25, 15, { size: 3 }) + line(`— ${number} —`, 98, 280, { size: 3 })
  const first = column(report.slice(0, 4), { y: 60 })
  const pages = [
    running(1) + line('全力服务项目建设推动高质量发展', 50, 35, { size: 7.5, font: 91 }) + first.content,
    running(2) +
      line('二、培育市场主体', 25, 30, { size: 5.6, font: 91 }) +
      column(report.slice(4, 7), { y: 45 }).content,
  ]
  const done: number[] = []
  const bytes = await ofdOf({ pages })
  const manuscript = await readOfd(bytes, { file: 'a.ofd', limits: defaultLimits, onPage: (one) => done.push(one) })
  assert.deepEqual(paragraphsOf(manuscript), report.slice(0, 7))
  assert.deepEqual(headlinesOf(manuscript), ['全力服务项目建设推动高质量发展'])
  const { articles, dropped } = restore(manuscript.text, manuscript.lines)
  assert.deepEqual(
    articles[0]!.paragraphs.at(-1)!.sections.map((section) => section.text),
    ['二、培育市场主体'],
  )
  assert.deepEqual(new Set(dropped.map(({ reason }) => reason)), new Set(['header or footer', 'page number']))
  assert.equal(manuscript.pages.length, 2)
  assert.ok(manuscript.text.indexOf(report[4]!.slice(0, 20)) > manuscript.pages[1]!)
  assert.deepEqual([done, manuscript.notes, manuscript.stated], [[1, 2], [], {}])
})

test('two columns are read one after the other', async () => {
  const left = column(report.slice(0, 3), { x: 20, width: 80 })
  const right = column(report.slice(3, 6), { x: 110, width: 80 })
  const manuscript = await read(await ofdOf({ pages: [left.content + right.content] }))
  assert.deepEqual(paragraphsOf(manuscript), report.slice(0, 6))
})

test('a table with lines around its cells gives rows with the headings of their columns', async () => {
  const rows = [['项目', '2019年', '2020年'], ...budget.slice(2).map(([name, , a, , b]) => [name!, a!, b!])]
  const { content } = column(short, { y: 100 })
  const manuscript = await read(await ofdOf({ pages: [ruledTable(rows) + content] }))
  const texts = passages(manuscript).map(({ text }) => text)
  for (const [name, a, b] of rows.slice(1)) {
    const row = texts.find((text) => text.includes(name!))
    assert.match(row ?? '', new RegExp(`${name}.*2019年.*${a}.*2020年.*${b}`, 'su'))
  }
})

test('words are placed where they stand', async () => {
  const { text, places } = await read(await ofdOf({ pages: [line(short[0]!, 40, 100, { size: 5 })] }))
  const [found] = boxesOf(decodePlaces(places!), text, [0, text.length])
  const [box] = found!.boxes
  const millimetres = [box!.left, box!.right].map((share) => (share / wholePage) * 210)
  assert.ok(Math.abs(millimetres[0]! - 40) < 0.5, `${millimetres}`)
  const width = [...short[0]!].reduce((sum, one) => sum + (one < '\u2000' ? 2.5 : 5), 0)
  assert.ok(Math.abs(millimetres[1]! - 40 - width) < 1.5, `${millimetres}`)
  assert.ok(Math.abs((box!.top / wholePage) * 297 - 100) < 1)
})

test('template pages are on the pages that name them', async () => {
  const common = '<ofd:TemplatePage ID="7" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
  const manuscript = await read(
    await ofdOf({
      pages: short.map((text) => line(text, 25, 60)),
      common,
      beforeContent: '<ofd:Template TemplateID="7" ZOrder="Background"/>',
      others: { 'Doc_0/Tpls/Tpl_0/Content.xml': page(line('青石镇人民政府文件', 25, 15) + ruling(25, 25, 185, 25)) },
    }),
  )
  const shown = short.map((text) => `青石镇人民政府文件\n${text}`).join('\n\f')
  assert.equal(manuscript.text.replaceAll(/\n*\f/gu, '\n\f'), shown)
  assert.equal(restore(manuscript.text, manuscript.lines).dropped.length, 2)
})

test('composite objects show their unit of the resources, moved and scaled', async () => {
  const unit = (id: string, content: string) =>
    `<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="${id}" Width="100" Height="50"><ofd:Content>${content}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>`
  const inner = '<ofd:CompositeObject ID="6" ResourceID="31" Boundary="10 10 100 50" CTM="0.5 0 0 0.5 0 0"/>'
  const { text, places } = await read(
    await ofdOf({
      pages: ['<ofd:CompositeObject ID="6" ResourceID="30" Boundary="20 90 100 50"/>'],
      common: '<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>',
      others: {
        'Doc_0/DocumentRes.xml': resources(unit('30', inner) + unit('31', line(short[0]!, 20, 0, { size: 8 }))),
      },
    }),
  )
  assert.equal(text, short[0])
  const box = boxesOf(decodePlaces(places!), text, [0, text.length])[0]!.boxes[0]!
  assert.ok(Math.abs((box.left / wholePage) * 210 - 40) < 0.5 && Math.abs((box.top / wholePage) * 297 - 100) < 0.5)
})

test('deltas are those of glyphs where several characters share one', async () => {
  const object = (transform: string, deltas: string) =>
    `<ofd:TextObject ID="3" Font="90" Size="4" Boundary="25 40 100 4">${transform}<ofd:TextCode X="0" Y="3.5" DeltaX="${deltas}">office 办公室</ofd:TextCode></ofd:TextObject>`
  const transform =
    '<ofd:CGTransform CodePosition="1" CodeCount="3" GlyphCount="1"><ofd:Glyphs>57</ofd:Glyphs></ofd:CGTransform>'
  for (const [one, deltas] of [
    [transform, '2 3 2 2 1.2 4 4'],
    ['', '2 1 1 1 2 2 1.2 4 4'],
  ] as const) {
    const { text, places } = await read(await ofdOf({ pages: [object(one, deltas)] }))
    assert.equal(text, 'office办公室')
    const boxes = boxesOf(decodePlaces(places!), text, [0, text.length])[0]!.boxes
    const right = (Math.max(...boxes.map((box) => box.right)) / wholePage) * 210
    assert.ok(Math.abs(right - 25 - 22.2) < 0.6, `${right}`)
  }
})

test('text objects are placed by their matrix, in units of its scale', async () => {
  const object = (text: string, y: number) =>
    `<ofd:TextObject ID="3" Font="90" Size="14" Boundary="25 ${y} 160 5" CTM="0.3 0 0 0.3 0 0"><ofd:TextCode X="0" Y="12" DeltaX="g ${text.length - 1} 14">${text}</ofd:TextCode></ofd:TextObject>`
  const lines = ['各村要在三月以前报上名单', '年底以前向全镇报告情况']
  const { text } = await read(await ofdOf({ pages: [object(lines[1]!, 60) + object(lines[0]!, 52)] }))
  assert.equal(text, lines.join('\n'))
})

test('text from top to bottom and turned text are read', async () => {
  const down = (text: string, x: number) =>
    `<ofd:TextObject ID="3" Font="90" Size="5" ReadDirection="90" Boundary="${x} 30 5 200"><ofd:TextCode X="0" Y="4.4" DeltaY="g ${text.length - 1} 5">${text}</ofd:TextCode></ofd:TextObject>`
  const turned = (text: string, x: number) =>
    `<ofd:TextObject ID="3" Font="90" Size="5" CharDirection="90" Boundary="${x} 30 5 200"><ofd:TextCode X="0" Y="0" DeltaY="g ${text.length - 1} 5">${text}</ofd:TextCode></ofd:TextObject>`
  const lines = ['各村要在三月以前报上名单镇里四月开会商定', '五月动工年底以前向全镇百姓报告办得怎么样']
  for (const make of [down, turned]) {
    const manuscript = await read(await ofdOf({ pages: [make(lines[0]!, 120) + make(lines[1]!, 110)] }))
    assert.equal(manuscript.text.replaceAll('\n', ''), lines.join(''), make.name)
  }
})

test('gaps between characters part words and cells, and spread letters stay together', async () => {
  const rows = ['甲村', '乙村', '丙村'].map((name, i) => {
    const y = 60 + i * 8
    return `<ofd:TextObject ID="3" Font="90" Size="4" Boundary="25 ${y} 100 4"><ofd:TextCode X="0" Y="3.5" DeltaX="4 40 2 40 2">${name}1${i}2${i}</ofd:TextCode></ofd:TextObject>`
  })
  const { text } = await read(
    await ofdOf({ pages: [line('关于开展检查的通知', 25, 40, { spread: 1.5 }) + rows.join('')] }),
  )
  assert.ok(text.includes('关于开展检查的通知'), text)
  assert.match(text, /甲村[\t ]10[\t ]20/u)
})

test('old namespaces, prefixes, cases, slashes and dots in paths do not matter', async () => {
  const whole = ofdParts({ pages: [line(short[0]!, 25, 60)] })
  const change = (change: (text: string, path: string) => [string, string]) =>
    Object.fromEntries(
      Object.entries(whole).map(([path, text]) => change(String(text), path).reverse() as [string, string]),
    )
  for (const [name, parts] of Object.entries({
    namespace: change((text, path) => [text.replaceAll('http://www.ofdspec.org/2016', 'http://www.ofdspec.org'), path]),
    prefix: change((text, path) => [text.replaceAll('ofd:', ''), path]),
    case: change((text, path) => [text, path === 'OFD.xml' ? path : path.toLowerCase()]),
    root: change((text, path) => [text.replace('>Doc_0/', '>/Doc_0/').replace('"Pages/', '"/Doc_0/Pages/'), path]),
    dots: change((text, path) => [text.replace('>Doc_0/', '>./Doc_0/').replace('"Pages/', '"./../Doc_0/Pages/'), path]),
    backslashes: change((text, path) => [text.replace('Pages/Page_0/', 'Pages\\Page_0\\'), path]),
    fromRoot: change((text, path) => [text.replace('"Pages/', '"Doc_0/Pages/'), path]),
  })) {
    const bytes = await packed(parts)
    assert.equal(formatOf('a.ofd', bytes), 'ofd', name)
    assert.equal((await read(bytes)).text, short[0], name)
  }
})

test('the pages of several documents follow each other, and pages beyond the limit are told', async () => {
  const bytes = await packed({
    'OFD.xml': entry(['Doc_0', 'Doc_1'].map((folder) => documentBody(`${folder}/Document.xml`))),
    ...documentParts('Doc_0', { pages: [line(short[0]!, 25, 60)] }),
    ...documentParts('Doc_1', { pages: [line(short[1]!, 25, 60), line('附件:名单', 25, 60)] }),
  })
  const { text, pages } = await read(bytes)
  assert.deepEqual([text.split(/\n*\f/u), pages.length], [[...short, '附件:名单'], 3])
  const first = await read(bytes, { pages: 2 })
  assert.equal(first.pages.length, 2)
  assert.match(first.notes[0]!.en, /has 3 pages; only the first 2/u)
})

test('a page has its own area, and words outside of it are not on it', async () => {
  const area = '<ofd:Area><ofd:PhysicalBox>0 0 100 80</ofd:PhysicalBox></ofd:Area>'
  const content = line(short[0]!, 5, 20, { size: 3 }) + line('裁去的字', 150, 20)
  const { text, places } = await read(await ofdOf({ pages: [content], beforeContent: area }))
  assert.equal(text, short[0])
  const [size] = decodePlaces(places!).pages
  assert.ok(Math.abs(size!.width / size!.height - 100 / 80) < 0.01)
})

test('title, author and date of the file count where the text bears them', async () => {
  const info =
    '<ofd:Title>青石镇2020年工作报告</ofd:Title><ofd:Author>青石镇人民政府</ofd:Author><ofd:CreationDate>2020-03-05</ofd:CreationDate>'
  const content = line('青石镇2020年工作报告', 50, 30, { size: 7 }) + column(short, { y: 60 }).content
  const signed = content + line('青石镇人民政府', 140, 120) + line('2020年3月5日', 140, 128)
  assert.deepEqual((await read(await ofdOf({ pages: [signed], info }))).stated, {
    title: '青石镇2020年工作报告',
    publisher: '青石镇人民政府',
    date: '2020-03-05',
  })
  assert.deepEqual((await read(await ofdOf({ pages: [column(short).content], info }))).stated, {})
})

test('seals and signatures are told, and annotations are no text', async () => {
  const list =
    '<ofd:Signatures xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Signature ID="1" Type="Seal" BaseLoc="Sign_0/Signature.xml"/></ofd:Signatures>'
  const annotations =
    '<ofd:Annotations xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Page PageID="1"><ofd:FileLoc>Annots/1.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>'
  const annotation = `<ofd:PageAnnot xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Annot ID="8" Type="Stamp"><ofd:Appearance Boundary="100 100 40 40">${line('青石镇人民政府公章', 0, 0)}</ofd:Appearance></ofd:Annot></ofd:PageAnnot>`
  const parts = ofdParts({
    pages: [line(short[0]!, 25, 60)],
    body: '<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>',
    others: {
      'Doc_0/Signs/Signatures.xml': list,
      'Doc_0/Annotations.xml': annotations,
      'Doc_0/Annots/1.xml': annotation,
    },
  })
  const { text, notes } = await read(await packed(parts))
  assert.equal(text, short[0])
  assert.deepEqual(
    notes.map((note) => note.zh),
    ['文件有 1 个电子签章或数字签名,未作验证。'],
  )
})

test('invisible objects are no text, and line ends around the words of a text code are none', async () => {
  const shown = line(short[0]!, 25, 60).replace(/>([^<>]+)<\/ofd:TextCode>/u, '>\n      $1\n    </ofd:TextCode>')
  const hidden = line('看不见的字', 25, 80).replace('<ofd:TextObject', '<ofd:TextObject Visible="false"')
  assert.equal((await read(await ofdOf({ pages: [shown + hidden] }))).text, short[0])
})

test('a broken or missing page is told, and the others are read', async () => {
  const pages = [...short, '第三页'].map((text) => line(text, 25, 60))
  const { 'Doc_0/Pages/Page_2/Content.xml': _, ...parts } = ofdParts({ pages })
  const { text, notes } = await read(await packed({ ...parts, 'Doc_0/Pages/Page_0/Content.xml': '<ofd:Page><broken' }))
  assert.equal(text.trim(), short[1])
  assert.match(notes[0]!.en, /^Page 1, 3: damaged/u)
})

test('a document that is listed again is read once, and so is a template that many pages have', async () => {
  const common = '<ofd:TemplatePage ID="7" BaseLoc="Tpl.xml"/>'
  const template = (count: number) => '<ofd:Template TemplateID="7"/>'.repeat(count)
  const parts = (count: number) => ({
    ...ofdParts({ pages: [line(short[0]!, 25, 60), line(short[1]!, 25, 60)], common, beforeContent: template(count) }),
    'OFD.xml': entry(Array(3).fill(documentBody('Doc_0/Document.xml'))),
    'Doc_0/Tpl.xml': page(line('公文纸', 25, 20)),
  })
  const { text, pages, notes } = await read(await packed(parts(1)))
  assert.deepEqual([text.split('公文纸').length - 1, pages.length, notes], [2, 2, []])
  const many = await read(await packed(parts(100)))
  assert.match(many.notes[0]!.en, /^Page 1–2: too many words/u)
  assert.ok(many.text.split('公文纸').length - 1 <= 32)
})

test('words whose codes mean nothing are left out and told', async () => {
  const garbled = line('\ue000\ue001\ue002\ue003'.repeat(30), 25, 60)
  const { text, notes } = await read(await ofdOf({ pages: [line(short[0]!, 25, 60), garbled] }))
  assert.equal(text.trim(), short[0])
  assert.deepEqual(
    notes.map(({ en }) => en),
    ['Page 2: words in a font that cannot be told, left out.'],
  )
})

test('encrypted files are refused with what to do', async () => {
  const encrypted = await packed({ 'Encryptions.xml': '<Encryptions/>', 'enc/a.dat': 'x' })
  assert.equal(formatOf('a.ofd', encrypted), 'ofd')
  const withPassword = Buffer.from(await ofdOf({ pages: [line('字', 25, 60)] }))
  // The first bit of the flags says so, in each part and in the directory.
  for (const [mark, flags] of [
    ['PK\x03\x04', 6],
    ['PK\x01\x02', 8],
  ] as const)
    for (let at = withPassword.indexOf(mark); at >= 0; at = withPassword.indexOf(mark, at + 4))
      withPassword[at + flags]! |= 1
  for (const bytes of [encrypted, withPassword])
    await assert.rejects(read(bytes), (error) => error instanceof ReportError && /密码/u.test(error.text.zh))
})

test('what is no OFD file is refused', async () => {
  for (const parts of [
    {},
    { 'OFD.xml': '' },
    { 'OFD.xml': entry([]) },
    { 'OFD.xml': entry([documentBody('../../etc/passwd')]) },
    { 'OFD.xml': entry([documentBody('Doc_0/Document.xml')]), 'Doc_0/Document.xml': '<Document/>' },
  ])
    await assert.rejects(read(await packed(parts)), ReportError, JSON.stringify(parts))
})
