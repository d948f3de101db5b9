import type { Embedder } from '../embeddings/types.ts'
import type { OpenIndex } from '../indexes/types.ts'
import type { Passage, Report } from '../reports/types.ts'
import type { Range } from '../text/range.ts'
import { words } from '../text/words.ts'
import { withOfficialTerms } from './aliases.ts'
import { candidateFinder } from './candidates.ts'
import { factsOf, statedYears } from './facts.ts'
import { type Features, featuresOf } from './features.ts'
import { highlightOf } from './highlight.ts'
import { lateInteraction, loadKernel } from './lateInteraction.ts'
import { type Question, questionInput, readQuestion } from './question.ts'
import { scoreOf } from './ranker.ts'

/** A passage that may answer the question. */
export interface Hit {
  readonly passage: Passage
  /** Comparable within one question. */
  readonly score: number
  readonly features: Features
  /** What of the passage's text answers the question. */
  readonly highlights: readonly Range[]
}

/** Search over one open index. */
export interface Searcher {
  readonly reports: ReadonlyMap<string, Report>
  /**
   * The passages that fit a question best, at most `limit`, best first: candidates by vectors and by words, ranked by
   * late interaction and what the passage holds of what was asked.
   * @throws QuestionError when the question cannot be searched as it stands
   */
  search(question: Question, limit: number): Promise<Hit[]>
}

export function createSearcher(index: OpenIndex, embedder: Embedder): Searcher {
  const kernel = loadKernel()
  const findCandidates = candidateFinder(index)
  const facts = factsOf(index)
  const years = new Map([...index.reports].map(([id, report]) => [id, statedYears(report)]))
  const occurs = (term: string) => words(term).every((part) => index.words.weight(part) > 0)
  const unknownWeight = Math.log(1 + (index.passages.length + 0.5) / 0.5)
  return {
    reports: index.reports,
    async search(question, limit) {
      const input = withOfficialTerms(questionInput(question), occurs)
      const [embedding] = await embedder.embed([input.text])
      if (!embedding) throw new Error('the embedder returned nothing for one text')
      const read = readQuestion(input, embedding.tokenStarts, (term) => index.words.weight(term), unknownWeight)
      const interact = lateInteraction(kernel, embedding.tokens, index.tokens.dimensions)
      const candidates = await findCandidates(read, embedding.vector)
      const hits = candidates.map(({ position, cosine, bm25, bestBm25 }) => {
        const own = facts(position)
        const tokens = index.tokens.of(position)
        const matches = interact(tokens)
        const stated = years.get(own.report.id) ?? new Set<number>()
        const evidence = { facts: own, statedYears: stated, matches, starts: tokens.starts, cosine, bm25, bestBm25 }
        const features = featuresOf(read, evidence)
        return { position, own, matches, starts: tokens.starts, features, score: scoreOf(features) }
      })
      hits.sort((a, b) => b.score - a.score || a.position - b.position)
      return hits.slice(0, limit).map(({ own, matches, starts, features, score }) => {
        return { passage: own.passage, score, features, highlights: highlightOf(read, own, matches, starts) }
      })
    },
  }
}
