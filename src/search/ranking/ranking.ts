import type { OpenIndex, PassageTokens } from '../../indexes/types.ts'
import { statedYears } from '../../reports/years.ts'
import type { Lexicon } from '../question/lexicon.ts'
import type { AskedAndResidual, Relevance, Retrieved, Wording } from '../retrieval/types.ts'
import type { ScoredRanking } from './confidence.ts'
import type { PassageFacts } from './facts.ts'
import { featuresOf } from './features.ts'
import { inputsOf } from './inputs.ts'
import { lateInteraction, loadKernel } from './lateInteraction.ts'
import { type CachedPassage, passageCache } from './passageCache.ts'
import { type Ranked, scoreOf } from './ranker.ts'
import { reportsWithSisters, sisterWorth } from './sisters.ts'

/** Every candidate of a question with all that it is ranked by, best first. Training and explanations look at it too. */
export interface Ranking extends ScoredRanking {
  /** The texts that the model has read: the question as asked, and the residual. */
  readonly wordings: readonly AskedAndResidual<string>[]
  readonly ranked: readonly Ranked[]
}

/** @returns a function that ranks what was retrieved for a question */
export function passageRanker(index: OpenIndex, { occurs }: Lexicon): (retrieved: Retrieved) => Promise<Ranking> {
  const kernel = loadKernel()
  const passagesAt = passageCache(index)
  const reports = [...index.reports.values()]
  const sisters = reportsWithSisters(reports)
  const years = new Map(reports.map((report) => [report.id, statedYears(report)]))

  /** @returns a function that compares passages with a wording */
  const comparison = ({ question, embedding, bestBm25 }: Wording) => {
    const interact = lateInteraction(kernel, embedding.tokens, index.vectors.dimensions)
    return (facts: PassageFacts, tokens: PassageTokens, relevance: Relevance) => {
      const matches = interact(tokens)
      const evidence = { facts, statedYears: years.get(facts.report.id)!, matches, ...relevance, bestBm25 }
      return { matches, features: featuresOf(question, evidence) }
    }
  }

  /** Scores the candidates under one reading of the question, in their order. */
  const score = (
    reading: AskedAndResidual<Wording>,
    candidates: readonly (CachedPassage & { position: number; relevance: AskedAndResidual<Relevance> })[],
    odds: ReadonlyMap<string, number> | null,
  ): Ranked[] => {
    const { question } = reading.asked
    const compare = comparison(reading.asked)
    const compareResidual = reading.residual && comparison(reading.residual)
    const compared = candidates.map(({ facts, tokens, relevance }) => {
      const asked = compare(facts, tokens, relevance.asked)
      const residual = compareResidual && relevance.residual && compareResidual(facts, tokens, relevance.residual)
      return {
        facts,
        matches: asked.matches,
        residual: residual && { question: reading.residual!.question, matches: residual.matches },
        features: { asked: asked.features, residual: residual?.features ?? null },
        odds: odds && (odds.get(facts.report.id) ?? 0),
        hasSisters: sisters.has(facts.report.id),
      }
    })
    return inputsOf(question, compared).map((inputs, k): Ranked => {
      const { facts, matches, residual, hasSisters } = compared[k]!
      const { position, tokens } = candidates[k]!
      const amongSisters = hasSisters ? sisterWorth(inputs) : 0
      return {
        question,
        position,
        facts,
        matches,
        residual,
        starts: tokens.starts,
        inputs,
        score: scoreOf(inputs) + amongSisters,
        amongSisters,
        reranking: 0,
      }
    })
  }

  return async ({ readings, candidates, scope }) => {
    // Looking closely at a passage takes most of a question's time, so only the candidates are looked at.
    const passages = await passagesAt(candidates.map(({ position }) => position))
    const odds = scope && new Map(scope.reports.map((report) => [report.id, report.odds]))
    const scored = readings.map((reading, i) =>
      score(
        reading,
        candidates.map(({ position, relevances }, k) => ({ ...passages[k]!, position, relevance: relevances[i]! })),
        odds,
      ),
    )
    const ranked = candidates.map((_, k) =>
      scored.map((one) => one[k]!).reduce((best, one) => (one.score > best.score ? one : best)),
    )
    ranked.sort((a, b) => b.score - a.score || a.position - b.position)
    const question = ranked[0]?.question ?? readings[0]!.asked.question
    return {
      question,
      wordings: readings.map(({ asked, residual }) => ({ asked: asked.input, residual: residual?.input ?? null })),
      scope,
      unknown: 1 - question.coverage(occurs),
      ranked,
    }
  }
}
