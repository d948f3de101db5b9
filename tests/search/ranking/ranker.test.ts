import assert from 'node:assert/strict'
import { test } from 'node:test'
import model from '../../../src/search/model.json' with { type: 'json' }
import { type Inputs, inputNames } from '../../../src/search/ranking/inputs.ts'
import { gelu, outputOf } from '../../../src/search/ranking/network.ts'
import { contributionsOf, scoreOf, sharesOf } from '../../../src/search/ranking/ranker.ts'
import fc from '../../laws.ts'

const value = fc.double({ min: -3, max: 3, noNaN: true })
const inputs = fc.record(Object.fromEntries(inputNames.map((name) => [name, value]))) as fc.Arbitrary<Inputs>
const near = (found: number, expected: number, error = 1e-9) =>
  assert.ok(Math.abs(found - expected) < error, `${found}, not ${expected}`)

test('the ranker has a weight for every input and numbers only', () => {
  const { hidden, bias, output } = model.ranker
  assert.equal(new Set(inputNames).size, inputNames.length)
  assert.ok(hidden.length > 0)
  assert.deepEqual([bias.length, output.length], [hidden.length, hidden.length])
  for (const row of hidden) assert.equal(row.length, inputNames.length)
  for (const number of [...hidden.flat(), ...bias, ...output]) assert.ok(Number.isFinite(number))
})

test('law: the score is what the network makes of the inputs, in their order', () => {
  fc.assert(
    fc.property(inputs, (given) => {
      near(
        scoreOf(given),
        outputOf(
          model.ranker,
          inputNames.map((name) => given[name]),
        ),
        1e-12,
      )
    }),
  )
})

test('a network adds up what its hidden units make of their weighted sums', () => {
  const network = {
    hidden: [
      [1, 2],
      [0, -1],
    ],
    bias: [0.5, 0],
    output: [2, 3],
    shift: -1,
  }
  near(outputOf(network, [1, 1]), 2 * gelu(3.5) + 3 * gelu(-1) - 1)
})

test('the linear unit passes what is far above zero, stops what is far below, and halves its slope at zero', () => {
  near(gelu(8), 8, 1e-6)
  near(gelu(-8), 0, 1e-6)
  assert.equal(gelu(0), 0)
  near((gelu(1e-4) - gelu(-1e-4)) / 2e-4, 0.5, 1e-6)
})

test('law: a contribution is what the score loses when an input is as it usually is; the greatest come first', () => {
  fc.assert(
    fc.property(inputs, fc.array(inputs, { minLength: 1, maxLength: 5 }), (given, others) => {
      const found = contributionsOf(given, others)
      for (const [name, added] of found) {
        const usual = others.reduce((sum, one) => sum + one[name], 0) / others.length
        near(added, scoreOf(given) - scoreOf({ ...given, [name]: usual }))
        assert.notEqual(added, 0)
      }
      const sizes = found.map(([, added]) => Math.abs(added))
      assert.deepEqual(
        sizes,
        sizes.toSorted((a, b) => b - a),
      )
    }),
  )
})

test('where all candidates are alike, nothing contributes', () => {
  fc.assert(
    fc.property(inputs, (given) => {
      for (const [, added] of contributionsOf(given, [given, given])) near(added, 0)
    }),
  )
})

test('law: shares are probabilities in the order of the scores, and do not change with all scores', () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 9 }), value, (scores, more) => {
      const shares = sharesOf(scores)
      near(
        shares.reduce((sum, share) => sum + share, 0),
        1,
      )
      for (const [i, share] of shares.entries()) {
        assert.ok(share > 0)
        for (const [j, other] of shares.entries()) if (scores[i]! > scores[j]!) assert.ok(share >= other)
      }
      for (const [i, share] of sharesOf(scores.map((score) => score + more)).entries()) near(share, shares[i]!)
    }),
  )
})
