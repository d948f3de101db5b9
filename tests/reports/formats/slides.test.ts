import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReportError } from '../../../src/errors.ts'
import { thinArea } from '../../../src/reports/formats/pdfDrawing.ts'
import { readPresentation } from '../../../src/reports/formats/presentation.ts'
import { inReadingOrder } from '../../../src/reports/formats/shapeOrder.ts'
import { largestSize } from '../../../src/reports/formats/slides.ts'
import { countHeadRows } from '../../../src/reports/formats/tableHead.ts'
import { ManuscriptWriter } from '../../../src/reports/formats/writer.ts'
import { passages, reading } from '../../fixtures/office.ts'
import {
  bodyOf,
  drawingPart,
  openOf,
  openPart,
  presentationOf,
  shapeOf,
  slidePart,
} from '../../fixtures/packageParts.ts'
import { relationships } from '../../fixtures/wordParts.ts'

async function linesOf(bytes: Uint8Array) {
  const { lines, pages, notes } = await readPresentation(bytes, reading)
  return { lines: lines.map(({ level, content }) => `${'#'.repeat(level)}${content.text}`), pages, notes }
}

const title = (words: string) => shapeOf([words], { placeholder: 'type="title"' })
const run = (words: string, properties: string) => `<a:r><a:rPr ${properties}/><a:t>${words}</a:t></a:r>`

test('placeholders without a place of their own stand where their layout, or its master, puts them', async () => {
  const layout = slidePart(
    [
      shapeOf([], { placeholder: 'type="title"', at: [0, 0, 100, 10] }),
      shapeOf(['单击此处编辑样式'], { placeholder: 'idx="1"', at: [60, 20, 40, 50] }),
      shapeOf(['单击此处编辑样式'], { placeholder: 'idx="2"', at: [0, 20, 40, 50] }),
      shapeOf([], { placeholder: 'type="body" idx="3"' }),
    ].join(''),
    '',
    'p:sldLayout',
  )
  const master = slidePart(
    shapeOf(['母版文字'], { placeholder: 'type="body"', at: [0, 80, 100, 10] }),
    '',
    'p:sldMaster',
  )
  const slide = slidePart(
    [
      shapeOf(['下方'], { placeholder: 'type="body" idx="3"' }),
      shapeOf(['右栏'], { placeholder: 'idx="1"' }),
      shapeOf(['左栏'], { placeholder: 'idx="2"' }),
      title('水利'),
      shapeOf(['12'], { placeholder: 'type="sldNum" idx="4"' }),
      shapeOf(['2023年5月1日'], { placeholder: 'type="dt" idx="5"' }),
      shapeOf(['内部资料'], { placeholder: 'type="ftr" idx="6"' }),
    ].join(''),
  )
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const { lines } = await linesOf(
    await presentationOf([{ xml: slide, links: { r1: ['slideLayout', '../slideLayouts/slideLayout1.xml'] } }], {
      'ppt/slideLayouts/slideLayout1.xml': layout,
      'ppt/slideLayouts/_rels/slideLayout1.xml.rels': relationships({
        r1: [`${office}/slideMaster`, '../slideMasters/slideMaster1.xml'],
      }),
      'ppt/slideMasters/slideMaster1.xml': master,
    }),
  )
  assert.deepEqual(lines, ['#水利', '左栏', '右栏', '下方'])
})

test('slides come in the order of the presentation, and their numbers count hidden ones', async () => {
  const slides = ['甲', '乙', '丙'].map((words, i) => ({
    xml: slidePart(title(`${words}页`) + shapeOf([`${words}页说的话。`]), i === 1 ? ' show="0"' : ''),
  }))
  const { lines, pages, notes } = await linesOf(await presentationOf(slides))
  assert.deepEqual(lines, ['#甲页', '甲页说的话。', '#丙页', '丙页说的话。'])
  assert.equal(pages.length, 3)
  assert.deepEqual(notes, [{ zh: '略去 1 张隐藏的幻灯片(第 2 张)。', en: '1 hidden slides are left out (2).' }])
})

test('a damaged slide is left out with a note; a presentation of damaged slides is refused', async () => {
  const whole = { xml: slidePart(shapeOf(['甲页说的话。'])) }
  const { lines, notes } = await linesOf(await presentationOf([{ xml: '<p:sld><a' }, whole]))
  assert.deepEqual(lines, ['甲页说的话。'])
  assert.deepEqual(notes, [{ zh: '第 1 张幻灯片已损坏,未能读取。', en: 'Slide 1: damaged, left out.' }])
  await assert.rejects(linesOf(await presentationOf([{ xml: '<p:sld><a' }])), ReportError)
})

test('a slide without a part is told, and one that is listed again is read once', async () => {
  const slides = ['甲', '乙', '丙'].map((words) => ({ xml: slidePart(shapeOf([`${words}页说的话。`])) }))
  const links = { rId1: 'slide1', rId2: 'missing', rId3: 'slide1' }
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/slide'
  const all = Object.fromEntries(
    Object.entries(links).map(([id, name]) => [id, [office, `slides/${name}.xml`] as const]),
  )
  const pages: number[] = []
  const bytes = await presentationOf(slides, { 'ppt/_rels/presentation.xml.rels': relationships(all) })
  const { text, notes } = await readPresentation(bytes, { ...reading, onPage: (done) => pages.push(done) })
  assert.equal(text, '丙页说的话。\f\f')
  assert.equal(notes[0]?.en, 'Slide 2, 3: damaged, left out.')
  assert.deepEqual(pages.slice(0, 3), [1, 2, 3])
})

test('shapes, points, lines and rows may be more than a call has parameters', () => {
  const many = 130_000
  const shape = { box: null, blocks: [], size: 12 }
  assert.equal(largestSize(Array(many).fill(shape)), 12)
  assert.equal(thinArea(Array.from({ length: many }, (_, i) => [i, 1] as const)).length, 1)
  const writer = new ManuscriptWriter()
  writer.line('a')
  writer.add(Array.from({ length: many }, () => writer.lines[0]!))
  assert.equal(writer.lines.length, many + 1)
  const row = [[0, 1], null] as const
  assert.equal(countHeadRows('a', Array(many).fill(row), 0), 0)
})

test('only so many slides are read as the limit allows, and a note tells', async () => {
  const slides = ['甲', '乙', '丙'].map((words) => ({ xml: slidePart(shapeOf([`${words}页说的话。`])) }))
  const limits = { ...reading.limits, pages: 2 }
  const { text, notes } = await readPresentation(await presentationOf(slides), { ...reading, limits })
  assert.equal(text, '甲页说的话。\f乙页说的话。')
  assert.equal(notes[0]?.en, 'The file has 3 slides; only the first 2 were read.')
})

test('struck and hidden words are no text; raised ones, fields and equations are read', async () => {
  const equation =
    '<mc:AlternateContent><mc:Choice><m:oMathPara><m:oMath><m:r><m:t>x=2</m:t></m:r></m:oMath></m:oMathPara></mc:Choice><mc:Fallback><a:r><a:t>图</a:t></a:r></mc:Fallback></mc:AlternateContent>'
  const { lines } = await linesOf(
    await presentationOf([
      {
        xml: slidePart(
          [
            shapeOf([
              `${run('港口', '')}${run('旧名', 'strike="sngStrike"')}${run('水深8', '')}<a:br/>${run('米。', '')}`,
            ]),
            shapeOf([`${run('面积60m', '')}${run('2', 'baseline="30000"')}${run('。', '')}`]),
            shapeOf([`<a:fld type="slidenum"><a:t>7</a:t></a:fld>${run('页脚外的字。', '')}`]),
            shapeOf(['看不见的字。'], { hidden: true }),
            shapeOf([equation]),
          ].join(''),
        ),
      },
    ]),
  )
  assert.deepEqual(lines, ['港口水深8', '米。', '面积60m²。', '页脚外的字。', 'x=2'])
})

test('a table has its head where the first row is set apart, and merged cells keep their places', async () => {
  const cell = (words: string, attributes = '') => `<a:tc${attributes}>${bodyOf([words], 'a:txBody')}</a:tc>`
  const frame = (table: string) =>
    `<p:graphicFrame><p:nvGraphicFramePr/><p:xfrm><a:off x="0" y="0"/><a:ext cx="9" cy="9"/></p:xfrm><a:graphic><a:graphicData>${table}</a:graphicData></a:graphic></p:graphicFrame>`
  const rows = [
    `<a:tr>${cell('镇名', ' rowSpan="2"')}${cell('2023年', ' gridSpan="2"')}${cell('', ' hMerge="1"')}</a:tr>`,
    `<a:tr>${cell('', ' vMerge="1"')}${cell('产量(吨)')}${cell('面积(亩)')}</a:tr>`,
    `<a:tr>${cell('白沙镇')}${cell('120')}${cell('340')}</a:tr>`,
  ]
  const plain = [
    `<a:tr>${cell('来源')}${cell('说明')}</a:tr>`,
    `<a:tr>${cell('财政')}${cell('县级')}</a:tr>`,
    `<a:tr>${cell('社会')}${cell('捐赠')}</a:tr>`,
  ]
  const { lines } = await linesOf(
    await presentationOf([
      { xml: slidePart(frame(`<a:tbl><a:tblPr firstRow="1"/><a:tblGrid/>${rows.join('')}</a:tbl>`)) },
      { xml: slidePart(frame(`<a:tbl><a:tblPr firstRow="1"/><a:tblGrid/>${plain.join('')}</a:tbl>`)) },
    ]),
  )
  assert.deepEqual(lines, ['白沙镇\n2023年 产量(吨) 120\n2023年 面积(亩) 340', '财政\n说明 县级', '社会\n说明 捐赠'])
})

test('diagrams and charts are read: points from the top down, data as a table', async () => {
  const frame = (reference: string, y: number) =>
    `<p:graphicFrame><p:nvGraphicFramePr/><p:xfrm><a:off x="0" y="${y}"/><a:ext cx="9" cy="9"/></p:xfrm><a:graphic><a:graphicData>${reference}</a:graphicData></a:graphic></p:graphicFrame>`
  const point = (id: string, words: string, type = 'node') =>
    `<dgm:pt modelId="${id}" type="${type}">${words && bodyOf([words], 'dgm:t')}</dgm:pt>`
  const link = (from: string, to: string, order: number, type = 'parOf') =>
    `<dgm:cxn type="${type}" srcId="${from}" destId="${to}" srcOrd="${order}"/>`
  const diagram = drawingPart(
    'dgm:dataModel',
    `<dgm:ptLst>${point('3', '验收')}${point('2', '施工')}${point('1', '立项')}${point('0', '', 'doc')}${point('9', '样式', 'pres')}</dgm:ptLst><dgm:cxnLst>${link('0', '2', 1)}${link('0', '1', 0)}${link('2', '3', 0)}${link('3', '9', 0, 'presOf')}${link('3', '0', 0)}</dgm:cxnLst>`,
  )
  const stored = (name: string, ...values: string[]) =>
    `<c:${name}><c:strRef><c:strCache>${values.map((value, i) => `<c:pt idx="${i}"><c:v>${value}</c:v></c:pt>`).join('')}</c:strCache></c:strRef></c:${name}>`
  const series = (name: string, ...values: string[]) =>
    `<c:ser>${stored('tx', name)}${stored('cat', '2022年', '2023年')}${stored('val', ...values)}</c:ser>`
  const chart = drawingPart(
    'c:chartSpace',
    `<c:chart><c:title><c:tx>${bodyOf(['历年产量'], 'c:rich')}</c:tx></c:title><c:plotArea><c:barChart>${series('油茶(吨)', '31', '37')}${series('香樟(株)', '1000', '1200')}</c:barChart></c:plotArea></c:chart>`,
  )
  const { lines } = await linesOf(
    await presentationOf(
      [
        {
          xml: slidePart(frame('<c:chart r:id="r2"/>', 50) + frame('<dgm:relIds r:dm="r1" r:lo="r3"/>', 10)),
          links: { r1: ['diagramData', '../diagrams/data1.xml'], r2: ['chart', '../charts/chart1.xml'] },
        },
      ],
      { 'ppt/diagrams/data1.xml': diagram, 'ppt/charts/chart1.xml': chart },
    ),
  )
  assert.deepEqual(lines, [
    '立项',
    '施工',
    '验收',
    '历年产量',
    '2022年\n油茶(吨) 31\n香樟(株) 1000',
    '2023年\n油茶(吨) 37\n香樟(株) 1200',
  ])
})

test('a slide without a title is headed by its uppermost words where they are the largest', async () => {
  const large = shapeOf([run('两项措施', 'sz="3600"')], { at: [0, 0, 100, 10] })
  const small = shapeOf([run('修桥三座', 'sz="1800"')], { at: [0, 20, 100, 30] })
  const slides = [large + small, small + shapeOf([run('种树千棵', 'sz="1800"')], { at: [0, 60, 100, 30] })]
  const { lines } = await linesOf(await presentationOf(slides.map((xml) => ({ xml: slidePart(xml) }))))
  assert.deepEqual(lines, ['#两项措施', '修桥三座', '修桥三座', '种树千棵'])
})

test('frames of OpenDocument that ask for words are not read; charts and turned shapes are', async () => {
  const chart = openPart(
    'document-content',
    '<office:body><office:chart><chart:chart><chart:title><text:p>水库蓄水</text:p></chart:title><table:table><table:table-header-rows><table:table-row><table:table-cell><text:p/></table:table-cell><table:table-cell><text:p>蓄水(万方)</text:p></table:table-cell></table:table-row></table:table-header-rows><table:table-rows><table:table-row><table:table-cell><text:p>云湖</text:p></table:table-cell><table:table-cell><text:p>205</text:p></table:table-cell></table:table-row></table:table-rows></table:table></chart:chart></office:chart></office:body>',
  )
  const frame = (place: string, content: string) => `<draw:frame ${place}>${content}</draw:frame>`
  const words = (text: string) => `<draw:text-box><text:p>${text}</text:p></draw:text-box>`
  const body = [
    frame(
      'presentation:class="outline" presentation:placeholder="true" svg:x="1cm" svg:y="1cm"',
      words('单击添加文本'),
    ),
    frame('presentation:class="page-number" svg:x="1cm" svg:y="20cm"', words('第3页')),
    frame('svg:x="1cm" svg:y="9cm" svg:width="5cm" svg:height="3cm"', '<draw:object xlink:href="./Object 1"/>'),
    `<draw:custom-shape draw:transform="rotate (0.5) translate (1cm 30mm)" svg:width="5cm" svg:height="2cm"><text:p>斜放的字</text:p></draw:custom-shape>`,
  ]
  const bytes = await openOf('presentation', `<draw:page draw:name="p">${body.join('')}</draw:page>`, {
    parts: { 'Object 1/content.xml': chart },
  })
  assert.deepEqual((await linesOf(bytes)).lines, ['斜放的字', '水库蓄水', '云湖\n蓄水(万方) 205'])
})

test('shapes are read row by row; columns under headings of their own one after the other', () => {
  const order = (boxes: Readonly<Record<string, readonly [number, number, number, number]>>) =>
    inReadingOrder(
      Object.entries(boxes)
        .reverse()
        .map(([name, [left, top, width, height]]) => ({
          name,
          box: { left, top, right: left + width, bottom: top + height },
        })),
    )
      .map(({ name }) => name)
      .join('')
  assert.equal(order({ a: [0, 0, 4, 4], b: [5, 0, 4, 4], c: [0, 5, 4, 4], d: [5, 5, 4, 4] }), 'abcd')
  assert.equal(order({ a: [0, 0, 9, 1], b: [0, 2, 4, 1], c: [0, 3, 4, 4], d: [5, 2, 4, 1], e: [5, 3, 4, 4] }), 'abcde')
  assert.equal(order({ a: [0, 1, 4, 2], b: [5, 0.8, 4, 2], c: [0, 4, 9, 2] }), 'abc')
  const unplaced = inReadingOrder([
    { name: 'z', box: null },
    { name: 'a', box: { left: 0, top: 0, right: 1, bottom: 1 } },
  ])
  assert.deepEqual(
    unplaced.map(({ name }) => name),
    ['a', 'z'],
  )
})

test('a cover heads all slides and its lines head nothing; a contents slide is in no passage', async () => {
  const slides = [
    title('河道整治汇报') + shapeOf(['青石镇水利站', '2023年5月']),
    title('目录') + shapeOf(['东河清淤', '西河护岸']),
    title('东河清淤') + shapeOf(['清理淤泥8.6万方', '投入挖机12台', '用工300人', '工期两个月', '已经验收']),
    title('西河护岸') + shapeOf(['砌筑护岸3.2公里。']),
  ]
  const bytes = await presentationOf(slides.map((xml) => ({ xml: slidePart(xml) })))
  const found = passages(await readPresentation(bytes, reading)).filter(({ kind }) => kind === 'body')
  assert.deepEqual(
    found.map(({ headline, section, text }) => [headline, section, text]),
    [
      ['河道整治汇报', null, '青石镇水利站'],
      ['河道整治汇报', null, '2023年5月'],
      ...['清理淤泥8.6万方', '投入挖机12台', '用工300人', '工期两个月', '已经验收'].map((words) => [
        '河道整治汇报',
        '东河清淤',
        words,
      ]),
      ['河道整治汇报', '西河护岸', '砌筑护岸3.2公里。'],
    ],
  )
})

test('without a cover each slide is an article; a slide that opens a section heads those after it', async () => {
  const layout = (type: string) => slidePart('', ` type="${type}"`, 'p:sldLayout')
  const links = (name: string) => ({ r1: ['slideLayout', `../slideLayouts/${name}.xml`] as const })
  const parts = { 'ppt/slideLayouts/a.xml': layout('obj'), 'ppt/slideLayouts/b.xml': layout('secHead') }
  const text = (words: string) => ({
    xml: slidePart(title(words) + shapeOf([`${words}已经完成,共计三项。`])),
    links: links('a'),
  })
  const cover = { xml: slidePart(title('年终汇报')), links: links('a') }
  const section = { xml: slidePart(title('水利')), links: links('b') }
  const levels = async (slides: Parameters<typeof presentationOf>[0]) =>
    (await linesOf(await presentationOf(slides, parts))).lines
  assert.deepEqual(await levels([cover, section, text('修渠')]), [
    '#年终汇报',
    '##水利',
    '###修渠',
    '修渠已经完成,共计三项。',
  ])
  const plain = await readPresentation(await presentationOf([text('修渠'), text('种树')], parts), reading)
  assert.deepEqual(
    passages(plain).flatMap(({ kind, headline }) => (kind === 'body' ? [headline] : [])),
    ['修渠', '种树'],
  )
})
