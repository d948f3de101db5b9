import { answerTypeBonus, carriedShare } from '../handSetWeights.ts'
import { holdsAnswerType } from '../question/answerType.ts'
import type { ParsedQuestion } from '../question/parsedQuestion.ts'
import type { PassageFacts } from './facts.ts'
import { maxSim, type Similarities } from './lateInteraction.ts'

/** The sentence of a passage that fits a question best. */
export interface BestSentence {
  /** Its place among the passage's sentences. */
  readonly index: number
  /** Late interaction with its tokens. */
  readonly late: number
  /** The share of the question's content that it holds. */
  readonly covered: number
  /** 1 where it holds the type of answer asked for. */
  readonly kind: number
  readonly text: string
  readonly years: ReadonlySet<number>
  readonly carriedYears: ReadonlySet<number>
  readonly isPlan: boolean
}

/**
 * The sentence whose tokens match the question's best, which shares its rarer words and holds the type of answer asked for.
 * Words break the ties of neighbouring sentences, whose token vectors are alike because the model has read them together.
 */
export function bestSentence(question: ParsedQuestion, facts: PassageFacts, matches: Similarities): BestSentence {
  let best: BestSentence = {
    index: 0,
    late: 0,
    covered: 0,
    kind: 0,
    text: facts.text,
    years: facts.years,
    carriedYears: new Set(),
    isPlan: false,
  }
  let bestScore = -Infinity
  const before = new Set(facts.contextTerms)
  for (const [index, { tokens, terms, text, years, carriedYears, isPlan }] of facts.sentences.entries()) {
    const late = maxSim(matches, question.tokenShares, ...tokens)
    const covered = question.coverage((term) => terms.has(term))
    const carried = question.coverage((term) => !terms.has(term) && before.has(term))
    const kind = Number(holdsAnswerType(text, question.answerType, question.unit))
    const score = late + covered + carriedShare * carried + answerTypeBonus * kind
    for (const term of terms) before.add(term)
    if (score > bestScore) {
      best = { index, late, covered, kind, text, years, carriedYears, isPlan }
      bestScore = score
    }
  }
  return best
}
