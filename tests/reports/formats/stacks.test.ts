import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as xlsx from '@e965/xlsx'
import { readDocx } from '../../../src/reports/formats/docx.ts'
import { readHtml } from '../../../src/reports/formats/html.ts'
import type { TableHints } from '../../../src/reports/formats/rows.ts'
import { readTable } from '../../../src/reports/formats/table.ts'
import { type Merge, writeTable } from '../../../src/reports/formats/tableWriter.ts'
import { ManuscriptWriter } from '../../../src/reports/formats/writer.ts'
import { reading } from '../../fixtures/office.ts'
import { paragraph, run, wordOf } from '../../fixtures/wordParts.ts'

function shown(rows: readonly (readonly string[])[], merges: readonly Merge[] = [], told: TableHints = {}): string[] {
  const writer = new ManuscriptWriter()
  writeTable(writer, rows, merges, told)
  return writer.lines.map((line) => line.content.text)
}

/** Each row as its cells with the number of columns that each spans. */
type Spanned = readonly (readonly [words: string, span: number])[]

const stacked: readonly Spanned[] = [
  [['第一类 航标', 4]],
  [
    ['设施', 1],
    ['新建数', 1],
    ['拆除数', 1],
    ['现有数', 1],
  ],
  [
    ['灯塔', 1],
    ['1', 1],
    ['0', 1],
    ['11', 1],
  ],
  [['第二类 许可', 4]],
  [
    ['设施', 1],
    ['办理件数', 3],
  ],
  [
    ['泊位', 1],
    ['4472', 3],
  ],
  [['第三类 规费', 4]],
  [
    ['设施', 1],
    ['征收金额(万元)', 2],
    ['减免金额(万元)', 1],
  ],
  [
    ['码头', 1],
    ['961.6', 2],
    ['7.5', 1],
  ],
]
const stackedRows = [
  '灯塔\n新建数 1\n拆除数 0\n现有数 11\n第一类 航标',
  '泊位\n办理件数 4472\n第二类 许可',
  '码头\n征收金额(万元) 961.6\n减免金额(万元) 7.5\n第三类 规费',
]

test('a new row of headings ends the headings above it, in Word and on web pages', async () => {
  const word = stacked.map(
    (row) =>
      `<w:tr>${row.map(([words, span]) => `<w:tc><w:tcPr><w:gridSpan w:val="${span}"/></w:tcPr>${paragraph(run(words))}</w:tc>`).join('')}</w:tr>`,
  )
  const page = stacked.map(
    (row) => `<tr>${row.map(([words, span]) => `<td colspan="${span}">${words}</td>`).join('')}</tr>`,
  )
  for (const { lines } of [
    await readDocx(await wordOf(`<w:tbl>${word.join('')}</w:tbl>`), reading),
    await readHtml(Buffer.from(`<table>${page.join('')}</table>`), reading),
  ]) {
    const rows = lines.map((line) => line.content.text).filter((text) => text.includes('\n'))
    assert.deepEqual(rows, stackedRows)
  }
})

function sheet(rows: readonly (readonly (string | number | null)[])[], merges: readonly string[] = []): Uint8Array {
  const made = xlsx.utils.aoa_to_sheet(rows.map((row) => [...row]))
  made['!merges'] = merges.map((range) => xlsx.utils.decode_range(range))
  const book = xlsx.utils.book_new()
  xlsx.utils.book_append_sheet(book, made, '统计')
  return xlsx.write(book, { type: 'buffer', bookType: 'xlsx' })
}

const read = async (bytes: Uint8Array) =>
  (await readTable(bytes, reading)).lines.map((line) => [line.level, line.content.text])

test('tables below one another in a spreadsheet: each has its name and its head', async () => {
  const bytes = sheet([
    ['灯塔表', null, null],
    ['名称', '高度(米)', '射程(海里)'],
    ['北灯塔', 31, 18],
    [],
    ['泊位表', null, null],
    ['名称', '长度(米)'],
    ['三号泊位', 220],
  ])
  assert.deepEqual(await read(bytes), [
    [1, '统计'],
    [2, '灯塔表'],
    [0, '北灯塔\n高度(米) 31\n射程(海里) 18'],
    [2, '泊位表'],
    [0, '三号泊位\n长度(米) 220'],
  ])
})

test('the name above all stacks stays, a unit of the first does not go on, a repeated head is none', () => {
  assert.deepEqual(
    shown([
      ['港口收支', '', ''],
      ['甲、收入', '', ''],
      ['', '', '单位:万元'],
      ['项目', '预算数', '决算数'],
      ['规费', '10', '12'],
      ['项目', '预算数', '决算数'],
      ['租金', '3', '4'],
      ['乙、人员', '', ''],
      ['项目', '在编人数', '外聘人数'],
      ['引航员', '5', '6'],
    ]).filter((line) => line.includes('\n')),
    [
      '规费\n预算数 10\n决算数 12\n港口收支\n甲、收入\n单位:万元',
      '租金\n预算数 3\n决算数 4\n港口收支\n甲、收入\n单位:万元',
      '引航员\n在编人数 5\n外聘人数 6\n港口收支\n乙、人员',
    ],
  )
})

test('rows of words among figures are rows; in doubt the rows below are under no heading', () => {
  assert.deepEqual(
    shown([
      ['指标', '东港', '西港'],
      ['泊位', '12', '9'],
      ['主业', '渔业', '客运'],
      ['灯塔', '3', '4'],
      ['航标', '—', '无'],
      ['浮标', '7', '8'],
    ]),
    [
      '泊位\n东港 12\n西港 9',
      '主业\n东港 渔业\n西港 客运',
      '灯塔\n东港 3\n西港 4',
      '航标\n西港 无',
      '浮标\n东港 7\n西港 8',
    ],
  )
  assert.deepEqual(
    shown(
      [
        ['指标', '东港', '西港'],
        ['泊位', '12', '9'],
        ['负责人员', '', ''],
        ['站长', '张三', '李四'],
        ['船员', '5', '6'],
      ],
      [{ rows: [2, 3], columns: [0, 3] }],
    ).at(-1),
    '船员 5 6\n负责人员',
  )
})

test('a head of two levels further down, and one that the format marks', () => {
  const rows = [
    ['名称', '座数'],
    ['灯塔', '3'],
    ['名称', '2030年', '', '2031年', ''],
    ['', '船数', '吨数', '船数', '吨数'],
    ['客轮', '1', '2', '3', '4'],
  ]
  const merges: Merge[] = [
    { rows: [2, 4], columns: [0, 1] },
    { rows: [2, 3], columns: [1, 3] },
    { rows: [2, 3], columns: [3, 5] },
  ]
  assert.equal(shown(rows, merges).at(-1), '客轮\n2030年 船数 1\n2030年 吨数 2\n2031年 船数 3\n2031年 吨数 4')
  const marked = [
    ['指标', '座数'],
    ['灯塔', '3'],
    ['船', '东港'],
    ['客轮', '7'],
  ]
  assert.equal(shown(marked, [], { headRows: 1, marked: new Set([0, 2]) }).at(-1), '客轮\n东港 7')
})

test('a section ends at a total of all and at a remark', () => {
  const rows = [
    ['项目', '2030年', '2031年'],
    ['一、航标', '', ''],
    ['灯塔', '1', '2'],
    ['小计', '1', '2'],
    ['二、码头', '', ''],
    ['泊位', '3', '4'],
    ['注:不含趸船。', '', ''],
    ['趸船', '5', '6'],
    ['总计', '9', '12'],
  ]
  assert.deepEqual(
    shown(rows, [], { level: 2 }).filter((line) => line.includes('\n')),
    [
      '灯塔\n2030年 1\n2031年 2\n一、航标',
      '小计\n2030年 1\n2031年 2\n一、航标',
      '泊位\n2030年 3\n2031年 4\n二、码头',
      '趸船\n2030年 5\n2031年 6',
      '总计\n2030年 9\n2031年 12',
    ],
  )
})

test('tables side by side in a spreadsheet are apart; an empty column inside a table parts nothing', async () => {
  const bytes = sheet(
    [
      ['港口统计', null, null, null, null, null],
      ['灯塔表', null, null, '泊位表', null, null],
      ['名称', '高度', null, '名称', '长度', '水深'],
      ['北灯塔', 31, null, '三号泊位', 220, 9],
      ['南灯塔', 28, null, '四号泊位', 180, 8],
    ],
    ['A1:F1'],
  )
  assert.deepEqual(await read(bytes), [
    [1, '统计'],
    [2, '港口统计'],
    [3, '灯塔表'],
    [0, '北灯塔\n高度 31'],
    [0, '南灯塔\n高度 28'],
    [3, '泊位表'],
    [0, '三号泊位\n长度 220\n水深 9'],
    [0, '四号泊位\n长度 180\n水深 8'],
  ])
  const one = sheet([
    ['名称', '高度', null, '射程'],
    ['北灯塔', 31, null, 18],
  ])
  assert.deepEqual((await read(one)).at(-1), [0, '北灯塔\n高度 31\n射程 18'])
})

test('a table of very many heads and words takes no long time', () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => (i % 2 === 0 ? ['名称', '座数'] : ['灯塔', '无人值守']))
  assert.ok(shown(rows).length > 0)
})
