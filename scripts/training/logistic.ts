import { average, column, solve } from './linear.ts'

/**
 * Logistic regression by Newton's method with an L2 penalty on standardised inputs (Hastie, Tibshirani and Friedman, 2009,
 * section 4.4).
 */
export interface Fit {
  /** The weights, in the inputs' own units. */
  readonly weights: readonly number[]
  readonly bias: number
}

const rounds = 40

/**
 * @param rows one vector an example
 * @param labels 0 or 1 each
 * @param importance how much each example counts
 * @param penalty of the squared standardised weights, against a mean loss
 */
export function fitLogistic(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  importance: readonly number[],
  penalty: number,
): Fit {
  const size = rows[0]!.length
  const mean = column(size, (j) => average(rows.map((row) => row[j]!)))
  const spread = column(size, (j) => Math.sqrt(average(rows.map((row) => (row[j]! - mean[j]!) ** 2))) || 1)
  const inputs = rows.map((row) => [...row.map((value, j) => (value - mean[j]!) / spread[j]!), 1])
  const width = size + 1
  const total = importance.reduce((sum, value) => sum + value, 0)
  let weights = column(width, () => 0)
  for (let round = 0; round < rounds; round++) {
    const gradient = weights.map((weight, j) => (j < size ? penalty * weight : 0))
    const hessian = column(width, (j) => column(width, (k) => (j === k ? (j < size ? penalty : 0) + 1e-9 : 0)))
    for (const [i, input] of inputs.entries()) {
      const share = importance[i]! / total
      const probability = 1 / (1 + Math.exp(-input.reduce((sum, value, j) => sum + value * weights[j]!, 0)))
      for (let j = 0; j < width; j++) {
        gradient[j]! += share * (probability - labels[i]!) * input[j]!
        for (let k = 0; k < width; k++)
          hessian[j]![k]! += share * probability * (1 - probability) * input[j]! * input[k]!
      }
    }
    const step = solve(hessian, gradient)
    weights = weights.map((weight, j) => weight - step[j]!)
  }
  const own = weights.slice(0, size).map((weight, j) => weight / spread[j]!)
  const shift = own.reduce((sum, weight, j) => sum + weight * mean[j]!, 0)
  return { weights: own, bias: weights[size]! - shift }
}
