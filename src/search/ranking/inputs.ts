import type { AnswerType } from '../question/answerType.ts'
import type { ParsedQuestion } from '../question/parsedQuestion.ts'
import type { AskedAndResidual } from '../retrieval/types.ts'
import type { PassageFacts } from './facts.ts'
import { type FeatureName, type Features, featureNames } from './features.ts'

/**
 * The inputs of the ranker for each candidate: its features under the question as asked and under the residual, the
 * distance to the best candidate in them, the odds of its report, and the answer type.
 */

/** Features that differ between the residual and the question as asked. */
const residualNames = [
  'late',
  'lateSentence',
  'worstWord',
  'worstInSentence',
  'wordsMatched',
  'otherWordsMatched',
  'rarestMissing',
  'cosine',
  'words',
  'coveredAll',
  'coveredSentence',
  'coveredClause',
  'kindClause',
] as const satisfies readonly FeatureName[]

/** Features whose distance to the best candidate is an input. */
const comparedNames = [
  'late',
  'lateSentence',
  'wordsMatched',
  'cosine',
  'coveredAll',
  'coveredSentence',
] as const satisfies readonly (typeof residualNames)[number][]

const answerTypes = ['number', 'date', 'person', 'place', 'reason', 'list'] as const satisfies readonly AnswerType[]

type FeatureInput =
  | FeatureName
  | `residual.${(typeof residualNames)[number]}`
  | `${(typeof comparedNames)[number]}Behind`
  | `residual.${(typeof comparedNames)[number]}Behind`
  | `asks.${(typeof answerTypes)[number]}`

/** Inputs beside the features. */
const ownNames = [
  /** The distance, in late interaction of the residual, to the best passage of the same report. */
  'behindInReport',
  /** The probability that the question is asked about the report; 1 where the report is in scope; 1 where there is a scope. */
  'odds',
  'inScope',
  'hasScope',
  /** 1 where the report has sisters. */
  'sisters',
  /** The passage's characters, 1 for 240 or more; 1 where they are fewer than 25. */
  'length',
  'short',
  /** 1 where yes or no answers the question. */
  'asks.verdict',
  /** 1 where the question is asked in English. */
  'english',
] as const

export type InputName = FeatureInput | (typeof ownNames)[number]
export type Inputs = Readonly<Record<InputName, number>>

/** The names in the order of an input vector. */
export const inputNames: readonly InputName[] = [
  ...featureNames,
  ...residualNames.map((name) => `residual.${name}` as const),
  ...comparedNames.flatMap((name) => [`${name}Behind`, `residual.${name}Behind`] as const),
  ...answerTypes.map((type) => `asks.${type}` as const),
  ...ownNames,
]

/** A candidate with its features under one reading of the question. */
export interface Candidate {
  readonly facts: PassageFacts
  readonly features: AskedAndResidual<Features>
  /** The probability that the question is asked about its report; null where the question has no scope. */
  readonly odds: number | null
  /** True where other reports differ from its own in years only. */
  readonly hasSisters: boolean
}

/** Names are joined once, as joining them for each candidate took a seventh of the time of ranking. */
const residualInputs = residualNames.map((name) => [`residual.${name}`, name] as const)
const comparedInputs = comparedNames
  .flatMap((name) => [name, `residual.${name}`] as const)
  .map((name) => [name, `${name}Behind`] as const)

const longCharacters = 240
const shortCharacters = 25

/** The inputs of all candidates of a question under one reading. */
export function inputsOf(question: ParsedQuestion, candidates: readonly Candidate[]): Inputs[] {
  const asks = Object.fromEntries(answerTypes.map((type) => [`asks.${type}`, Number(question.answerType === type)]))
  const alone = candidates.map(({ facts, features: { asked, residual }, odds, hasSisters }) => {
    const rest = residual ?? asked
    return {
      ...asked,
      ...Object.fromEntries(residualInputs.map(([input, name]) => [input, rest[name]])),
      ...asks,
      odds: odds ?? 0,
      inScope: Number(odds !== null && odds > 0),
      hasScope: Number(odds !== null),
      sisters: Number(hasSisters),
      length: Math.min(1, facts.text.length / longCharacters),
      short: Number(facts.text.length < shortCharacters),
      'asks.verdict': Number(question.asksVerdict),
      english: Number(question.language === 'en'),
    } as Inputs
  })
  return withComparisons(
    alone,
    candidates.map(({ facts }) => facts.report.id),
  )
}

/**
 * The inputs of a question's candidates with their distances to the best of these candidates.
 * @param reports the report of each candidate
 */
export function withComparisons(inputs: readonly Inputs[], reports: readonly string[]): Inputs[] {
  const best = comparedInputs.map(
    ([name, behind]) => [name, behind, Math.max(...inputs.map((one) => one[name]))] as const,
  )
  const bestOfReport = new Map<string, number>()
  for (const [i, report] of reports.entries())
    bestOfReport.set(report, Math.max(inputs[i]!['residual.late'], bestOfReport.get(report) ?? -1))
  return inputs.map((one, i) => ({
    ...one,
    ...Object.fromEntries(best.map(([name, behind, most]) => [behind, one[name] - most])),
    behindInReport: one['residual.late'] - bestOfReport.get(reports[i]!)!,
  }))
}
