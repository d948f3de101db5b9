import type { IndexAnswerer } from '../library/indexAnswerer.ts'
import type { Library } from '../library/types.ts'
import type { ReportSummary } from '../reports/types.ts'
import { statedYears } from '../reports/years.ts'
import { statementsIn } from '../search/ranking/otherValues.ts'
import type { Sketch } from '../search/retrieval/sketch.ts'
import type { StateStore } from '../state/types.ts'
import { overlapAny } from '../text/range.ts'
import { sentences } from '../text/sentences.ts'
import { type Asked, askerOver } from './ask.ts'
import { lookThrough } from './lookThrough.ts'
import { type StandingQuestions, standingQuestions } from './questions.ts'
import type { MarkedPassage } from './types.ts'

/** Questions that are asked again of every new report. */
export interface Standing {
  readonly questions: StandingQuestions
  /** How a question would have fared over the reports there are. @throws QuestionError when it cannot be searched as it stands */
  preview(question: PreviewedQuestion): Promise<Preview>
  /**
   * Asks all standing questions of what is new in the current index, and keeps what is found as announcements.
   * @param signal gives up the waiting for another process that does so
   */
  lookThrough(signal: AbortSignal): Promise<void>
  /** The first passages of a report that state a figure and say of what, at most `count`. */
  figuresOf(report: string, count: number): Promise<MarkedPassage[]>
}

/** What a standing question would have told, had it stood before the reports came. */
export interface Preview {
  readonly sketch: Sketch
  readonly nearest: number
  /** The reports that it would have told of when they came, the newest first. */
  readonly spoken: readonly ReportSummary[]
  /** The number of all reports. */
  readonly reports: number
  /** Tags that would make it tell of fewer reports, the most telling first. */
  readonly tags: readonly string[]
}

/** A question before it is set. */
export type PreviewedQuestion = Omit<Asked, 'told'>

export interface StandingOptions {
  readonly state: StateStore
  readonly library: Pick<Library, 'current'>
  /** The probability, 0 … 1, from which on a report is taken to answer a standing question. */
  readonly minConfidence: number
}

const maxTags = 6

export function createStanding({ state, library, minConfidence }: StandingOptions): Standing {
  return {
    questions: standingQuestions(state),
    preview: (question) => previewOver(library.current, question, minConfidence),
    async lookThrough(signal) {
      await lookThrough({ state, current: library.current, minConfidence, signal })
    },
    async figuresOf(report, count) {
      const { index } = library.current
      const entry = index.reports.get(report)
      if (!entry) return []
      const passages = await index.passages(askerOver(library.current, minConfidence).positionsOf(report))
      const found: MarkedPassage[] = []
      for (const passage of passages) {
        const [statement] = found.length < count ? statementsIn(passage, entry) : []
        if (!statement) continue
        const { range, figure } = statement
        const visible = sentences(passage.text).filter((sentence) => overlapAny([sentence], [range]))
        found.push({ passage: passage.id, highlights: [range], figures: [figure], visible })
      }
      return found
    },
  }
}

/** @returns what a question would have told over the reports of an index */
export async function previewOver(
  current: Pick<IndexAnswerer, 'searcher' | 'index'>,
  question: PreviewedQuestion,
  minConfidence: number,
): Promise<Preview> {
  const { searcher, index } = current
  const { text, previous } = question
  const { sketch, candidates } = await searcher.sketch({ text, ...(previous !== null && { previous }) })
  const asker = askerOver(current, minConfidence)
  const found = await asker.ask({ ...question, sketch, told: [] })
  const spoken: ReportSummary[] = [...new Set(found.map(({ report }) => report))].map((id) => index.reports.get(id)!)
  spoken.sort((a, b) => (dateOf(a) < dateOf(b) ? 1 : -1))
  const told = new Set(spoken.map(({ id }) => id))
  if (question.answered !== null) told.add((await index.find(question.answered))?.report ?? '')
  const nearest = await asker.nearest(sketch, candidates, told)
  return { sketch, nearest, spoken, reports: index.reports.size, tags: tellingTags(spoken) }
}

/** The date of a report, or its latest year, as a text that sorts in order of time. */
function dateOf(report: ReportSummary): string {
  return report.metadata.date ?? String(Math.max(0, ...statedYears(report)))
}

/** The districts and years that some of the reports have and others lack, those of most reports first. */
function tellingTags(reports: readonly ReportSummary[]): string[] {
  const counts = new Map<string, number>()
  for (const report of reports) {
    const tags = new Set([...statedYears(report)].map(String))
    if (report.metadata.district !== undefined) tags.add(report.metadata.district)
    for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  }
  const telling = [...counts].filter(([, count]) => count < reports.length)
  return telling
    .sort((a, b) => b[1] - a[1])
    .map(([tag]) => tag)
    .slice(0, maxTags)
}
