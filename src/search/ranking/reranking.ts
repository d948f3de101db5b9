import type { Reranker } from '../../embeddings/types.ts'
import { rerankerShare } from '../handSetWeights.ts'
import type { Ranked } from './ranker.ts'

/** The candidates that a reranker reads: each costs a run of its model. */
export const maxRerankedCandidates = 16

/**
 * Reranks the best candidates by what a reranker says of them, best first. The others count as if it had said of them what
 * it said of the worst that it read.
 * @throws ModelError when the reranker's model cannot be loaded
 */
export async function rerank(reranker: Reranker, question: string, ranked: readonly Ranked[]): Promise<Ranked[]> {
  const logits = await reranker.score(
    question,
    ranked
      .slice(0, maxRerankedCandidates)
      .map(({ facts: { passage } }) => [passage.headline, passage.section, passage.text].filter(Boolean).join('\n')),
  )
  const worst = Math.min(...logits)
  return ranked
    .map((one, i): Ranked => {
      const reranking = rerankerShare * (logits[i] ?? worst)
      return { ...one, reranking, score: one.score + reranking }
    })
    .sort((a, b) => b.score - a.score || a.position - b.position)
}
