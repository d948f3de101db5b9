import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topK } from '../../src/indexes/topK.ts'
import fc from '../laws.ts'

test('the best are those that sorting all would put first', () => {
  // Few different values, so that most of them tie.
  const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true }))
  fc.assert(
    fc.property(
      fc.array(value, { maxLength: 60 }),
      fc.integer({ min: -1, max: 70 }),
      fc.func(fc.boolean()),
      (values, count, isGiven) => {
        const given = [...values.keys()].filter(isGiven)
        const sorted = given
          .map((position) => ({ position, value: values[position]! }))
          .sort((a, b) => (a.value === b.value ? a.position - b.position : b.value - a.value))
        assert.deepEqual(
          topK(given, (position) => values[position]!, count),
          sorted.slice(0, Math.max(0, count)),
        )
      },
    ),
    { numRuns: 500 },
  )
})

test('each value is asked for once', () => {
  const asked: number[] = []
  const positions = [4, 1, 9, 3]
  topK(positions.values(), (position) => asked.push(position), 2)
  assert.deepEqual(asked, positions)
})
