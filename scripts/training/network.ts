import { gelu, type Network } from '../../src/search/ranking/network.ts'
import { seeded, shuffled } from './sets.ts'

/**
 * Networks of one hidden layer, learned by AdamW (Loshchilov and Hutter, 2019, arXiv:1711.05101) with dropout on the hidden
 * units. The same examples in the same order give the same network, to the last digit.
 */
export interface Training {
  readonly units: number
  /** The number of times that every example is seen. */
  readonly rounds: number
  readonly rate: number
  readonly decay: number
  readonly dropout: number
  /** Examples that move the weights together, by the mean of their slopes. */
  readonly batch: number
  readonly seed: number
}

/** An example: some rows of inputs, and the slope of its loss by the output of each row. */
export interface Example {
  readonly rows: readonly Float64Array[]
  /** The weight of the example. */
  readonly importance: number
  slopes(outputs: readonly number[]): number[]
}

/**
 * A list of a question's candidates, some of which are right: the loss is −log of their share in the softmax of all.
 * @param added what is added to each output
 */
export function listExample(
  rows: readonly Float64Array[],
  isRight: readonly boolean[],
  added: readonly number[] = rows.map(() => 0),
  importance = 1,
): Example {
  return {
    rows,
    importance,
    slopes(outputs) {
      const scores = outputs.map((value, i) => value + added[i]!)
      const most = Math.max(...scores)
      const odds = scores.map((value) => Math.exp(value - most))
      const all = odds.reduce((sum, value) => sum + value, 0)
      const right = odds.reduce((sum, value, i) => sum + (isRight[i] ? value : 0), 0) || 1e-12
      return odds.map((value, i) => value / all - (isRight[i] ? value / right : 0))
    },
  }
}

/** One row that is so (1) or is not (0): the loss is the logistic one. */
export function binaryExample(row: Float64Array, label: number, importance = 1): Example {
  return { rows: [row], importance, slopes: ([output]) => [1 / (1 + Math.exp(-output!)) - label] }
}

/** The mean and spread of every input. */
function scaleOf(examples: readonly Example[]): { mean: Float64Array; spread: Float64Array } {
  const size = examples[0]!.rows[0]!.length
  const mean = new Float64Array(size)
  const spread = new Float64Array(size)
  let count = 0
  for (const { rows } of examples) {
    for (const row of rows) for (let j = 0; j < size; j++) mean[j]! += row[j]!
    count += rows.length
  }
  for (let j = 0; j < size; j++) mean[j]! /= count
  for (const { rows } of examples)
    for (const row of rows) for (let j = 0; j < size; j++) spread[j]! += (row[j]! - mean[j]!) ** 2
  for (let j = 0; j < size; j++) spread[j] = Math.sqrt(spread[j]! / count) || 1
  return { mean, spread }
}

/** A column of numbers that AdamW moves. */
class Weights {
  readonly values: Float64Array
  readonly slopes: Float64Array
  private readonly first: Float64Array
  private readonly second: Float64Array

  constructor(values: Float64Array) {
    this.values = values
    this.slopes = new Float64Array(values.length)
    this.first = new Float64Array(values.length)
    this.second = new Float64Array(values.length)
  }

  /** @param step counted from 1 */
  move(rate: number, decay: number, step: number): void {
    const firstShare = 1 - 0.9 ** step
    const secondShare = 1 - 0.999 ** step
    for (let i = 0; i < this.values.length; i++) {
      const slope = this.slopes[i]!
      this.slopes[i] = 0
      this.first[i] = 0.9 * this.first[i]! + 0.1 * slope
      this.second[i] = 0.999 * this.second[i]! + 0.001 * slope * slope
      const moved = this.first[i]! / firstShare / (Math.sqrt(this.second[i]! / secondShare) + 1e-8)
      this.values[i]! -= rate * (moved + decay * this.values[i]!)
    }
  }
}

/** Learns a network from examples; its inputs are standardised, which is folded into the weights that come back. */
export function trainNetwork(
  examples: readonly Example[],
  { units, rounds, rate, decay, dropout, batch, seed }: Training,
): Network {
  const { mean, spread } = scaleOf(examples)
  const size = mean.length
  const scaled = examples.map(({ rows }) => rows.map((row) => row.map((value, j) => (value - mean[j]!) / spread[j]!)))
  const random = seeded(seed)
  const uniform = (count: number, fan: number) =>
    Float64Array.from({ length: count }, () => (2 * random() - 1) / Math.sqrt(fan))
  const hidden = new Weights(uniform(units * size, size))
  const bias = new Weights(uniform(units, size))
  const output = new Weights(uniform(units, units))
  const shift = new Weights(new Float64Array(1))
  const steps = rounds * Math.ceil(examples.length / batch)
  let step = 0
  for (let round = 0; round < rounds; round++) {
    for (const [i, e] of shuffled([...examples.keys()], random).entries()) {
      const rows = scaled[e]!
      const { importance, slopes } = examples[e]!
      const kept = Float64Array.from({ length: units }, () => (random() < dropout ? 0 : 1 / (1 - dropout)))
      const sums = rows.map((row) => {
        const values = new Float64Array(units)
        for (let unit = 0; unit < units; unit++) {
          if (kept[unit] === 0) continue
          let sum = bias.values[unit]!
          for (let j = 0, at = unit * size; j < size; j++, at++) sum += hidden.values[at]! * row[j]!
          values[unit] = sum
        }
        return values
      })
      const outputs = sums.map((values) => {
        let sum = shift.values[0]!
        for (let unit = 0; unit < units; unit++)
          if (kept[unit] !== 0) sum += output.values[unit]! * kept[unit]! * gelu(values[unit]!)
        return sum
      })
      const found = slopes(outputs)
      for (const [k, row] of rows.entries()) {
        const slope = (found[k]! * importance) / batch
        if (Math.abs(slope) < 1e-9) continue
        const values = sums[k]!
        shift.slopes[0]! += slope
        for (let unit = 0; unit < units; unit++) {
          if (kept[unit] === 0) continue
          const value = values[unit]!
          output.slopes[unit]! += slope * kept[unit]! * gelu(value)
          const own = slope * kept[unit]! * output.values[unit]! * geluSlope(value)
          bias.slopes[unit]! += own
          for (let j = 0, at = unit * size; j < size; j++, at++) hidden.slopes[at]! += own * row[j]!
        }
      }
      if ((i + 1) % batch !== 0 && i + 1 < examples.length) continue
      step++
      const now = rate * (1 - (0.9 * step) / steps)
      for (const weights of [hidden, bias, output, shift]) weights.move(now, decay, step)
    }
  }
  return {
    hidden: Array.from({ length: units }, (_, unit) =>
      Array.from({ length: size }, (_, j) => hidden.values[unit * size + j]! / spread[j]!),
    ),
    bias: Array.from(bias.values, (value, unit) => {
      let shift = 0
      for (let j = 0; j < size; j++) shift += (hidden.values[unit * size + j]! * mean[j]!) / spread[j]!
      return value - shift
    }),
    output: [...output.values],
    shift: shift.values[0]!,
  }
}

function geluSlope(value: number): number {
  const inner = Math.sqrt(2 / Math.PI) * (value + 0.044715 * value ** 3)
  const tanh = Math.tanh(inner)
  const slope = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * value ** 2)
  return 0.5 * (1 + tanh) + 0.5 * value * (1 - tanh * tanh) * slope
}

/** Several networks over the same inputs as one, whose output is the mean of theirs: it depends less on where each began. */
export function joined(networks: readonly Network[]): Network {
  const count = networks.length
  return {
    hidden: networks.flatMap(({ hidden }) => hidden),
    bias: networks.flatMap(({ bias }) => bias),
    output: networks.flatMap(({ output }) => output.map((value) => value / count)),
    shift: networks.reduce((sum, { shift }) => sum + shift, 0) / count,
  }
}

/** A network with its numbers cut to so many significant digits, as it is written to a file. */
export function rounded({ hidden, bias, output, shift }: Network, digits = 5): Network {
  const cut = (value: number) => Number(value.toPrecision(digits))
  return { hidden: hidden.map((row) => row.map(cut)), bias: bias.map(cut), output: output.map(cut), shift: cut(shift) }
}
