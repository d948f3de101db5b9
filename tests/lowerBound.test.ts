import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lowerBound } from '../src/lowerBound.ts'

test('the lower bound is the first number that is not below', () => {
  const numbers = [1, 3, 3, 7, 20]
  for (let wanted = 0; wanted <= 21; wanted++) {
    const first = numbers.findIndex((number) => number >= wanted)
    const found = lowerBound(0, numbers.length, (i) => numbers[i]! < wanted)
    assert.equal(found, first < 0 ? numbers.length : first)
  }
})

test('the search begins at `from` and looks at nothing from `to` on', () => {
  assert.equal(
    lowerBound(2, 5, () => false),
    2,
  )
  assert.equal(
    lowerBound(2, 5, (i) => i < 5),
    5,
  )
  assert.equal(
    lowerBound(4, 4, () => assert.fail('there is nothing to look at')),
    4,
  )
})
