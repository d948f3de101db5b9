import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chineseWhole, figuresOf, numberOf, numeralsOf } from '../../src/languages/figures.ts'
import fc from '../laws.ts'

/** The first form of each figure of a question. */
const forms = (question: string) => figuresOf(question).map(({ forms: [first] }) => first)
/** What a question's only figure may be written as. */
const ways = (question: string) => figuresOf(question).flatMap((figure) => figure.forms)

test('numbers with units are written as Chinese reports write them', () => {
  for (const [question, expected] of [
    ['It received 1.6 billion yuan for 4,124 flats', ['16亿元', '4124套']],
    ['3.5 million mu of land and 2,000 km of road', ['350万亩', '2000公里']],
    ['rose 20 per cent, then 12.5%', ['20%', '12.5%']],
    ['98.5 percentage points', ['98.5个百分点']],
    ['$5 million for 300 households', ['500万美元', '300户']],
    ['over 10,000 visitors in twenty-five villages', ['1万人次', '25']],
    ['80 square kilometres', ['80平方公里']],
  ] as const)
    assert.deepEqual(forms(question), expected, question)
})

test('numbers in words, with spaces and with k', () => {
  for (const [question, expected] of [
    ['one hundred and twenty households', ['120户']],
    ['a hundred thousand people', ['10万人']],
    ['two million three hundred thousand yuan', ['230万元']],
    ['half a million', ['50万']],
    ['a dozen villages', ['12']],
    ['sixteen tenants', ['16']],
    ['30k yuan', ['3万元']],
    ['30 km', ['30公里']],
    ['500 000 yuan', ['50万元']],
    ['in 2016 300 households', ['2016年', '300户']],
    ['five six', []],
  ] as const)
    assert.deepEqual(forms(question), expected, question)
  for (const [words, value] of [
    ['one hundred and twenty', 120],
    ['two thousand and sixteen', 2016],
    ['twenty sixteen', 2016],
    ['nineteen ninety-five', 1995],
    ['twenty-five', 25],
    ['three hundred thousand', 300_000],
    ['half a million', 500_000],
    ['five six', null],
    ['twenty thirty-five', 2035],
    ['no number', null],
  ] as const)
    assert.equal(numberOf(words), value, words)
})

test('units that reports do not use are converted where that is usual, else left out', () => {
  for (const [question, expected] of [
    ['165 acres', '1000亩'],
    ['12 miles', '19公里'],
    ['1.6 million acres', '970万亩'],
    ['at 35 °C', '35℃'],
    ['50 feet', undefined],
    ['three square miles', undefined],
    ['100 °F', undefined],
  ] as const)
    assert.deepEqual(forms(question), [expected], question)
})

test('years, dates, decades and centuries', () => {
  for (const [question, expected] of [
    ['in 2016', ['2016年']],
    ['on December 19', ['12月19日']],
    ['on 19 December 2020', ['2020年12月19日']],
    ['in May 2021 it may rise', ['2021年5月']],
    ['in the 1990s', ['1990年代']],
    ["in the 1970's", ['1970年代']],
    ['in May', ['5月']],
    ['since last March', ['3月']],
    ['what happened in march?', ['3月']],
    ['by the end of May', ['5月']],
    ['may 2016', ['2016年5月']],
    ['two thousand and sixteen', ['2016年']],
    ['nineteen ninety-five', ['1995年']],
    ['on 2016-03-05', ['2016年3月5日']],
    ['on 2016/3/5.', ['2016年3月5日']],
    ['the twenty-first century', ['21世纪']],
  ] as const)
    assert.deepEqual(forms(question), expected, question)
  assert.ok(ways('on 19 December 2020').includes('12月19日'), 'the report’s year is often left out')
})

test('ordinals with what they count', () => {
  for (const [question, expected] of [
    ['the third session', '第三次'],
    ['the 8th batch', '第八批'],
    ['the second quarter', '第二季度'],
    ['the 22nd phase', '第二十二期'],
    ['the 14th Five-Year Plan', '十四五'],
    ['the first five-year plan', '第一个五年计划'],
  ] as const)
    assert.deepEqual(forms(question), [expected], question)
  assert.ok(ways('the third session').includes('第三届'))
  assert.ok(ways('the second quarter').includes('二季度'))
})

test('small numbers in words and words that only look like dates say nothing', () => {
  for (const question of ['the two sides', 'it may rise', 'they march on', 'PM2.5', 'tenants'])
    assert.deepEqual(forms(question), [], question)
})

const chineseUnits: Readonly<Record<string, number>> = { 万亿: 1e12, 亿: 1e8, 万: 1e4, '': 1 }

/** The value of a numeral in digits with a Chinese scale. */
function numeralValue(numeral: string): number {
  const [, digits, scale] = /^([\d.,]+)(万亿|亿|万|)$/u.exec(numeral)!
  return Number(digits!.replaceAll(',', '')) * chineseUnits[scale!]!
}

test('law: every way of writing a number means the same', () => {
  const numbers = fc.oneof(fc.integer({ min: 1, max: 9_999 }), fc.integer({ min: 101, max: 2_000_000_000 }))
  fc.assert(
    fc.property(numbers, fc.integer({ min: 0, max: 2 }), (whole, decimals) => {
      const value = whole / 10 ** decimals
      const written = numeralsOf(value)
      assert.ok(written.length > 0)
      for (const numeral of written.filter((one) => /\d/u.test(one)))
        assert.ok(Math.abs(numeralValue(numeral) - value) <= 1e-9 * value, `${value}: ${numeral}`)
    }),
  )
})

test('law: a number is read alike in digits, with commas and with its scale in words', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999 }), fc.constantFrom('thousand', 'million', 'billion'), (count, scale) => {
      const value = numberOf(String(count), ` ${scale}`)!
      assert.equal(numberOf(value.toLocaleString('en-US')), value)
      const [withWords] = figuresOf(`${count} ${scale} yuan`)
      const [withCommas] = figuresOf(`${value.toLocaleString('en-US')} yuan`)
      assert.deepEqual(withWords!.forms, withCommas!.forms)
    }),
  )
})

test('law: figures stand in order, none inside another', () => {
  const parts = fc.constantFrom(
    'in 2016',
    'May 3',
    '4,124 flats',
    'the third session',
    '20%',
    'twenty',
    'the 1990s',
    'and',
  )
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 8 }), (some) => {
      const text = some.join(' ')
      let end = 0
      for (const { range, forms } of figuresOf(text)) {
        assert.ok(range[0] >= end && range[1] > range[0] && range[1] <= text.length, text)
        assert.ok(forms.length > 0)
        end = range[1]
      }
    }),
  )
})

test('whole numbers in Chinese', () => {
  for (const [value, expected] of [
    [0, '零'],
    [7, '七'],
    [10, '十'],
    [14, '十四'],
    [20, '二十'],
    [105, '一百零五'],
    [1010, '一千零一十'],
  ] as const)
    assert.equal(chineseWhole(value), expected)
})
