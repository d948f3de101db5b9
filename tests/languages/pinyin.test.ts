import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mayHoldPinyin, openPinyin } from '../../src/languages/pinyin.ts'
import { isPinyin, plainLetters } from '../../src/languages/syllables.ts'
import { words } from '../../src/text/words.ts'
import fc from '../laws.ts'

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

const weight = weightOver(passages)
const unknownWeight = Math.log(1 + (passages.length + 0.5) / 0.5)
const reader = await openPinyin(weight)
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

describe('questions in pinyin', () => {
  for (const [question, expected, reason] of [
    ['xicheng jiedao 2016 anzhifang', '西城街道 2016 安置房', 'words parted by spaces'],
    ['xichengjiedaojiaofuanzhifangduoshaotao', '西城街道交付安置房多少套', 'not parted at all'],
    ['xi cheng jie dao jiao fu an zhi fang duo shao tao', '西城街道交付安置房多少套', 'every syllable parted'],
    ['quannian jiaofu anzhifang duoshao tao', '全年交付安置房多少套', 'words that no report holds: 多少套'],
    ['西城jiedao网格员', '西城街道网格员', 'in the middle of Chinese'],
    ['changdang湖退圩还湖', '长荡湖退圩还湖', 'a name alone'],
    ['gdp duoshao', 'gdp 多少', 'an abbreviation stays'],
    ['shenme ren chuxi yishi', '什么人出席仪式', 'an interrogative'],
    ['2016nian anzhifang', '2016年安置房', 'a measure word behind a number'],
  ] as const)
    test(`${question}: ${reason}`, () => {
      assert.ok(mayHoldPinyin(question, weight))
      const found = reader.inCharacters(question, unknownWeight)
      assert.equal(found.replace(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, ''), expected)
    })

  for (const question of [
    'how many flats did xicheng deliver',
    'what can women do',
    'can women change a fan',
    'he has a long fence',
    'which district is larger, wujin or zhonglou?',
    'changdang lake',
    'gdp',
    'ai企业有多少家',
    '全年交付安置房多少套',
    '2016',
    '',
  ])
    test(`${question || 'an empty question'} stays as it is`, () =>
      assert.equal(reader.inCharacters(question, unknownWeight), question))

  test('Latin words that the reports hold stay', async () => {
    const held = await openPinyin((term) => (term === 'wujin' ? 1 : weight(term)))
    assert.equal(held.inCharacters('wujin产业园', unknownWeight), 'wujin产业园')
  })

  test('of any text only Latin letters change, and no text takes long', () => {
    const text = fc.array(
      fc.constantFrom('xicheng', 'jie', 'dao', "xi'an", '西城', '2016', ' ', '?', 'the', 'xian', 'é', '😀'),
    )
    fc.assert(
      fc.property(text, (pieces) => {
        const question = pieces.join('')
        const others = (one: string) => one.replace(/[\p{Script=Latin}\p{Script=Han}'\s]/gu, '')
        assert.equal(others(reader.inCharacters(question, unknownWeight)), others(question))
      }),
    )
  })
})

describe('syllables', () => {
  test('letters are pinyin when they are syllables from beginning to end', () => {
    for (const word of ['xian', "xi'an", 'changan', 'zhuang', 'xi cheng', 'nü', 'yo', 'lo', 'zhei', 'tei'])
      assert.ok(isPinyin(plainLetters(word)), word)
    for (const word of ['gdp', 'the', 'what', 'district', '', "'", 'go']) assert.ok(!isPinyin(word), word)
  })

  test('letters become plain', () => {
    assert.equal(plainLetters('Lǚ Yóu, 2016!'), 'lu you')
    assert.equal(plainLetters('xi1cheng2'), "xi'cheng'")
  })
})
