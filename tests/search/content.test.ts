import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contentOf, withoutNoise } from '../../src/search/content.ts'
import { normalize } from '../../src/text/normalize.ts'
import fc from '../laws.ts'
import { anyText } from '../text/arbitraries.ts'

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
