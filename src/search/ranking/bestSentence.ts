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

/** The sentence of a passage that fits a question best: the first one with the highest score. */
export function bestSentence(question: ParsedQuestion, facts: PassageFacts, matches: Similarities): BestSentence {
  const scores = sentenceScores(question, facts, matches)
  const [best] = scores.toSorted((one, other) => other.score - one.score)
  if (best) return { ...best, ...facts.sentences[best.index]! }
  const { text, years } = facts
  return { index: 0, late: 0, covered: 0, kind: 0, text, years, carriedYears: new Set(), isPlan: false }
}

/** The agreement of one sentence with a question. */
interface SentenceScore extends Pick<BestSentence, 'index' | 'late' | 'covered' | 'kind'> {
  /** The sum of the parts, 0 to about 2.75. */
  readonly score: number
}

/**
 * Scores every sentence of a passage, in order: by how well its tokens match the question's, by the rarer words that it shares,
 * and by the type of answer that it holds. Words break the ties of neighbouring sentences, whose token vectors are alike because
 * the model has read them together.
 */
export function sentenceScores(question: ParsedQuestion, facts: PassageFacts, matches: Similarities): SentenceScore[] {
  const before = new Set(facts.contextTerms)
  return facts.sentences.map(({ tokens, terms, text }, index) => {
    const late = maxSim(matches, question.tokenShares, ...tokens)
    const covered = question.coverage((term) => terms.has(term))
    const carried = question.coverage((term) => !terms.has(term) && before.has(term))
    const kind = Number(holdsAnswerType(text, question.answerType, question.unit))
    for (const term of terms) before.add(term)
    return { index, late, covered, kind, score: late + covered + carriedShare * carried + answerTypeBonus * kind }
  })
}
