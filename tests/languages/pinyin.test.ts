import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openPinyin } from '../../src/languages/pinyin.ts'
import { cuttings, plainLetters } from '../../src/languages/syllables.ts'
import { words } from '../../src/text/words.ts'

const passages = [
  '西城街道全年交付安置房4124套。',
  '西城街道网格员走访居民。',
  '长荡湖退圩还湖工程完工,狄志强出席仪式。',
  '志强的企业扩大出口,志强的员工增加。',
  '钟楼区与武进区共建产业园。',
  '武进区财政收入增长。',
  '五金产业发展,旅游收入增长,绿化面积扩大。',
  '陕西与山西两省签约。西安代表团参加。',
]

/** The inverse document frequency over a few passages, as the word index has it. */
function weightOver(texts: readonly string[]): (term: string) => number {
  const counts = new Map<string, number>()
  for (const text of texts) for (const term of new Set(words(text))) counts.set(term, (counts.get(term) ?? 0) + 1)
  return (term) => {
    const found = counts.get(term) ?? 0
    return found === 0 ? 0 : Math.log(1 + (texts.length - found + 0.5) / (found + 0.5))
  }
}

const reader = await openPinyin(weightOver(passages))
const best = (name: string) => reader.readings(name)[0]?.text ?? null

describe('names in Latin letters', () => {
  for (const [name, expected, reason] of [
    ['Xicheng', '西城', 'as it is spelled'],
    ['xicheng', '西城', 'case does not matter'],
    ['xi cheng', '西城', 'syllables may be parted'],
    ['Xīchéng', '西城', 'tone marks do not matter'],
    ['xi1cheng2', '西城', 'nor tone digits'],
    ['Xichengjiedao', '西城街道', 'words may be joined'],
    ['Changdang', '长荡', 'the usual one of two readings is not the only one'],
    ['Di Zhiqiang', '狄志强', 'a person'],
    ['Zhiqiang Di', '狄志强', 'the surname last'],
    ["Xi'an", '西安', 'an apostrophe parts syllables'],
    ['Xian', '西安', 'and may be missing'],
    ['Shaanxi', '陕西', 'a spelling of its own'],
    ['lüyou', '旅游', 'ü'],
    ['lvyou', '旅游', 'v for ü'],
    ['luyou', '旅游', 'u for ü'],
    ['lu:hua', '绿化', 'u: for ü'],
    ['London', null, 'no pinyin'],
    ['Beijing', null, 'in no report'],
    ['Di', null, 'one syllable says too little'],
    ['', null, 'nothing'],
  ] as const)
    test(`${name || 'an empty name'}: ${reason}`, () => assert.equal(best(name), expected))

  test('of several words with one reading, the more frequent is first', () => {
    assert.deepEqual(
      reader.readings('wujin').map(({ text }) => text),
      ['武进', '五金'],
    )
    assert.equal(reader.readings('wujin', 1).length, 1)
  })

  test('every reading occurs in the reports pair by pair', () => {
    for (const name of ['Xicheng', 'wujin', 'jiedao', 'chanye', 'shouru']) {
      const found = reader.readings(name, 10)
      assert.ok(found.length > 0, name)
      for (const { text } of found) {
        const all = [...text]
        for (let i = 1; i < all.length; i++)
          assert.ok(
            passages.some((passage) => passage.includes(all[i - 1]! + all[i]!)),
            text,
          )
      }
    }
  })
})

describe('syllables', () => {
  test('a word with several cuttings gives all, those of fewest syllables first', () => {
    assert.deepEqual(cuttings('xian'), [['xian'], ['xi', 'an']])
    assert.deepEqual(cuttings("xi'an"), [['xi', 'an']])
    assert.deepEqual(cuttings('changan'), [
      ['chang', 'an'],
      ['chan', 'gan'],
    ])
  })

  test('what is no pinyin has no cutting', () => {
    for (const word of ['gdp', 'the', 'what', 'district', '', "'"]) assert.deepEqual(cuttings(word), [], word)
  })

  test('a long row of letters takes no long time', () => {
    assert.ok(cuttings('xian'.repeat(100)).length <= 8)
  })

  test('letters become plain', () => {
    assert.equal(plainLetters('Lǚ Yóu, 2016!'), 'lu you')
    assert.equal(plainLetters('xi1cheng2'), "xi'cheng'")
  })
})
