import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CedictEntry, cedictEntries, entryOf, keysOf } from '../../src/languages/cedict.ts'
import { dictionaryOf } from '../../src/languages/dictionary.ts'
import { root, stem } from '../../src/languages/stem.ts'
import { packStrings, placeOfString, stringAt } from '../../src/languages/stringTable.ts'
import { tablesOf } from '../../src/languages/tables.ts'
import fc from '../laws.ts'

const entry = (simplified: string, ...english: string[]): CedictEntry => ({ simplified, pinyin: '', english })
const keys = (simplified: string, ...english: string[]) => keysOf(entry(simplified, ...english)).map(({ key }) => key)

test('the forms of a word share their stem, and other words do not', () => {
  for (const forms of [
    ['build', 'builds', 'built', 'building', 'buildings'],
    ['study', 'studies', 'studied', 'studying'],
    ['use', 'uses', 'used', 'using'],
    ['city', 'cities'],
    ['child', 'children'],
    ['plan', 'plans', 'planned', 'planning'],
    ['bus', 'buses'],
    ['sell', 'sold', 'selling'],
  ])
    assert.equal(new Set(forms.map(stem)).size, 1, `${forms}: ${forms.map(stem)}`)
  assert.equal(new Set(['need', 'thing', 'string', 'red', 'bed'].map(stem)).size, 5)
  assert.equal(root('renovation'), root('renovate'))
})

test('lines of CC-CEDICT are read, comments are passed over, and any other line is refused', () => {
  assert.deepEqual(entryOf('安置房 安置房 [an1 zhi4 fang2] /resettlement housing/housing for displaced people/\r'), {
    simplified: '安置房',
    pinyin: 'an1 zhi4 fang2',
    english: ['resettlement housing', 'housing for displaced people'],
  })
  assert.equal(entryOf('# CC-CEDICT'), null)
  assert.equal(entryOf('\r'), null)
  assert.throws(() => entryOf('街道 街道 [[jie1dao4]] /street/'), /expected a line of CC-CEDICT, found "街道/u)
})

test('the whole dictionary is read, the first entry and the last', () => {
  const entries = [...cedictEntries()]
  assert.equal(entries.length, 124_188)
  assert.deepEqual(
    [entries[0], entries.at(-1)?.simplified],
    [{ simplified: '%', pinyin: 'pa1', english: ['percent (Tw)'] }, '𰻝𰻝面'],
  )
})

test('an entry is found by what its definitions say, not by what they explain', () => {
  assert.deepEqual(
    keys('街道', 'street', 'CL:條|条[tiao2]', 'subdistrict').filter((key) => !/[~?]/u.test(key)),
    ['street', 'subdistrict'],
  )
  assert.ok(keys('设立', 'to set up; to establish').includes('set up'))
  assert.ok(keys('法治', 'rule of law').includes('rul law'))
  assert.ok(
    keys('广东省', 'Guangdong Province (Kwangtung) in south China, capital Guangzhou').every(
      (key) => !/capital/u.test(key),
    ),
  )
  assert.ok(keys('青石县', 'Qingshi county in Jiangsu').length > 0)
  assert.ok(keys('二氧化硫', 'sulfur dioxide SO2').includes('sulfur dioxid'))
  assert.deepEqual(keys('甲', 'variant of 乙[yi3]', 'surname Jia', 'see 丙'), [])
})

test('a dictionary turned round gives the more common word first, and its definitions back', () => {
  const dictionary = dictionaryOf(
    tablesOf([
      entry('使用', 'to use'),
      entry('役使', 'to use (animals)', 'to enslave'),
      entry('使用者', 'user'),
      entry('使用权', 'right to use sth'),
    ]),
  )
  assert.deepEqual(
    dictionary.translations('us').map(({ word }) => word),
    ['使用', '役使'],
  )
  assert.deepEqual(dictionary.glosses('役使'), ['to use (animals)', 'to enslave'])
  assert.deepEqual(dictionary.glosses('没有'), [])
  assert.deepEqual(dictionary.translations('nothing'), [])
})

test('law: every string of a table is found in its place, and no other', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ unit: 'grapheme' })), fc.string(), (strings, other) => {
      const sorted = [...strings].sort()
      const table = packStrings(sorted)
      for (const [i, string] of sorted.entries()) {
        assert.equal(placeOfString(table, string), i)
        assert.equal(stringAt(table, i), string)
      }
      if (!strings.includes(other)) assert.equal(placeOfString(table, other), -1)
    }),
  )
})
