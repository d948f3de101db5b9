import model from '../model.json' with { type: 'json' }
import type { ParsedQuestion } from '../question/parsedQuestion.ts'
import type { PassageFacts } from './facts.ts'
import { type InputName, type Inputs, inputNames } from './inputs.ts'
import type { Similarities } from './lateInteraction.ts'
import { type Network, outputOf } from './network.ts'

/** A passage with its score for a question, and all that the score was computed from. */
export interface Ranked {
  /** The reading of the question that fits the passage best. */
  readonly question: ParsedQuestion
  /** The passage's position in the index. */
  readonly position: number
  readonly facts: PassageFacts
  readonly inputs: Inputs
  readonly score: number
  /** The part of the score that the years add between sisters. */
  readonly amongSisters: number
  /** The part of the score that a reranker has added. */
  readonly reranking: number
  readonly matches: Similarities
  /** The residual of the question in the same reading, where there is one. */
  readonly residual: { readonly question: ParsedQuestion; readonly matches: Similarities } | null
  /** The start of each of the passage's tokens in its text. */
  readonly starts: Uint16Array
}

const network: Network = model.ranker

/** The score of a passage: the logarithm of its odds against the question's other candidates, but for a constant. */
export function scoreOf(inputs: Inputs): number {
  return outputOf(
    network,
    inputNames.map((name) => inputs[name]),
  )
}

/**
 * The contribution of each input to a passage's score: the change if the input had its mean over the question's candidates
 * instead. Greatest first, without those that change nothing.
 */
export function contributionsOf(inputs: Inputs, all: readonly Inputs[]): [InputName, number][] {
  const score = scoreOf(inputs)
  return inputNames
    .map((name): [InputName, number] => {
      const usual = all.reduce((sum, one) => sum + one[name], 0) / all.length
      return [name, score - scoreOf({ ...inputs, [name]: usual })]
    })
    .filter(([, value]) => value !== 0)
    .sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]))
}

/** The share of each passage in the odds of all candidates, by their scores: softmax. */
export function sharesOf(scores: readonly number[]): number[] {
  const best = Math.max(...scores)
  const odds = scores.map((score) => Math.exp(score - best))
  const total = odds.reduce((sum, one) => sum + one, 0)
  return odds.map((one) => one / total)
}
