import { setImmediate as nextTurn } from 'node:timers/promises'
import { QuestionError } from '../errors.ts'
import type { IndexAnswerer } from '../library/indexAnswerer.ts'
import type { Passage, ReportSummary } from '../reports/types.ts'
import { yearOfIssue } from '../reports/years.ts'
import { nearShare } from '../search/handSetWeights.ts'
import { seriesOf } from '../search/ranking/sisters.ts'
import { differ, statedValues } from '../search/ranking/statedValues.ts'
import type { Sketch } from '../search/retrieval/sketch.ts'
import type { Findings, Hit } from '../search/search.ts'
import { normalize } from '../text/normalize.ts'
import { terms } from '../text/words.ts'
import type { Finding, MarkedPassage, StandingQuestion } from './types.ts'

/** A standing question, as far as asking it again needs it. */
export type Asked = Pick<StandingQuestion, 'text' | 'previous' | 'isExact' | 'answered' | 'told'>

/** A standing question, as far as telling whether a passage comes near needs it. */
export type Sketched = Pick<StandingQuestion, 'sketch' | 'nearest'>

/** A question to which a passage comes near, with the closeness of the nearest. */
export interface Near<Question> {
  readonly question: Question
  readonly closeness: number
}

/** What a report says to a standing question. */
export type Found = Omit<Finding, 'question'>

/** Of one report a standing question is told at most this many passages. */
const maxOfReport = 3
/** A question is asked anew at most so often at once. */
const maxRounds = 12
/** After so many comparisons other work gets its turn. */
const turnAfter = 50

/** Asks standing questions of an index. */
export interface Asker {
  /** The questions to which one of the passages at `positions` comes about as near as any known before. */
  near<Question extends Sketched>(
    questions: readonly Question[],
    positions: readonly number[],
  ): Promise<Near<Question>[]>
  /** The closeness of the nearest of some passages that is not of one of the reports `but`. */
  nearest(sketch: Sketch, positions: readonly number[], but: ReadonlySet<string>): Promise<number>
  /**
   * Asks a question of all reports but those that it told of before. A report is told of where its passage comes first and probably
   * answers; the question is then asked anew of the others, while any of `reports` is left.
   * @param reports the ids of the reports that may be told of; all unless given
   * @param isNew tells which of their passages may be told, by the hit that marks them; all unless given
   */
  ask(
    question: Asked & Pick<Sketched, 'sketch'>,
    reports?: ReadonlySet<string>,
    isNew?: (hit: Hit) => boolean,
  ): Promise<Found[]>
  /** The positions of a report's passages in the index. */
  positionsOf(report: string): readonly number[]
}

/** @param minConfidence the probability, 0 … 1, from which on a passage is taken to answer */
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
  const positionsOf = (report: string): number[] => {
    const first = firsts.get(report)!
    return Array.from({ length: index.reports.get(report)!.passages }, (_, i) => first + i)
  }
  /** The findings for a question among some reports; null where no report has its tags yet. */
  const search = async ({ text, previous }: Asked, among: ReadonlySet<string>): Promise<Findings | null> => {
    const question = { text, ...(previous !== null && { previous }) }
    try {
      return await searcher.search(question, maxOfReport, among)
    } catch (error) {
      if (error instanceof QuestionError) return null
      throw error
    }
  }
  /** The passage that answered a question before, as it is marked now, and its report; null where it is gone. */
  const answeredBefore = async (question: Asked) => {
    const passage = await index.find(question.answered!)
    const found = passage && (await search(question, new Set([passage.report])))
    const hit = found?.hits.find((one) => one.passage.id === passage!.id) ?? found?.hits[0]
    return hit ? { hit, report: index.reports.get(hit.passage.report)! } : null
  }

  return {
    positionsOf,
    async near(questions, positions) {
      const closenessOf = searcher.closenessTo(positions)
      const found: Near<(typeof questions)[number]>[] = []
      for (const [i, question] of questions.entries()) {
        if (i % turnAfter === 0) await nextTurn()
        const closeness = await closenessOf(question.sketch)
        const nearest = closeness.reduce((most, one) => Math.max(most, one), 0)
        if (nearest > 0 && nearest >= nearShare * question.nearest) found.push({ question, closeness: nearest })
      }
      return found
    },
    async nearest(sketch, positions, but) {
      const passages = await index.passages(positions)
      const others = positions.filter((_, i) => !but.has(passages[i]!.report))
      return (await searcher.closenessTo(others)(sketch)).reduce((most, one) => Math.max(most, one), 0)
    },
    async ask(question, reports = new Set(index.reports.keys()), isNew = () => true) {
      const before = question.answered === null ? null : await answeredBefore(question)
      if (question.answered !== null && !before) return []
      const left = new Set(
        [...index.reports.keys()].filter((id) => !question.told.includes(id) && id !== before?.report.id),
      )
      const found: Found[] = []
      for (let round = 0; round < maxRounds && [...reports].some((id) => left.has(id)); round++) {
        const { hits, confidence, answerType } = (await search(question, left)) ?? nothing
        const [first] = hits
        if (!first || confidence < minConfidence) break
        const { report } = first.passage
        left.delete(report)
        const isTold = (hit: Hit) =>
          isNew(hit) && !hit.lacksPlace && (!question.isExact || holdsAll(question, hit.passage))
        if (!reports.has(report) || !isTold(first)) continue
        const common = { report, confidence, before: before && markedPassage(before.hit) }
        if (before === null) {
          const own = hits.filter((hit) => hit.passage.report === report && hit.isShown && isTold(hit))
          found.push(...own.map((hit) => ({ ...common, found: markedPassage(hit) })))
        } else if (saysOtherwise(before, { hit: first, report: index.reports.get(report)! }, answerType))
          found.push({ ...common, found: markedPassage(first) })
      }
      return found
    },
  }
}

const nothing: Pick<Findings, 'hits' | 'confidence' | 'answerType'> = { hits: [], confidence: 0, answerType: 'other' }

/** A hit in its report. */
interface HitInReport {
  readonly hit: Hit
  readonly report: ReportSummary
}

/**
 * True where a report that is no older, of the same place or the same series, gives another value of the type that is asked for.
 */
function saysOtherwise(old: HitInReport, fresh: HitInReport, type: Findings['answerType']): boolean {
  const [before, after] = [yearOfIssue(old.report), yearOfIssue(fresh.report)]
  if (before !== null && after !== null && after < before) return false
  const { district } = fresh.report.metadata
  const isSamePlace = district !== undefined && district === old.report.metadata.district
  if (!isSamePlace && seriesOf(old.report) !== seriesOf(fresh.report)) return false
  const valuesOf = ({ hit: { passage, highlight } }: HitInReport) => statedValues(passage.text, highlight, type)
  return differ(valuesOf(old), valuesOf(fresh))
}

function markedPassage({ passage, highlight, visible }: Hit): MarkedPassage {
  return { passage: passage.id, highlights: highlight.highlights, figures: highlight.figures, visible }
}

/** True where a passage, with its headings, holds every term of a question to the letter. */
function holdsAll({ sketch }: Pick<Sketched, 'sketch'>, { text, headline, section }: Passage): boolean {
  const held = new Set(terms(normalize([headline, section, text].join('\n')).text).map(({ term }) => term))
  return sketch.terms.every((term) => held.has(term))
}
