import type { ReportEntry } from '../../indexes/types.ts'
import { normalize } from '../../text/normalize.ts'
import type { ParsedQuestion } from '../question/parsedQuestion.ts'
import type { Facet } from '../question/tags.ts'
import { isKin, kinshipOf, yearOf } from './sisters.ts'
import { unitIn } from './statedValues.ts'

/** A tag by which a question that several reports answer can be narrowed. */
export type Alternative = Pick<Facet, 'kind' | 'tag'>

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

/** A question with its candidates, best first, from which alternatives are found. */
export interface Choice<One extends Candidate> {
  readonly question: Pick<ParsedQuestion, 'answerType' | 'places' | 'years'>
  /** The question as asked, with the one that it follows up. */
  readonly text: string
  readonly ranked: readonly One[]
  /** The share of each candidate in the odds of all, 0 … 1. */
  readonly shares: readonly number[]
  /** The figure that a candidate answers with, as its passage writes it; null for none. */
  figureOf(candidate: One): string | null
}

/**
 * The tags by which a question for a figure can be narrowed, most likely first. For one that names neither place nor year they are
 * the districts of the reports that may be meant; for one that names no time, the years of reports of one series or place that
 * give different figures. None where the question is clear, or the places are few.
 */
export function alternativesOf<One extends Candidate>(choice: Choice<One>): Alternative[] {
  const { question, text, ranked, shares } = choice
  if (question.answerType !== 'number' || question.years.size > 0) return []
  const likely = ranked.filter((_, i) => shares[i]! >= minShare)
  const first = likely[0]?.facts.report
  if (!first) return []
  const ofFirst = ranked.reduce((sum, { facts }, i) => (facts.report === first ? sum + shares[i]! : sum), 0)
  if (ofFirst > maxFirstShare) return []
  const tagged = (kind: Facet['kind'], tags: readonly string[]) => tags.slice(0, maxTags).map((tag) => ({ kind, tag }))
  const districts = new Set(likely.flatMap(({ facts: { report } }) => report.metadata.district ?? []))
  if (question.places.size === 0 && districts.size >= minPlaces) return tagged('district', [...districts])
  return namesTime.test(text) ? [] : tagged('year', yearsApart(first, likely, choice))
}

/** Words that tell of which time a question asks, though it names no year. */
const namesTime =
  /[0-9一二两三四五六七八九十几今去明前本上近历往]年|最近|最新|目前|如今|现在|\b(?:years?|recent|latest|current|now)\b/iu

/** The years of the first report's series or place whose passages give figures in its unit, where these are not all the same. */
function yearsApart<One extends Candidate>(
  first: ReportEntry,
  likely: readonly One[],
  { figureOf }: Pick<Choice<One>, 'figureOf'>,
): string[] {
  const figures = new Map<number, string>()
  for (const one of likely) {
    const { report } = one.facts
    const year = isKin(kinshipOf(report), kinshipOf(first)) ? yearOf(report) : null
    const figure = year !== null && !figures.has(year) ? figureOf(one) : null
    if (year !== null && figure !== null) figures.set(year, normalize(figure).text.replace(/[\s,]/gu, ''))
  }
  const own = figures.get(yearOf(first) ?? 0)
  const alike = own === undefined ? [] : [...figures].filter(([, figure]) => unitIn(figure) === unitIn(own))
  return new Set(alike.map(([, figure]) => figure)).size > 1 ? alike.map(([year]) => String(year)) : []
}
