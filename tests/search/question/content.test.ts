import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contentOf, withoutExclusions, withoutNoise } from '../../../src/search/question/content.ts'
import { normalize } from '../../../src/text/normalize.ts'
import fc from '../../laws.ts'
import { anyText } from '../../text/arbitraries.ts'

/** Questions made of function words, content and noise in any order. */
const pieces = [
  '灯塔',
  '盐场',
  '请问',
  '什么',
  '多少',
  '的',
  '是',
  '有',
  '哪些',
  '几',
  '啊',
  '2016',
  '?',
  ' ',
  'the',
  'pier',
]
const questionText = fc.array(fc.constantFrom(...pieces), { maxLength: 16 }).map((parts) => parts.join(''))

test('mentions and sounds are no part of a question', () => {
  assert.equal(withoutNoise('@tide_bot 修了多少船'), '修了多少船')
  assert.equal(withoutNoise('哈哈哈修了几条'), '修了几条')
  assert.equal(withoutNoise('喂 修船呀'), '修船')
})

test('a sound before a comma is noise, whatever the comma’s width', () => {
  assert.equal(withoutNoise('修船哦,多少'), '修船 ,多少')
  assert.equal(withoutNoise('修船哦，多少'), '修船 ，多少')
})

test('what only looks like noise stays', () => {
  for (const text of ['喂鱼的时间', 'a@bcd.com 是谁的', '哈尔滨的港口', '盐是什么'])
    assert.equal(withoutNoise(text), text)
})

test('a question that is nothing but noise is left as it is', () => {
  for (const text of ['@tide_bot', '啊啊', '嘿嘿']) assert.equal(withoutNoise(text), text)
})

test('taking noise away twice is taking it away once, and words remain', () => {
  fc.assert(
    fc.property(fc.oneof(questionText, anyText), (text) => {
      const once = withoutNoise(text)
      if (/[\p{L}\p{N}]/u.test(text)) assert.match(once, /[\p{L}\p{N}]/u)
      else assert.equal(once, text)
    }),
  )
})

test('function words and interrogatives are blanked, and the rest stays in its place', () => {
  assert.equal(contentOf('请问灯塔修了多少盏灯'), '  灯塔修了  盏灯', '修了 is one word to the segmenter')
  assert.equal(contentOf('哪些港口'), '  港口')
  assert.equal(contentOf('how many ships are in the port'), '         ships            port')
  assert.equal(contentOf('谁 在 的'), '     ')
})

test('the two words of 什么时候 are both an interrogative', () => {
  assert.equal(contentOf('灯塔什么时候亮'), '灯塔    亮')
})

test('a repeated character is a sound, a repeated digit is a figure', () => {
  assert.equal(contentOf('哟哟哟'), '   ')
  assert.equal(contentOf('111111'), '111111')
})

test('law: blanking keeps the length, and every character that is not blank is the question’s own', () => {
  fc.assert(
    fc.property(fc.oneof(questionText, anyText), (original) => {
      const { text } = normalize(original)
      const content = contentOf(text)
      assert.equal(content.length, text.length)
      for (let i = 0; i < text.length; i++) {
        if (content[i] !== ' ') assert.equal(content[i], text[i], `at ${i} of ${JSON.stringify(text)}`)
      }
    }),
    { numRuns: 120 },
  )
})

test('what a question does not want is taken out of it, in brackets or behind a mark or 的', () => {
  const taken = (text: string) => {
    const { text: kept, excluded } = withoutExclusions(text)
    return [kept, excluded]
  }
  assert.deepEqual(taken('盐场产量多少,不是渔获'), ['盐场产量多少', '渔获'])
  assert.deepEqual(taken('盐场(不是渔场)产量多少'), ['盐场 产量多少', '渔场'])
  assert.deepEqual(taken('我要2019年的不要2018年的'), ['我要2019年的', '2018年的'])
  assert.deepEqual(taken('盐场产量多少?别给我渔场的'), ['盐场产量多少?', '我渔场的'])
})

test('what only looks unwanted stays', () => {
  const questions = [
    '盐场是不是关了',
    '灯塔要不要钱',
    '对盐场不要求什么',
    '不要钱的船票在哪领',
    '不是渔场',
    '灯塔别称什么',
  ]
  for (const text of questions) assert.deepEqual(withoutExclusions(text), { text, excluded: '' }, text)
})

test('law: what is left of a question and what it does not want are parts of it, and something is left', () => {
  fc.assert(
    fc.property(
      questionText,
      fc.constantFrom(',不是', '(不要', '的不要', '?别给我'),
      questionText,
      (wanted, mark, rest) => {
        const whole = `${wanted}${mark}${rest}`
        const { text, excluded } = withoutExclusions(whole)
        if (excluded === '') assert.equal(text, whole)
        else {
          assert.match(text, /[\p{L}\p{N}]/u)
          assert.ok(text.length + excluded.length <= whole.length + 2)
        }
        assert.deepEqual(withoutExclusions(text).excluded === '' || text !== whole, true)
      },
    ),
  )
})
