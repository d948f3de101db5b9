import type { OpenIndex, ReportEntry } from '../../indexes/types.ts'
import type { Passage } from '../../reports/types.ts'
import { yearOfIssue } from '../../reports/years.ts'
import { yearsIn } from '../../text/mentions.ts'
import { normalize, originOf } from '../../text/normalize.ts'
import { overlapAny, type Range } from '../../text/range.ts'
import { clauses, sentences } from '../../text/sentences.ts'
import { terms } from '../../text/words.ts'
import { pointsIn } from '../question/answerType.ts'
import { statesPlan } from '../question/plans.ts'
import type { Highlight } from './highlight.ts'
import { seriesOf, yearOf } from './sisters.ts'
import { unitIn } from './statedValues.ts'
import { isTableRow } from './visible.ts'

/** The value that another year's report gives for the figure of an answer. */
export interface OtherValue {
  readonly passage: Passage
  readonly highlight: Highlight
  /** The year in the other report's title, or else that of its issue. */
  readonly year: number
}

/** A clause that states one figure. */
interface Statement {
  readonly range: Range
  /** The figure, as a range of the passage's text. */
  readonly figure: Range
  /** The words of the clause besides its figure, without years and words of comparison in time. */
  readonly label: string
  /** The figure as it stands, normalised. */
  readonly value: string
  /** True for a plan, a target or a bound. */
  readonly isPlan: boolean
}

/** A label of fewer characters says too little of what its figure counts. */
const minLabelCharacters = 5
/** The largest ratio of two years' values. Further apart they likely count two things, such as one year and five years. */
const maxFactor = 2.5
/** The number of passages of each other report that are looked through. */
const maxPassages = 8
const maxOtherValues = 2

const years = /(?:19|20)[0-9]{2}年?(?:度|全年|末|底)?|[今去明本上全]年(?:度|末|底)?|年末|年底/gu
/** Words of sums over several years, which cannot be compared with one year's. */
const severalYears = /五年|[两三四五]年来|以来|累计|“?十[一二三四五]五”?(?:时期|期间)/u
/** Words by which a figure is a bound or approximate, as targets are. */
const isApproximate = /左右|以上|以内|不低于|不少于|超过|约/u
/** Words that refer to what was said before, so that the clause alone does not tell what it counts. */
const refersBefore = /^(?:加上?|当年|其中|其他|其余|剩余|另|分别)/u
/** Words that do not tell what a figure counts: hedges, and what happened to it. */
const fillers = /[\s,，、:：;；。()（）“”"]|达到|达|完成|实现|预计|约|为|是|共|累计|超过|突破|近|以上|左右/gu
const changes = /比|较|同比|增长|下降|减少|增加|提高|降低|上升|回落|预算|调整|的/gu

/** Finds values of other years' reports: reports of one title but for its years. */
export function otherValueFinder(index: OpenIndex, reports: readonly ReportEntry[]) {
  const series = new Map(reports.map((report) => [report.id, seriesOf(report)]))
  /**
   * Finds what reports of other years say of the figure that a highlight marks, newest first. A value counts only where its
   * clause has the same words and unit, states a result or a plan alike, and has no rival in its report.
   */
  return async (passage: Passage, highlight: Highlight): Promise<OtherValue[]> => {
    const own = reports.find(({ id }) => id === passage.report)!
    const ownYear = yearOf(own)
    const statement = statementsIn(passage, own).find(({ figure }) => overlapAny([figure], highlight.figures))
    if (!statement || ownYear === null) return []
    const others = reports
      .filter(({ id }) => series.get(id) === series.get(own.id))
      .flatMap((report) => {
        const year = yearOf(report)
        return year === null || year === ownYear ? [] : [{ report, year }]
      })
      .sort((a, b) => b.year - a.year)
    const found: OtherValue[] = []
    for (const { report, year } of others) {
      if (found.length === maxOtherValues) break
      if (found.at(-1)?.year === year) continue
      const value = await valueIn(index, report, statement)
      if (value) found.push({ ...value, year })
    }
    return found
  }
}

/** The one other value that a report gives; null where it gives none, or several. */
async function valueIn(
  index: OpenIndex,
  report: ReportEntry,
  asked: Statement,
): Promise<Omit<OtherValue, 'year'> | null> {
  const words = [...new Set(terms(asked.label).map(({ term }) => term))]
  const matches = await index.words.search(words, maxPassages, new Set([report.id]))
  const passages = await index.passages(matches.map(({ passage }) => passage))
  const rivals = passages.filter(holdsAll(asked.label)).flatMap((passage) =>
    statementsIn(passage, report)
      .filter(
        ({ label, value, isPlan }) =>
          label === asked.label && isPlan === asked.isPlan && unitIn(value) === unitIn(asked.value),
      )
      .map((statement) => ({ passage, ...statement })),
  )
  const [first] = rivals
  if (!first || rivals.some(({ value }) => value !== first.value) || first.value === asked.value) return null
  const factor = Number.parseFloat(first.value) / Number.parseFloat(asked.value)
  if (!(factor <= maxFactor && factor >= 1 / maxFactor)) return null
  return { passage: first.passage, highlight: { highlights: [first.range], figures: [first.figure] } }
}

/** Tells whether a passage holds every character of a label, without which none of its clauses has it. Parsing the clauses takes far longer. */
function holdsAll(label: string): (passage: Passage) => boolean {
  const characters = [...new Set(label)]
  return ({ text }) => {
    const held = new Set(normalize(text).text)
    return characters.every((character) => held.has(character))
  }
}

/** The clauses of a passage that state exactly one figure of one year, and say of what. */
export function statementsIn(passage: Passage, report: ReportEntry): Statement[] {
  const heading = passage.section ?? ''
  if (isTableRow(passage)) return []
  return sentences(passage.text).flatMap((sentence) => {
    const whole = passage.text.slice(...sentence)
    if (severalYears.test(whole)) return []
    const isReview = /回顾|执行|完成|总结/u.test(heading)
    const isPlan = !isReview && (statesPlan(normalize(whole).text, heading) || announcesYear(heading, report))
    return clauses(passage.text, sentence).flatMap((range): Statement[] => {
      const normalized = normalize(passage.text.slice(...range))
      const { text } = normalized
      const [figure, second] = pointsIn(text, 'number', null)
      if (!figure || second) return []
      const label = (text.slice(0, figure[0]) + text.slice(figure[1])).replace(years, '').replace(fillers, '')
      if (label.replace(changes, '').length < minLabelCharacters || /[0-9]/u.test(label)) return []
      if (refersBefore.test(label)) return []
      const [start, end] = originOf(normalized, figure)
      const value = text.slice(...figure).replace(/[\s,]/gu, '')
      const own: Range = [range[0] + start, range[0] + end]
      return [{ range, figure: own, label, value, isPlan: isPlan || (!isReview && isApproximate.test(text)) }]
    })
  })
}

/** True where a heading announces the work of the year in which the report was issued (`三、2025年重点工作`). */
function announcesYear(heading: string, report: ReportEntry): boolean {
  const issued = yearOfIssue(report)
  return issued !== null && yearsIn(heading).has(issued)
}
