import { maxQuotes } from '../../src/answer/types.ts'
import { confidenceNames, probabilityInputs, type Signals, signalsOf } from '../../src/search/ranking/confidence.ts'
import type { Network } from '../../src/search/ranking/network.ts'
import { sharesOf } from '../../src/search/ranking/ranker.ts'
import { isAnswerable } from '../evaluation/gold.ts'
import type { Learned, Source } from './gathered.ts'
import { type Fit, fitLogistic } from './logistic.ts'
import { auroc, calibrationError, reliability } from './measures.ts'
import { binaryExample, joined, type Training, trainNetwork } from './network.ts'
import { languageOf } from './order.ts'
import { type Ranked, withoutRight } from './rankings.ts'

/** Chosen on four folds of train, as are the shares. */
const training: Omit<Training, 'seed'> = { units: 48, rounds: 20, rate: 2e-3, decay: 0.2, dropout: 0.3, batch: 32 }
const seeds = [42, 43, 44]
/** A question counts so much. */
const shares: Readonly<Record<Source, number>> = { local: 1, sisters: 0.5, public: 0.25, made: 0.25, far: 0.25 }
/** Near misses are an eighth of the questions, and each counts as much as several that can be answered. */
const nearMissShare = 5
/**
 * A question whose answer is taken away counts so much of that. Near misses that people wrote are harder to tell, so such
 * questions count little; far more of them are those that lie far off.
 */
const removedShares: Readonly<Record<Source, number>> = { local: 0.1, sisters: 0.1, public: 0.5, made: 0, far: 0 }
/** The bounds of the bands refuse such shares of the answerable questions. */
const refused = { answer: 0.09, unsure: 0.04 }

/** A ranking as confidence sees it. */
export interface Judged {
  readonly of: Learned
  readonly row: Float64Array
  /** 1 where the question can be answered, else 0. */
  readonly label: number
  /** True where the passages that answer it were taken away. */
  readonly isRemoved: boolean
}

/** A ranking as it is, and as it would be without what answers. */
export function judged(of: Learned, scores: readonly number[], scoresOf: (one: Learned) => number[]): Judged[] {
  const found = ({ read, candidates }: Ranked, own: readonly number[], label: number, isRemoved: boolean): Judged[] => {
    const ranked = candidates.map((one, i) => ({ ...one, score: own[i]! })).sort((a, b) => b.score - a.score)
    const signals = signalsOf({ ...read, ranked })
    return signals ? [{ of, row: vectorOf(signals), label, isRemoved }] : []
  }
  const isFound = of.candidates.some(({ isRight }) => isRight)
  const rest = { ...of, ...withoutRight(of) }
  return [
    ...found(of, scores, Number(isAnswerable(of.question)), false),
    ...(isFound ? found(rest, scoresOf(rest), 0, true) : []),
  ]
}

/** Learns whether the first candidate answers. */
export function learnConfidence(examples: readonly Judged[]): Network {
  const importance = ({ of, label, isRemoved }: Judged) =>
    shares[of.source] * (isRemoved ? removedShares[of.source] : label === 1 ? 1 : nearMissShare)
  const weighed = examples.map((one) => binaryExample(one.row, one.label, importance(one)))
  return joined(seeds.map((seed) => trainNetwork(weighed, { ...training, seed })))
}

/** Learns from the best candidates of every question which of them answer. */
export function learnProbability(
  examples: readonly Judged[],
  found: ReadonlyMap<Judged, number>,
  scores: ReadonlyMap<Learned, readonly number[]>,
) {
  const rows: number[][] = []
  const labels: number[] = []
  for (const one of examples) {
    const own = scores.get(one.of)!
    const shares = sharesOf(own)
    const best = [...own.keys()].sort((a, b) => own[b]! - own[a]!).slice(0, maxQuotes)
    for (const i of best) {
      rows.push(probabilityInputs(found.get(one)!, shares[i]!))
      labels.push(Number(one.of.candidates[i]!.isRight))
    }
  }
  const { bias, weights } = fitLogistic(
    rows,
    labels,
    labels.map(() => 1),
    1e-4,
  )
  const predictions = rows.map((row) => logistic(row.reduce((sum, value, i) => sum + weights[i]! * value, bias)))
  console.log(
    `probability of each quote: calibration error ${calibrationError(reliability(predictions, labels)).toFixed(3)}`,
  )
  return { bias: Number(bias.toFixed(4)), weights: weights.map((weight) => Number(weight.toFixed(4))) }
}

function vectorOf(signals: Signals): Float64Array {
  return Float64Array.from(confidenceNames, (name) => signals[name])
}

export function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value))
}

/**
 * Confidence is learned from whether a question can be answered, which tells more than whether the first passage does; so
 * its outputs are stretched until they are probabilities that the first passage does (Platt, 1999).
 */
export function calibrationOf(
  examples: readonly Judged[],
  outputs: ReadonlyMap<Judged, number>,
  scores: ReadonlyMap<Learned, readonly number[]>,
): Fit {
  const labels = examples.map(({ of }) => {
    const own = scores.get(of)!
    return Number(of.candidates[own.indexOf(Math.max(...own))]!.isRight)
  })
  return fitLogistic(
    examples.map((one) => [outputs.get(one)!]),
    labels,
    labels.map(() => 1),
    1e-4,
  )
}

/** Confidence with its outputs stretched so. */
export function calibrated({ output, shift, ...network }: Network, { bias, weights: [weight] }: Fit): Network {
  return { ...network, output: output.map((value) => value * weight!), shift: shift * weight! + bias }
}

/** Prints how well near misses are told from questions that can be answered. */
export function reportConfidence(examples: readonly Judged[], found: ReadonlyMap<Judged, number>): void {
  for (const language of ['zh', 'en'] as const) {
    const own = examples.filter(({ of }) => languageOf(of) === language)
    const values = (label: number) => own.filter((one) => one.label === label).map((one) => found.get(one)!)
    const near = values(0)
    const answerable = values(1)
    const answered = [0.05, 0.1, 0.15].map((share) => {
      const bound = quantile(answerable, share)
      return `${share}: ${(near.filter((value) => value >= bound).length / near.length).toFixed(3)}`
    })
    console.log(
      `confidence, ${language}: ${answerable.length} answerable, ${near.length} near misses, AUROC ${auroc(answerable, near).toFixed(3)}, near misses answered at share refused ${answered.join('  ')}`,
    )
  }
}

/** The same for questions that are far off, and for those whose answer was taken away. */
export function reportFar(examples: readonly Judged[], found: ReadonlyMap<Judged, number>): void {
  const of = (test: (one: Judged) => boolean) => examples.filter(test).map((one) => found.get(one) ?? 0)
  const answerable = of((one) => one.of.source === 'local' && one.label === 1)
  const far = of((one) => one.of.source === 'far')
  const removed = of((one) => one.of.source === 'local' && one.isRemoved)
  console.log(
    `AUROC of far questions ${auroc(answerable, far).toFixed(3)}, without what answers ${auroc(answerable, removed).toFixed(3)}`,
  )
}

/** The bounds of the bands for a language. */
export function bandsOf(examples: readonly Judged[], found: ReadonlyMap<Judged, number>, language: 'zh' | 'en') {
  const answerable = examples
    .filter(({ of, label }) => languageOf(of) === language && label === 1)
    .map((one) => found.get(one)!)
  const bound = (share: number) => Number(quantile(answerable, share).toFixed(3))
  return { answer: bound(refused.answer), unsure: bound(refused.unsure) }
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * values.length)]!
}
