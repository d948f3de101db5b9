import model from '../model.json' with { type: 'json' }
import type { ReadQuestion } from '../question/question.ts'
import type { PassageFacts } from './facts.ts'
import { type InputName, type Inputs, inputNames } from './inputs.ts'
import type { Similarities } from './lateInteraction.ts'
import { type Network, outputOf } from './network.ts'

/** A passage as it was ranked for a question. */
export interface Ranked {
  /** The reading of the question that fits the passage best. */
  readonly question: ReadQuestion
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
  readonly residual: { readonly question: ReadQuestion; readonly matches: Similarities } | null
  readonly starts: Uint16Array
}

const network: Network = model.ranker

/** How well a passage fits a question: the logarithm of its odds against the question's other candidates, but for a constant. */
export function scoreOf(inputs: Inputs): number {
  return outputOf(
    network,
    inputNames.map((name) => inputs[name]),
  )
}

/**
 * What each input adds to a passage's score: how much the score would change if the input were as the question's candidates
 * have it on average. Greatest first; what changes nothing is left out.
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
  const most = Math.max(...scores)
  const odds = scores.map((score) => Math.exp(score - most))
  const total = odds.reduce((sum, one) => sum + one, 0)
  return odds.map((one) => one / total)
}
