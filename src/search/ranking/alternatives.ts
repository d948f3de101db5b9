import type { ReportEntry } from '../../indexes/types.ts'
import type { ParsedQuestion } from '../question/parsedQuestion.ts'

/** The fewest places, each with a passage that may be meant, between which people choose. */
const minPlaces = 4
/** The least share in the odds of all candidates with which a passage may be meant. */
const minShare = 0.02
/** The largest share that the likeliest report may have; with a larger one the question is clear. */
const maxFirstShare = 0.6
const maxTags = 6

/** A candidate by its report. */
interface Candidate {
  readonly facts: { readonly report: ReportEntry }
}

/**
 * The tags by which a question for a figure that names neither place nor year can be narrowed, most likely first: the districts
 * of the reports that may be meant. None where the question is clear, or the places are few.
 * @param ranked the candidates, best first
 * @param shares the share of each candidate in the odds of all, 0 … 1
 */
export function alternativeTags(
  { answerType, places, years }: Pick<ParsedQuestion, 'answerType' | 'places' | 'years'>,
  ranked: readonly Candidate[],
  shares: readonly number[],
): string[] {
  if (answerType !== 'number' || places.size > 0 || years.size > 0) return []
  const likely = ranked.filter((_, i) => shares[i]! >= minShare)
  const tags = new Set(likely.flatMap(({ facts: { report } }) => report.metadata.district ?? []))
  const first = likely[0]?.facts.report
  const ofFirst = ranked.reduce((sum, { facts }, i) => (facts.report === first ? sum + shares[i]! : sum), 0)
  return tags.size < minPlaces || ofFirst > maxFirstShare ? [] : [...tags].slice(0, maxTags)
}
