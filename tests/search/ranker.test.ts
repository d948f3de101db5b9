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

test('the model names only features and signals that there are', () => {
  for (const name of Object.keys(model.ranker)) assert.ok((featureNames as readonly string[]).includes(name), name)
  const all: readonly string[] = [...featureNames, ...signalNames]
  for (const name of Object.keys(model.confidence.weights)) assert.ok(all.includes(name), name)
  assert.equal(new Set(all).size, all.length, 'a name in both would be overwritten')
})

test('the model’s numbers are numbers, and its bands are in order', () => {
  const numbers = [...Object.values(model.ranker), ...Object.values(model.confidence.weights), model.confidence.bias]
  for (const number of numbers) assert.ok(Number.isFinite(number))
  assert.ok(0 < bands.unsure && bands.unsure <= bands.answer && bands.answer < 1, JSON.stringify(bands))
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
  assert.equal(signalsOf(read('灯塔有几盏灯'), [], 0), null)
})

test('the margin is the distance to the second passage, or to none', () => {
  const question = read('灯塔有几盏灯')
  const ranked = (score: number) => ({ features: none, score })
  assert.equal(signalsOf(question, [ranked(0.75), ranked(0.5), ranked(0.25)], 0)?.margin, 0.25)
  assert.equal(signalsOf(question, [ranked(0.75)], 0)?.margin, 0.75)
})

test('what is asked for and missing is a signal, and only if it is asked for', () => {
  const missing = { kind: 0, kindSentence: 0 }
  const of = (question: string, held: Partial<Features>) =>
    signalsOf(read(question), [{ features: { ...none, ...held }, score: 1 }], 0.25)!
  const shown = ({ asksPoint, asksOther, pointMissing, pointMissingSentence, unitMissing }: Signals) =>
    [asksPoint, asksOther, pointMissing, pointMissingSentence, unitMissing].join('')
  assert.equal(shown(of('灯塔用了多少吨钢', missing)), '10111')
  assert.equal(shown(of('灯塔用了多少吨钢', { kind: 1, kindSentence: 0 })), '10011', 'elsewhere in the passage')
  assert.equal(shown(of('灯塔用了多少吨钢', { kind: 1, kindSentence: 1 })), '10000')
  assert.equal(shown(of('灯塔是什么时候建的', missing)), '10110', 'a date has no unit')
  assert.equal(shown(of('灯塔的守则', missing)), '01000', 'nothing that leaves a mark')
  assert.equal(shown(of('谁管灯塔', missing)), '00000', 'a person is neither')
  assert.equal(of('灯塔的守则', missing).unknown, 0.25, 'handed on')
})

test('the signals of a ranking hold the features of its first passage', () => {
  const first = { ...none, late: 0.5, words: 1 }
  const found = signalsOf(
    read('灯塔'),
    [
      { features: first, score: 2 },
      { features: { ...none, late: 0.9 }, score: 1 },
    ],
    0,
  )!
  for (const name of featureNames) assert.equal(found[name], first[name], name)
  for (const name of [...featureNames, ...signalNames]) assert.ok(Number.isFinite(found[name]), name)
})

test('law: confidence is a probability, and the logistic of the weighted signals', () => {
  const confidence: Readonly<Record<string, number>> = model.confidence.weights
  fc.assert(
    fc.property(signals, (given) => {
      const found = confidenceOf(given)
      assert.ok(found >= 0 && found <= 1)
      const own = given as Readonly<Record<string, number>>
      let sum = model.confidence.bias
      for (const [name, weight] of Object.entries(confidence)) sum += weight * own[name]!
      near(found, 1 - 1 / (1 + Math.exp(sum)))
    }),
  )
})

test('confidence rises with a signal of positive weight and falls with one of negative weight', () => {
  const base = Object.fromEntries([...featureNames, ...signalNames].map((name) => [name, 0])) as Signals
  for (const [name, weight] of Object.entries(model.confidence.weights)) {
    const change = confidenceOf({ ...base, [name]: 0.1 }) - confidenceOf(base)
    assert.equal(Math.sign(change), Math.sign(weight), name)
  }
})
