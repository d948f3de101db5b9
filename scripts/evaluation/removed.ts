import { withComparisons } from '../../src/search/ranking/inputs.ts'
import type { Ranked } from '../../src/search/ranking/ranker.ts'
import { scoreOf } from '../../src/search/ranking/ranker.ts'
import type { Ranking } from '../../src/search/ranking/ranking.ts'

/** A ranking as it would be were some of its passages not in the reports. */
export function without(ranking: Ranking, isGone: (passage: Ranked['facts']) => boolean): Ranking {
  const left = ranking.ranked.filter(({ facts }) => !isGone(facts))
  const inputs = withComparisons(
    left.map((one) => one.inputs),
    left.map(({ facts }) => facts.report.id),
  )
  const ranked = left.map((one, i): Ranked => {
    // A reranker and the years of sisters may have added to the score.
    const added = one.score - scoreOf(one.inputs)
    return { ...one, inputs: inputs[i]!, score: scoreOf(inputs[i]!) + added }
  })
  return { ...ranking, ranked: ranked.sort((a, b) => b.score - a.score || a.position - b.position) }
}
