import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  binaryExample,
  type Example,
  joined,
  listExample,
  rounded,
  type Training,
  trainNetwork,
} from '../../scripts/training/network.ts'
import { seeded } from '../../scripts/training/sets.ts'
import { outputOf } from '../../src/search/ranking/network.ts'

const training: Training = { units: 8, rounds: 30, rate: 1e-2, decay: 0.01, dropout: 0, batch: 1, seed: 7 }
const random = seeded(1)
const row = (...values: number[]) => Float64Array.from(values)

test('the slope of a list’s loss is the share of each candidate, less its share of what is right', () => {
  const { slopes } = listExample([row(0), row(0), row(0), row(0)], [true, false, true, false])
  assert.deepEqual(slopes([0, 0, 0, 0]), [-0.25, 0.25, -0.25, 0.25])
  const [first, second] = listExample([row(0), row(0)], [true, false]).slopes([50, 0])
  assert.ok(Math.abs(first!) < 1e-9 && Math.abs(second!) < 1e-9)
})

test('the slope of one row’s loss is what it is taken for, less what it is', () => {
  assert.deepEqual(binaryExample(row(0), 1).slopes([0]), [-0.5])
  assert.deepEqual(binaryExample(row(0), 0).slopes([0]), [0.5])
})

/** Two inputs of which one must be great and the other small, which no weighted sum tells. */
const apart = (): { examples: Example[]; labels: number[]; rows: Float64Array[] } => {
  const rows = Array.from({ length: 400 }, () => row(4 + random() * 2, 100 * random()))
  const labels = rows.map(([x, y]) => Number(x! > 5 !== y! > 50))
  return { rows, labels, examples: rows.map((one, i) => binaryExample(one, labels[i]!)) }
}

test('a network learns what no weighted sum tells, from inputs of any scale', () => {
  const { examples, labels, rows } = apart()
  const network = trainNetwork(examples, training)
  const right = rows.filter((one, i) => Number(outputOf(network, one) > 0) === labels[i])
  assert.ok(right.length > 0.95 * rows.length, `${right.length} of ${rows.length}`)
})

test('a network learns which of a list’s candidates is right', () => {
  const lists = Array.from({ length: 200 }, () => {
    const rows = Array.from({ length: 5 }, () => row(random(), random()))
    const worth = rows.map(([x, y]) => Math.abs(x! - 0.5) - y!)
    return { rows, isRight: worth.map((one) => one === Math.max(...worth)) }
  })
  const network = trainNetwork(
    lists.map(({ rows, isRight }) => listExample(rows, isRight)),
    training,
  )
  const right = lists.filter(({ rows, isRight }) => {
    const outputs = rows.map((one) => outputOf(network, one))
    return isRight[outputs.indexOf(Math.max(...outputs))]
  })
  assert.ok(right.length > 0.85 * lists.length, `${right.length} of ${lists.length}`)
})

test('the same examples give the same network', () => {
  const { examples } = apart()
  const few = { ...training, rounds: 2, dropout: 0.2 }
  assert.deepEqual(trainNetwork(examples, few), trainNetwork(examples, few))
})

test('what is added to the outputs counts in a list’s loss', () => {
  const { slopes } = listExample([row(0), row(0)], [true, false], [Math.log(3), 0])
  assert.deepEqual(
    slopes([0, 0]).map((slope) => Number(slope.toFixed(6))),
    [-0.25, 0.25],
  )
})

test('examples in batches teach the same, and the last batch may be smaller', () => {
  const { examples, rows, labels } = apart()
  const network = trainNetwork(examples.slice(0, examples.length - 3), { ...training, batch: 4 })
  const right = rows.filter((one, i) => Number(outputOf(network, one) > 0) === labels[i])
  assert.ok(right.length > 0.9 * rows.length, `${right.length} of ${rows.length}`)
})

test('networks joined give the mean of their outputs', () => {
  const { examples, rows } = apart()
  const few = [1, 2].map((seed) => trainNetwork(examples, { ...training, rounds: 1, seed }))
  const one = joined(few)
  for (const own of rows.slice(0, 20)) {
    const mean = few.reduce((sum, network) => sum + outputOf(network, own), 0) / few.length
    assert.ok(Math.abs(outputOf(one, own) - mean) < 1e-9)
  }
})

test('an example that counts nothing teaches nothing', () => {
  const { examples, rows } = apart()
  const wrong = rows.map((one) => binaryExample(one, 1, 0))
  const alone = trainNetwork(examples.map((one) => ({ ...one, importance: 0 })).concat(wrong), {
    ...training,
    decay: 0,
    rounds: 1,
  })
  const untaught = trainNetwork(wrong.concat(wrong), { ...training, decay: 0, rounds: 1 })
  for (const [i, value] of alone.output.entries()) assert.ok(Math.abs(value - untaught.output[i]!) < 1e-12)
})

test('a rounded network makes nearly the same of its inputs', () => {
  const { examples, rows } = apart()
  const network = trainNetwork(examples, { ...training, rounds: 2 })
  const cut = rounded(network)
  for (const one of rows) assert.ok(Math.abs(outputOf(cut, one) - outputOf(network, one)) < 1e-2)
})
