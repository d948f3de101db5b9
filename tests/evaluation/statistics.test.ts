import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mean, pairedInterval } from '../../scripts/evaluation/statistics.ts'
import { seeded } from '../../scripts/training/sets.ts'
import fc from '../laws.ts'

test('a mean leaves out what is not known, and is not known where nothing is', () => {
  assert.equal(mean([1, null, 2, 0]), 1)
  assert.equal(mean([null, 0]), 0, 'zero is a value')
  assert.equal(mean([null]), null)
  assert.equal(mean([]), null)
})

test('the interval is the same in every run', () => {
  const [a, b] = [
    [1, 0, 1, 1, 0, 1],
    [0, 0, 1, 0, 1, 1],
  ]
  assert.deepEqual(pairedInterval(a!, b!), pairedInterval(a!, b!))
})

test('a difference that is the same for every question is certain', () => {
  assert.deepEqual(pairedInterval([0.75, 0.5, 1], [0.5, 0.25, 0.75]), { mean: 0.25, low: 0.25, high: 0.25 })
})

test('two systems are compared question by question, not as two samples', () => {
  const hard = Array.from({ length: 40 }, (_, i) => i % 2)
  const { low, high } = pairedInterval(
    hard.map((value) => value + 0.25),
    hard,
  )
  assert.deepEqual([low, high], [0.25, 0.25], 'the questions differ by 1, the systems always by 0.25')
})

test('the random numbers of one bootstrap do not go round in a circle', () => {
  // 2000 resamples of 100 questions take 200,000 numbers; among 2³¹ values some nine of them meet by chance.
  const random = seeded(7)
  const drawn = Array.from({ length: 200_000 }, random)
  assert.ok(drawn.every((value) => value >= 0 && value < 1))
  assert.ok(new Set(drawn).size > 199_900, `${new Set(drawn).size} different numbers`)
})

test('the interval covers a known difference about as often as it says', () => {
  // Differences of mean 0.1; of 60 intervals of 95 % three are expected to miss, ten would be chance of 1 in 1000.
  const random = seeded(3)
  let missed = 0
  for (let trial = 0; trial < 60; trial++) {
    const differences = Array.from({ length: 60 }, () => 0.1 + random() + random() - 1)
    const { low, high } = pairedInterval(
      differences,
      differences.map(() => 0),
    )
    if (low > 0.1 || high < 0.1) missed++
  }
  assert.ok(missed < 10, `${missed} of 60 miss`)
})

test('the interval has a width of some four standard errors', () => {
  // 100 differences, half −1 and half 1: the standard error is 0.1, so the bounds lie near ∓0.196.
  const differences = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 1 : -1))
  const { low, high } = pairedInterval(
    differences,
    differences.map(() => 0),
  )
  assert.ok(Math.abs(low + 0.196) < 0.03 && Math.abs(high - 0.196) < 0.03, `${low} … ${high}`)
})

test('law: the mean lies in its interval, and swapping the systems turns the mean round', () => {
  const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })), {
    minLength: 3,
    maxLength: 20,
  })
  fc.assert(
    fc.property(pairs, (all) => {
      const [a, b] = [all.map(([x]) => x), all.map(([, y]) => y)]
      const found = pairedInterval(a, b)
      assert.ok(found.low <= found.mean && found.mean <= found.high)
      assert.ok(Math.abs(pairedInterval(b, a).mean + found.mean) < 1e-12)
    }),
    { numRuns: 30 },
  )
})
