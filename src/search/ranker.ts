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

/** What a question is asked in; what is asked in English is found by translations. */
export type Language = 'zh' | 'en'

export interface Bands {
  readonly answer: number
  readonly unsure: number
}

/** What confidence looks at besides the features of the first passage. */
export const signalNames = [
  /** How far its late interaction stands out from the other candidates', in their standard deviations. */
  'standsOut',
  /** Whether a figure or date is asked for; whether its unit is named and the best sentence holds none in it. */
  'asksPoint',
  'unitMissing',
] as const

export type SignalName = (typeof signalNames)[number]
export type Signals = Features & Readonly<Record<SignalName, number>>

/** The signals of a ranking, best first; null where it is empty. */
export function signalsOf(question: ReadQuestion, ranking: readonly { features: Features }[]): Signals | null {
  const [first, ...others] = ranking
  if (!first) return null
  const asksPoint = question.kind === 'number' || question.kind === 'date'
  const { kindSentence } = first.features
  return {
    ...first.features,
    standsOut: standsOut(first.features, others),
    asksPoint: Number(asksPoint),
    unitMissing: Number(question.kind === 'number' && question.unit !== null && kindSentence === 0),
  }
}

/** The usual variance of a question's candidates, worth as much as so many of them where there are few. */
const usualVariance = 0.05 ** 2
const usualCount = 5

/**
 * Whether the first passage is one of a crowd. Similarities depend on how a question is worded; that nothing else in
 * the reports comes near depends less on it, so this says more for questions in other words than the reports'. Where
 * a year is asked for, the same sentence in another year's report is no rival.
 */
function standsOut(first: Features, others: readonly { features: Features }[]): number {
  const rivals = others.filter(({ features }) => features.yearWrong === first.yearWrong)
  if (rivals.length === 0) return 0
  const mean = rivals.reduce((sum, { features }) => sum + features.late, 0) / rivals.length
  const squares = rivals.reduce((sum, { features }) => sum + (features.late - mean) ** 2, 0)
  return (first.late - mean) / Math.sqrt((squares + usualCount * usualVariance) / (rivals.length + usualCount))
}

/** The probability that the first passage answers the question, 0 … 1: logistic regression over its signals. */
export function confidenceOf(signals: Signals, language: Language): number {
  const { bias, weights } = language === 'en' ? model.english.confidence : model.confidence
  return 1 / (1 + Math.exp(-(bias + weightedSum<FeatureName | SignalName>(weights, signals))))
}

/** The bounds of the three bands of confidence, from the calibration: below `answer` unsure, below `unsure` none. */
export const bands: Readonly<Record<Language, Bands>> = { zh: model.bands, en: model.english.bands }

function weightedSum<Name extends string>(weights: Weights<Name>, values: Readonly<Record<Name, number>>): number {
  let sum = 0
  for (const name of Object.keys(weights) as Name[]) sum += weights[name]! * values[name]
  return sum
}
