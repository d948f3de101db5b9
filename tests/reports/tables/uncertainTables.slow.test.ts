import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import PDFDocument from 'pdfkit'
import sharp from 'sharp'
import { readPdf } from '../../../src/reports/formats/pdf.ts'
import { readText } from '../../../src/reports/formats/text.ts'
import { understand } from '../../../src/reports/loadReport.ts'
import { defaultLimits, type FormatReader } from '../../../src/reports/manuscript.ts'
import type { Report } from '../../../src/reports/types.ts'
import { inspectionText } from '../../../src/terminal/inspection.ts'
import { budgetTable, type PrintedTable, type TableMake } from '../../fixtures/budgetTables.ts'
import { english, newspaper, singleColumn, twoColumns } from '../../fixtures/documents.ts'

const closed = (text: string) => text.replaceAll(/\s/gu, '')

async function understood(bytes: Uint8Array, read: FormatReader = readPdf, file = 'a.pdf'): Promise<Report> {
  // However busy the machine is.
  const manuscript = await read(bytes, { file, limits: { ...defaultLimits, seconds: 600 } })
  return understand(manuscript, { file, id: 'a', format: 'pdf', stated: {} })
}
const understoodText = (text: string) => understood(new TextEncoder().encode(text), readText, 'a.txt')
const named = ({ uncertainTables, text }: Report) => uncertainTables.map((range) => text.slice(...range))

/** The figures of a table that are not said with their label and headings, and of those the ones in no uncertain table. */
function untoldIn({ cells }: PrintedTable, report: Report) {
  const paragraphs = report.articles.flatMap((article) => article.paragraphs)
  const untold = cells.filter(({ label, headings, value }) => {
    const own = paragraphs.filter(({ text }) => closed(text).startsWith(label))
    return !own.some(({ text }) => text.split('\n').some((line) => closed(line) === headings.join('') + value))
  })
  const silent = untold.filter(({ value }) => !named(report).some((words) => words.includes(value)))
  return { untold, silent }
}

const usual: TableMake = {
  seed: 1,
  columns: 5,
  rows: 24,
  rulings: 'all',
  isGrouped: false,
  hasLongLabels: false,
  empty: 0.1,
  repeatsHead: false,
}

const makes: readonly (readonly [string, Partial<TableMake>])[] = [
  ['whose figures stand beside their cells', { shift: 40 }],
  ['of which half the rulings are missing', { erased: 0.5 }],
  ['of which most rulings are missing', { erased: 0.7, rulings: 'outer columns' }],
  ['whose figures run together', { merged: 0.3 }],
  ['without rulings, whose figures run together', { merged: 0.3, shift: 30, rulings: 'none' }],
  ['with broken labels and shifted figures', { hasLongLabels: true, shift: 30, rulings: 'none' }],
  ['with headings over columns that cannot be told', { isGrouped: true, columns: 8, shift: 30, rulings: 'across' }],
]

for (const [i, [kind, make]] of makes.entries()) {
  test(`figures of a table ${kind} are told or the table is named`, async (context) => {
    const shares: number[] = []
    for (const seed of [1, 2]) {
      const table = await budgetTable({ ...usual, seed: 7000 + 10 * i + seed, ...make })
      const { untold, silent } = untoldIn(table, await understood(table.bytes))
      context.diagnostic(`${table.cells.length} cells, ${untold.length} not told, ${silent.length} of them not named`)
      assert.ok(silent.length <= 0.02 * table.cells.length, JSON.stringify(silent))
      shares.push(untold.length / table.cells.length)
    }
    assert.ok(Math.max(...shares) > 0, 'nothing was hard to read')
  })
}

test('no table is named where all are told', async () => {
  for (const rulings of ['all', 'across', 'none', 'outer columns'] as const) {
    const table = await budgetTable({ ...usual, seed: 7100, rulings })
    assert.deepEqual(named(await understood(table.bytes)), [], rulings)
  }
})

test('running text in columns is no table', async () => {
  for (const sample of [await singleColumn({ pages: 4 }), await twoColumns(), await newspaper(), await english()])
    assert.deepEqual(named(await understood(sample.bytes)), [])
})

test('lines of cells that a text sets in columns of their own are named', async () => {
  const table = [
    '项目\t2030年\t2031年\t增长',
    '税收收入\t12.5\t13.1',
    '非税收入\t3.25\t4.10\t26.2\t备注一',
    '合计\t15.75\t17.20\t9.2',
  ]
  const report = await understoodText(`西城街道预算\n\n今年收入增加。\n\n${table.join('\n')}\n\n明年继续增加。`)
  assert.deepEqual(named(report), [table.join('\n')])
  const piped = ['项目 | 金额', '税收收入 | 12.5', '非税收入 | 3.25 | 备注', '合计 | 15.75']
  assert.deepEqual(named(await understoodText(`西城街道预算\n\n${piped.join('\n')}\n\n明年继续增加。`)), [
    piped.join('\n'),
  ])
  const cells = ['名称', '甲', '12.5', '0.3', '7.1', '乙', '3.25', '9.4', '丙', '15.75', '8.8']
  assert.deepEqual(named(await understoodText(`西城街道预算\n\n${cells.join('\n')}\n\n明年继续增加。`)), [
    cells.join('\n'),
  ])
})

test('names in columns, addresses, dates and numbered items are no table', async () => {
  const lines = [
    ...['张三    李四    王五', '赵六    孙七    周八', '吴九    郑十    王一'],
    ...['地址:西城街道中山路1号', '电话:0519-88888888', '邮编:213000'],
    ...['一、收入', '1. 税收收入12.5亿元', '2. 非税收入3.25亿元', '3. 其他收入1.1亿元'],
    ...['2031年1月4日', '2031年2月8日', '2031年3月9日', '本报讯  记者王一'],
  ]
  assert.deepEqual(named(await understoodText(`西城街道年报\n\n今年收入增加。\n\n${lines.join('\n')}`)), [])
})

test('an inspection names uncertain tables and pages without words', async () => {
  const { bytes } = await budgetTable({ ...usual, seed: 7200, merged: 0.4 })
  const report = await understood(bytes)
  assert.ok(report.uncertainTables.length > 0)
  const text = inspectionText(report, 'en', (_, words) => words)
  assert.ok(text.includes(`▦?: table whose columns are uncertain (${report.uncertainTables.length})`))
  assert.match(text, /^ {2}¶ \d+ {2}▦\? /mu)
})

test('a scanned page on which nothing can be read is named', async () => {
  const grey = { width: 300, height: 400, channels: 3, background: '#dddddd' } as const
  const blank = await sharp({ create: grey }).png().toBuffer()
  const pdf = new PDFDocument({ size: 'A4' })
  const bytes = buffer(pdf)
  pdf.text('Three old bridges of the town were repaired this year, and a thousand trees were planted.')
  // A small page, as OCR takes long for a large one.
  pdf.addPage({ size: [150, 200] }).image(blank, 0, 0, { width: 150, height: 200 })
  pdf.end()
  const report = await understood(new Uint8Array(await bytes))
  assert.ok(
    report.notes.some(({ en }) => en === 'Page 2: a picture, or in a font that cannot be told; OCR found no words.'),
  )
  assert.match(
    inspectionText(report, 'en', (_, words) => words),
    /^ {2}pages without words to quote: 2$/mu,
  )
})
