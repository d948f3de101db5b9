import type { OpenIndex } from '../indexes/types.ts'
import { statedYears } from './facts.ts'
import type { ReadQuestion } from './question.ts'

/** A passage worth a closer look. */
export interface Candidate {
  /** Its position in the index. */
  readonly position: number
  readonly cosine: number
  readonly bm25: number
  /** The best BM25, for this question, of any passage that may be found. */
  readonly bestBm25: number
}

/** Passages taken from each retriever, and the candidates that late interaction gets to see. */
const candidatesEach = 40
const kept = 40
/** Of the reports that state a year asked for, so many are seen whatever the retrievers say. */
const keptOfYear = 16

/** @param among the positions that may be found, ascending; all where it is left out */
export type CandidateFinder = (
  question: ReadQuestion,
  vector: Float32Array,
  among?: Uint32Array,
) => Promise<Candidate[]>

/**
 * Finds candidates: the best by vector and by words, cut to the best by cosine + BM25 ÷ its maximum. Where a question
 * names a year and some reports are stated to speak of it, the best of those reports are candidates too, since in
 * yearly reports one sentence stands in every year.
 */
export function candidateFinder(index: OpenIndex): CandidateFinder {
  const byYear = positionsByYear(index)
  return async (question, vector, among) => {
    const scores = index.words.scores(question.terms)
    const bestByWords = topPositions(scores, candidatesEach, among)
    const bestBm25 = scores[bestByWords[0] ?? 0] || 1
    const neighbours = await index.vectors.search(vector, candidatesEach, among)
    const candidate = (position: number): Candidate => ({
      position,
      cosine: index.vectors.similarity(vector, position),
      bm25: scores[position]!,
      bestBm25,
    })
    const all = new Set([...neighbours.map(({ passage }) => passage), ...bestByWords])
    const general = best([...all].map(candidate), kept)
    const ofYear = [...question.years].flatMap((year) => byYear.get(year) ?? [])
    const seen = new Set(general.map(({ position }) => position))
    const allowed = among && new Set(among)
    const unseen = ofYear.filter((position) => !seen.has(position) && (!allowed || allowed.has(position)))
    return [...general, ...best(unseen.map(candidate), keptOfYear)]
  }
}

function best(candidates: Candidate[], count: number): Candidate[] {
  const fused = ({ cosine, bm25, bestBm25 }: Candidate) => cosine + bm25 / bestBm25
  return candidates.sort((a, b) => fused(b) - fused(a) || a.position - b.position).slice(0, count)
}

/** The passages of the reports that state a year, by year; a year stated by most reports tells nothing and is left out. */
function positionsByYear(index: OpenIndex): Map<number, number[]> {
  const reportsOf = new Map<number, Set<string>>()
  for (const report of index.reports.values()) {
    for (const year of statedYears(report)) reportsOf.set(year, (reportsOf.get(year) ?? new Set()).add(report.id))
  }
  const yearsOf = new Map<string, number[]>()
  for (const [year, reports] of reportsOf) {
    if (reports.size * 2 > index.reports.size) continue
    for (const report of reports) yearsOf.set(report, [...(yearsOf.get(report) ?? []), year])
  }
  const positions = new Map<number, number[]>()
  for (const [position, { report }] of index.passages.entries()) {
    for (const year of yearsOf.get(report) ?? []) {
      const known = positions.get(year)
      if (known) known.push(position)
      else positions.set(year, [position])
    }
  }
  return positions
}

/** Positions of the `count` highest scores above 0, highest first. */
function topPositions(scores: Float32Array, count: number, among?: Uint32Array): number[] {
  const found: number[] = []
  const size = among?.length ?? scores.length
  for (let i = 0; i < size; i++) {
    const position = among?.[i] ?? i
    if (scores[position]! > 0) found.push(position)
  }
  return found.sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, count)
}
