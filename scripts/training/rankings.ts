import type { ScoredRanking } from '../../src/search/ranking/confidence.ts'
import { type Inputs, inputNames, withComparisons } from '../../src/search/ranking/inputs.ts'
import type { Searcher } from '../../src/search/search.ts'
import { type GoldQuestion, isAnswerable, isHit } from '../evaluation/gold.ts'
import { askedOf } from './localReports.ts'
import type { SetQuestion } from './sets.ts'

/** A question's candidates, as far as training looks at them. */
export interface Ranked {
  readonly question: GoldQuestion
  readonly read: Omit<ScoredRanking, 'ranked'>
  readonly candidates: readonly Candidate[]
}

export interface Candidate {
  readonly facts: { readonly report: { readonly id: string } }
  readonly inputs: Inputs
  readonly row: Float64Array
  /** The part of its score that the years add between sisters, which is not learned. */
  readonly amongSisters: number
  readonly isRight: boolean
}

/** Ranks questions. Of those that cannot be searched as they stand, none is left out silently: the error is thrown. */
export async function rankAll(searcher: Searcher, questions: readonly GoldQuestion[]): Promise<Ranked[]> {
  const all: Ranked[] = []
  for (const question of questions) {
    const { ranked, question: read, scope, unknown } = await searcher.rank(askedOf(question))
    const hits = ranked.map(
      ({ facts }) => isAnswerable(question) && isHit(question, facts.report.file, facts.passage.text),
    )
    // A public set says which text answers; of its passages those do that hold the answer.
    const holds = ranked.map(
      ({ facts }, i) => hits[i]! && question.answers.some((answer) => facts.passage.text.includes(answer)),
    )
    const isRight = question.passage_ids && holds.includes(true) ? holds : hits
    const candidates = ranked.map(({ facts: { report }, inputs, amongSisters }, i): Candidate => {
      return { facts: { report: { id: report.id } }, inputs, row: rowOf(inputs), amongSisters, isRight: isRight[i]! }
    })
    all.push({ question, read: { question: read, scope, unknown }, candidates })
  }
  return all
}

/** A question of a public set as one of a gold file. */
export function goldOf({ id, question, answers, passages }: SetQuestion, lang = 'zh'): GoldQuestion {
  return {
    id,
    question,
    answers: [...answers],
    passage_ids: [...passages],
    type: '—',
    lang,
    evidence: [],
    alternates: [],
  }
}

/** The candidates of a question that would be left if those that answer it were not there. */
export function withoutRight({ candidates, ...rest }: Ranked): Ranked {
  const left = candidates.filter(({ isRight }) => !isRight)
  const inputs = withComparisons(
    left.map(({ inputs }) => inputs),
    left.map(({ facts }) => facts.report.id),
  )
  return { ...rest, candidates: left.map((one, i) => ({ ...one, inputs: inputs[i]!, row: rowOf(inputs[i]!) })) }
}

function rowOf(inputs: Inputs): Float64Array {
  return Float64Array.from(inputNames, (name) => inputs[name])
}
