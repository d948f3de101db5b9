import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Features, featureNames } from '../../../src/search/ranking/features.ts'
import {
  type Candidate,
  type Inputs,
  inputNames,
  inputsOf,
  withComparisons,
} from '../../../src/search/ranking/inputs.ts'
import fc from '../../laws.ts'
import { smallIndex } from '../smallIndex.ts'

const none = Object.fromEntries(featureNames.map((name) => [name, 0])) as Features
const small = smallIndex([
  { text: '灯塔有三盏灯。', report: 'a' },
  { text: '盐场有两口井，井水是咸的，冬天也不结冰，夏天更咸。', report: 'a' },
  { text: '渔船返航。', report: 'b' },
])
const question = small.read('灯塔有几盏灯')
const candidate = (
  position: number,
  asked: Partial<Features>,
  residual: Partial<Features> | null = null,
  odds: number | null = null,
  hasSisters = false,
): Candidate => ({
  facts: small.facts(position),
  features: { asked: { ...none, ...asked }, residual: residual && { ...none, ...residual } },
  odds,
  hasSisters,
})

test('every input is a number, and each has one name', () => {
  assert.equal(new Set(inputNames).size, inputNames.length)
  for (const inputs of inputsOf(question, [candidate(0, {}), candidate(1, { late: 0.5 }, { late: 0.4 }, 0.7)])) {
    assert.deepEqual(Object.keys(inputs).sort(), [...inputNames].sort())
    for (const name of inputNames) assert.ok(Number.isFinite(inputs[name]), name)
  }
})

test('without a residual the question as asked stands for it', () => {
  const [first, second] = inputsOf(question, [
    candidate(0, { late: 0.5, coveredSentence: 0.25 }),
    candidate(1, { late: 0.5 }, { late: 0.75 }),
  ])
  assert.equal(first!['residual.late'], 0.5)
  assert.equal(first!['residual.coveredSentence'], 0.25)
  assert.equal(second!['residual.late'], 0.75)
})

test('candidates are compared with the best of all, and of their report', () => {
  const [first, second, third] = inputsOf(question, [
    candidate(0, { late: 0.5 }, { late: 0.25 }),
    candidate(1, { late: 0.25 }, { late: 0.75 }),
    candidate(2, { late: 0.75 }, { late: 0.5 }),
  ])
  const of = (name: keyof Inputs) => [first![name], second![name], third![name]]
  assert.deepEqual(of('lateBehind'), [-0.25, -0.5, 0])
  assert.deepEqual(of('residual.lateBehind'), [-0.5, 0, -0.25])
  assert.deepEqual(of('behindInReport'), [-0.5, 0, 0])
})

test('a report in scope, one out of it, and no scope differ', () => {
  const scoped = ([first]: Inputs[]) => [first!.odds, first!.inScope, first!.hasScope]
  assert.deepEqual(scoped(inputsOf(question, [candidate(0, {}, null, 0.75)])), [0.75, 1, 1])
  assert.deepEqual(scoped(inputsOf(question, [candidate(0, {}, null, 0)])), [0, 0, 1])
  assert.deepEqual(scoped(inputsOf(question, [candidate(0, {}, null, null)])), [0, 0, 0])
})

test('the kind of question and the length of the passage are inputs', () => {
  const [short, long] = inputsOf(question, [candidate(0, {}), candidate(1, {})])
  assert.equal(short!['asks.number'], 1)
  assert.equal(short!['asks.date'], 0)
  assert.deepEqual([short!.short, long!.short], [1, 0])
  assert.ok(short!.length < long!.length)
})

test('law: comparing anew what was compared changes nothing, and what is left out is compared with no more', () => {
  const late = fc.double({ min: -1, max: 1, noNaN: true })
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(0, 1, 2), late, late), { minLength: 1, maxLength: 6 }), (given) => {
      const candidates = given.map(([position, asked, residual]) =>
        candidate(position, { late: asked }, { late: residual }),
      )
      const reports = candidates.map(({ facts }) => facts.report.id)
      const inputs = inputsOf(question, candidates)
      assert.deepEqual(withComparisons(inputs, reports), inputs)
      assert.deepEqual(withComparisons(inputs.slice(1), reports.slice(1)), inputsOf(question, candidates.slice(1)))
    }),
  )
})
