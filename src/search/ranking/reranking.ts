import type { Reranker } from '../../embeddings/types.ts'
import { rerankerShare } from '../handSetWeights.ts'
import type { Ranked } from './ranker.ts'

/** The most candidates that a reranker reads, as each costs a run of its model. */
export const maxRerankedCandidates = 16

/**
 * Reranks candidates by the reranker's scores, best first. Candidates that it did not read get the lowest score that it gave.
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
