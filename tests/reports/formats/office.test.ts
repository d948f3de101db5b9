import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { isVerbatim, makeQuote } from '../../../src/answer/quote.ts'
import { readDocx } from '../../../src/reports/formats/docx.ts'
import { readHtml } from '../../../src/reports/formats/html.ts'
import { readTable } from '../../../src/reports/formats/table.ts'
import { readText } from '../../../src/reports/formats/text.ts'
import { understand } from '../../../src/reports/loadReport.ts'
import type { FormatReader, Manuscript } from '../../../src/reports/manuscript.ts'
import { bare } from '../../../src/text/normalize.ts'
import * as made from '../../fixtures/office.ts'

const budgetText = made.budget.flat().join('')
const markdown = `# ${made.title}\n\n${made.sections.map((part) => `## ${part.heading}\n\n${part.paragraphs.join('\n\n')}`).join('\n\n')}`

async function read(
  reader: FormatReader,
  bytes: Uint8Array,
  expected: string,
  context: TestContext,
): Promise<Manuscript> {
  const manuscript = await reader(bytes, made.reading)
  context.diagnostic(`character error rate ${made.errorRate(expected, manuscript.text)}`)
  assert.equal(bare(manuscript.text), bare(expected))
  const report = understand(manuscript, { file: 'a', id: 'a', format: 'docx', stated: {} })
  for (const passage of made.passages(manuscript)) {
    const quote = makeQuote(report, passage, { highlights: [], figures: [] }, 1)
    assert.ok(isVerbatim(quote, manuscript.text), passage.text)
  }
  return manuscript
}

/** Row, year, level of the head, figure in one passage. */
function holdsBudget(manuscript: Manuscript, unit = ''): void {
  const texts = made.passages(manuscript).map((passage) => passage.text)
  const row = texts.find((text) => text.startsWith('一般公共预算收入'))
  const columns = ['2019年 预算数 10.1', '2019年 决算数 10.25', '2020年 预算数 11.5', '2020年 决算数 12.75']
  assert.equal(row, ['一般公共预算收入', ...columns, ...(unit ? [unit] : [])].join('\n'))
}

const outline = (manuscript: Manuscript) =>
  understand(manuscript, { file: 'a', id: 'a', format: 'docx', stated: {} }).articles.map((article) => [
    article.headline?.text,
    ...article.paragraphs.map(({ text, sections }) => `${sections.map((part) => part.text).join(' › ')}: ${text}`),
  ])

const expectedOutline = [
  made.title,
  ...made.sections.flatMap(({ heading, paragraphs }) => paragraphs.map((text) => `${heading}: ${text}`)),
  ...made.items.map((item) => `二、今年安排: ${item}`),
]

test('Markdown', async (context) => {
  await read(readText, Buffer.from(markdown), markdown, context)
})

for (const charset of ['utf-8', 'gbk'] as const) {
  test(`a web page in ${charset}: its text without what stands around it`, async (context) => {
    const page = made.webPage(charset)
    const bytes = charset === 'gbk' ? made.encode(page, 'gb18030') : Buffer.from(page)
    const manuscript = await read(readHtml, bytes, made.knownText, context)
    assert.deepEqual(outline(manuscript)[0]!.slice(0, expectedOutline.length), expectedOutline)
    holdsBudget(manuscript)
    assert.deepEqual(manuscript.stated, { title: made.title, publisher: '青石镇人民政府', date: '2021-01-05' })
  })
}

test('a Word document: headings, lists and a table', async (context) => {
  const manuscript = await read(readDocx, await made.wordDocument(), made.knownText, context)
  assert.deepEqual(outline(manuscript)[0]!.slice(0, expectedOutline.length), expectedOutline)
  holdsBudget(manuscript)
  assert.deepEqual(manuscript.stated, { title: made.title })
})

for (const type of ['xlsx', 'biff8', 'ods'] as const) {
  test(`a workbook as ${type}: a figure keeps its row, both levels of its head and its unit`, async () => {
    const manuscript = await readTable(made.workbook(type), made.reading)
    holdsBudget(manuscript, '单位:亿元')
    const row = made.passages(manuscript).find((passage) => passage.text.startsWith('税收收入'))
    assert.deepEqual([row?.headline, row?.section], ['预算', '青石镇收支表'])
    // The library writes no hidden sheets into ODS.
    if (type === 'ods') return
    assert.equal(bare(manuscript.text), bare(`预算青石镇收支表单位:亿元${budgetText}注:2020年为快报数。`))
    assert.match(manuscript.notes[0]!.zh, /隐藏/u)
  })
}

test('CSV: cells as they are written, a head of two levels without merges', async (context) => {
  holdsBudget(await read(readTable, Buffer.from(made.csv), budgetText, context))
  holdsBudget(await read(readTable, made.encode(made.csv, 'gb18030'), budgetText, context))
  const odd = await readTable(Buffer.from('编号;名称;占比\n001;"修桥;""三座""";5.10%\n002;种树;=1+1\n'), made.reading)
  assert.equal(made.passages(odd)[0]!.text, '001 修桥;"三座"\n占比 5.10%')
})
