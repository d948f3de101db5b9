import type { Kind } from '../question/answerType.ts'
import type { ReadQuestion } from '../question/question.ts'
import type { Worded } from '../retrieval/types.ts'
import type { PassageFacts } from './facts.ts'
import { type FeatureName, type Features, featureNames } from './features.ts'

/**
 * What the ranker looks at for each candidate: its features under the question as asked and under the residual, how far it
 * falls behind the best candidate in them, how likely its report is asked of, and what the question asks for.
 */

/** Features that say something else under the residual than under the question as asked. */
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

/** Features in which candidates are compared with the best of them all. */
const comparedNames = [
  'late',
  'lateSentence',
  'wordsMatched',
  'cosine',
  'coveredAll',
  'coveredSentence',
] as const satisfies readonly (typeof residualNames)[number][]

const kinds = ['number', 'date', 'person', 'place', 'reason', 'list'] as const satisfies readonly Kind[]

type Named =
  | FeatureName
  | `residual.${(typeof residualNames)[number]}`
  | `${(typeof comparedNames)[number]}Behind`
  | `residual.${(typeof comparedNames)[number]}Behind`
  | `asks.${(typeof kinds)[number]}`

/** Inputs beside the features. */
const ownNames = [
  /** Late interaction of the residual, behind the best passage of the same report. */
  'behindInReport',
  /** The probability that the question is asked of the report; whether it is in scope; whether there is a scope. */
  'odds',
  'inScope',
  'hasScope',
  /** Whether the report has sisters. */
  'sisters',
  /** The passage's characters, 1 for 240 or more; whether they are fewer than 25. */
  'length',
  'short',
  /** 1 for a question that is answered by yes or no. */
  'asks.verdict',
  /** Whether the question is asked in English. */
  'english',
] as const

export type InputName = Named | (typeof ownNames)[number]
export type Inputs = Readonly<Record<InputName, number>>

/** In the order of an input vector. */
export const inputNames: readonly InputName[] = [
  ...featureNames,
  ...residualNames.map((name) => `residual.${name}` as const),
  ...comparedNames.flatMap((name) => [`${name}Behind`, `residual.${name}Behind`] as const),
  ...kinds.map((kind) => `asks.${kind}` as const),
  ...ownNames,
]

/** A candidate under one reading of the question. */
export interface Candidate {
  readonly facts: PassageFacts
  readonly features: Worded<Features>
  /** The probability that the question is asked of its report; null where the question has no scope. */
  readonly odds: number | null
  /** Whether there are reports that differ from its own in years only. */
  readonly hasSisters: boolean
}

const longCharacters = 240
const shortCharacters = 25

/** The inputs of all candidates of a question under one reading. */
export function inputsOf(question: ReadQuestion, candidates: readonly Candidate[]): Inputs[] {
  const asks = Object.fromEntries(kinds.map((kind) => [`asks.${kind}`, Number(question.kind === kind)]))
  const alone = candidates.map(({ facts, features: { asked, residual }, odds, hasSisters }) => {
    const rest = residual ?? asked
    return {
      ...asked,
      ...Object.fromEntries(residualNames.map((name) => [`residual.${name}`, rest[name]])),
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
  return compared(
    alone,
    candidates.map(({ facts }) => facts.report.id),
  )
}

/**
 * The inputs of a question's candidates, compared with the best of these candidates.
 * @param reports the report of each
 */
export function compared(inputs: readonly Inputs[], reports: readonly string[]): Inputs[] {
  const names = comparedNames.flatMap((name) => [name, `residual.${name}`] as const)
  const best = names.map((name) => [name, Math.max(...inputs.map((one) => one[name]))] as const)
  const bestOfReport = new Map<string, number>()
  for (const [i, report] of reports.entries())
    bestOfReport.set(report, Math.max(inputs[i]!['residual.late'], bestOfReport.get(report) ?? -1))
  return inputs.map((one, i) => ({
    ...one,
    ...Object.fromEntries(best.map(([name, most]) => [`${name}Behind`, one[name] - most])),
    behindInReport: one['residual.late'] - bestOfReport.get(reports[i]!)!,
  }))
}
