import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { shorten } from '../../../src/bot/views/shorten.ts'
import fc, { anyCodePoints } from '../../laws.ts'

const figure = fc.oneof(
  fc.integer({ min: 0, max: 999_999 }).map(String),
  fc.integer({ min: 1000, max: 999_999_999 }).map((number) => number.toLocaleString('en-US')),
  fc.tuple(fc.nat({ max: 999 }), fc.nat({ max: 99 })).map(([whole, part]) => `${whole}.${part}`),
  fc
    .tuple(fc.nat({ max: 23 }), fc.nat({ max: 59 }))
    .map(([hour, minute]) => `${hour}:${String(minute).padStart(2, '0')}`),
)
const unit = fc.constantFrom('', '%', '‰', '元', '万元', '亿元', '万', '户', '年', '个')
const measure = fc.tuple(figure, unit).map(([number, of]) => number + of)
const words = fc.constantFrom('全年完成', '增长', '其中', '共有', '目标是', '😀', '𠮷', 'report', ' ', '(', '“')
const stop = fc.constantFrom('，', '。', '；', ', ', '! ')
const piece = fc.oneof(
  fc.record({ text: measure, isMeasure: fc.constant(true) }),
  fc.record({ text: fc.oneof(words, stop), isMeasure: fc.constant(false) }),
)
/** No two figures side by side: nobody could tell where one ends. */
const pieces = fc
  .array(piece, { minLength: 1, maxLength: 25 })
  .map((all) => all.filter(({ isMeasure }, i) => !(isMeasure && all[i - 1]?.isMeasure)))

const loneSurrogate = /\p{Surrogate}/u

test('it is the beginning of the text, as it stands, and never longer than the limit', () => {
  fc.assert(
    fc.property(anyCodePoints({ maxLength: 60 }), fc.nat({ max: 70 }), (text, limit) => {
      const short = shorten(text, limit)
      assert.ok(short.length <= limit)
      assert.ok(text.startsWith(short))
      if (text.length <= limit) assert.equal(short, text)
    }),
    { numRuns: 1000 },
  )
})

test('no character is cut in two, however short it has to be', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-composite', maxLength: 30 }), fc.nat({ max: 40 }), (text, limit) => {
      fc.pre(!loneSurrogate.test(text))
      assert.doesNotMatch(shorten(text, limit), loneSurrogate)
    }),
    { numRuns: 1000 },
  )
})

test('no figure is cut, nor parted from its unit, wherever something stands before it', () => {
  fc.assert(
    fc.property(pieces, fc.integer({ min: 1, max: 80 }), (given, limit) => {
      const text = given.map((one) => one.text).join('')
      const cut = shorten(text, limit).length
      let at = 0
      for (const [index, one] of given.entries()) {
        const [start, end] = [at, at + one.text.length]
        at = end
        if (!one.isMeasure) continue
        // A text that begins with a figure longer than the limit leaves no choice.
        if (index === 0 && end > limit) return
        assert.ok(cut <= start || cut >= end, `‘${text.slice(0, cut)}’ cuts ‘${one.text}’`)
      }
    }),
    { numRuns: 3000 },
  )
})

describe('by hand', () => {
  const cases: readonly (readonly [about: string, text: string, limit: number, short: string])[] = [
    ['after a clause in the second half', '一二三四五，六七八九', 8, '一二三四五，'],
    ['not after a clause in the first half', '甲乙，丙丁戊己庚辛壬', 8, '甲乙，丙丁戊己庚'],
    ['before a figure', '全年完成投资120亿元', 8, '全年完成投资'],
    ['before a figure with a decimal point', '增长了好多12.5%', 7, '增长了好多'],
    ['after a figure with its unit', '全年完成120亿元以上', 9, '全年完成120亿元'],
    ['a comma inside a figure ends no clause', '收入为12,345元', 6, '收入为'],
    ['one letter of an emoji does not stay', '好😀', 2, '好'],
    ['a figure longer than the limit is cut all the same', '1234567890', 4, '1234'],
    ['nothing fits', '😀', 1, ''],
  ]
  for (const [about, text, limit, short] of cases) test(about, () => assert.equal(shorten(text, limit), short))
})

describe('units of several characters, or after a space', () => {
  for (const [text, limit] of [
    ['道路长度达120公里', 9],
    ['新增面积50平方米', 7],
    ['下降了5个百分点', 5],
    ['a road of 12 km', 12],
    ['a road of 12km', 13],
    ['the sum of $ 5 million', 14],
  ] as const) {
    test(`‘${text}’ in ${limit}`, () => {
      const short = shorten(text, limit)
      assert.doesNotMatch(short, /\d/, `‘${short}’ parts the figure from its unit`)
    })
  }
})
