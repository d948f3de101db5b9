import { setImmediate as nextTurn } from 'node:timers/promises'
import { QuestionError } from '../errors.ts'
import type { ReportEntry } from '../indexes/types.ts'
import type { IndexAnswerer } from '../library/indexAnswerer.ts'
import type { Passage } from '../reports/types.ts'
import { yearOfIssue } from '../reports/years.ts'
import { nearShare } from '../search/handSetWeights.ts'
import type { AnswerType } from '../search/question/answerType.ts'
import { isKin, kinshipOf } from '../search/ranking/sisters.ts'
import { differ, statedValues } from '../search/ranking/statedValues.ts'
import type { Sketch } from '../search/retrieval/sketch.ts'
import type { Hit, Hits } from '../search/search.ts'
import { normalize } from '../text/normalize.ts'
import { terms } from '../text/words.ts'
import type { AnsweredBefore, Finding, MarkedPassage, StandingQuestion } from './types.ts'

/** A standing question, as far as asking it again needs it. */
export type Asked = Pick<StandingQuestion, 'text' | 'isExact' | 'answered' | 'told' | 'sketch'>

/** A standing question, as far as telling whether a passage comes near needs it. */
export type Sketched = Pick<StandingQuestion, 'sketch' | 'nearest'>

/** A question to which a passage comes near, with the closeness of the nearest. */
export interface Near<Question> {
  readonly question: Question
  readonly closeness: number
}

/** The reports' answers to one question. */
export interface Answers {
  readonly findings: readonly Omit<Finding, 'question'>[]
  /** The reports that need not be asked again, by their content: those that are told of, and others that answer. */
  readonly settled: readonly string[]
}

/** A standing question is told at most this many passages of one report. */
const maxOfReport = 3
/** A question is asked anew at most so often at once. */
const maxRounds = 20
/** After so many milliseconds of comparisons other work gets its turn. */
const turnMs = 10

/** Asks standing questions of an index. */
export interface Asker {
  /**
   * Finds the questions to which one of the passages at `positions` comes about as near as any known before. Those with the same
   * nearest passage follow each other, so that what is read and worked out for one of them is at hand for the next.
   */
  near<Question extends Sketched>(
    questions: readonly Question[],
    positions: readonly number[],
  ): Promise<Near<Question>[]>
  /** The closeness of the nearest of some passages that is not of one of the reports `but`. */
  nearest(sketch: Sketch, positions: readonly number[], but: ReadonlySet<string>): Promise<number>
  /**
   * Asks a question of all reports but those that are settled. A report is told of where its passage comes first and probably
   * answers; the question is then asked anew of the others, while any of `reports` is left.
   * @param reports the ids of the reports that may be told of; all unless given
   * @param isNew tells which of their passages may be told, by the hit that marks them; all unless given
   */
  ask(question: Asked, reports?: ReadonlySet<string>, isNew?: (hit: Hit) => boolean): Promise<Answers>
  /** The value that a passage gives as the answer to a question; null where it is gone, or states no figure, date or name. */
  answeredBy(text: string, passage: string): Promise<AnsweredBefore | null>
  /** The positions of a report's passages in the index. */
  positionsOf(report: string): readonly number[]
}

/** A report by its content, which tells a new version from the one before. */
export function contentId({ contentSha256 }: Pick<ReportEntry, 'contentSha256'>): string {
  return contentSha256.slice(0, 16)
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
  /** The findings for a question among some reports; none where no report has its tags yet. */
  const search = async (text: string, among: ReadonlySet<string>): Promise<Answering> => {
    try {
      // All reports are searched by the graph, some of them one by one.
      const some = among.size < index.reports.size ? among : undefined
      return await searcher.find({ text }, maxOfReport, some)
    } catch (error) {
      if (error instanceof QuestionError) return { hits: [], confidence: 0, answerType: 'other' }
      throw error
    }
  }
  /** The hit that a passage is for a question, as it is marked now; null where its words are gone. */
  const hitOf = async (text: string, id: string) => {
    const passage = await index.find(id)
    const { hits, answerType } = passage
      ? await search(text, new Set([passage.report]))
      : { hits: [], answerType: 'other' as const }
    const hit = hits.find((one) => one.passage.id === passage?.id) ?? hits[0]
    return hit ? { hit, answerType } : null
  }
  /** Tells whether a report that is no older, of the same place or the same series, gives another value. */
  const saysOtherwise = (old: AnsweredBefore, hit: Hit, type: AnswerType) => {
    const fresh = index.reports.get(hit.passage.report)!
    const year = yearOfIssue(fresh)
    return (
      !(old.year !== null && year !== null && year < old.year) &&
      isKin(old, kinshipOf(fresh)) &&
      differ(old.values, statedValues(hit.passage.text, hit.highlight, type))
    )
  }

  return {
    positionsOf,
    async near(questions, positions) {
      const closenessOf = searcher.closenessTo(positions)
      const found: (Near<(typeof questions)[number]> & { readonly at: number })[] = []
      let begun = performance.now()
      for (const question of questions) {
        if (performance.now() - begun > turnMs) {
          await nextTurn()
          begun = performance.now()
        }
        const closeness = await closenessOf(question.sketch)
        const nearest = closeness.reduce((most, one) => Math.max(most, one), 0)
        if (nearest > 0 && nearest >= nearShare * question.nearest)
          found.push({ question, closeness: nearest, at: closeness.indexOf(nearest) })
      }
      return found.sort((a, b) => a.at - b.at)
    },
    async nearest(sketch, positions, but) {
      const passages = await index.passages(positions)
      const others = positions.filter((_, i) => !but.has(passages[i]!.report))
      return (await searcher.closenessTo(others)(sketch)).reduce((most, one) => Math.max(most, one), 0)
    },
    async answeredBy(text, id) {
      const found = await hitOf(text, id)
      if (!found) return null
      const { passage, highlight } = found.hit
      const values = statedValues(passage.text, highlight, found.answerType)
      if (values.length === 0) return null
      const report = index.reports.get(passage.report)!
      return { passage: passage.id, values, ...kinshipOf(report), year: yearOfIssue(report) }
    },
    async ask(question, reports = new Set(index.reports.keys()), isNew = () => true) {
      const { text, isExact, answered, told, sketch } = question
      const own = answered && (await index.find(answered.passage))?.report
      const isRival = (report: ReportEntry) =>
        !told.includes(contentId(report)) && (report.id !== own || reports.has(report.id))
      const left = new Set([...index.reports.values()].filter(isRival).map(({ id }) => id))
      const findings: Omit<Finding, 'question'>[] = []
      const settled: string[] = []
      for (let round = 0; round < maxRounds && [...reports].some((id) => left.has(id)); round++) {
        const { hits, confidence, answerType } = await search(text, left)
        const [first] = hits
        if (!first || confidence < minConfidence) break
        const { report } = first.passage
        left.delete(report)
        const isTold = (hit: Hit) =>
          reports.has(report) && isNew(hit) && !hit.lacksPlace && (!isExact || holdsAll(sketch, hit.passage))
        // A report that answers and is not new stands between the question and new ones but this once.
        if (isTold(first) || (!reports.has(report) && !first.lacksPlace))
          settled.push(contentId(index.reports.get(report)!))
        if (!isTold(first)) continue
        if (answered === null) {
          const ofReport = hits.filter((hit) => hit.passage.report === report && hit.isShown && isTold(hit))
          findings.push(...ofReport.map((hit) => ({ report, confidence, found: markedPassage(hit), before: null })))
        } else if (saysOtherwise(answered, first, answerType)) {
          const before = await hitOf(text, answered.passage)
          findings.push({
            report,
            confidence,
            found: markedPassage(first),
            before: before && markedPassage(before.hit),
          })
        }
      }
      return { findings, settled }
    },
  }
}

type Answering = Pick<Hits, 'hits' | 'confidence' | 'answerType'>

function markedPassage({ passage, highlight, visible }: Hit): MarkedPassage {
  return { passage: passage.id, highlights: highlight.highlights, figures: highlight.figures, visible }
}

/** True where a passage, with its headings, holds every term of a question to the letter. */
function holdsAll(sketch: Sketch, { text, headline, section }: Passage): boolean {
  const held = new Set(terms(normalize([headline, section, text].join('\n')).text).map(({ term }) => term))
  return sketch.terms.every((term) => held.has(term))
}
