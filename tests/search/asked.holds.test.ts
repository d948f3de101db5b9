import assert from 'node:assert/strict'
import { test } from 'node:test'
import { holdsKind, type Kind } from '../../src/search/asked.ts'
import { normalize } from '../../src/text/normalize.ts'

const holds = (text: string, kind: Kind, unit: string | null = null) => holdsKind(normalize(text).text, kind, unit)

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
  const marks: readonly (readonly [Kind, string, string])[] = [
    ['date', '三月五日返航', '很久以前返航'],
    ['date', '去年返航', '按时返航'],
    ['place', '停在望潮广场', '停得很稳'],
    ['person', '风停之后，陈大海说', '风停之后返航'],
    ['reason', '由于大风停航', '大风停航'],
    ['list', '晒盐、捕鱼', '晒盐'],
    ['list', '一是修船', '修船'],
  ]
  for (const [kind, held, bare] of marks) {
    assert.ok(holds(held, kind), `${kind}: ${held}`)
    assert.ok(!holds(bare, kind), `${kind}: ${bare}`)
  }
  assert.ok(holds('', 'other'))
})
