import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outline, paragraphs } from '../../support/reportOutline.ts'

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

test('columns parted by bars without a line of dashes, as drawn or as typed', () => {
  for (const bar of ['|', '│', '┃']) {
    const rows = ['项目 预算', '修桥 120.5', '灯塔 30.0', '渔港 9.0'].map((row) => row.replace(' ', ` ${bar} `))
    assert.deepEqual(paragraphs(`${light}\n${rows.join('\n')}\n${light}`).slice(1, -1), [
      '修桥\n预算 120.5',
      '灯塔\n预算 30.0',
      '渔港\n预算 9.0',
    ])
  }
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

test('a table below another one, of cells on lines of their own', () => {
  const first = ['指标', '单位', '数量', '渔船', '艘', '812', '灯塔', '座', '45', '鱼产量', '吨', '9300']
  const second = ['2031年全乡主要农产品产量', '品名', '产量（吨）', '茶叶', '31.2', '柑橘', '58', '甘蔗', '7.5']
  const found = paragraphs(`${light}\n${[...first, ...second].join('\n')}\n${light}`)
  assert.deepEqual(found.slice(-5), [
    '鱼产量\n单位 吨\n数量 9300',
    '茶叶\n产量（吨） 31.2',
    '柑橘\n产量（吨） 58',
    '甘蔗\n产量（吨） 7.5',
    light,
  ])
})

test('a row that names those below it, and a label set apart over two lines', () => {
  const cells = ['指标', '数量', '渔业设施', '渔船', '812', '灯塔', '45', '道', '路', '19', '码头', '3']
  assert.deepEqual(paragraphs(`${light}\n${cells.join('\n')}\n${light}`).slice(1, -1), [
    '渔业设施',
    '渔船\n数量 812',
    '灯塔\n数量 45',
    '道\n路\n数量 19',
    '码头\n数量 3',
  ])
})

test('rows of two halves under the same heads stand under each other', () => {
  const cells = [
    ...['行业', '增长（%）', '行业', '增长（%）'],
    ...['捕捞业', '4.5', '港口装卸和船舶修理业', '1.3倍'],
    ...['养殖业', '-2.0', '水产品加工和冷藏运输业', '0.8'],
    ...['晒盐业', '58', '渔具制造业', '7.7'],
  ]
  const found = paragraphs(`${light}\n${cells.join('\n')}\n${light}`)
  assert.deepEqual(found.slice(1, 4), [
    '捕捞业\n增长（%） 4.5',
    '港口装卸和船舶修理业\n增长（%） 1.3倍',
    '养殖业\n增长（%） -2.0',
  ])
})

test('cells on lines of their own with tabs in front: empty cells, broken heads, remarks', () => {
  const rows = [
    '单位：万元\n\t2031年\n\t2030年\n\t变动说明',
    '修桥费\n\t120.5\n\t118.0\n\t主要是春汛以后加固了桥墩',
    '灯塔费\n\t30.0\n\t31.2',
    '码头费\n\t9.0\n\t\t新设',
  ]
  assert.deepEqual(paragraphs(`${light}\n${rows.join('\n')}\n${light}`).slice(1, -1), [
    '修桥费\n2031年 120.5\n2030年 118.0\n变动说明 主要是春汛以后加固了桥墩\n单位：万元',
    '灯塔费\n2031年 30.0\n2030年 31.2\n单位：万元',
    '码头费\n2031年 9.0\n变动说明 新设\n单位：万元',
  ])
  const broken = [
    '科目\n\t2030年\n决算数\n\t2031年\n预算数\n\t科目\n\t2030年\n决算数\n\t2031年\n预算数',
    '渔业收入\n\t12.5\n\t13\n\t修桥支出\n\t8.1\n\t8.4',
    '\t\t\t灯塔支出\n\t2.2\n\t2.3',
    '港口收入\n\t4.0\n\t4.2\n\t码头支出\n\t1.1\n\t1.0',
  ]
  assert.deepEqual(paragraphs(`${light}\n${broken.join('\n')}\n${light}`).slice(1, 4), [
    '渔业收入\n2030年 决算数 12.5\n2031年 预算数 13',
    '修桥支出\n2030年 决算数 8.1\n2031年 预算数 8.4',
    '灯塔支出\n2030年 决算数 2.2\n2031年 预算数 2.3',
  ])
})

test('cells under heads in two rows, whose columns the tabs do not tell: rows without heads', () => {
  const rows = [
    '单位：元\n\t2031年末\n\t2030年末\n\t增减\n\t说明\n金额\n\t占比\n\t金额\n\t占比',
    '货币资金\n\t1556.45\n\t23.07%\n\t1956.33\n\t27.80%\n\t-4.73%',
    '应收账款\n\t459.19\n\t6.81%\n\t479.06\n\t6.82%\n\t-0.01%',
    '存货\n\t842.60\n\t12.49%\n\t905.49\n\t12.87%\n\t-0.38%',
  ]
  const found = paragraphs(`${light}\n${rows.join('\n')}\n${light}`)
  assert.deepEqual(found.slice(-4), [
    '货币资金 1556.45 23.07% 1956.33 27.80% -4.73%',
    '应收账款 459.19 6.81% 479.06 6.82% -0.01%',
    '存货 842.60 12.49% 905.49 12.87% -0.38%',
    light,
  ])
})

test('cells that make no table are rows with blanks; no figure is lost or joined', () => {
  const cells = ['船名', '吨位', '海鸥号', '58', '312', '信天翁', '41', '白鹭号', '7', '96.5', '海燕号', '12']
  const found = paragraphs(`${light}\n${cells.join('\n')}\n${light}`)
  assert.deepEqual(found.slice(1, -1), ['船名 吨位 海鸥号 58 312', '信天翁 41', '白鹭号 7 96.5', '海燕号 12'])
})
