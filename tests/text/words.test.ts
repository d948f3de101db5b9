import assert from 'node:assert/strict'
import { test } from 'node:test'
import { normalize } from '../../src/text/normalize.ts'
import { segments, terms, words } from '../../src/text/words.ts'
import fc from '../laws.ts'
import { anyText } from './arbitraries.ts'

const has = (text: string, term: string) => assert.ok(words(text).includes(term), `${text}: ${words(text).join(' | ')}`)
const lacks = (text: string, term: string) => assert.ok(!words(text).includes(term), `${text} must not have ${term}`)

test('numbers stay whole', () => {
  has('一般公共预算2.4亿元', '2.4')
  lacks('一般公共预算2.4亿元', '2')
  has('涉及32个自然村1913户', '1913')
  has('涉及1,913户', '1,913')
  has('占比从26.9%下降到22.8%', '26.9')
  has('2021年1—5月', '2021')
})

test('two numbers parted by a full-width mark are two numbers', () => {
  // NFKC makes ， and ； half-width, where they would stand inside a number like 1,913.
  assert.deepEqual(words('2018，2019'), ['2018', '2019'])
  assert.deepEqual(words('2018；2019'), ['2018', '2019'])
  assert.deepEqual(words('2018、2019'), ['2018', '2019'])
})

test('a Chinese character that stands alone is no term, letters and digits are', () => {
  assert.deepEqual(words('的'), [])
  assert.deepEqual(words('𠮷'), [], 'one character, though it takes two code units')
  assert.deepEqual(words('A 股'), ['a'])
  assert.deepEqual(words('第 7 名'), ['7'])
})

test('every pair of neighbouring Chinese characters is a term, over word borders too', () => {
  for (const pair of ['安置', '置房', '房交', '交付']) has('安置房交付', pair)
  has('𠮷野家', '𠮷野')
})

test('pairs do not cross punctuation, space, letters or digits', () => {
  for (const text of ['安置房。交付', '安置房,交付', '安置房 交付', '安置房A交付', '安置房4交付', '安置房\n交付'])
    lacks(text, '房交')
})

test('pairs cross quotation marks', () => {
  for (const text of ['守灯人“三灯”经费', '守灯人"三灯"经费', '守灯人三灯经费'])
    for (const pair of ['人三', '灯经']) has(text, pair)
  lacks('守灯人“，”经费', '人经')
})

test('a word of two characters counts twice, as measured best', () => {
  assert.equal(words('安置').filter((term) => term === '安置').length, 2)
})

test('full and half width and case give the same terms', () => {
  const ascii = fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)) })
  const wide = (text: string) => text.replace(/[!-~]/gu, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))
  const mixed = fc.array(fc.oneof(ascii, fc.constantFrom('报告', '亿元', ' ', '。'))).map((parts) => parts.join(''))
  fc.assert(
    fc.property(mixed, (text) => {
      // Marks that may stand inside a number mean another thing at full width; see above.
      const plain = text.replace(/[,;]/gu, ' ')
      assert.deepEqual(words(wide(plain)), words(plain))
      assert.deepEqual(words(plain.toUpperCase()), words(plain))
    }),
  )
  assert.deepEqual(words('ＧＤＰ增长３．５％'), words('gdp增长3.5%'))
})

test('terms are lower case, without white space and without marks alone, whatever the text', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const term of words(text)) {
        assert.doesNotMatch(term, /^\p{P}*$/u)
        assert.doesNotMatch(term, /\s/u)
        assert.equal(term, term.toLowerCase())
      }
    }),
  )
})

test('each term stands where its range says, and the terms are the words', () => {
  fc.assert(
    fc.property(anyText, (original) => {
      const { text } = normalize(original)
      for (const { term, range } of [...terms(text), ...segments(text)]) assert.equal(text.slice(...range), term)
      assert.deepEqual(
        terms(text).map(({ term }) => term),
        words(original),
      )
    }),
  )
})

test('segments part the whole text, lone characters and marks included', () => {
  fc.assert(
    fc.property(anyText, (original) => {
      const { text } = normalize(original)
      assert.equal(segments(text).map(({ term }) => term).join(''), text) // biome-ignore format: one line
    }),
  )
})

test('a text without letters and digits has no terms', () => {
  // The last two are Tai Tham's: Intl.Segmenter takes them for words.
  for (const text of ['', ' \n', '。，！', '——', '…', '**', '\u1aa0', '\u1aa8 \u1aa9'])
    assert.deepEqual(words(text), [], JSON.stringify(text))
})
