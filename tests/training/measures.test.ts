import assert from 'node:assert/strict'
import { test } from 'node:test'
import { auroc, calibrationError, reliability } from '../../scripts/training/measures.ts'
import fc from '../laws.ts'

const near = (found: number, expected: number, why?: string) =>
  assert.ok(Math.abs(found - expected) < 1e-9, `${found}, not ${expected}${why === undefined ? '' : `: ${why}`}`)

test('AUROC is the share of pairs in which the positive is above, ties half', () => {
  assert.equal(auroc([3, 4], [1, 2]), 1)
  assert.equal(auroc([1, 2], [3, 4]), 0)
  assert.equal(auroc([1, 3], [2]), 0.5)
  assert.equal(auroc([2], [2]), 0.5, 'a tie')
  near(auroc([1, 2, 3], [2, 0]), 4.5 / 6, '1>0; 2=2, 2>0; 3>2, 3>0: 1 + 1.5 + 2 of 6')
})

test('AUROC knows only order, and turning it round gives the rest to 1', () => {
  const scores = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(scores, scores, (positives, negatives) => {
      const area = auroc(positives, negatives)
      const cube = (values: number[]) => values.map((value) => value ** 3 + 7)
      near(auroc(cube(positives), cube(negatives)), area)
      near(area + auroc(negatives, positives), 1)
    }),
  )
})

test('predictions are gathered in ten bins, 1 in the last', () => {
  const bins = reliability([0, 0.05, 0.95, 1, 0.3], [0, 1, 1, 1, 0])
  assert.deepEqual(
    bins.map(({ count }) => count),
    [2, 0, 0, 1, 0, 0, 0, 0, 0, 2],
  )
  near(bins[0]!.confidence, 0.025)
  near(bins[0]!.accuracy, 0.5)
  near(bins[9]!.confidence, 0.975)
  near(bins[9]!.accuracy, 1)
})

test('the calibration error is the distance of confidence and accuracy, by the size of the bins', () => {
  // First bin: two of 0.05 with accuracy 0.5, off by 0.45; last: two of 0.9, accuracy 1, off by 0.1.
  near(calibrationError(reliability([0.05, 0.05, 0.9, 0.9], [1, 0, 1, 1])), (2 * 0.45 + 2 * 0.1) / 4)
  near(calibrationError(reliability([0, 1, 1], [0, 1, 1])), 0, 'certain and right')
  near(calibrationError(reliability([1, 1], [0, 0])), 1, 'certain and wrong')
})
