import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as xlsx from '@e965/xlsx'
import JSZip from 'jszip'
import { evaluator, type FormulaCell } from '../../../src/reports/formats/formulas.ts'
import { readTable } from '../../../src/reports/formats/table.ts'
import { reading } from '../../fixtures/office.ts'

type Sheets = Readonly<Record<string, readonly (readonly (number | string | boolean | null)[])[]>>

/** Computes the first cell of sheets whose cells are values, or formulas where they begin with `=`. */
function first(sheets: Sheets, isCut = false): number | null {
  const cellAt = (sheet: string, row: number, column: number): FormulaCell | undefined => {
    const value = sheets[sheet]?.[row]?.[column]
    if (value === undefined || value === '') return undefined
    return typeof value === 'string' && value.startsWith('=') ? { formula: value.slice(1) } : { value }
  }
  const sizeOf = (sheet: string) => {
    const rows = sheets[sheet]
    return rows && { rows: rows.length, columns: 100, isCut }
  }
  const [name] = Object.keys(sheets)
  return evaluator({ cellAt, sizeOf })(name!, 0, 0)
}

const computed = (formula: string, ...below: (number | string | boolean | null)[]) =>
  first({ 灯塔: [[`=${formula}`], ...below.map((value) => [value])], '二号 表': [[7]] })

test('sums, averages, products, extremes, counts and rounding over cells and ranges', () => {
  for (const [formula, expected] of [
    ['SUM(A2:A4)', 6],
    ['sum($A$2:$A$3, A4, 10)', 16],
    ['AVERAGE(A2:A4)', 2],
    ['PRODUCT(A2:A4)', 6],
    ['MIN(A2:A4)+MAX(A2:A4)', 4],
    ['COUNT(A2:A9)', 3],
    ['ROUND(A2/A4,2)', 0.33],
    ['ROUND(1.005,2)', 1.01],
    ['ROUND(-2.5,0)', -3],
    ['A2+A3*A4-(A2-A3)/2', 7.5],
    ['-2^2', 4],
    ['50%*A3', 1],
    ["'二号 表'!A1+1", 8],
    ['SUM(A2:A1048576)', 6],
    ['A9+1', 1],
  ] as const)
    assert.equal(computed(formula, 1, 2, 3), expected, formula)
})

test('words in a range are passed over, in a calculation they make it unknown', () => {
  assert.equal(computed('SUM(A2:A3)', 5, '约三座'), 5)
  assert.equal(computed('A2+A3', 5, '约三座'), null)
})

test('other functions, errors, unknown sheets and files, and what is malformed come to nothing', () => {
  for (const formula of [
    'VLOOKUP(A2,A2:A3,1)',
    'IF(A2>1,2,3)',
    'A2/0',
    'SUM(A2:A3',
    'A2 A3',
    'A2&A3',
    '三号!A1',
    '[1]Sheet1!A1',
    'SUM()+',
    '',
    'ROUND(A2:A3)',
    'AVERAGE(A5:A6)',
    '"a"',
    'LOG10(100)',
    'A2,A3',
  ])
    assert.equal(computed(formula, 1, 2), null, formula)
  assert.equal(computed('A2+1', null), null)
  assert.equal(first({ 灯塔: [['=SUM(A2:A9)'], [1]] }, true), null)
})

test('formulas that go in a circle or wait for very many others come to nothing', () => {
  assert.equal(first({ 灯塔: [['=A1+1']] }), null)
  assert.equal(first({ 灯塔: [['=A2'], ['=SUM(A1:A3)'], [1]] }), null)
  assert.equal(first({ 灯塔: Array.from({ length: 50_000 }, (_, i) => [`=A${i + 2}+1`]) }), null)
  assert.equal(first({ 灯塔: [[`=${'('.repeat(2000)}1${')'.repeat(2000)}`]] }), null)
  assert.equal(first({ 灯塔: [['=SUM(A2:XFD1048576)'], [1]] }), 1)
})

test('formulas over one another a thousandfold end', () => {
  const rows = Array.from({ length: 3000 }, () => ['=SUM(B1:CV3000)', ...Array.from({ length: 99 }, () => 1)])
  assert.equal(first({ 灯塔: rows }), 297_000)
  assert.equal(first({ 灯塔: [['=SUM(B1:B3000)'], ...rows.map((_, i) => ['', `=SUM(B1:B${i})`])] }), null)
})

/** A workbook of one sheet whose cells are as raw XML says. */
async function workbookOf(rows: string): Promise<Uint8Array> {
  const book = xlsx.utils.book_new()
  xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet([[1]]), '港口')
  const zip = await JSZip.loadAsync(xlsx.write(book, { type: 'buffer', bookType: 'xlsx' }))
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  zip.file('xl/worksheets/sheet1.xml', `<worksheet xmlns="${main}"><sheetData>${rows}</sheetData></worksheet>`)
  zip.file(
    'xl/styles.xml',
    `<styleSheet xmlns="${main}"><fonts><font/></fonts><fills><fill/></fills><borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="10" applyNumberFormat="1"/></cellXfs></styleSheet>`,
  )
  return zip.generateAsync({ type: 'uint8array' })
}

const words = (...cells: string[]) => cells.map((cell) => `<c t="inlineStr"><is><t>${cell}</t></is></c>`).join('')

test('a spreadsheet’s formulas without stored values are computed as their cells show them, or told', async () => {
  const { lines, notes } = await readTable(
    await workbookOf(
      [
        `<row>${words('港口', '一季度', '二季度', '合计', '占比', '排名')}</row>`,
        `<row>${words('北港')}<c><v>120</v></c><c><v>135</v></c><c><f>B2+C2</f></c><c s="1"><f>D2/D3</f><v></v></c><c><f>RANK(D2,D2:D3)</f></c></row>`,
        `<row>${words('总计')}<c><f>SUM(B2:B2)</f><v/></c><c><f>SUM(C2:C2)</f><v>999</v></c><c><f>SUM(B3:C3)</f></c><c s="1"><f>D3/D3</f></c></row>`,
      ].join(''),
    ),
    reading,
  )
  assert.deepEqual(
    lines.slice(1).map((line) => line.content.text),
    ['北港\n一季度 120\n二季度 135\n合计 255\n占比 22.79%', '总计\n一季度 120\n二季度 999\n合计 1119\n占比 100.00%'],
  )
  assert.deepEqual(
    notes.map((note) => note.en.slice(0, 34)),
    ['The sheet “港口” has 5 formulas with', 'The sheet “港口” has 1 formulas with'],
  )
})

test('empty cells that are styled to the sheet’s edge make no sheet too large', async () => {
  const empty = Array.from({ length: 600 }, (_, i) => `<c r="${xlsx.utils.encode_cell({ r: 0, c: i + 2 })}" s="1"/>`)
  const bytes = await workbookOf(
    `<row r="1"><c r="A1" t="inlineStr"><is><t>灯塔</t></is></c><c r="B1"><v>3</v></c>${empty.join('')}</row>`,
  )
  assert.deepEqual((await readTable(bytes, reading)).notes, [])
})
