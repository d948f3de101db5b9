import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withOfficialTerms } from '../../../src/search/question/aliases.ts'
import fc from '../../laws.ts'

/** `text` read where the reports use `terms` and no other official terms. */
function read(text: string, terms: readonly string[], from = 0) {
  return withOfficialTerms({ text, from }, (term) => terms.includes(term))
}

test('an alias is read as the official term that the reports use', () => {
  assert.equal(read('盐港的gdp是多少', ['国内生产总值']).text, '盐港的国内生产总值是多少')
  assert.equal(
    read('社零总额多少', ['社会消费品零售总额']).text,
    '社会消费品零售总额多少',
    'the longest form is replaced',
  )
})

test('the first of several official terms that occurs wins', () => {
  assert.equal(read('gdp', ['国内生产总值', '地区生产总值']).text, '国内生产总值')
  assert.equal(read('gdp', ['地区生产总值']).text, '地区生产总值')
})

test('an alias stays where the reports use none of its official terms', () => {
  assert.deepEqual(read('gdp和cpi', []), { text: 'gdp和cpi', from: 0 })
  assert.equal(read('gdp和cpi', ['居民消费价格']).text, 'gdp和居民消费价格', 'each alias for itself')
})

test('an everyday word gives way to the official term though reports use both', () => {
  assert.equal(read('低保标准', ['最低生活保障', '低保']).text, '最低生活保障标准')
  assert.equal(read('低保标准', ['低保']).text, '低保标准')
})

test('a question that uses an official term is left alone', () => {
  for (const [text, term] of [
    ['固定资产投资', '固定资产投资'],
    ['国内生产总值', '国内生产总值'],
    ['地区生产总值', '国内生产总值'],
    ['住房公积金', '住房公积金'],
  ] as const) {
    assert.equal(read(text, [term]).text, text)
  }
})

test('a term in quotation marks needs no help', () => {
  assert.equal(read('"三公"经费多少', ['三公经费']).text, '"三公"经费多少')
  assert.equal(read('三公多少', ['三公经费']).text, '三公经费多少')
  assert.equal(read('三公经费多少', ['三公']).text, '三公经费多少')
})

test('letters inside a longer word are no alias', () => {
  assert.equal(read('shipping or shopping', ['工业生产者出厂价格']).text, 'shipping or shopping')
})

test('a follow-up starts where its own words start, whatever grew before it', () => {
  const found = read('gdp多少? cpi呢?', ['国内生产总值', '居民消费价格'], 7)
  assert.equal(found.text, '国内生产总值多少? 居民消费价格呢?')
  assert.equal(found.text.slice(found.from), '居民消费价格呢?')
})

test('an official term in either half keeps both halves as they are', () => {
  const text = 'gdp多少? 国内生产总值呢?'
  assert.deepEqual(read(text, ['国内生产总值'], 7), { text, from: 7 })
})

test('law: the halves of a follow-up are replaced each by itself and never mixed', () => {
  const half = fc.array(fc.constantFrom('gdp', 'cpi', '社零', '灯塔', '盐场', '多少'), { minLength: 1, maxLength: 6 })
  const terms = fc.subarray(['国内生产总值', '居民消费价格', '社会消费品零售总额'])
  fc.assert(
    fc.property(half, half, terms, (before, after, used) => {
      const [first, second] = [`${before.join(' ')} `, after.join(' ')]
      const found = read(first + second, used, first.length)
      // None of these pieces is an official term, so each half alone gives what it gives in company.
      assert.equal(found.text.slice(0, found.from), read(first, used).text)
      assert.equal(found.text.slice(found.from), read(second, used).text)
    }),
  )
})

test('a short name of an office is read in full, unless the reports use it', () => {
  assert.equal(read('市发改委管什么', ['发展和改革']).text, '市发展和改革委管什么')
  assert.equal(read('市发改委管什么', ['发改', '发展和改革']).text, '市发改委管什么')
  assert.equal(read('县医保局和社保', ['医疗保障', '社会保险']).text, '县医疗保障局和社会保险')
})

test('the stem of an office elsewhere is no office', () => {
  assert.equal(read('应急演练几次', ['应急管理']).text, '应急演练几次')
})
