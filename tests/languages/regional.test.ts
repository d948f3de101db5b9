import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inWordsOf } from '../../src/languages/regional.ts'

const over =
  (...held: string[]) =>
  (word: string) =>
    held.some((text) => text.includes(word))

test('a word of Taiwan becomes the one that the reports hold', () => {
  assert.equal(inWordsOf('计程车有多少辆', over('全市出租车共8000辆')), '出租车有多少辆')
})

test('and the other way round over reports of Taiwan', () => {
  assert.equal(inWordsOf('出租车有多少辆', over('全市计程车共8000辆')), '计程车有多少辆')
})

test('a word that the reports hold stays, and so does one that they hold in no form', () => {
  assert.equal(inWordsOf('计程车与出租车', over('计程车', '出租车')), '计程车与出租车')
  assert.equal(inWordsOf('计程车有多少辆', over('安置房')), '计程车有多少辆')
})

test('what is no word of a region stays, character for character', () => {
  const text = '2016年安置房交付了多少套? 𠮷 GDP'
  assert.equal(
    inWordsOf(text, () => true),
    text,
  )
  assert.equal(
    inWordsOf(text, () => false),
    text,
  )
  assert.equal(
    inWordsOf('', () => false),
    '',
  )
})
