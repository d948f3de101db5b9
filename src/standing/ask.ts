import { setImmediate as nextTurn } from 'node:timers/promises'
import { QuestionError } from '../errors.ts'
import type { IndexAnswerer } from '../library/indexAnswerer.ts'
import type { Passage, ReportSummary } from '../reports/types.ts'
import { yearOfIssue } from '../reports/years.ts'
import { seriesOf } from '../search/ranking/sisters.ts'
import { differ, statedValues } from '../search/ranking/statedValues.ts'
import type { Sketch } from '../search/retrieval/sketch.ts'
import type { Findings, Hit } from '../search/search.ts'
import { normalize } from '../text/normalize.ts'
import { terms } from '../text/words.ts'
import type { Finding, MarkedPassage, StandingQuestion } from './types.ts'

/** What a question asks, as far as asking it again needs it. */
export type Asked = Pick<StandingQuestion, 'text' | 'previous' | 'isExact' | 'answered' | 'sketch'>

/** The answers of one report to one standing question. */
export type FoundIn = Omit<Finding, 'question'>

/** Of one report a standing question is told at most this many passages. */
const maxOfReport = 3
/**
 * The closeness of a report's nearest passage below which a question is not asked of it. Of the questions to learn from,
 * {{share}} of those that a report answers come nearer.
 */
export const minCloseness = 0.6
/** After so many comparisons other work gets its turn. */
const turnAfter = 50

/** Asks standing questions of reports. */
export interface Asker {
  /** The reports with a passage that comes near a question, the nearest first. */
  nearReports(sketch: Sketch): Promise<string[]>
  /** The questions to which one of the passages at `positions` comes near. */
  near<Question extends Asked>(questions: readonly Question[], positions: readonly number[]): Promise<Question[]>
  /**
   * Asks a question of one report.
   * @param isNew tells which passages may be told, by the hit that marks them; all unless given
   * @returns nothing where the probability that the report answers is below the bound
   */
  ask(question: Asked, report: string, isNew?: (hit: Hit) => boolean): Promise<FoundIn[]>
  /** The position of a report's first passage in the index, and the number of its passages. */
  positionsOf(report: string): readonly number[]
}

/** @param minConfidence the probability, 0 … 1, from which on a report is taken to answer */
export function askerOver(
  { searcher, index }: Pick<IndexAnswerer, 'searcher' | 'index'>,
  minConfidence: number,
): Asker {
  const firsts = new Map<string, number>()
  let size = 0
  for (const { id, passages } of index.reports.values()) {
    firsts.set(id, size)
    size += passages
  }
  /** The findings for a question among one report; null where no report has its tags yet. */
  const search = async ({ text, previous }: Asked, report: string): Promise<Findings | null> => {
    const question = { text, ...(previous !== null && { previous }) }
    try {
      return await searcher.search(question, maxOfReport, new Set([report]))
    } catch (error) {
      if (error instanceof QuestionError) return null
      throw error
    }
  }
  /** The passage that answered a question before, as it is marked now, and its report; null where it is gone. */
  const answeredBefore = async (question: Asked) => {
    const passage = await index.find(question.answered!)
    const found = passage && (await search(question, passage.report))
    const hit = found?.hits.find((one) => one.passage.id === passage!.id) ?? found?.hits[0]
    return hit ? { hit, report: index.reports.get(hit.passage.report)! } : null
  }
  return {
    positionsOf(report) {
      const first = firsts.get(report)!
      return Array.from({ length: index.reports.get(report)!.passages }, (_, i) => first + i)
    },
    async nearReports(sketch) {
      const closeness = await searcher.closeness(
        sketch,
        Array.from({ length: index.size }, (_, position) => position),
      )
      const nearest = [...firsts].map(([report, first]) => {
        const own = closeness.subarray(first, first + index.reports.get(report)!.passages)
        return { report, closeness: own.reduce((most, one) => Math.max(most, one), 0) }
      })
      const near = nearest.filter((one) => one.closeness >= minCloseness)
      return near.sort((a, b) => b.closeness - a.closeness).map(({ report }) => report)
    },
    async near(questions, positions) {
      const found = []
      for (const [i, question] of questions.entries()) {
        if (i % turnAfter === 0) await nextTurn()
        const closeness = await searcher.closeness(question.sketch, positions)
        if (closeness.some((one) => one >= minCloseness)) found.push(question)
      }
      return found
    },
    async ask(question, report, isNew = () => true) {
      const found = await search(question, report)
      const [first] = found?.hits ?? []
      if (!found || !first || found.confidence < minConfidence) return []
      const told = found.hits.filter(
        (hit) => hit.isShown && isNew(hit) && (!question.isExact || holdsAll(question, hit.passage)),
      )
      if (told[0] !== first) return []
      const { confidence, answerType } = found
      if (question.answered === null)
        return told.map((hit) => ({ confidence, found: markedPassage(hit), before: null }))
      const before = await answeredBefore(question)
      if (!before || !isOfSameKind(before.report, index.reports.get(report)!)) return []
      const values = (hit: Hit) => statedValues(hit.passage.text, hit.highlight, answerType)
      if (!differ(values(before.hit), values(first))) return []
      return [{ confidence, found: markedPassage(first), before: markedPassage(before.hit) }]
    },
  }
}

export function markedPassage({ passage, highlight, visible }: Hit): MarkedPassage {
  return { passage: passage.id, highlights: highlight.highlights, figures: highlight.figures, visible }
}

/** True where a report is no older than another and speaks of the same place: by its district, or as its sister. */
function isOfSameKind(old: ReportSummary, fresh: ReportSummary): boolean {
  const [before, after] = [yearOfIssue(old), yearOfIssue(fresh)]
  if (before !== null && after !== null && after < before) return false
  const { district } = fresh.metadata
  return seriesOf(old) === seriesOf(fresh) || (district !== undefined && district === old.metadata.district)
}

/** True where a passage, with its headings, holds every term of a question to the letter. */
function holdsAll({ sketch }: Asked, { text, headline, section }: Passage): boolean {
  const held = new Set(terms(normalize([headline, section, text].join('\n')).text).map(({ term }) => term))
  return sketch.terms.every((term) => held.has(term))
}
