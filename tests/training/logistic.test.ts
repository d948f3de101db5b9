import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Fit, fitLogistic } from '../../scripts/training/logistic.ts'
import { seeded } from '../../scripts/training/sets.ts'

const sigmoid = (value: number) => 1 / (1 + Math.exp(-value))
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)

function near(found: number, expected: number, tolerance: number, why = ''): void {
  assert.ok(Math.abs(found - expected) <= tolerance, `${why} ${found}, not ${expected} ± ${tolerance}`)
}

/** Examples whose labels are drawn with the probability that `weights` and `bias` give them. */
function drawn(count: number, weights: readonly number[], bias: number) {
  const random = seeded(11)
  const rows = Array.from({ length: count }, () => weights.map(() => 4 * random() - 2))
  const labels = rows.map((row) => Number(random() < sigmoid(dot(row, weights) + bias)))
  return { rows, labels, importance: rows.map(() => 1) }
}

/** The mean loss that the fit promises to be the least, with the penalty on standardised weights. */
function loss({ weights, bias }: Fit, { rows, labels, importance }: ReturnType<typeof drawn>, penalty: number): number {
  const total = importance.reduce((sum, value) => sum + value, 0)
  let sum = 0
  for (const [i, row] of rows.entries()) {
    const probability = sigmoid(dot(row, weights) + bias)
    sum -= (importance[i]! / total) * Math.log(labels[i] === 1 ? probability : 1 - probability)
  }
  for (const [j, weight] of weights.entries()) {
    const values = rows.map((row) => row[j]!)
    const mean = values.reduce((a, b) => a + b, 0) / values.length
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length
    sum += (penalty / 2) * weight ** 2 * variance
  }
  return sum
}

function gradientOf(of: (parameters: number[]) => number, at: readonly number[]): number[] {
  const step = 1e-5
  return at.map((_, i) => {
    const moved = (by: number) => of(at.map((value, j) => (i === j ? value + by : value)))
    return (moved(step) - moved(-step)) / (2 * step)
  })
}

test('a known weight and bias are recovered from examples drawn with them', () => {
  const weights = [1.5, -2, 0]
  const found = fitLogistic(...spread(drawn(2000, weights, 0.7)), 1e-6)
  // With 2000 examples the standard error of each is below 0.1; 0.4 is four of them.
  for (const [i, weight] of weights.entries()) near(found.weights[i]!, weight, 0.4, `weight ${i}:`)
  near(found.bias, 0.7, 0.4, 'bias:')
})

test('the gradient of the penalised loss vanishes at the solution', () => {
  const data = { ...drawn(200, [1, -1], 0.5), importance: Array.from({ length: 200 }, (_, i) => 1 + (i % 3)) }
  const fit = fitLogistic(...spread(data), 0.05)
  const of = ([a = 0, b = 0, c = 0]: number[]) => loss({ weights: [a, b], bias: c }, data, 0.05)
  for (const slope of gradientOf(of, [...fit.weights, fit.bias])) near(slope, 0, 1e-6, 'slope:')
})

test('the gradient is found where the solution is not', () => {
  // Guards the test above: a loss that ignored its parameters would have no slope anywhere.
  const data = drawn(200, [1, -1], 0.5)
  const of = ([a = 0, b = 0]: number[]) => loss({ weights: [a, b], bias: 0 }, data, 0.05)
  assert.ok(Math.max(...gradientOf(of, [-3, 3]).map(Math.abs)) > 0.1)
})

test('a bias alone is the log odds of the labels', () => {
  const found = fitLogistic([[0], [0], [0], [0]], [1, 1, 1, 0], [1, 1, 1, 1], 0.1)
  near(found.bias, Math.log(3), 1e-6, 'three to one:')
  assert.equal(found.weights[0], 0, 'an input that is always the same tells nothing')
})

test('importance counts like repetition', () => {
  // Without a penalty, as that is of inputs in their standard deviations, which repetition changes.
  const once = fitLogistic([[1], [-1], [2]], [1, 0, 0], [2, 1, 1], 0)
  const twice = fitLogistic([[1], [1], [-1], [2]], [1, 1, 0, 0], [1, 1, 1, 1], 0)
  near(once.weights[0]!, twice.weights[0]!, 1e-6)
})

test('predictions do not depend on the unit of an input', () => {
  const data = drawn(150, [1, -0.5], 0.2)
  const inMetres = fitLogistic(...spread(data), 0.1)
  const rows = data.rows.map(([a = 0, b = 0]) => [a * 1000 + 5, b])
  const inMillimetres = fitLogistic(rows, data.labels, data.importance, 0.1)
  near(inMillimetres.weights[0]! * 1000, inMetres.weights[0]!, 1e-6)
  for (const [i, row] of rows.entries()) {
    const moved = dot(row, inMillimetres.weights) + inMillimetres.bias
    near(moved, dot(data.rows[i]!, inMetres.weights) + inMetres.bias, 1e-6)
  }
})

test('a greater penalty gives smaller weights, and separable data keeps them finite', () => {
  const rows = [[-2], [-1], [1], [2]]
  const sizes = [0.001, 0.1, 10].map((penalty) => fitLogistic(rows, [0, 0, 1, 1], [1, 1, 1, 1], penalty))
  const found = sizes.map(({ weights }) => weights[0]!)
  assert.ok(
    found.every(Number.isFinite) && found[0]! > found[1]! && found[1]! > found[2]! && found[2]! > 0,
    String(found),
  )
})

function spread({ rows, labels, importance }: ReturnType<typeof drawn>) {
  return [rows, labels, importance] as const
}
