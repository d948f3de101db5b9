import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReportError } from '../../../src/errors.ts'
import { statedProperties } from '../../../src/reports/formats/documentProperties.ts'
import { readOpenText } from '../../../src/reports/formats/openText.ts'
import { rootElement } from '../../../src/reports/formats/wordXml.ts'
import { reading } from '../../fixtures/office.ts'
import { openOf, openPart } from '../../fixtures/packageParts.ts'

async function linesOf(body: string, options: Parameters<typeof openOf>[2] = {}) {
  const { lines, notes } = await readOpenText(await openOf('text', body, options), reading)
  return { lines: lines.map(({ level, content }) => `${'#'.repeat(level)}${content.text}`), notes }
}

const paragraph = (words: string) => `<text:p>${words}</text:p>`

test('words that are hidden, struck out or only named are no text, wherever a style says so', async () => {
  const style = (name: string, family: string, properties: string, parent = '') =>
    `<style:style style:name="${name}" style:family="${family}"${parent && ` style:parent-style-name="${parent}"`}><style:text-properties ${properties}/></style:style>`
  const { lines } = await linesOf(
    [
      paragraph('港口有<text:span text:style-name="secret">口令9988</text:span>三座灯塔。'),
      paragraph('港口有<text:span text:style-name="inner">口令9988</text:span>三座灯塔。'),
      paragraph('港口有<text:span text:style-name="struck">旧址</text:span>三座灯塔。'),
      '<text:p text:style-name="secret">看不见<text:span text:style-name="shown">看得见。</text:span></text:p>',
      `<text:section text:display="none">${paragraph('隐藏的节。')}</text:section>`,
      `<text:section text:display="condition" text:is-hidden="false">${paragraph('显示的节。')}</text:section>`,
      `<text:table-of-content><text:index-body>${paragraph('目录里的字')}</text:index-body></text:table-of-content>`,
      paragraph(
        '高<text:s text:c="3"/>5<text:tab/>米<text:page-number>7</text:page-number><text:ruby><text:ruby-base>塔</text:ruby-base><text:ruby-text>ta</text:ruby-text></text:ruby>。',
      ),
    ].join(''),
    {
      styles: [
        style('secret', 'text', 'text:display="none"'),
        style('inner', 'text', 'style:font-name="x"', 'secret'),
        style('shown', 'text', 'text:display="true"'),
        style('struck', 'text', 'style:text-line-through-style="solid"'),
        style('secret', 'paragraph', 'text:display="none"'),
      ].join(''),
    },
  )
  assert.deepEqual(lines, [
    '港口有三座灯塔。',
    '港口有三座灯塔。',
    '港口有三座灯塔。',
    '看得见。',
    '显示的节。',
    '高 5 米塔。',
  ])
})

test('headings are told by their elements, by the level of their style, or by its name', async () => {
  const style = (name: string, attributes: string) =>
    `<style:style style:name="${name}" style:family="paragraph" ${attributes}/>`
  const { lines } = await linesOf(
    [
      '<text:p text:style-name="Title">云岭县志</text:p>',
      '<text:h text:outline-level="2">第一章</text:h>',
      '<text:list><text:list-item><text:h text:outline-level="3">第一节</text:h></text:list-item></text:list>',
      '<text:p text:style-name="P1">一、山川</text:p>',
      '<text:p text:style-name="own">二、河流</text:p>',
      '<text:p text:style-name="plain">正文一句。</text:p>',
    ].join(''),
    {
      styles: [
        style('Title', ''),
        style('Heading_20_4', 'style:display-name="Heading 4"'),
        style('P1', 'style:parent-style-name="Heading_20_4"'),
        style('own', 'style:default-outline-level="5"'),
        style('plain', 'style:default-outline-level=""'),
      ].join(''),
    },
  )
  assert.deepEqual(lines, ['#云岭县志', '##第一章', '###第一节', '####一、山川', '#####二、河流', '正文一句。'])
})

test('cells of tables: merged down and across, repeated, hidden rows, empty ones at the edge', async () => {
  const cell = (words: string, attributes = '') =>
    `<table:table-cell${attributes}>${paragraph(words)}</table:table-cell>`
  const covered = '<table:covered-table-cell/>'
  const row = (cells: string, attributes = '') => `<table:table-row${attributes}>${cells}</table:table-row>`
  const spans = (columns: number, rows: number) =>
    ` table:number-columns-spanned="${columns}" table:number-rows-spanned="${rows}"`
  const table = [
    '<table:table-header-rows>',
    row(cell('镇名', spans(1, 2)) + cell('产量', spans(2, 1)) + covered),
    row(covered + cell('早稻') + cell('晚稻')),
    '</table:table-header-rows>',
    row(
      cell('白沙镇') +
        cell('12', ' table:number-columns-repeated="2"') +
        '<table:table-cell table:number-columns-repeated="1000"/>',
    ),
    row(cell('密镇') + cell('77') + cell('88'), ' table:visibility="collapse"'),
    row(cell('红枫镇') + cell('31') + cell('29')),
    '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="1000"/></table:table-row>',
  ]
  const { lines } = await linesOf(`<table:table>${table.join('')}</table:table>`)
  assert.deepEqual(lines, ['白沙镇\n产量 早稻 12\n产量 晚稻 12', '红枫镇\n产量 早稻 31\n产量 晚稻 29'])
})

test('cells that repeat more words than a text may have are refused, and a row of any width is not', async () => {
  const table = (content: string, columns: number) => {
    const cell = `<table:table-cell table:number-columns-repeated="${columns}">${content}</table:table-cell>`
    return `<table:table><table:table-row table:number-rows-repeated="200">${cell}</table:table-row></table:table>`
  }
  const long = paragraph('字'.repeat(1000))
  for (const body of [
    table(long, 200),
    table(table(table(paragraph('字'), 200), 200), 200),
    table('', 200).repeat(100),
  ]) {
    const read = readOpenText(await openOf('text', body), reading)
    await (body.includes('字') ? assert.rejects(read, ReportError) : read)
  }
  const { lines } = await linesOf(table(paragraph('字'), 2))
  assert.equal(lines.length, 200)
})

test('equations in objects are read in their sentence', async () => {
  const math =
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><mi>x</mi><mo>=</mo><mfrac><mn>1</mn><mn>2</mn></mfrac></mrow><annotation>x = 1 over 2</annotation></semantics></math>'
  const frame = '<draw:frame><draw:object xlink:href="./Object 1"/><draw:image xlink:href="x.png"/></draw:frame>'
  const { lines } = await linesOf(paragraph(`取${frame}。`), { parts: { 'Object 1/content.xml': math } })
  assert.deepEqual(lines, ['取x=1/2。'])
})

test('an object that is shown in many places may not multiply its words beyond what a text may have', async () => {
  const title = `<chart:title>${paragraph('字'.repeat(100_000))}</chart:title>`
  const chart = openPart('document-content', `<office:body><chart:chart>${title}</chart:chart></office:body>`)
  const shown = '<draw:object xlink:href="./Object 1"/>'
  const options = { parts: { 'Object 1/content.xml': chart } }
  const { lines } = await linesOf(shown, options)
  assert.equal(lines[0]!.length, 100_000)
  await assert.rejects(readOpenText(await openOf('text', shown.repeat(250), options), reading), ReportError)
})

test('a document under a password, or without its content, is refused with what to do', async () => {
  const manifest = openPart('x', '').replace('<office:x', '<manifest:encryption-data/><office:x')
  const locked = await openOf('text', paragraph('字'), { parts: { 'META-INF/manifest.xml': manifest } })
  const empty = await openOf('text', '', { parts: { 'content.xml': openPart('document-content', '') } })
  for (const [bytes, told] of [
    [locked, /密码/u],
    [empty, /损坏/u],
  ] as const)
    await assert.rejects(
      readOpenText(bytes, reading),
      (error) => error instanceof ReportError && told.test(error.text.zh),
    )
})

test('properties are stated where the text bears them out', () => {
  const meta = (content: string) => rootElement(openPart('document-meta', `<office:meta>${content}</office:meta>`))
  const days = (created: string, saved: string) =>
    meta(`<meta:creation-date>${created}</meta:creation-date><dc:date>${saved}</dc:date>`)
  const text = '云栖县工作报告\n二○二三年没有写成2023的样子。'
  assert.deepEqual(statedProperties(meta('<dc:title>云栖县工作报告</dc:title>'), text), { title: '云栖县工作报告' })
  assert.deepEqual(statedProperties(meta('<dc:title>模板</dc:title>'), text), {})
  assert.deepEqual(statedProperties(days('2023-05-04T10:00:00', '2023-05-20T10:00:00'), text), { date: '2023-05' })
  assert.deepEqual(statedProperties(days('2023-05-04', '2024-01-01'), text), {})
  assert.deepEqual(statedProperties(days('2019-05-04', '2019-05-04'), text), {})
  assert.deepEqual(statedProperties(meta('<dc:creator>云栖县林业局</dc:creator>'), text), { publisher: '云栖县林业局' })
  assert.deepEqual(statedProperties(meta('<dc:creator>Administrator</dc:creator>'), text), {})
})
