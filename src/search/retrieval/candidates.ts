import type { OpenIndex, Reports } from '../../indexes/types.ts'
import { statedYears } from '../../reports/years.ts'
import type { ParsedQuestion } from '../question/parsedQuestion.ts'
import type { Relevance } from './types.ts'

/** A passage worth a closer look. */
export interface Candidate extends Relevance {
  /** Its position in the index. */
  readonly position: number
  /** The best BM25, for this question, of any passage that may be found. */
  readonly bestBm25: number
}

/** The most passages from each of the two searches, and the most candidates that are left of both. */
const maxFound = 40
const maxCandidates = 40
/** The most further candidates from reports of a year asked for, however far down the two searches have them. */
const maxCandidatesOfYear = 16

/** @param among the reports that may be found; all where it is left out */
export type CandidateFinder = (question: ParsedQuestion, vector: Float32Array, among?: Reports) => Promise<Candidate[]>

/**
 * Finds candidates: the best by vector and by words, cut to the best by cosine + BM25 ÷ its maximum. Where a question
 * names a year and some reports state it, the best passages of those reports are candidates too, since in yearly reports
 * the same sentence stands in every year.
 */
export function candidateFinder(index: OpenIndex): CandidateFinder {
  const byYear = reportsByYear(index)
  return async (question, vector, among) => {
    const search = async (reports?: Reports) => {
      const [byWords, byVector] = await Promise.all([
        index.words.search(question.terms, maxFound, reports),
        index.vectors.search(vector, maxFound, reports),
      ])
      return { bestBm25: byWords[0]?.score, positions: [...byVector, ...byWords].map(({ passage }) => passage) }
    }
    const ofYear = [...question.years].flatMap((year) => byYear.get(year) ?? []).filter((id) => !among || among.has(id))
    const [all, dated] = await Promise.all([
      search(among),
      ofYear.length > 0 ? search(new Set(ofYear)) : { positions: [] },
    ])
    const positions = [...new Set([...all.positions, ...dated.positions])]
    const [cosines, scores] = await Promise.all([
      index.vectors.similarities(vector, positions),
      index.words.scores(question.terms, positions),
    ])
    const bestBm25 = all.bestBm25 ?? 1
    const candidates = new Map(
      positions.map((position, i): [number, Candidate] => [
        position,
        { position, cosine: cosines[i]!, bm25: scores[i]!, bestBm25 },
      ]),
    )
    const candidatesAt = (some: readonly number[]) => [...new Set(some)].map((position) => candidates.get(position)!)
    const general = best(candidatesAt(all.positions), maxCandidates)
    const taken = new Set(general.map(({ position }) => position))
    const others = candidatesAt(dated.positions).filter(({ position }) => !taken.has(position))
    return [...general, ...best(others, maxCandidatesOfYear)]
  }
}

function best(candidates: Candidate[], count: number): Candidate[] {
  const fused = ({ cosine, bm25, bestBm25 }: Candidate) => cosine + bm25 / bestBm25
  return candidates.sort((a, b) => fused(b) - fused(a) || a.position - b.position).slice(0, count)
}

/** The reports that state a year, by year. A year that most reports state does not tell them apart and is left out. */
function reportsByYear({ reports }: OpenIndex): Map<number, readonly string[]> {
  const stating = new Map<number, string[]>()
  for (const report of reports.values()) {
    for (const year of statedYears(report)) stating.set(year, [...(stating.get(year) ?? []), report.id])
  }
  return new Map([...stating].filter(([, ids]) => ids.length * 2 <= reports.size))
}
