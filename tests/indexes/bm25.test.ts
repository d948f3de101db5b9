import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from '../laws.ts'
import { indexed, joined } from './postings.ts'

/** Equal but for the single precision of scores. */
function assertNear(found: ArrayLike<number>, expected: readonly number[]): void {
  assert.equal(found.length, expected.length)
  for (const [i, value] of expected.entries()) {
    const tolerance = 1e-5 * Math.max(1, Math.abs(value))
    assert.ok(Math.abs(found[i]! - value) <= tolerance, `score ${i}: ${found[i]} instead of ${value}`)
  }
}

describe('BM25 over a collection small enough to compute by hand', () => {
  // Three passages of 2, 4 and 3 terms: the mean length is 3.
  const index = indexed([
    ['安置', '道路'],
    ['道路', '道路', '道路', '公园'],
    ['公园', '学校', '学位'],
  ])

  it('weighs a term by ln(1 + (N − n + ½) ÷ (n + ½))', () => {
    // 安置 occurs in 1 of 3: ln(1 + 2.5 ÷ 1.5) = ln 2.6667; 道路 in 2 of 3: ln(1 + 1.5 ÷ 2.5) = ln 1.6
    assertNear([index.weight('安置'), index.weight('道路')], [0.9808293, 0.4700036])
  })

  it('gives an unknown term no weight and no score', () => {
    assert.equal(index.weight('地铁'), 0)
    assert.equal(index.weight(''), 0)
    assert.equal(index.weight('__proto__'), 0)
    assert.deepEqual([...index.all(['地铁', 'constructor'])], [0, 0, 0])
  })

  it('scores a rare term in a short passage', () => {
    // 2 of 3 terms: 1.2 × (0.25 + 0.75 × 2 ÷ 3) = 0.9; 0.9808293 × 1 × 2.2 ÷ (1 + 0.9) = 1.1356971
    assertNear(index.all(['安置']), [1.1356971, 0, 0])
  })

  it('saturates a repeated term and discounts a long passage', () => {
    // passage 0: 0.4700036 × 2.2 ÷ 1.9 = 0.5442147
    // passage 1: 1.2 × (0.25 + 0.75 × 4 ÷ 3) = 1.5; 0.4700036 × 3 × 2.2 ÷ (3 + 1.5) = 0.6893387
    assertNear(index.all(['道路']), [0.5442147, 0.6893387, 0])
  })

  it('adds the terms of a question up, one asked twice counting twice', () => {
    assertNear(index.all(['安置', '道路']), [1.1356971 + 0.5442147, 0.6893387, 0])
    assertNear(index.all(['道路', '道路']), [2 * 0.5442147, 2 * 0.6893387, 0])
  })

  it('scores nothing for no terms', () => {
    assert.deepEqual([...index.all([])], [0, 0, 0])
  })
})

describe('BM25 at the edges', () => {
  it('answers over an empty collection', () => {
    const index = indexed([])
    assert.equal(index.all(['安置']).length, 0)
    assert.equal(index.weight('安置'), 0)
  })

  it('answers over passages without terms', () => {
    const index = indexed([[], ['安置'], []])
    const scores = index.all(['安置'])
    assert.deepEqual([scores[0], scores[2]], [0, 0])
    assert.ok(scores[1]! > 0)
  })

  it('never gives a term a negative weight, even one that is everywhere', () => {
    const index = indexed([['的'], ['的'], ['的'], ['的']])
    assert.ok(index.weight('的') > 0)
  })

  it('counts a term that fills a passage more often than 16 bits can say', () => {
    const index = indexed([Array.from({ length: 70_000 }, () => '的'), ['道路']])
    const [long] = index.all(['的'])
    // N = 2, n = 1: ln 2; saturation leaves 2.2 as the limit of the factor.
    assert.ok(long! > Math.LN2 * 2.19 && long! < Math.LN2 * 2.2)
  })
})

describe('BM25 of some passages', () => {
  const index = indexed([['安置', '道路'], ['道路'], ['公园'], []])

  it('is told in the order asked for, 0 where no term occurs', () => {
    const all = index.all(['道路'])
    assert.deepEqual(index.scores(['道路'], [1, 3, 0, 1]), Float32Array.of(all[1]!, 0, all[0]!, all[1]!))
    assert.deepEqual(index.scores(['道路'], []), new Float32Array(0))
  })

  it('is searched for best first, without those that have no term', () => {
    const found = index.search(['道路', '公园'], 10)
    assert.deepEqual(
      found.map(({ passage }) => passage),
      [2, 1, 0],
    )
    assert.deepEqual(index.search(['道路', '公园'], 2), found.slice(0, 2))
    assert.deepEqual(index.search(['道路'], 0), [])
    assert.deepEqual(index.search(['地铁'], 10), [])
    assert.deepEqual(index.search([], 10), [])
  })

  it('is searched for among some', () => {
    const among = (...positions: number[]) =>
      index.search(['道路'], 10, Uint32Array.from(positions)).map(({ passage }) => passage)
    assert.deepEqual(among(0, 1, 2, 3), [1, 0])
    assert.deepEqual(among(0, 2), [0])
    assert.deepEqual(among(2, 3), [])
    assert.deepEqual(among(), [])
  })

  it('forgets one search before the next', () => {
    const first = index.search(['道路', '公园'], 10)
    index.search(['道路'], 1)
    index.search(['道路'], 10, Uint32Array.of(0))
    assert.deepEqual(index.search(['道路', '公园'], 10), first)
  })
})

describe('BM25 over random collections', () => {
  const term = fc.constantFrom('安置', '道路', '公园', '学校', 'gdp', '2020', '的', '__proto__', 'constructor')
  const documents = fc.array(fc.array(term, { maxLength: 12 }), { maxLength: 15 })

  it('equals the formula worked out without an inverted index', () => {
    fc.assert(
      fc.property(documents, fc.array(term, { maxLength: 6 }), (collection, question) => {
        const mean = collection.reduce((sum, { length }) => sum + length, 0) / Math.max(1, collection.length)
        const weight = (asked: (typeof question)[number]) => {
          const holding = collection.filter((document) => document.includes(asked)).length
          return holding === 0 ? 0 : Math.log(1 + (collection.length - holding + 0.5) / (holding + 0.5))
        }
        const expected = collection.map((document) => {
          let sum = 0
          for (const asked of question) {
            const count = document.filter((found) => found === asked).length
            if (count > 0)
              sum += (weight(asked) * count * 2.2) / (count + 1.2 * (1 - 0.75 + (0.75 * document.length) / mean))
          }
          return sum
        })
        const index = indexed(collection)
        assertNear(index.all(question), expected)
        assertNear(question.map(index.weight), question.map(weight))
      }),
      { seed: 7, numRuns: 300 },
    )
  })

  /** The answer of a full sort. */
  const sortedOf = (scores: Float32Array, count: number, among: ReadonlySet<number>) =>
    [...scores.keys()]
      .filter((passage) => scores[passage]! > 0 && among.has(passage))
      .map((passage) => ({ passage, score: scores[passage]! }))
      .sort((a, b) => b.score - a.score || a.passage - b.passage)
      .slice(0, count)

  it('is searched for as by sorting the scores of all', () => {
    const chosen = fc.option(fc.uniqueArray(fc.nat({ max: 14 })))
    fc.assert(
      fc.property(
        documents,
        fc.array(term, { maxLength: 6 }),
        fc.nat({ max: 20 }),
        chosen,
        (collection, question, count, some) => {
          const index = indexed(collection)
          const positions = (some ?? [...collection.keys()])
            .filter((position) => position < collection.length)
            .sort((a, b) => a - b)
          const found = index.search(question, count, some ? Uint32Array.from(positions) : undefined)
          assert.deepEqual(found, sortedOf(index.all(question), count, new Set(positions)))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('is the same in several parts, of which some passages are no longer in the index, as in one', () => {
    const document = fc.array(term, { maxLength: 12 })
    /** Documents with the part each lies in and its rank there; a gone one is in a part but not in the index. */
    const placed = fc.array(
      fc.record({ terms: document, part: fc.nat({ max: 3 }), rank: fc.nat(), isGone: fc.boolean() }),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(placed, fc.array(term, { maxLength: 6 }), fc.nat({ max: 20 }), (all, question, count) => {
        const inForce = all.filter(({ isGone }) => !isGone)
        const whole = indexed(inForce.map(({ terms }) => terms))
        const parts = joined(
          [0, 1, 2, 3].map((part) =>
            all
              .filter((one) => one.part === part)
              .sort((a, b) => a.rank - b.rank)
              .map((one) => ({ terms: one.terms, position: inForce.indexOf(one) })),
          ),
        )
        assert.deepEqual(parts.all(question), whole.all(question))
        assert.deepEqual(parts.search(question, count), whole.search(question, count))
        assert.deepEqual(question.map(parts.weight), question.map(whole.weight))
      }),
      { numRuns: 300 },
    )
  })

  it('is not known of terms of passages that are all gone', () => {
    const index = joined([
      [
        { terms: ['安置'], position: -1 },
        { terms: ['道路'], position: 1 },
      ],
      [{ terms: ['道路'], position: 0 }],
    ])
    assert.equal(index.weight('安置'), 0)
    assert.deepEqual(index.search(['安置'], 10), [])
    assert.deepEqual(
      index.search(['道路'], 10).map(({ passage }) => passage),
      [0, 1],
    )
  })
})
