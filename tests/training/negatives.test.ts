import assert from 'node:assert/strict'
import { test } from 'node:test'
import { otherAttribute, otherOrdinal, otherPlace, otherTerm, otherYear } from '../../scripts/training/negatives.ts'
import { type PublicSet, type SetQuestion, seeded, shuffled } from '../../scripts/training/sets.ts'
import fc from '../laws.ts'

/** A set of questions, each answered by one passage. */
function setOf(pairs: readonly (readonly [question: string, passage: string])[]): PublicSet {
  const questions = pairs.map(([question], i) => ({ id: `q${i}`, question, answers: ['灯'], passages: [`p${i}`] }))
  const texts = new Map(pairs.map(([, passage], i) => [`p${i}`, passage]))
  const unused = {} as never
  return { name: 'tide', questions, texts, searcher: unused, answerer: unused }
}

/** Everything that may be made of a set, over many draws. */
function many(make: (set: PublicSet, random: () => number) => SetQuestion[], set: PublicSet): SetQuestion[] {
  return Array.from({ length: 60 }, (_, seed) => make(set, seeded(seed + 1))).flat()
}

test('what is made has no answer, no passage and an id of its own', () => {
  const set = setOf([
    ['望潮灯塔是谁建造的?', '望潮灯塔是老海建造。2016年。'],
    ['2016年望潮灯塔第三次是谁修的?', '老海。'],
  ])
  const made = [...many(otherAttribute, set), ...many(otherYear, set), ...many(otherOrdinal, set)]
  assert.equal(new Set(made.map(({ id }) => id)).size, 4, 'the second of every kind, the first of one')
  for (const question of made) {
    assert.deepEqual([question.answers, question.passages], [[], []])
    assert.match(question.id, /^q[01]-(?:attribute|year|ordinal)$/u)
  }
})

test('an attribute is put to the subject before the interrogative', () => {
  const made = many(otherAttribute, setOf([['望潮灯塔是谁建造的?', '潮。']]))
  assert.ok(made.length > 0)
  for (const { question } of made) assert.match(question, /^望潮灯塔(?:的|[在用有由得住持花占])\S+？$/u)
})

test('an attribute of which the passage speaks is never asked', () => {
  const text = '望潮灯塔花了3万元,负责人叫老海,电话号码在门上。'
  const questions = many(otherAttribute, setOf([['望潮灯塔是谁建造的?', text]])).map(({ question }) => question)
  assert.ok(questions.length > 0, 'there are others')
  for (const question of questions) assert.doesNotMatch(question, /电话|号码|负责|责人/u)
})

test('an attribute that is all interrogative but one character is checked by that character', () => {
  const questions = many(otherAttribute, setOf([['望潮灯塔是谁建造的?', '望潮灯塔住着海生。']]))
  for (const { question } of questions) assert.doesNotMatch(question, /住在哪里/u)
})

test('a question whose subject is too short, or that has no interrogative, makes none', () => {
  for (const question of ['灯是谁建的?', '介绍望潮灯塔'])
    assert.deepEqual(many(otherAttribute, setOf([[question, '']])), [])
})

test('another year is near, is another, and is not in the passage', () => {
  const made = many(otherYear, setOf([['2016年望潮灯塔亮了几天?', '2015年亮了9天,2017年亮了8天。']]))
  const years = new Set(made.map(({ question }) => Number(/^(\d{4})年望潮灯塔亮了几天\?$/u.exec(question)?.[1])))
  assert.deepEqual([...years].sort(), [2013, 2014, 2018, 2019], 'up to three years off, without those named')
})

test('a question without a year makes none about another', () => {
  assert.deepEqual(many(otherYear, setOf([['望潮灯塔亮了几天?', '']])), [])
})

test('a year of which the passage tells in Chinese digits is not asked for', () => {
  const made = many(otherYear, setOf([['2016年望潮灯塔亮了几天?', '二〇一五年亮了9天。']]))
  assert.ok(made.length > 0)
  for (const { question } of made) assert.doesNotMatch(question, /2015/u)
})

test('another ordinal is one to three further on and counts the same thing', () => {
  const asked = (question: string) => {
    const questions = many(otherOrdinal, setOf([[question, '渔船返航。']])).map((made) => made.question)
    return [...new Set(questions)].sort()
  }
  const launched = (number: string) => `第${number}批渔船是谁造的?`
  assert.deepEqual(asked(launched('三')), ['五', '六', '四'].map(launched))
  assert.deepEqual(asked(launched('八')), ['一', '九', '二'].map(launched), 'after the ninth comes the first')
  assert.deepEqual(
    asked('三届赛船会是谁办的?'),
    ['五', '六', '四'].map((number) => `${number}届赛船会是谁办的?`),
  )
})

test('a question without an ordinal of one digit makes none about another', () => {
  for (const question of ['望潮灯塔有三盏灯?', '第十二批渔船是谁造的?', '十三届赛船会是谁办的?', '第3批渔船是谁造的?'])
    assert.deepEqual(many(otherOrdinal, setOf([[question, '']])), [], question)
})

test('an ordinal of which the passage tells is not asked for, however it is written', () => {
  const made = many(
    otherOrdinal,
    setOf([['第三批渔船是谁造的?', '第四批由老海造,第５批由海生造,第六届赛船会由潮平办。']]),
  )
  assert.deepEqual([...new Set(made.map(({ question }) => question))], ['第六批渔船是谁造的?'], 'a season is no batch')
})

test('another place is one of the same rank from another question', () => {
  const set = setOf([
    ['望潮县有几座灯塔?', '望潮县有一座。'],
    ['听涛县有几座灯塔?', '听涛县有两座。'],
    ['归帆市有几座灯塔?', '归帆市有三座。'],
  ])
  const questions = new Set(many(otherPlace, set).map(({ question }) => question))
  assert.deepEqual([...questions].sort(), ['听涛县有几座灯塔?', '望潮县有几座灯塔?'], 'there is no other city')
})

test('a place of which the passage speaks is not asked for', () => {
  const set = setOf([
    ['望潮县有几座灯塔?', '望潮县和听涛县各有一座。'],
    ['听涛县有几座灯塔?', '听涛县有两座。'],
  ])
  assert.deepEqual([...new Set(many(otherPlace, set).map(({ id }) => id))], ['q1-place'])
})

test('law: another year or place is never in the passage, and nothing else of the question changes', () => {
  const year = fc.integer({ min: 2010, max: 2019 })
  const passage = fc.array(year, { maxLength: 5 }).map((years) => years.map((one) => `${one}年亮灯。`).join(''))
  fc.assert(
    fc.property(year, passage, fc.integer({ min: 1, max: 9999 }), (asked, text, seed) => {
      for (const { question } of otherYear(setOf([[`${asked}年望潮灯塔亮了几天?`, text]]), seeded(seed))) {
        assert.ok(question.endsWith('年望潮灯塔亮了几天?') && !question.startsWith(String(asked)))
        assert.ok(!text.includes(question.slice(0, 4)), `${question} is in ${text}`)
      }
    }),
  )
})

test('law: another ordinal is never in the passage, and nothing else of the question changes', () => {
  const numerals = '一二三四五六七八九'
  const number = fc.integer({ min: 1, max: 9 })
  const named = fc.array(fc.tuple(number, fc.boolean()), { maxLength: 6 })
  fc.assert(
    fc.property(number, named, fc.integer({ min: 1, max: 9999 }), (asked, others, seed) => {
      const passage = others.map(([one, spelt]) => `第${spelt ? numerals[one - 1] : one}批返航。`).join('')
      const set = setOf([[`望潮港第${numerals[asked - 1]}批渔船有几艘?`, passage]])
      for (const { question } of otherOrdinal(set, seeded(seed))) {
        const [, found] = /^望潮港第(.)批渔船有几艘\?$/u.exec(question) ?? []
        const other = numerals.indexOf(found ?? '') + 1
        assert.ok(other > 0 && other !== asked, question)
        assert.ok(!others.some(([one]) => one === other), `${question} is in ${passage}`)
      }
    }),
  )
})

test('shuffling keeps every item, leaves the given list alone, and repeats with its seed', () => {
  const items = Array.from({ length: 20 }, (_, i) => i)
  const order = shuffled(items, seeded(5))
  assert.deepEqual(order, shuffled(items, seeded(5)))
  assert.notDeepEqual(order, items)
  assert.deepEqual(
    [...order].sort((a, b) => a - b),
    items,
  )
  assert.equal(items[0], 0)
})

test('another term of the same kind that no text of the place speaks of', () => {
  const question = (id: string, text: string) => ({
    id,
    question: text,
    answers: [],
    passages: ['2031年白鹭市年报.txt'],
  })
  const texts = new Map([
    ['2031年白鹭市年报.txt', '白鹭市的渔获量增长。'],
    ['白鹭市预算.txt', '白鹭市的船舶税增加。'],
    ['海鸥市年报.txt', '海鸥市的盐产量下降。'],
  ])
  const kinds = [
    ['渔获量', '船舶税', '盐产量'],
    ['灯塔局', '渔港局'],
  ]
  const asked = [
    question('a', '白鹭市渔获量增长多少'),
    question('b', '渔获量增长多少'),
    question('c', '白鹭市灯塔局有几人'),
  ]
  const made = otherTerm(asked, texts, kinds, () => 0)
  assert.deepEqual(
    made.map(({ question, passages }) => [question, passages]),
    [
      ['白鹭市盐产量增长多少', []],
      ['白鹭市渔港局有几人', []],
    ],
  )
})
