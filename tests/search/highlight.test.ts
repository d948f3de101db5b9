import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factsOf } from '../../src/search/facts.ts'
import { highlightOf } from '../../src/search/highlight.ts'
import type { Range } from '../../src/text/range.ts'
import fc from '../laws.ts'
import { type Given, smallIndex } from './smallIndex.ts'

function rangesOf(question: string, given: Given): Range[] {
  const { index, read, interaction } = smallIndex([given, { text: '渔船返航。', report: 'other' }])
  const tokens = index.tokens.of(0)
  return highlightOf(read(question), factsOf(index)(0), interaction(question)(tokens), tokens.starts)
}

/** What is marked of `text`. */
function marked(question: string, text: string, given: Omit<Given, 'text'> = {}): string[] {
  return rangesOf(question, { text, ...given }).map((range) => text.slice(...range))
}

/** 77 characters, more than are marked whole. */
const long =
  '入冬以后港务处对东岸的老栈桥作了检修,更换灯泡9盏,粉刷塔身1200平方米,随后又对西岸各个渔船泊位的缆桩逐一作了加固,并且清理了航道里沉积多年的淤泥和杂物。'

test('of a passage the sentence that answers is marked, a short one whole', () => {
  const text = '渔船返航了。灯塔更换灯泡9盏,粉刷了塔身。航道清理了。'
  assert.deepEqual(marked('灯塔更换了多少盏灯泡', text), ['灯塔更换灯泡9盏,粉刷了塔身。'])
})

test('a sentence of 48 characters is short, one of 49 is not', () => {
  const sentence = (length: number) => `更换灯泡9盏,${'风'.repeat(length - 8)}。`
  assert.equal(sentence(48).length, 48)
  assert.deepEqual(marked('更换灯泡多少盏', sentence(48)), [sentence(48)])
  assert.deepEqual(marked('更换灯泡多少盏', sentence(49)), ['更换灯泡9盏,'])
})

test('a question for a figure gets the shortest run of clauses that holds it', () => {
  assert.deepEqual(marked('更换灯泡多少盏', long), ['更换灯泡9盏,'])
  assert.deepEqual(marked('粉刷塔身多少平方米', long), ['粉刷塔身1200平方米,'])
})

test('the run must hold the figure, though another clause matches more', () => {
  const text = `渔港的老灯塔和老码头在这一年里,终于${'修'.repeat(40)}好了,共3座。`
  const [found] = marked('渔港的老灯塔和老码头多少座', text)
  assert.ok(found?.includes('3座'), found)
  assert.ok(found?.includes('老灯塔'), 'and what most of the question speaks of')
})

test('a question for no single fact gets the whole sentence, however long', () => {
  for (const question of ['为什么对老栈桥作了检修', '老栈桥的检修', '老栈桥检修有哪些内容'])
    assert.deepEqual(marked(question, long), [long])
})

test('a question for a list named by a quoted word marks every clause with it', () => {
  const text = '港务处提出“不超载”是底线，“不夜航”是规矩;“不酒驾”是本分。渔民都同意。'
  assert.deepEqual(marked('哪三个“不”', text), ['港务处提出“不超载”是底线，', '“不夜航”是规矩;', '“不酒驾”是本分。'])
})

test('a list of which only one item is here is no list', () => {
  const text = '港务处提出“不超载”。渔民都同意。'
  assert.deepEqual(marked('哪三个“不超载”', text), ['港务处提出“不超载”。'])
})

test('a question for the writers marks the byline and nothing else', () => {
  const text = '港报讯(海生 潮平)灯塔亮了,渔民都来看。'
  assert.deepEqual(marked('灯塔这篇稿子的作者是谁', text, { byline: '海生 潮平' }), ['海生 潮平'])
  assert.deepEqual(marked('灯塔怎么了', text, { byline: '海生 潮平' }), [text])
  assert.deepEqual(marked('灯塔这篇稿子的作者是谁', text), [text], 'no byline: the sentence')
})

test('a question that matches nothing still marks one sentence', () => {
  assert.deepEqual(marked('lobster', '灯塔亮了。渔民来了。'), ['灯塔亮了。'])
})

test('law: highlights lie in the text, in order, apart, and are not empty', () => {
  const piece = fc.constantFrom(
    ...[
      '灯塔更换灯泡9盏',
      '“不夜航”',
      '“不超载”是底线',
      '渔船３艘',
      '2016年',
      '粉刷塔身1200平方米',
      '由于风大',
      '海生',
    ],
    ...['，', ',', ';', '；', '。', '！', '\n', ' ', '、', '”', '…', '航道里沉积多年的淤泥清理了'],
  )
  const passage = fc.array(piece, { minLength: 1, maxLength: 24 }).map((pieces) => pieces.join(''))
  const question = fc.constantFrom(
    ...['灯塔更换了多少盏灯泡', '粉刷了多少平方米', '哪三个“不”', '哪一年', '谁写的', '为什么', '灯塔', '有几艘渔船'],
  )
  fc.assert(
    fc.property(question, passage, (asked, text) => {
      fc.pre(text.trim() !== '')
      const ranges = rangesOf(asked, { text, ...(text.includes('海生') ? { byline: '海生' } : {}) })
      assert.ok(ranges.length > 0)
      let before = 0
      for (const [start, end] of ranges) {
        assert.ok(before <= start && start < end && end <= text.length, JSON.stringify(ranges))
        before = end
      }
    }),
    { numRuns: 120 },
  )
})
