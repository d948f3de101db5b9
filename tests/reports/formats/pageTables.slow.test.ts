import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPdf } from '../../../src/reports/formats/pdf.ts'
import { defaultLimits, type Manuscript } from '../../../src/reports/manuscript.ts'
import { restore } from '../../../src/reports/restore.ts'
import { budgetTable, type PrintedTable, type TableMake } from '../../fixtures/budgetTables.ts'
import { pictureOf, pictures } from '../../fixtures/documents.ts'

const read = (bytes: Uint8Array): Promise<Manuscript> =>
  // However busy the machine is.
  readPdf(bytes, { file: 'a.pdf', limits: { ...defaultLimits, seconds: 600 } })
/** OCR does not tell full-width punctuation from half-width one. */
const closed = (text: string) => text.normalize('NFKC').replaceAll(/\s/gu, '')

function paragraphsIn(manuscript: Manuscript): string[] {
  return restore(manuscript.text, manuscript.lines, manuscript.pages).articles.flatMap(({ paragraphs }) =>
    paragraphs.map(({ text }) => text),
  )
}

/** The share of printed cells that are read with their label, headings and unit, and all figures that nobody printed. */
function compared({ cells, unit }: PrintedTable, manuscript: Manuscript) {
  const paragraphs = paragraphsIn(manuscript)
  const right = cells.filter(({ label, headings, value }) => {
    const own = paragraphs.filter(
      (text) => closed(text).startsWith(closed(label)) && closed(text).includes(closed(unit)),
    )
    return own.some((text) => text.split('\n').some((line) => closed(line) === headings.join('') + value))
  })
  const printed = new Set([...cells.map(({ value }) => value), '2031', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
  const invented = paragraphs.flatMap((text) => text.match(/[\d.]+/gu) ?? []).filter((figure) => !printed.has(figure))
  return { share: right.length / cells.length, invented }
}

const usual: TableMake = {
  seed: 1,
  columns: 5,
  rows: 30,
  rulings: 'all',
  isGrouped: false,
  hasLongLabels: false,
  empty: 0.1,
  repeatsHead: false,
}

const makes: readonly (readonly [string, Partial<TableMake>])[] = [
  ['ruled, over two pages', {}],
  ['ruled, with headings over several columns and broken labels', { columns: 9, isGrouped: true, hasLongLabels: true }],
  ['open at its sides', { columns: 12, rulings: 'outer columns' }],
  ['with lines above and below only', { columns: 7, rulings: 'across', repeatsHead: true }],
  [
    'with lines under headings over several columns',
    { columns: 8, rulings: 'across', isGrouped: true, repeatsHead: true },
  ],
  ['without rulings', { columns: 4, rulings: 'none' }],
  ['without rulings, with broken labels', { columns: 3, rulings: 'none', hasLongLabels: true, empty: 0 }],
]

for (const [i, [kind, make]] of makes.entries()) {
  test(`every cell of a table ${kind} has its label, its headings and the unit`, async (context) => {
    const table = await budgetTable({ ...usual, seed: i + 40, ...make })
    assert.ok(table.pages > 1)
    const { share, invented } = compared(table, await read(table.bytes))
    context.diagnostic(`${table.cells.length} cells, ${share.toFixed(3)} right`)
    assert.deepEqual(invented, [])
    assert.ok(share >= 0.97, `${share}`)
  })
}

test('a table whose headings stand over columns that cannot be told says no false heading', async () => {
  const table = await budgetTable({ ...usual, seed: 60, columns: 9, rulings: 'none', isGrouped: true })
  const groups = new Set(table.cells.flatMap(({ headings }) => (headings.length > 1 ? [headings[0]!] : [])))
  const under = new Map(table.cells.map(({ label, headings, value }) => [`${label} ${value}`, headings]))
  for (const paragraph of paragraphsIn(await read(table.bytes))) {
    const [label, ...lines] = paragraph.split('\n')
    for (const line of lines) {
      const words = line.split(' ')
      const printed = under.get(`${label} ${words.at(-1)}`)
      for (const word of words.slice(0, -1))
        if (groups.has(word) && printed) assert.ok(printed.includes(word), `${paragraph}: ${word}`)
    }
  }
})

test('the cells of a scanned table are read apart', async (context) => {
  const table = await budgetTable({ ...usual, seed: 71, rows: 14, columns: 4 })
  const scan = await pictures([await pictureOf(table.bytes)])
  const manuscript = await read(scan)
  const { share } = compared(table, manuscript)
  context.diagnostic(`${table.cells.length} cells, ${share.toFixed(3)} right`)
  assert.ok(share >= 0.9, `${share}`)
  const printed = new Set([...table.cells.map(({ value }) => value), '2031', '1'])
  const isDoubtful = (at: number) => manuscript.doubtful.some(([start, end]) => at >= start && at < end)
  const figures = [...manuscript.text.matchAll(/\d[\d.,]*/gu)]
  assert.deepEqual(
    figures.filter(({ 0: figure, index }) => !printed.has(figure) && !isDoubtful(index)).map(({ 0: figure }) => figure),
    [],
  )
  const doubts = figures.filter(({ index }) => isDoubtful(index)).length
  context.diagnostic(`${doubts} of ${figures.length} figures with doubt`)
  assert.ok(doubts * 10 <= figures.length)
  // No figure stands beside another without its heading.
  const rows = paragraphsIn(manuscript).filter((text) => table.cells.some(({ label }) => text.startsWith(label)))
  assert.ok(rows.length >= 10, `${rows.length} rows`)
  for (const row of rows) for (const line of row.split('\n')) assert.ok((line.match(/[\d.]+/gu) ?? []).length <= 1, row)
})
