/** A network of one hidden layer as it lies in `model.json`. The standardisation of its inputs is folded into its weights. */
export interface Network {
  /** A row of weights for each hidden unit, one weight for each input. */
  readonly hidden: number[][]
  readonly bias: number[]
  /** The weight of each hidden unit in the output. */
  readonly output: number[]
  /** The bias of the output. */
  readonly shift: number
}

/** The output of a network for some inputs, a number of any size. */
export function outputOf({ hidden, bias, output, shift }: Network, inputs: ArrayLike<number>): number {
  let sum = shift
  for (let unit = 0; unit < hidden.length; unit++) {
    const weights = hidden[unit]!
    let value = bias[unit]!
    for (let i = 0; i < weights.length; i++) value += weights[i]! * inputs[i]!
    sum += output[unit]! * gelu(value)
  }
  return sum
}

/** The Gaussian error linear unit in its approximation by tanh (Hendrycks and Gimpel, 2016, arXiv:1606.08415). */
export function gelu(value: number): number {
  return 0.5 * value * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (value + 0.044715 * value ** 3)))
}
