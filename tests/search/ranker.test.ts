import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Features, featureNames } from '../../src/search/features.ts'
import model from '../../src/search/model.json' with { type: 'json' }
import {
  bands,
  confidenceOf,
  contributionsOf,
  type Signals,
  scoreOf,
  signalNames,
  signalsOf,
} from '../../src/search/ranker.ts'
import fc from '../laws.ts'
import { smallIndex } from './smallIndex.ts'

const weights: Readonly<Record<string, number>> = model.ranker
const none = Object.fromEntries(featureNames.map((name) => [name, 0])) as Features
const value = fc.double({ min: -3, max: 3, noNaN: true })
const features = fc.record(Object.fromEntries(featureNames.map((name) => [name, value]))) as fc.Arbitrary<Features>
const signals = fc.record(
  Object.fromEntries([...featureNames, ...signalNames].map((name) => [name, value])),
) as fc.Arbitrary<Signals>
const near = (found: number, expected: number) =>
  assert.ok(Math.abs(found - expected) < 1e-9, `${found}, not ${expected}`)
const { read } = smallIndex([{ text: '灯塔有三盏灯。' }])

const confidences = { zh: model.confidence, en: model.english.confidence }

test('the model names only features and signals that there are', () => {
  for (const name of Object.keys(model.ranker)) assert.ok((featureNames as readonly string[]).includes(name), name)
  const all: readonly string[] = [...featureNames, ...signalNames]
  for (const { weights } of Object.values(confidences))
    for (const name of Object.keys(weights)) assert.ok(all.includes(name), name)
  assert.equal(new Set(all).size, all.length, 'a name in both would be overwritten')
})

test('the model’s numbers are numbers, and its bands are in order', () => {
  const learned = Object.values(confidences).flatMap(({ weights, bias }) => [...Object.values(weights), bias])
  for (const number of [...Object.values(model.ranker), ...learned]) assert.ok(Number.isFinite(number))
  for (const { answer, unsure } of Object.values(bands))
    assert.ok(0 < unsure && unsure <= answer && answer < 1, JSON.stringify(bands))
})

test('a passage that has one feature scores that feature’s weight', () => {
  assert.equal(scoreOf(none), 0)
  for (const name of featureNames) assert.equal(scoreOf({ ...none, [name]: 1 }), weights[name] ?? 0, name)
})

test('law: the score is the sum of the contributions, and a contribution is weight × feature', () => {
  fc.assert(
    fc.property(features, (given) => {
      const contributions = contributionsOf(given)
      near(
        scoreOf(given),
        contributions.reduce((sum, [, added]) => sum + added, 0),
      )
      for (const [name, added] of contributions) near(added, weights[name]! * given[name])
    }),
  )
})

test('contributions come greatest first, whatever their sign, and without those that add nothing', () => {
  assert.deepEqual(contributionsOf(none), [])
  fc.assert(
    fc.property(features, (given) => {
      const sizes = contributionsOf(given).map(([, added]) => Math.abs(added))
      assert.deepEqual(
        sizes,
        [...sizes].sort((a, b) => b - a),
      )
      assert.ok(sizes.every((size) => size > 0))
    }),
  )
})

test('without a first passage there is nothing to be confident of', () => {
  assert.equal(signalsOf(read('灯塔有几盏灯'), []), null)
})

const question = read('灯塔有几盏灯')
const candidate = (late: number, held: Partial<Features> = {}) => ({ features: { ...none, ...held, late } })
/** How far a first passage with `first` stands out from others. */
const standsOut = (first: number, others: readonly number[]) =>
  signalsOf(question, [candidate(first), ...others.map((late) => candidate(late))])!.standsOut
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

test('law: the further the first is above the others, the more it stands out', () => {
  fc.assert(
    fc.property(late, fc.double({ min: 1e-3, max: 1, noNaN: true }), lates, (first, more, others) => {
      assert.ok(standsOut(first + more, others) > standsOut(first, others))
      assert.ok(
        standsOut(first, others) >
          standsOut(
            first,
            others.map((other) => other + more),
          ),
      )
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
      const found = signalsOf(question, [candidate(first, { yearWrong }), ...ranking])!.standsOut
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
    const { asksPoint, unitMissing } = signalsOf(read(asked), [candidate(0.5, { kindSentence }), candidate(0.5)])!
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

test('the signals of a ranking hold the features of its first passage', () => {
  const first = { ...none, late: 0.5, words: 1 }
  const found = signalsOf(read('灯塔'), [{ features: first }, candidate(0.9)])!
  for (const name of featureNames) assert.equal(found[name], first[name], name)
  for (const name of [...featureNames, ...signalNames]) assert.ok(Number.isFinite(found[name]), name)
})

test('law: confidence is a probability, and the logistic of the weighted signals', () => {
  fc.assert(
    fc.property(signals, fc.constantFrom('zh', 'en'), (given, language) => {
      const found = confidenceOf(given, language)
      assert.ok(found >= 0 && found <= 1)
      const own = given as Readonly<Record<string, number>>
      let sum = confidences[language].bias
      for (const [name, weight] of Object.entries(confidences[language].weights)) sum += weight * own[name]!
      near(found, 1 - 1 / (1 + Math.exp(sum)))
    }),
  )
})

test('confidence rises with a signal of positive weight and falls with one of negative weight', () => {
  const base = Object.fromEntries([...featureNames, ...signalNames].map((name) => [name, 0])) as Signals
  for (const language of ['zh', 'en'] as const) {
    for (const [name, weight] of Object.entries(confidences[language].weights)) {
      const change = confidenceOf({ ...base, [name]: 0.1 }, language) - confidenceOf(base, language)
      assert.equal(Math.sign(change), Math.sign(weight), `${language} ${name}`)
    }
  }
})
