import type { Neighbour, WordMatch } from '../../src/indexes/types.ts'
import type { Passage } from '../../src/reports/types.ts'
import { type IndexedReport, termsOf } from '../support/indexedReports.ts'

/** What every index should answer, by comparing with everything, each passage by itself. */
export interface Oracle {
  readonly passages: readonly Passage[]
  /** Similarities to all passages, in their order. */
  similarities(vector: Float32Array): number[]
  /** BM25 of all passages, in their order. */
  scores(terms: readonly string[]): number[]
  weight(term: string): number
}

/** BM25's constants, written down a second time so that a changed one is noticed. */
const k1 = 1.2
const b = 0.75

/** @param meanLength of the passages that BM25 compares with; by default that of these */
export function oracleOf(reports: readonly IndexedReport[], meanLength?: number): Oracle {
  const passages = reports.flatMap((report) => report.passages)
  const vectors = reports.flatMap(({ passages, vectors }) => {
    const dimensions = vectors.length / Math.max(1, passages.length)
    return passages.map((_, i) => vectors.subarray(i * dimensions, (i + 1) * dimensions))
  })
  const terms = reports.flatMap(termsOf)
  const sets = terms.map((all) => new Set(all))
  const mean = meanLength ?? terms.reduce((sum, { length }) => sum + length, 0) / Math.max(1, terms.length)
  const weight = (term: string) => {
    const found = sets.filter((set) => set.has(term)).length
    return found === 0 ? 0 : Math.log(1 + (passages.length - found + 0.5) / (found + 0.5))
  }
  return {
    passages,
    similarities: (vector) => vectors.map((own) => own.reduce((sum, value, i) => sum + value * vector[i]!, 0)),
    weight,
    scores(asked) {
      const weights = asked.map((term) => [term, weight(term)] as const).filter(([, own]) => own > 0)
      return terms.map((own, i) => {
        let score = 0
        for (const [term, idf] of weights) {
          if (!sets[i]!.has(term)) continue
          const count = own.filter((one) => one === term).length
          score += (idf * count * (k1 + 1)) / (count + k1 * (1 - b + (b * own.length) / mean))
        }
        return score
      })
    },
  }
}

/** A hit as an index gives it, whichever retriever found it. */
export const hitOf = (hit: Neighbour | WordMatch): [passage: number, score: number] => [
  hit.passage,
  'similarity' in hit ? hit.similarity : hit.score,
]
