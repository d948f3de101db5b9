import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outline, paragraphs } from './outline.ts'

const light = '码头的灯塔换了新灯，夜里十里之外也能看见，渔船返航安全了许多，渔民都很满意。'

test('columns parted by blanks: each row a paragraph with the heads of its columns', () => {
  const rows = [
    '指标      2031年    增长（%）',
    '渔船数    812      2.4',
    '灯塔数    45       0.0',
    '鱼产量    9300     -1.2',
  ]
  assert.deepEqual(paragraphs(`${light}\n${rows.join('\n')}\n${light}`), [
    ...[
      light,
      '渔船数\n2031年 812\n增长（%） 2.4',
      '灯塔数\n2031年 45\n增长（%） 0.0',
      '鱼产量\n2031年 9300\n增长（%） -1.2',
    ],
    light,
  ])
})

test('columns parted by tabs, with the unit above', () => {
  const rows = ['项目\t预算\t决算', '修桥\t120.5\t118.0', '灯塔\t30.0\t31.2', '渔港\t9.0\t8.8']
  const found = paragraphs(`${light}\n单位：万元\n${rows.join('\n')}\n${light}`)
  assert.deepEqual(found.slice(2, 4), [
    '修桥\n预算 120.5\n决算 118.0\n单位：万元',
    '灯塔\n预算 30.0\n决算 31.2\n单位：万元',
  ])
})

test('one cell a line: the rows are told by the places of their figures', () => {
  const cells = ['指标', '单位', '数量', '渔船', '艘', '812', '灯塔', '座', '45', '鱼产量', '吨', '9300']
  assert.deepEqual(paragraphs(`${light}\n${cells.join('\n')}\n${light}`), [
    ...[light, '渔船\n单位 艘\n数量 812', '灯塔\n单位 座\n数量 45', '鱼产量\n单位 吨\n数量 9300', light],
  ])
})

test('the table’s name and unit above cells of one line each', () => {
  const cells = ['2031年渔业主要指标', '单位：万元', '指标', '产值', '渔船', '812.5', '灯塔', '45.0', '渔港', '9.1']
  const found = paragraphs(`${light}\n${cells.join('\n')}\n${light}`)
  assert.deepEqual(found.slice(-4), [
    '渔船\n产值 812.5\n单位：万元',
    '灯塔\n产值 45.0\n单位：万元',
    '渔港\n产值 9.1\n单位：万元',
    light,
  ])
})

test('cells whose heads are not certain stay what they are', () => {
  // A head in two rows has more cells than the table has columns.
  const twoRows = [
    '指标',
    '2031年',
    '2030年',
    '数量',
    '比重',
    '数量',
    '比重',
    '渔船',
    '8',
    '1.2',
    '9',
    '1.3',
    '灯塔',
    '4',
    '0.1',
  ]
  const uneven = ['指标', '数量', '渔船', '812', '灯塔', '45', '艘', '渔港', '9']
  const list = ['灯塔', '渔港', '老桥', '学校', '粮站', '码头']
  for (const cells of [twoRows, uneven, list]) {
    for (const paragraph of paragraphs(`${light}\n${cells.join('\n')}\n${light}`)) {
      assert.ok(!paragraph.includes('\n'), paragraph)
    }
  }
})

test('running text with blanks or figures in it is no table', () => {
  const lines = ['灯塔  由北山的石匠修成。', '渔港  在村东，有船三百艘。', '老桥  在村西，长四十米。', '学校  在村北。']
  for (const paragraph of paragraphs(lines.join('\n'))) assert.ok(!paragraph.includes('\n'), paragraph)
})

test('a row never joins two cells without a blank', () => {
  const rows = ['项目  甲  乙', '灯塔  1  2', '渔港  3  4', '老桥  5  6']
  for (const { paragraphs } of outline(rows.join('\n')).articles) {
    for (const paragraph of paragraphs) assert.match(paragraph, /^\p{L}+\n甲 \d\n乙 \d$/u)
  }
})
