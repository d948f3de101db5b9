import model from '../model.json' with { type: 'json' }
import type { ReadQuestion } from '../question/question.ts'
import type { Scope } from '../retrieval/scope.ts'
import { type InputName, type Inputs, inputNames } from './inputs.ts'
import { type Network, outputOf } from './network.ts'
import { sharesOf } from './ranker.ts'

/** What a question is asked in; what is asked in English is found by translations. */
export type Language = 'zh' | 'en'

export interface Bands {
  readonly answer: number
  readonly unsure: number
}

/** What confidence looks at besides the inputs of the first passage. */
export const signalNames = [
  /** The share of the first passage, and of the first report, in the odds of all candidates. */
  'share',
  'reportShare',
  /** How far the first's score lies above the second's, at most 10. */
  'margin',
  /** How far its late interaction stands out from the other candidates', in their standard deviations. */
  'standsOut',
  /** Whether a figure or date is asked for; whether its unit is named and the best sentence holds none in it. */
  'asksPoint',
  'unitMissing',
  /** The probability of the likeliest report; 0 where there is no scope. */
  'scoped',
  /** The share of the content's weight that stands in no report. */
  'unknown',
  /** How well any candidate matches its worst-matched word, and the least that any misses of a rare word. */
  'bestWorstWord',
  'leastMissing',
  /** The best coverage of the residual by a sentence. */
  'bestCovered',
  /** The content words, 1 for ten or more. */
  'wordCount',
] as const

export type SignalName = (typeof signalNames)[number]
export type Signals = Inputs & Readonly<Record<SignalName, number>>

/** In the order of a vector. */
export const confidenceNames: readonly (InputName | SignalName)[] = [...inputNames, ...signalNames]

const mostMargin = 10
const manyWords = 10

/** A passage as it was ranked. */
export interface Scored {
  readonly facts: { readonly report: { readonly id: string } }
  readonly inputs: Inputs
  readonly score: number
}

/** What the signals are read off. */
export interface ScoredRanking {
  readonly question: ReadQuestion
  readonly scope: Scope | null
  /** The share of the question's content, by weight, that stands in no report, 0 … 1. */
  readonly unknown: number
  /** Best first. */
  readonly ranked: readonly Scored[]
}

/** The signals of a ranking; null where it is empty. */
export function signalsOf({ question, scope, unknown, ranked: ranking }: ScoredRanking): Signals | null {
  const [first, ...others] = ranking
  if (!first) return null
  const shares = sharesOf(ranking.map(({ score }) => score))
  const { id } = first.facts.report
  const asksPoint = question.kind === 'number' || question.kind === 'date'
  const most = (name: InputName) => Math.max(...ranking.map(({ inputs }) => inputs[name]))
  return {
    ...first.inputs,
    share: shares[0]!,
    reportShare: shares.reduce((sum, share, i) => sum + (ranking[i]!.facts.report.id === id ? share : 0), 0),
    margin: others[0] ? Math.min(mostMargin, first.score - others[0].score) : mostMargin,
    standsOut: standsOut(first.inputs, others),
    asksPoint: Number(asksPoint),
    unitMissing: Number(question.kind === 'number' && question.unit !== null && first.inputs.kindSentence === 0),
    scoped: scope?.reports[0]?.odds ?? 0,
    unknown,
    bestWorstWord: most('residual.worstWord'),
    leastMissing: Math.min(...ranking.map(({ inputs }) => inputs.rarestMissing)),
    bestCovered: most('residual.coveredSentence'),
    wordCount: Math.min(1, question.contentWords.length / manyWords),
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
function standsOut(first: Inputs, others: readonly Scored[]): number {
  const rivals = others.filter(({ inputs }) => inputs.yearWrong === first.yearWrong)
  if (rivals.length === 0) return 0
  const mean = rivals.reduce((sum, { inputs }) => sum + inputs.late, 0) / rivals.length
  const squares = rivals.reduce((sum, { inputs }) => sum + (inputs.late - mean) ** 2, 0)
  return (first.late - mean) / Math.sqrt((squares + usualCount * usualVariance) / (rivals.length + usualCount))
}

const network: Network = model.confidence

/** The probability that the first passage answers the question, 0 … 1. */
export function confidenceOf(signals: Signals): number {
  return (
    1 /
    (1 +
      Math.exp(
        -outputOf(
          network,
          confidenceNames.map((name) => signals[name]),
        ),
      ))
  )
}

/**
 * The probability that a passage answers the question, 0 … 1: logistic regression over the log odds of confidence and the
 * log of the passage's share.
 * @param confidence in the first passage
 * @param share the passage's, in the odds of all candidates
 */
export function probabilityOf(confidence: number, share: number): number {
  const { bias, weights } = model.probability
  const inputs = probabilityInputs(confidence, share)
  return 1 / (1 + Math.exp(-inputs.reduce((sum, value, i) => sum + weights[i]! * value, bias)))
}

/** Confidence and shares are never taken to be quite certain. */
const leastDoubt = 1e-4

/** What a passage's probability is computed from, in the order of the weights. */
export function probabilityInputs(confidence: number, share: number): [number, number] {
  const certain = Math.min(1 - leastDoubt, Math.max(leastDoubt, confidence))
  return [Math.log(certain / (1 - certain)), Math.log(Math.max(leastDoubt, share))]
}

/** The bounds of the three bands of confidence, from the calibration: below `answer` unsure, below `unsure` none. */
export const bands: Readonly<Record<Language, Bands>> = model.bands
