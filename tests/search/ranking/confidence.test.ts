import assert from 'node:assert/strict'
import { test } from 'node:test'
import model from '../../../src/search/model.json' with { type: 'json' }
import type { ParsedQuestion } from '../../../src/search/question/parsedQuestion.ts'
import {
  bands,
  confidenceNames,
  confidenceOf,
  type Scored,
  type Signals,
  signalNames,
  signalsOf,
} from '../../../src/search/ranking/confidence.ts'
import { type Inputs, inputNames } from '../../../src/search/ranking/inputs.ts'
import { outputOf } from '../../../src/search/ranking/network.ts'
import fc from '../../laws.ts'
import { smallIndex } from '../smallIndex.ts'

const none = Object.fromEntries(inputNames.map((name) => [name, 0])) as Inputs
const value = fc.double({ min: -3, max: 3, noNaN: true })
const signals = fc.record(Object.fromEntries(confidenceNames.map((name) => [name, value]))) as fc.Arbitrary<Signals>
const near = (found: number, expected: number) =>
  assert.ok(Math.abs(found - expected) < 1e-9, `${found}, not ${expected}`)
const { read } = smallIndex([{ text: '灯塔有三盏灯。' }])
const question = read('灯塔有几盏灯')

const candidate = (late: number, held: Partial<Inputs> = {}, score = late, id = 'a'): Scored => ({
  facts: { report: { id } },
  inputs: { ...none, ...held, late },
  score,
})
const signalsFor = (ranked: readonly Scored[], asked: ParsedQuestion = question) =>
  signalsOf({ question: asked, scope: null, unknown: 0, ranked })

test('confidence has a weight for every signal, and its bands are in order', () => {
  const { hidden, bias, output } = model.confidence
  assert.equal(
    new Set(confidenceNames).size,
    inputNames.length + signalNames.length,
    'a name in both would be overwritten',
  )
  for (const row of hidden) assert.equal(row.length, confidenceNames.length)
  for (const number of [...hidden.flat(), ...bias, ...output]) assert.ok(Number.isFinite(number))
  for (const { answer, unsure } of Object.values(bands))
    assert.ok(0 < unsure && unsure <= answer && answer < 1, JSON.stringify(bands))
})

test('without a first passage there is nothing to be confident of', () => {
  assert.equal(signalsFor([]), null)
})

/** How far a first passage with `first` stands out from others. */
const standsOut = (first: number, others: readonly number[]) =>
  signalsFor([candidate(first), ...others.map((late) => candidate(late))])!.standsOut
const late = fc.double({ min: -1, max: 1, noNaN: true })
const lates = fc.array(late, { minLength: 1, maxLength: 40 })

test('the first passage stands out by its distance to the others’ mean, in standard deviations', () => {
  // Five of usual variance beside five without any: half the variance of 0.05².
  near(standsOut(0.6, [0.5, 0.5, 0.5, 0.5, 0.5]), 0.1 / (0.05 * Math.SQRT1_2))
  near(standsOut(0.7, [0.4, 0.6]), 0.2 / Math.sqrt((2 * 0.1 ** 2 + 5 * 0.05 ** 2) / 7))
  near(standsOut(0.4, [0.4, 0.6]), -0.1 / Math.sqrt((2 * 0.1 ** 2 + 5 * 0.05 ** 2) / 7))
  near(standsOut(0.5, [0.4, 0.6]), 0)
})

test('the same distance is more where the others are alike', () => {
  assert.ok(standsOut(0.7, [0.5, 0.5, 0.5, 0.5]) > standsOut(0.7, [0.3, 0.7, 0.3, 0.7]))
})

test('law: without others nothing stands out', () => {
  fc.assert(
    fc.property(late, (first) => {
      assert.equal(standsOut(first, []), 0)
    }),
  )
})

test('law: how far the first stands out is finite, has the sign of its distance, and no order of the others matters', () => {
  fc.assert(
    fc.property(late, lates, (first, others) => {
      const found = standsOut(first, others)
      assert.ok(Number.isFinite(found))
      if (others.every((other) => other < first - 1e-6)) assert.ok(found > 0)
      if (others.every((other) => other > first + 1e-6)) assert.ok(found < 0)
      near(found, standsOut(first, [...others].reverse()))
    }),
  )
})

test('law: a passage of another year is no rival, wherever it ranks', () => {
  const wrong = fc.constantFrom(0, 1)
  const crowd = fc.array(fc.record({ late, another: fc.boolean() }), { maxLength: 20 })
  fc.assert(
    fc.property(late, wrong, crowd, (first, yearWrong, others) => {
      const own = others.filter(({ another }) => !another)
      const ranking = others.map(({ late, another }) =>
        candidate(late, { yearWrong: another ? 1 - yearWrong : yearWrong }),
      )
      const found = signalsFor([candidate(first, { yearWrong }), ...ranking])!.standsOut
      assert.equal(
        found,
        standsOut(
          first,
          own.map(({ late }) => late),
        ),
      )
    }),
  )
})

test('what is asked for and missing is a signal, and only if it is asked for', () => {
  const shown = (asked: string, kindSentence: number) => {
    const { asksPoint, unitMissing } = signalsFor([candidate(0.5, { kindSentence }), candidate(0.5)], read(asked))!
    return [asksPoint, unitMissing]
  }
  assert.deepEqual(shown('灯塔用了多少吨钢', 0), [1, 1])
  assert.deepEqual(shown('灯塔用了多少吨钢', 1), [1, 0])
  assert.deepEqual(shown('灯塔有几盏灯', 0), [1, 0], 'no unit is asked for')
  assert.deepEqual(shown('灯塔是什么时候建的', 0), [1, 0], 'a date')
  assert.deepEqual(shown('灯塔是哪年建的', 0), [1, 0], 'a year is asked for, but no figure')
  assert.deepEqual(shown('灯塔的守则', 0), [0, 0])
  assert.deepEqual(shown('谁管灯塔', 0), [0, 0])
})

test('the shares of the first passage and of its report are those of their scores', () => {
  const { share, reportShare, margin } = signalsFor([
    candidate(0.5, {}, Math.log(5), 'a'),
    candidate(0.4, {}, Math.log(3), 'b'),
    candidate(0.3, {}, Math.log(2), 'a'),
  ])!
  near(share, 0.5)
  near(reportShare, 0.7)
  near(margin, Math.log(5) - Math.log(3))
})

test('a first passage without rivals has all of the odds and the greatest margin', () => {
  const { share, reportShare, margin } = signalsFor([candidate(0.5, {}, -3)])!
  assert.deepEqual([share, reportShare, margin], [1, 1, 10])
})

test('what no report holds and the likeliest report are signals', () => {
  const scope = { reports: [{ id: 'a', odds: 0.75 }], mentions: [] }
  const found = signalsOf({ question, scope, unknown: 0.25, ranked: [candidate(0.5)] })!
  assert.deepEqual([found.scoped, found.unknown], [0.75, 0.25])
})

test('the signals of a ranking hold the inputs of its first passage', () => {
  const first = candidate(0.5, { words: 1 })
  const found = signalsFor([first, candidate(0.9)], read('灯塔'))!
  for (const name of inputNames) assert.equal(found[name], first.inputs[name], name)
  for (const name of confidenceNames) assert.ok(Number.isFinite(found[name]), name)
})

test('law: confidence is a probability, the logistic of what the network makes of the signals', () => {
  fc.assert(
    fc.property(signals, (given) => {
      const found = confidenceOf(given)
      assert.ok(found >= 0 && found <= 1)
      const output = outputOf(
        model.confidence,
        confidenceNames.map((name) => given[name]),
      )
      near(found, 1 - 1 / (1 + Math.exp(output)))
    }),
  )
})
