import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fitListwise, type List } from '../../scripts/training/listwise.ts'
import { seeded } from '../../scripts/training/sets.ts'

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)

/** Questions of eight candidates whose right one is drawn with the probability that `weights` give it. */
function drawn(count: number, weights: readonly number[]): List[] {
  const random = seeded(11)
  return Array.from({ length: count }, () => {
    const rows = Array.from({ length: 8 }, () => weights.map(() => 4 * random() - 2))
    const odds = rows.map((row) => Math.exp(dot(row, weights)))
    const at = random() * odds.reduce((a, b) => a + b, 0)
    const chosen = odds.findIndex((_, i) => odds.slice(0, i + 1).reduce((a, b) => a + b, 0) > at)
    return { rows, isRight: rows.map((_, i) => i === chosen), importance: 1 }
  })
}

/** The mean loss that the fit promises to lower, with the penalty on standardised weights. */
function loss(weights: readonly number[], lists: readonly List[], penalty: number): number {
  const total = lists.reduce((sum, { importance }) => sum + importance, 0)
  let sum = 0
  for (const { rows, isRight, importance } of lists) {
    const odds = rows.map((row) => Math.exp(dot(row, weights)))
    const right = odds.reduce((all, value, i) => all + (isRight[i] ? value : 0), 0)
    sum -= (importance / total) * Math.log(right / odds.reduce((a, b) => a + b, 0))
  }
  const rows = lists.flatMap((list) => list.rows)
  for (const [j, weight] of weights.entries()) {
    const mean = rows.reduce((all, row) => all + row[j]!, 0) / rows.length
    const variance = rows.reduce((all, row) => all + (row[j]! - mean) ** 2, 0) / rows.length
    sum += (penalty / 2) * weight ** 2 * variance
  }
  return sum
}

test('known weights are recovered from questions drawn with them', () => {
  const weights = [1.5, -1, 0]
  // With 1,500 questions the standard error of each is below 0.07; 0.3 is four of them.
  for (const [i, value] of fitListwise(drawn(1500, weights), 1e-6).entries()) {
    assert.ok(Math.abs(value - weights[i]!) < 0.3, `weight ${i}: ${value}`)
  }
})

test('the loss has no slope at the solution, also where several candidates are right', () => {
  const random = seeded(5)
  const lists = drawn(150, [1, -0.5]).map((list, i): List => {
    return { ...list, isRight: list.isRight.map((isRight) => isRight || random() < 0.2), importance: 1 + (i % 3) }
  })
  const slopes = (at: readonly number[]) =>
    at.map((_, i) => {
      const moved = (by: number) =>
        loss(
          at.map((value, j) => (i === j ? value + by : value)),
          lists,
          0.02,
        )
      return (moved(1e-5) - moved(-1e-5)) / 2e-5
    })
  for (const slope of slopes(fitListwise(lists, 0.02))) assert.ok(Math.abs(slope) < 1e-5, String(slope))
  assert.ok(Math.max(...slopes([0, 0]).map(Math.abs)) > 0.05, 'elsewhere it has one')
})

test('what is the same for all candidates of a question tells nothing', () => {
  const lists = drawn(100, [1]).map((list, i): List => ({ ...list, rows: list.rows.map((row) => [...row, i % 7]) }))
  assert.ok(Math.abs(fitListwise(lists, 0.01)[1]!) < 1e-9)
})

test('a first step that leads too far is taken back', () => {
  // Newton's own step from nothing makes the right candidates of the second question all but impossible.
  const even = { rows: [[100], [1], [0]], isRight: [false, true, false], importance: 1 }
  const odd = { rows: [[0], [1], [0.5]], isRight: [false, true, false], importance: 50 }
  const [weight] = fitListwise([even, odd], 1e-6)
  assert.ok(Number.isFinite(weight), String(weight))
})
