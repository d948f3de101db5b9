import { average, column, solve } from './linear.ts'

/** The candidates of a question. */
export interface List {
  /** One vector of features a candidate. */
  readonly rows: readonly (readonly number[])[]
  /** True for each candidate that is right; at least one is. */
  readonly isRight: readonly boolean[]
  readonly importance: number
}

const rounds = 60

/**
 * Weights under which the softmax over a question's candidates gives its right ones the most: the loss is minus the log of
 * their probability together (ListNet, Cao and others, 2007, with any one right answer sufficing), on features in
 * their standard deviations, with an L2 penalty. Which of the right ones a question is best answered with is not known, so
 * each counts by its share under the weights so far (expectation–maximisation); Newton's steps are halved until the loss falls.
 * @param penalty of the squared weights of standardised features, against a mean loss
 * @returns in the features' own units
 */
export function fitListwise(lists: readonly List[], penalty: number): number[] {
  const size = lists[0]!.rows[0]!.length
  const all = lists.flatMap(({ rows }) => rows)
  const spread = column(size, (j) => {
    const values = all.map((row) => row[j]!)
    const mean = average(values)
    return Math.sqrt(average(values.map((value) => (value - mean) ** 2))) || 1
  })
  const total = lists.reduce((sum, { importance }) => sum + importance, 0)
  const inputs = lists.map(({ rows, isRight, importance }) => {
    const standardised = rows.map((row) => row.map((value, j) => value / spread[j]!))
    return { rows: standardised, right: standardised.filter((_, i) => isRight[i]), share: importance / total }
  })
  const loss = (weights: readonly number[]) =>
    inputs.reduce(
      (sum, { rows, right, share }) => sum + share * (softmax(rows, weights).log - softmax(right, weights).log),
      (penalty / 2) * weights.reduce((sum, weight) => sum + weight ** 2, 0),
    )
  let weights = column(size, () => 0)
  let lost = loss(weights)
  for (let round = 0; round < rounds; round++) {
    const gradient = weights.map((weight) => penalty * weight)
    const hessian = column(size, (j) => column(size, (k) => (j === k ? penalty : 0)))
    for (const { rows, right, share } of inputs) {
      const { odds } = softmax(rows, weights)
      const expected = mixed(rows, odds)
      const wanted = mixed(right, softmax(right, weights).odds)
      for (let j = 0; j < size; j++) {
        gradient[j]! += share * (expected[j]! - wanted[j]!)
        for (let k = 0; k < size; k++) {
          const product = rows.reduce((sum, row, n) => sum + odds[n]! * row[j]! * row[k]!, 0)
          hessian[j]![k]! += share * (product - expected[j]! * expected[k]!)
        }
      }
    }
    const move = solve(hessian, gradient)
    for (let part = 1; part > 1e-6; part /= 2) {
      const moved = weights.map((weight, j) => weight - part * move[j]!)
      const left = loss(moved)
      if (left >= lost) continue
      weights = moved
      lost = left
      break
    }
  }
  return weights.map((weight, j) => weight / spread[j]!)
}

/** Shares of the rows, and the log of what they are shares of. */
function softmax(rows: readonly (readonly number[])[], weights: readonly number[]): { odds: number[]; log: number } {
  const scores = rows.map((row) => row.reduce((sum, value, j) => sum + value * weights[j]!, 0))
  const most = Math.max(...scores)
  const odds = scores.map((score) => Math.exp(score - most))
  const sum = odds.reduce((a, b) => a + b, 0)
  return { odds: odds.map((value) => value / sum), log: most + Math.log(sum) }
}

/** The sum of the rows, each times its share. */
function mixed(rows: readonly (readonly number[])[], shares: readonly number[]): number[] {
  return column(rows[0]!.length, (j) => rows.reduce((sum, row, n) => sum + shares[n]! * row[j]!, 0))
}
