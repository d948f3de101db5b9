import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complementary } from '../../../src/search/ranking/complement.ts'
import { type Inputs, inputNames } from '../../../src/search/ranking/inputs.ts'
import type { Ranked } from '../../../src/search/ranking/ranker.ts'
import fc from '../../laws.ts'
import { type Given, smallIndex } from '../smallIndex.ts'

const inputs = Object.fromEntries(inputNames.map((name) => [name, 0])) as Inputs

/** A passage with its score; `article` puts several into one paragraph. */
type Scored = Given & { score: number; article?: number }

/** The texts chosen of passages given with their scores. */
function chosen(asked: string, given: readonly Scored[], limit = 5): string[] {
  const { facts, tokens, read, interaction } = smallIndex(given)
  const interact = interaction(asked)
  const ranked = given.map(({ score, article }, position): Ranked => {
    const own = facts(position)
    const { starts } = tokens(position)
    const passage = { ...own.passage, article: article ?? own.passage.article }
    return {
      question: read(asked),
      position,
      score,
      inputs,
      residual: null,
      amongSisters: 0,
      reranking: 0,
      facts: { ...own, passage },
      matches: interact(tokens(position)),
      starts,
    }
  })
  ranked.sort((a, b) => b.score - a.score)
  return complementary(ranked, limit).map((one) => one.facts.passage.text)
}

test('a passage that speaks of what is still open comes before one that repeats', () => {
  const found = chosen(
    '灯塔和盐场的产量',
    [
      { text: '灯塔亮了。', report: 'a', score: 2 },
      { text: '灯塔又亮了一回。', report: 'b', score: 1.9 },
      { text: '盐场产量增加。', report: 'c', score: 1.6 },
    ],
    2,
  )
  assert.deepEqual(found, ['灯塔亮了。', '盐场产量增加。'])
})

test('what does not speak of the question gains nothing by being different', () => {
  const found = chosen(
    '灯塔亮了吗',
    [
      { text: '灯塔亮了。', report: 'a', score: 2 },
      { text: '灯塔又亮了一回。', report: 'b', score: 1.9 },
      { text: '渔船返航。', report: 'c', score: 1.6 },
    ],
    2,
  )
  assert.deepEqual(found, ['灯塔亮了。', '灯塔又亮了一回。'])
})

test('what one report says twice is given once, what two reports say twice', () => {
  const text = '码头更换灯泡九盏，粉刷塔身。'
  const again = '码头更换灯泡九盏，粉刷塔身！'
  assert.deepEqual(
    chosen('码头更换几盏灯泡', [
      { text, score: 2 },
      { text: again, score: 1.9 },
    ]),
    [text],
  )
  assert.deepEqual(
    chosen('码头更换几盏灯泡', [
      { text, report: 'a', score: 2 },
      { text: again, report: 'b', score: 1.9 },
    ]),
    [text, again],
  )
})

test('a list that goes on in mid-sentence is followed to its next passage', () => {
  const others = ['渔船返航。', '盐田开闸。', '航道清淤。', '缆桩加固。'].map((text, i) => ({
    text,
    report: `other${i}`,
    score: 1.5 - i / 100,
  }))
  const list = (text: string, article: number): Scored[] => [
    { text, score: 2, article: 0 },
    { text: '渔船须让路;', score: 1.35, article },
    ...others,
  ]
  const second = (question: string, given: Scored[]) => chosen(question, given, 2)[1]
  assert.equal(second('守则有哪几条', list('守则有:渔船须慢行;', 0)), '渔船须让路;')
  assert.equal(second('守则有哪几条', list('守则有:渔船须慢行;', 9)), '渔船返航。', 'of another paragraph')
  assert.equal(second('守则有哪几条', list('守则有:渔船须慢行。', 0)), '渔船返航。', 'the sentence has ended')
  assert.equal(second('守则', list('守则有:渔船须慢行;', 0)), '渔船返航。', 'no list is asked for')
})

test('law: the best stays first, the order is that of the scores, and nothing is given twice', () => {
  const text = fc.constantFrom('灯塔亮了。', '盐场产量增加。', '渔船返航三艘。', '码头更换灯泡九盏。', '航道清淤。')
  const given = fc.array(
    fc.record({
      text,
      report: fc.constantFrom('a', 'b', 'c'),
      score: fc.integer({ min: 0, max: 30 }).map((n) => n / 10),
    }),
    { minLength: 1, maxLength: 8 },
  )
  fc.assert(
    fc.property(
      given,
      fc.constantFrom('灯塔和盐场', '渔船几艘', '码头'),
      fc.integer({ min: 1, max: 5 }),
      (all, asked, limit) => {
        const unique = all.filter(
          (one, i) => all.findIndex((o) => o.text === one.text && o.report === one.report) === i,
        )
        const found = chosen(asked, unique, limit)
        const best = Math.max(...unique.map(({ score }) => score))
        assert.ok(found.length >= 1 && found.length <= limit)
        assert.ok(unique.some((one) => one.text === found[0] && one.score === best))
      },
    ),
    { numRuns: 60 },
  )
})

test('of passages with the same words one is taken, whatever reports they stand in', () => {
  const found = chosen('灯塔亮了吗', [
    { text: '灯塔亮了。', report: 'a', score: 2 },
    { text: '灯塔亮了。', report: 'b', score: 1.9 },
    { text: '渔船返航。', report: 'c', score: 1.6 },
  ])
  assert.deepEqual(found, ['灯塔亮了。', '渔船返航。'])
})
