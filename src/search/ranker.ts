import type { FeatureName, Features } from './features.ts'
import model from './model.json' with { type: 'json' }
import type { ReadQuestion } from './question.ts'

type Weights<Name extends string> = Readonly<Partial<Record<Name, number>>>

/** How well a passage fits a question: the weighted sum of its features, comparable within one question. */
export function scoreOf(features: Features): number {
  return weightedSum<FeatureName>(model.ranker, features)
}

/** What each feature adds to a passage's score, greatest first; what adds nothing is left out. */
export function contributionsOf(features: Features): [FeatureName, number][] {
  const weights: Weights<FeatureName> = model.ranker
  return (Object.keys(weights) as FeatureName[])
    .map((name): [FeatureName, number] => [name, weights[name]! * features[name]])
    .filter(([, value]) => value !== 0)
    .sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]))
}

/** What confidence looks at besides the features of the first passage. */
export const signalNames = [
  /** How far the first passage's score is above the second's. */
  'margin',
  /** Share of the question's content that occurs in no report. */
  'unknown',
  /** Whether a figure or date is asked for; whether nothing is that leaves a mark in the text. */
  'asksPoint',
  'asksOther',
  'contentTerms',
  /** Whether a figure or date asked for is missing from the passage, from its best sentence; whether one with the unit is. */
  'pointMissing',
  'pointMissingSentence',
  'unitMissing',
] as const

export type SignalName = (typeof signalNames)[number]
export type Signals = Features & Readonly<Record<SignalName, number>>

/** The signals of a ranking, best first; `unknown` as above. */
export function signalsOf(
  question: ReadQuestion,
  ranking: readonly { features: Features; score: number }[],
  unknown: number,
): Signals | null {
  const [first, second] = ranking
  if (!first) return null
  const { features } = first
  const asksPoint = question.kind === 'number' || question.kind === 'date'
  return {
    ...features,
    margin: first.score - (second?.score ?? 0),
    unknown,
    asksPoint: Number(asksPoint),
    asksOther: Number(question.kind === 'other'),
    contentTerms: Math.log1p(question.content.size),
    pointMissing: Number(asksPoint && features.kind === 0),
    pointMissingSentence: Number(asksPoint && features.kindSentence === 0),
    unitMissing: Number(question.kind === 'number' && question.unit !== null && features.kindSentence === 0),
  }
}

/** The probability that the first passage answers the question, 0 … 1: logistic regression over its signals. */
export function confidenceOf(signals: Signals): number {
  const { bias, weights } = model.confidence
  return 1 / (1 + Math.exp(-(bias + weightedSum<FeatureName | SignalName>(weights, signals))))
}

/** The bounds of the three bands of confidence, from the calibration: below `answer` unsure, below `unsure` none. */
export const bands: Readonly<{ answer: number; unsure: number }> = model.bands

function weightedSum<Name extends string>(weights: Weights<Name>, values: Readonly<Record<Name, number>>): number {
  let sum = 0
  for (const name of Object.keys(weights) as Name[]) sum += weights[name]! * values[name]
  return sum
}
