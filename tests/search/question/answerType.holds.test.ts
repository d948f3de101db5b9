import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AnswerType, holdsAnswerType } from '../../../src/search/question/answerType.ts'
import { normalize } from '../../../src/text/normalize.ts'

const holds = (text: string, kind: AnswerType, unit: string | null = null) =>
  holdsAnswerType(normalize(text).text, kind, unit)

test('a figure is held only with the unit asked for, or one that means the same', () => {
  assert.ok(holds('产盐三百吨', 'number', '吨'))
  assert.ok(holds('产盐1,200.5余吨', 'number', '吨'))
  assert.ok(!holds('产盐三百吨', 'number', '艘'))
  assert.ok(holds('船员12名', 'number', '人') && holds('船员12人', 'number', '名'))
  assert.ok(!holds('船员12户', 'number', '人'))
  assert.ok(holds('修了3亿元', 'number', '元') && holds('运费5美元', 'number', '元'))
  assert.ok(holds('返航率为百分之三', 'number', '%') && holds('增长３％', 'number', '%'))
  assert.ok(!holds('产盐若干', 'number'))
  assert.ok(holds('船9艘', 'number'))
})

test('things are counted by any classifier, but are neither people nor weights', () => {
  assert.ok(holds('泊位3座', 'number', '个') && holds('换灯9盏,共9个', 'number', '座'))
  assert.ok(!holds('船员3名', 'number', '座') && !holds('盐3吨', 'number', '座'))
})

test('the measure word 个 before a unit does not hide it', () => {
  assert.ok(holds('返航率提高0.5个百分点', 'number', '%'))
  assert.ok(holds('修了300个小时', 'number', '小时'))
})

test('an area does not answer a length', () => {
  assert.ok(!holds('盐田3000平方米', 'number', '米'))
})

test('dates, places, persons, reasons and lists leave marks; other kinds are always held', () => {
  const marks: readonly (readonly [AnswerType, string, string])[] = [
    ['date', '三月五日返航', '很久以前返航'],
    ['date', '去年返航', '按时返航'],
    ['place', '停在望潮广场', '停得很稳'],
    ['person', '风停之后，陈大海说', '风停之后返航'],
    ['reason', '由于大风停航', '大风停航'],
    ['list', '晒盐、捕鱼、修船', '晒盐、捕鱼'],
    ['list', '晒盐;捕鱼', '晒盐,捕鱼'],
    ['list', '第一,晒盐', '晒盐。捕鱼、修船。造船、晒网'],
    ['list', '一是修船', '修船'],
  ]
  for (const [kind, held, bare] of marks) {
    assert.ok(holds(held, kind), `${kind}: ${held}`)
    assert.ok(!holds(bare, kind), `${kind}: ${bare}`)
  }
  assert.ok(holds('', 'other'))
})

test('a day is told by more than a month or a year', () => {
  for (const text of [
    '3月5日返航',
    '三月五日返航',
    '２５日返航',
    '5号返航',
    '昨天返航',
    '当晚返航',
    '星期三返航',
    '除夕返航',
  ])
    assert.ok(holds(text, 'date', '日'), text)
  for (const text of [
    '3月返航',
    '2016年返航',
    '2016年3月底返航',
    '今年返航',
    '上半年返航',
    '乘3号线返航',
    '返航停在5号楼',
  ]) {
    assert.ok(!holds(text, 'date', '日'), text)
  }
  for (const text of ['3月返航', '2016年返航', '今年返航']) {
    assert.ok(holds(text, 'date', '年'), text)
    assert.ok(holds(text, 'date'), text)
  }
})

test('a quantity is held in any unit of its kind and in no other', () => {
  assert.ok(holds('守灯人今年72岁', 'number', '岁') && !holds('守灯人守了72年', 'number', '岁'))
  assert.ok(holds('栈桥长300米', 'number', '公里') && !holds('栈桥宽300亩', 'number', '公里'))
  assert.ok(holds('盐田40多万亩', 'number', '平方米') && !holds('盐田40多万元', 'number', '平方米'))
  assert.ok(holds('岛上居民300余名', 'number', '人') && !holds('岛上居民300余户', 'number', '人'))
  assert.ok(holds('停航三个月', 'number', '天') && !holds('停航三次', 'number', '天'))
})
