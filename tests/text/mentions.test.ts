import assert from 'node:assert/strict'
import { test } from 'node:test'
import { figuresIn, ordinalsIn, placeName, placesIn, yearsIn } from '../../src/text/mentions.ts'
import fc from '../laws.ts'
import { written } from './arbitraries.ts'

const sorted = (values: ReadonlySet<number>) => [...values].sort((a, b) => a - b)

test('years are found in digits of either width, in Chinese and in any span', () => {
  for (const [text, years] of [
    ['2016年', [2016]],
    ['２０１６年', [2016]],
    ['二〇一六年和二○一七年，二零一八年', [2016, 2017, 2018]],
    ['一九八四年', [1984]],
    ['2016—2018年', [2016, 2017, 2018]],
    ['2016年至2019年', [2016, 2017, 2018, 2019]],
    ['2016、2018年', [2016, 2018]],
    ['2018-2016', [2016, 2018]],
  ] as const) {
    assert.deepEqual(sorted(yearsIn(text)), years, text)
  }
})

test('a four-digit figure that counts something is no year', () => {
  for (const text of ['2016家', '2016人', '2016万元', '2016.5', '12016', '20161'])
    assert.equal(yearsIn(text).size, 0, text)
})

test('a span across centuries is bounded', () => {
  assert.ok(yearsIn('1900-2099').size <= 202)
})

test('a five-year plan is its five years', () => {
  // The thirteenth plan ran from 2016; each is five years after the one before.
  for (const [text, first] of [
    ['“十三五”时期', 2016],
    ['十四五规划', 2021],
    ['“十五”期间', 2001],
    ['“八五”', 1991],
    ['六五计划', 1981],
  ] as const) {
    assert.deepEqual(
      sorted(yearsIn(text)),
      [0, 1, 2, 3, 4].map((i) => first + i),
      text,
    )
  }
})

test('fifteen of something is no five-year plan', () => {
  for (const text of ['十五年', '十五名船员', '第十五届赛船会', '十五艘渔船', '二十五人', '九五折']) {
    assert.deepEqual(sorted(yearsIn(text)), [], text)
  }
})

test('figures agree however they are written', () => {
  for (const [one, other] of [
    ['98%', '百分之九十八'],
    ['2.4亿', '二点四亿'],
    ['1,200吨', '一千二百吨'],
    ['３万', '三万'],
    ['1005盏', '一千零五盏'],
  ] as const) {
    const found = figuresIn(one)
    assert.equal(found.size, 1, one)
    assert.deepEqual(figuresIn(other), found, other)
  }
})

test('years and lone numerals are no figures', () => {
  assert.deepEqual([...figuresIn('2016年产盐300吨')], ['300'])
  assert.deepEqual([...figuresIn('三')], [])
  assert.deepEqual([...figuresIn('二〇一六年')], [], 'a year in Chinese digits is a year too')
})

test('an ordinal is what is counted and its number, however it is written', () => {
  for (const [text, found] of [
    ['第八批渔船', ['批8']],
    ['第8批渔船', ['批8']],
    ['第０８批渔船', ['批8']],
    ['十届五次全会', ['届10', '次5']],
    ['第十届渔民大会第5次全会', ['届10', '次5']],
    ['第三批和第四批', ['批3', '批4']],
    ['第三批和第3批', ['批3']],
    ['三届赛船会', ['届3']],
  ] as const) {
    assert.deepEqual([...ordinalsIn(text)], found, text)
  }
})

test('a number that only counts is no ordinal', () => {
  for (const text of ['八批渔船', '出海五次', '2016年3月', '三十二盏', '第', '第八', '第8。批', '第一、二'])
    assert.deepEqual([...ordinalsIn(text)], [], text)
})

test('law: an ordinal in digits and in Chinese numerals is the same, and another number or thing is another', () => {
  const number = fc.integer({ min: 1, max: 99 })
  const counted = fc.constantFrom('批', '届', '期', '章', '次', '艘')
  fc.assert(
    fc.property(number, number, counted, counted, (one, other, thing, another) => {
      const ordinal = [`${thing}${one}`]
      const spelt = written(one)
      for (const numeral of [String(one), spelt, spelt.replace(/^一十/u, '十')])
        assert.deepEqual([...ordinalsIn(`望潮港第${numeral}${thing}渔船`)], ordinal, numeral)
      const same = one === other && thing === another
      assert.equal(ordinalsIn(`第${written(other)}${another}`).has(ordinal[0]!), same)
    }),
  )
})

test('places are administrative names without their suffix', () => {
  assert.deepEqual([...placesIn('海南省有多少盐场')], ['海南'])
  assert.deepEqual([...placesIn('松江区政府和临海市')], ['松江', '临海'])
  assert.deepEqual([...placesIn('白沙镇的栈桥')], ['白沙'])
  assert.deepEqual([...placesIn('灯塔在哪一个省中')], [], 'an interrogative')
  assert.deepEqual([...placesIn('松江有多少盐场')], [], 'no rank')
  assert.deepEqual([...placesIn('松江有多少盐场', ['松江', '白沙'])], ['松江'], 'known from the reports')
  assert.deepEqual([...placesIn('城市的超市，国家的港口')], [], 'words that end like a rank')
})

test('a place’s name goes without its rank', () => {
  for (const [place, name] of [
    ['松江区', '松江'],
    ['白沙街道', '白沙'],
    ['临海自治县', '临海'],
    ['港务处', null],
    ['区', null],
  ] as const)
    assert.equal(placeName(place), name, place)
})
