import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ParsedQuestion, parseQuestion } from '../../../src/search/question/parsedQuestion.ts'
import { questionInput } from '../../../src/search/question/question.ts'
import fc from '../../laws.ts'

const unknownWeight = 5
/** Terms that the reports know, with their weight; every other term is unknown to them. */
const known: Readonly<Record<string, number>> = { 灯塔: 2, 工厂: 3, 码头: 1 }

/** A question read with one token a character, white space left out. */
function read(text: string, previous?: string): ParsedQuestion & { readonly input: string; readonly starts: number[] } {
  const input = questionInput(previous === undefined ? { text } : { text, previous })
  const starts = [...input.text.matchAll(/\S/gu)].map(({ index }) => index)
  const weight = (term: string) => known[term] ?? 0
  const question = parseQuestion(input, Uint32Array.from(starts), { weight, unknownWeight, places: new Set() })
  return { ...question, input: input.text, starts }
}

const tokensOf = ({ starts, input }: ReturnType<typeof read>, [from, to]: readonly [number, number]) =>
  starts
    .slice(from, to)
    .map((start) => input[start])
    .join('')

test('content terms have the weight that the reports give them, and unknown ones the greatest', () => {
  const { content, contentWeight, terms } = read('灯塔、鲸鱼')
  assert.deepEqual(
    [...content],
    [
      ['灯塔', 2],
      ['鲸鱼', unknownWeight],
    ],
  )
  assert.equal(contentWeight, 7, '2 + 5')
  // A word of two characters is found as a word and as a pair, and counts twice in BM25, which measured best.
  assert.deepEqual(terms, ['灯塔', '鲸鱼', '灯塔', '鲸鱼'])
})

test('coverage is the share of weight that is held, not of terms', () => {
  const { coverage } = read('灯塔、工厂、鲸鱼')
  assert.equal(
    coverage((term) => term === '鲸鱼'),
    0.5,
    '5 of 2 + 3 + 5',
  )
  assert.equal(
    coverage((term) => term === '灯塔'),
    0.2,
  )
  assert.equal(
    coverage(() => true),
    1,
  )
  assert.equal(
    coverage(() => false),
    0,
  )
})

test('a question without content asks the word index for all its words, and covers nothing', () => {
  const { content, contentWeight, coverage, terms } = read('为什么有多少')
  assert.equal(content.size, 0)
  assert.equal(contentWeight, 0)
  assert.equal(
    coverage(() => true),
    0,
    'not 0 ÷ 0',
  )
  assert.ok(terms.includes('多少'), String(terms))
})

test('every content word knows its tokens', () => {
  const question = read('请问 灯塔和工厂 有多少?')
  assert.deepEqual(
    question.contentWords.map(({ word, tokens, weight }) => [word, tokensOf(question, tokens), weight]),
    [
      ['灯塔', '灯塔', 2],
      ['工厂', '工厂', 3],
    ],
  )
})

test('tokens without content weigh nothing, those of a word its rarity, and all count alike in late interaction', () => {
  const { tokenWeights, tokenShares } = read('灯塔有多少')
  assert.deepEqual([...tokenWeights], [2, 2, 0, 0, 0])
  assert.deepEqual([...tokenShares], [1, 1, 1, 1, 1])
})

test('the question before counts half', () => {
  const question = read('那码头呢?', '灯塔亮吗?')
  assert.equal(question.input, '灯塔亮吗? 那码头呢?')
  assert.deepEqual([...question.tokenShares], [0.5, 0.5, 0.5, 0.5, 0.5, 1, 1, 1, 1, 1])
  assert.equal(question.content.get('灯塔'), 1, 'half of 2')
  assert.equal(question.content.get('码头'), 1)
  assert.deepEqual(
    question.contentWords.map(({ word, tokens }) => [word, tokensOf(question, tokens)]),
    [['码头', '码头']],
    'only its own words, with their places behind the question before',
  )
})

test('a word of both questions counts whole, and its tokens each by their own question', () => {
  const question = read('那灯塔呢?', '灯塔在哪?')
  assert.equal(question.content.get('灯塔'), 2)
  assert.deepEqual(
    [...question.tokenWeights].filter((_, i) => '灯塔'.includes(question.input[question.starts[i]!]!)),
    [1, 1, 2, 2],
  )
})

test('a follow-up that does not say what it asks for asks for the same as before', () => {
  const bare = read('那工厂呢?', '灯塔有多少盏?')
  assert.equal(bare.answerType, 'number')
  assert.equal(read('那工厂呢?', '灯塔花了多少钱?').unit, '元')
  assert.equal(read('它在哪里?', '灯塔花了多少钱?').answerType, 'place', 'its own type wins')
})

test('a follow-up keeps the year asked for until it names its own', () => {
  assert.deepEqual([...read('那工厂呢?', '2016年灯塔有多少?').years], [2016])
  assert.deepEqual([...read('那2017年呢?', '2016年灯塔有多少?').years], [2017])
})

test('a year from which a time runs is not the year asked for', () => {
  assert.deepEqual([...read('2016年以来灯塔亮了多少天').years], [])
  assert.deepEqual([...read('2016年灯塔亮了多少天').years], [2016])
})

test('ordinals are those of the question itself', () => {
  assert.deepEqual([...read('第三批渔船有几艘').ordinals], ['批3'])
  assert.deepEqual([...read('那第四批呢?', '第三批渔船有几艘?').ordinals], ['批4'])
})

test('how many things a list has is kept, but only of a list', () => {
  assert.equal(read('灯塔守则有哪三条').listSize, 3)
  assert.equal(read('灯塔守则有哪些').listSize, null)
  assert.equal(read('三条航线长多少公里').listSize, null, 'three of what is measured')
  assert.equal(read('那码头呢?', '灯塔守则有哪三条?').listSize, 3, 'the same is asked for as before')
  assert.equal(read('那码头有哪五条?', '灯塔守则有哪三条?').listSize, 5)
})

test('quoted words are kept, whatever their quotation marks, but not whole sentences', () => {
  assert.deepEqual([...read('哪三个“不停航”？').quoted], ['不停航'])
  assert.deepEqual([...read('「归港」和『护灯』是什么').quoted], ['归港', '护灯'])
  assert.deepEqual([...read('“风大浪急的时候所有渔船一律不得离开港口”是谁说的').quoted], [])
})

test('law: shares, weights and token ranges fit the question, and coverage grows with what is held', () => {
  const piece = fc.constantFrom(
    '灯塔',
    '工厂',
    '码头',
    '鲸鱼',
    '多少',
    '的',
    '有',
    '2016年',
    ' ',
    '?',
    '在哪里',
    '“归港”',
  )
  const asked = fc.array(piece, { minLength: 1, maxLength: 10 }).map((pieces) => `灯${pieces.join('')}`)
  fc.assert(
    fc.property(asked, fc.option(asked, { nil: undefined }), (text, previous) => {
      const question = read(text, previous)
      assert.equal(question.tokenShares.length, question.starts.length)
      assert.equal(question.tokenWeights.length, question.starts.length)
      for (const { word, tokens } of question.contentWords) assert.equal(tokensOf(question, tokens), word)
      let before = 0
      const held = new Set<string>()
      for (const term of question.content.keys()) {
        held.add(term)
        const covered = question.coverage((one) => held.has(one))
        assert.ok(covered >= before && covered <= 1 + 1e-9)
        before = covered
      }
    }),
  )
})
