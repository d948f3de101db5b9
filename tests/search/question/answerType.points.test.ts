import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AnswerType, holdsAnswerType, pointsIn } from '../../../src/search/question/answerType.ts'
import { normalize } from '../../../src/text/normalize.ts'
import fc from '../../laws.ts'

const pointsOf = (text: string, kind: AnswerType, unit: string | null = null) =>
  pointsIn(text, kind, unit).map((range) => text.slice(...range))

test('figures stand where they are found, with their unit', () => {
  assert.deepEqual(pointsIn('产盐300吨,运盐二百吨', 'number', '吨'), [
    [2, 6],
    [9, 12],
  ])
  assert.deepEqual(pointsOf('产盐1,200.5余吨', 'number', '吨'), ['1,200.5余吨'])
  assert.deepEqual(pointsOf('产盐近4万多吨', 'number', '吨'), ['4万多吨'])
  assert.deepEqual(pointsOf('返航率提高0.5个百分点', 'number', '%'), ['0.5个百分点'])
  assert.deepEqual(pointsOf('停航百分之三点五', 'number'), ['百分之三点五'])
})

test('only figures in the unit asked for are found, or in one that measures the same', () => {
  const text = '渔船30艘运盐200吨、500公斤,船员90名,修了3年'
  assert.deepEqual(pointsOf(text, 'number', '吨'), ['200吨', '500公斤'])
  assert.deepEqual(pointsOf(text, 'number', '人'), ['90名'])
  assert.deepEqual(pointsOf(text, 'number', '座'), ['30艘'], 'things are counted by any classifier')
  assert.deepEqual(pointsOf(text, 'number', '平方米'), [])
  assert.deepEqual(pointsOf(text, 'number'), ['30艘', '200吨', '500公斤', '90名', '3年'])
})

test('a number without a unit is no figure', () => {
  for (const text of ['编号300', '第三', '老码头', '']) assert.deepEqual(pointsOf(text, 'number'), [], text)
})

test('dates are found one by one, whatever their form', () => {
  assert.deepEqual(pointsOf('2016年动工,三月五日亮灯,去年大修,明年上半年完工', 'date'), [
    ...['2016年', '三月五日', '去年', '明年', '上半年'],
  ])
  assert.deepEqual(pointsOf('二〇一六年3月底返航30艘', 'date', '年'), ['二〇一六年3月底'])
  assert.deepEqual(pointsOf('很久以前返航30艘', 'date'), [])
})

test('what leaves no figure and no date has no points', () => {
  for (const kind of ['person', 'place', 'reason', 'list', 'other'] as const)
    assert.deepEqual(pointsOf('2016年返航30艘', kind), [], kind)
})

test('law: points are in order, apart, and each by itself holds what is asked for', () => {
  const piece = fc.constantFrom(
    ...['2016年', '３月', '3', '五', '日', '号', '百分之', '点', '%', '万', '亿', '多', '个', '百分点', '第', '去年'],
    ...['吨', '平方米', '艘', '岁', '天', ',', '，', '.', '、', ' ', '产盐', '㎡', '㋂', '㏤', '底'],
  )
  const text = fc.array(piece, { maxLength: 20 }).map((pieces) => normalize(pieces.join('')).text)
  const asked = fc.oneof(
    fc.constantFrom(null, '年').map((unit) => ['date', unit] as const),
    fc.constantFrom(null, '吨', '平方米', '艘', '岁', '天', '元').map((unit) => ['number', unit] as const),
  )
  fc.assert(
    fc.property(text, asked, (plain, [kind, unit]) => {
      let before = 0
      for (const [start, end] of pointsIn(plain, kind, unit)) {
        assert.ok(before <= start && start < end && end <= plain.length)
        assert.ok(holdsAnswerType(plain.slice(start, end), kind, unit), plain.slice(start, end))
        before = end
      }
    }),
    { numRuns: 1000 },
  )
})

test('law: a figure is found whole wherever it stands, unless its unit measures something else', () => {
  const numeral = fc.oneof(
    fc.integer({ min: 1, max: 99_999 }).map(String),
    fc.integer({ min: 1000, max: 99_999 }).map((value) => value.toLocaleString('en')),
    fc.integer({ min: 1, max: 999 }).map((value) => `${value / 10}`),
    fc.constantFrom('三', '三十二', '一千零五', '二百', '两'),
  )
  const unit = fc.constantFrom('吨', '平方米', '艘', '岁', '天', '元', '人', '公里')
  const words = fc.constantFrom('', '盐场产盐', '灯塔,', '渔船返航。')
  fc.assert(
    fc.property(words, numeral, fc.constantFrom('', '万', '多', '余'), unit, words, unit, (...drawn) => {
      const [front, number, more, own, back, other] = drawn
      const figure = number + more + own
      assert.deepEqual(pointsOf(front + figure + back, 'number', own), [figure])
      assert.deepEqual(pointsOf(front + figure + back, 'number', other), other === own ? [figure] : [])
    }),
  )
})
