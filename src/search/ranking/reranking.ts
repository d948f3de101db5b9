import type { Reranker } from '../../embeddings/types.ts'
import type { Ranked } from './ranker.ts'

/** The candidates that a reranker reads: each costs a run of its model. */
export const rerankedCandidates = 16
/** What a reranker's logit counts beside the score: half, as both have read the same words and err together. */
const rerankingShare = 0.5

/**
 * A ranking with what a reranker says of its best candidates, best first. The others count as if it had said of them what it
 * said of the worst that it read.
 * @throws ModelError when its model cannot be loaded
 */
export async function reranked(reranker: Reranker, question: string, ranked: readonly Ranked[]): Promise<Ranked[]> {
  const read = ranked.slice(0, rerankedCandidates)
  const logits = await reranker.score(
    question,
    read.map(({ facts: { passage } }) => [passage.headline, passage.section, passage.text].filter(Boolean).join('\n')),
  )
  const least = Math.min(...logits)
  return ranked
    .map((one, i): Ranked => {
      const reranking = rerankingShare * (logits[i] ?? least)
      return { ...one, reranking, score: one.score + reranking }
    })
    .sort((a, b) => b.score - a.score || a.position - b.position)
}
