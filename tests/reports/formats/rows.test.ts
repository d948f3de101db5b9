import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TableHints } from '../../../src/reports/formats/rows.ts'
import { type Merge, writeTable } from '../../../src/reports/formats/tableWriter.ts'
import { manuscriptOf } from '../../../src/reports/formats/text.ts'
import { ManuscriptWriter } from '../../../src/reports/formats/writer.ts'
import { maxPassageCharacters } from '../../../src/reports/manuscript.ts'
import { bare } from '../../../src/text/normalize.ts'
import fc from '../../laws.ts'

function linesOf(rows: readonly (readonly string[])[], merges: readonly Merge[] = [], told: TableHints = {}) {
  const writer = new ManuscriptWriter()
  writeTable(writer, rows, merges, told)
  return { text: writer.text, lines: writer.lines }
}

const shown = (...table: Parameters<typeof linesOf>) => linesOf(...table).lines.map((line) => line.content.text)

test('any table: every row is made of cells alone, its own first', () => {
  const cell = fc.constantFrom('', '税收', '2020年', '12.5', '单位:亿元', '一、收入', '增长(%)', '2020', '—', '注:快报')
  const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 6 }), { maxLength: 8 })
  const span = fc
    .tuple(fc.nat(7), fc.integer({ min: 1, max: 8 }))
    .map(([at, size]): [number, number] => [at, at + size])
  const merges = fc.array(fc.record({ rows: span, columns: span }), { maxLength: 3 })
  fc.assert(
    fc.property(table, merges, fc.constantFrom({}, { level: 2 }, { headRows: 1 }), (rows, merges, told) => {
      const { text, lines } = linesOf(rows, merges, told)
      for (const { content, range } of lines) {
        const words = content.pieces.map((piece) => text.slice(...piece.range)).join('')
        assert.equal(bare(content.text), bare(words))
        assert.ok(range[0] < range[1])
        for (const { at, range } of content.pieces)
          assert.equal(content.text.slice(at, at + range[1] - range[0]), text.slice(...range))
      }
    }),
    { numRuns: 500 },
  )
})

test('a unit in the first column’s heading, in a heading of its own, in a column', () => {
  assert.deepEqual(
    shown([
      ['项目(亿元)', '2020年', '2021年'],
      ['税收', '1', '2'],
    ]),
    ['税收\n2020年 1\n2021年 2\n(亿元)'],
  )
  assert.deepEqual(
    shown([
      ['项目', '2020年(亿元)', '增长(%)'],
      ['税收', '1', '2'],
    ]),
    ['税收\n2020年(亿元) 1\n增长(%) 2'],
  )
  assert.deepEqual(
    shown([
      ['项目', '单位', '2020年'],
      ['税收', '亿元', '2'],
    ]),
    ['税收\n单位 亿元\n2020年 2'],
  )
})

test('a table without a head, and one of names and values, stay as they are', () => {
  assert.deepEqual(
    shown([
      ['税收', '1'],
      ['非税', '2'],
    ]),
    ['税收 1', '非税 2'],
  )
  assert.deepEqual(
    shown([
      ['名称', '青石镇'],
      ['地址', '北山路'],
    ]),
    ['名称 青石镇', '地址 北山路'],
  )
})

test('years in cells that are numbers head columns; a column of years labels rows', () => {
  assert.deepEqual(
    shown([
      ['指标', '2019', '2020'],
      ['税收', '1', '2'],
    ]),
    ['税收\n2019 1\n2020 2'],
  )
  assert.deepEqual(
    shown([
      ['年份', '税收'],
      ['2019', '1'],
      ['2020', '2'],
    ]),
    ['2019\n税收 1', '2020\n税收 2'],
  )
})

test('a row of figures alone keeps the heading of its first column; a number or a year names its row', () => {
  assert.deepEqual(
    shown([
      ['结果维持', '结果纠正'],
      ['1', '2'],
    ]),
    ['结果维持 1\n结果纠正 2'],
  )
  assert.deepEqual(
    shown([
      ['序号', '座数'],
      ['1', '2'],
    ]),
    ['1\n座数 2'],
  )
})

test('a label over several rows is said in each of them', () => {
  const rows = [
    ['类别', '项目', '2020年'],
    ['收入', '税收', '1'],
    ['', '非税', '2'],
  ]
  assert.deepEqual(shown(rows, [{ rows: [1, 3], columns: [0, 1] }]), [
    '收入 税收\n2020年 1',
    '非税\n类别 收入\n2020年 2',
  ])
})

test('a table’s name and a heading across it head what follows, or are said in every row in running text', () => {
  const rows = [
    ['收支表', '', ''],
    ['项目', '2019年', '2020年'],
    ['一、收入', '', ''],
    ['税收', '1', '2'],
    ['注:快报数。', '', ''],
  ]
  const merges: Merge[] = [{ rows: [2, 3], columns: [0, 3] }]
  const { lines } = linesOf(rows, merges, { level: 2 })
  assert.deepEqual(
    lines.map((line) => [line.level, line.content.text]),
    [
      [2, '收支表'],
      [3, '一、收入'],
      [0, '税收\n2019年 1\n2020年 2'],
      [0, '注:快报数。'],
    ],
  )
  assert.ok(shown(rows, merges).includes('税收\n2019年 1\n2020年 2\n收支表\n一、收入'))
})

test('a row wider than a passage is several lines, each with label and unit', () => {
  const years = Array.from({ length: 30 }, (_, i) => `${1990 + i}年决算数`)
  const rows = [['单位:亿元'], ['项目', ...years], ['税收', ...years.map((_, i) => `${i}.5`)]]
  const lines = shown(rows)
  assert.ok(lines.length > 1)
  for (const line of lines) {
    assert.ok(line.length <= maxPassageCharacters)
    assert.match(line, /^税收\n[\s\S]*\n单位:亿元$/u)
  }
  for (const [i, year] of years.entries())
    assert.ok(
      lines.some((line) => line.includes(`\n${year} ${i}.5\n`)),
      year,
    )
})

test('the numbers of an official form’s columns head nothing', () => {
  assert.deepEqual(
    shown([
      ['项目', '预算数', '决算数'],
      ['栏次', '1', '2'],
      ['税收', '10', '20'],
    ]),
    ['税收\n预算数 10\n决算数 20'],
  )
})

test('a Markdown table gives rows; without its dashes the lines stay what they are', () => {
  const rows = (text: string) =>
    manuscriptOf(text)
      .lines.filter((line) => line.isRow)
      .map((line) => line.content.text)
  assert.deepEqual(rows('文字。\n\n| 项目 | 2020年 |\n|:--|--:|\n| **税收** | 1 |\n| 非税 | |\n\n文字。'), [
    '税收\n2020年 1',
    '非税',
  ])
  assert.deepEqual(rows('项目 | 2020年\n--- | ---\n税收 | 1'), ['税收\n2020年 1'])
  assert.deepEqual(rows('| 项目 | 2020年 |\n| 税收 | 1 |'), [])
})
