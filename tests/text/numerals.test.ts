import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chineseWhole } from '../../src/languages/figures.ts'
import { figuresIn } from '../../src/text/mentions.ts'
import { numeralInDigits, numeralValue } from '../../src/text/numerals.ts'
import fc from '../laws.ts'
import { written } from './arbitraries.ts'

test('a plan’s name, and 点 without decimals, are no numbers', () => {
  assert.equal(numeralInDigits('十三五'), null, '13, then a 5 that has no place')
  assert.equal(numeralInDigits('三点'), null, 'three o’clock')
  assert.deepEqual([...figuresIn('有一点风')], [])
})

test('Chinese numerals below ten thousand are read as written', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9999 }), fc.constantFrom('', '万', '亿', '万亿'), (value, scale) => {
      assert.equal(numeralInDigits(written(value) + scale), `${value}${scale}`)
    }),
  )
  for (const text of ['', '盐', '三盐', '点五', '二点十', '万']) assert.equal(numeralInDigits(text), null, text)
})

test('law: a numeral that is written is read as the number it was', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9999 }), (value) => {
      assert.equal(numeralValue(chineseWhole(value)), value)
    }),
  )
})

test('digits in a row are one number, zero has three signs, and 两 is two', () => {
  for (const [text, value] of [
    ['二〇二三', 2023],
    ['一九○五', 1905],
    ['零五', 5],
    ['两百零三', 203],
    ['一百一十', 110],
    ['百', 100],
    ['', null],
    ['二盐', null],
    ['二三十', null],
  ] as const)
    assert.equal(numeralValue(text), value, text)
})
