import type { Language } from '../../errors.ts'
import model from '../model.json' with { type: 'json' }
import type { ParsedQuestion } from '../question/parsedQuestion.ts'
import type { Scope } from '../retrieval/scope.ts'
import { type InputName, type Inputs, inputNames } from './inputs.ts'
import { type Network, outputOf } from './network.ts'
import { sharesOf } from './ranker.ts'

/** The lower bounds of two bands of confidence; below `unsure` the reports count as not answering. */
export interface Bands {
  readonly answer: number
  readonly unsure: number
}

/** The signals of confidence, besides the inputs of the first passage. */
export const signalNames = [
  /** The share of the first passage, and of the first report, in the odds of all candidates. */
  'share',
  'reportShare',
  /** The distance from the first score down to the second, at most 10. */
  'margin',
  /** The distance of its late interaction from the mean of the other candidates, in their standard deviations. */
  'standsOut',
  /** 1 where a figure or date is asked for; 1 where the question names a unit and the best sentence holds no figure in it. */
  'asksPoint',
  'unitMissing',
  /** The probability of the likeliest report; 0 where there is no scope. */
  'scoped',
  /** The share of the content's weight that stands in no report. */
  'unknown',
  /** Over all candidates, the best `worstWord` for the residual, and the least `rarestMissing`. */
  'bestWorstWord',
  'leastMissing',
  /** The best coverage of the residual by a sentence. */
  'bestCovered',
  /** The number of content words, 1 for ten or more. */
  'wordCount',
] as const

export type SignalName = (typeof signalNames)[number]
export type Signals = Inputs & Readonly<Record<SignalName, number>>

/** The names in the order of an input vector. */
export const confidenceNames: readonly (InputName | SignalName)[] = [...inputNames, ...signalNames]

const maxMargin = 10
const maxWords = 10

/** A passage with its score, as far as the signals need it. */
export interface Scored {
  readonly facts: { readonly report: { readonly id: string } }
  readonly inputs: Inputs
  readonly score: number
}

/** A ranking, as far as the signals need it. */
export interface ScoredRanking {
  readonly question: ParsedQuestion
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
  const asksPoint = question.answerType === 'number' || question.answerType === 'date'
  const best = (name: InputName) => Math.max(...ranking.map(({ inputs }) => inputs[name]))
  return {
    ...first.inputs,
    share: shares[0]!,
    reportShare: shares.reduce((sum, share, i) => sum + (ranking[i]!.facts.report.id === id ? share : 0), 0),
    margin: others[0] ? Math.min(maxMargin, first.score - others[0].score) : maxMargin,
    standsOut: standsOut(first.inputs, others),
    asksPoint: Number(asksPoint),
    unitMissing: Number(question.answerType === 'number' && question.unit !== null && first.inputs.kindSentence === 0),
    scoped: scope?.reports[0]?.odds ?? 0,
    unknown,
    bestWorstWord: best('residual.worstWord'),
    leastMissing: Math.min(...ranking.map(({ inputs }) => inputs.rarestMissing)),
    bestCovered: best('residual.coveredSentence'),
    wordCount: Math.min(1, question.contentWords.length / maxWords),
  }
}

/** The usual variance of late interaction counts as much as `usualCount` candidates, as a few have no reliable one of their own. */
const usualVariance = 0.05 ** 2
const usualCount = 5

/**
 * The distance of the first passage from the other candidates, in standard deviations. A question in other words than the reports'
 * lowers all similarities, but hardly this distance. Where a year is asked for, the same sentence in another year's report is no
 * rival.
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
 * @param confidence the confidence in the first passage
 * @param share the share of the passage in the odds of all candidates
 */
export function probabilityOf(confidence: number, share: number): number {
  const { bias, weights } = model.probability
  const inputs = probabilityInputs(confidence, share)
  return 1 / (1 + Math.exp(-inputs.reduce((sum, value, i) => sum + weights[i]! * value, bias)))
}

/** Confidence and shares are kept this far from certainty, whose log odds would be infinite. */
const minDoubt = 1e-4

/** The inputs from which a passage's probability is computed, in the order of the weights. */
export function probabilityInputs(confidence: number, share: number): [number, number] {
  const certain = Math.min(1 - minDoubt, Math.max(minDoubt, confidence))
  return [Math.log(certain / (1 - certain)), Math.log(Math.max(minDoubt, share))]
}

/** The calibrated bounds of the bands of confidence, by the language of the question. */
export const bands: Readonly<Record<Language, Bands>> = model.bands
