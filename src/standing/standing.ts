import type { IndexAnswerer } from '../library/indexAnswerer.ts'
import type { Library } from '../library/types.ts'
import type { ReportSummary } from '../reports/types.ts'
import { statedYears } from '../reports/years.ts'
import { statementsIn } from '../search/ranking/otherValues.ts'
import { withLock } from '../state/lock.ts'
import type { StateStore } from '../state/types.ts'
import { overlapAny } from '../text/range.ts'
import { sentences } from '../text/sentences.ts'
import { askerOver, contentId } from './ask.ts'
import { lookLock, lookThrough } from './lookThrough.ts'
import { type StandingQuestions, standingQuestions } from './questions.ts'
import type { MarkedPassage, StandingQuestion } from './types.ts'

/** Questions that are asked again of every new report. */
export interface Standing {
  readonly questions: StandingQuestions
  /** Asks a question of the reports there are. @throws QuestionError when it cannot be searched as it stands */
  preview(question: PreviewedQuestion): Promise<Preview>
  /**
   * Sets a question, while nobody looks through what is new, so that it is asked of every report that its preview lacks.
   * @throws QuestionError as `preview` does
   */
  set(question: PreviewedQuestion, setter: Setter): Promise<StandingQuestion | 'person limit' | 'chat limit'>
  /**
   * Asks all standing questions of what is new in the current index, and keeps what is found as announcements.
   * @param signal gives up the waiting for another process that does so
   */
  lookThrough(signal: AbortSignal): Promise<void>
  /** Finds the first passages of a report that state a figure and say of what, at most `count`. */
  figuresOf(report: string, count: number): Promise<MarkedPassage[]>
}

/** A question's answers in the reports there are, as it would have told of them, had it stood before they came. */
export interface Preview extends Pick<StandingQuestion, 'answered' | 'sketch' | 'nearest' | 'told'> {
  /** The reports that it would have told of when they came, the newest first. */
  readonly spoken: readonly ReportSummary[]
  /** The number of all reports. */
  readonly reports: number
  /** Tags that would make it tell of fewer reports, the most telling first. */
  readonly tags: readonly string[]
}

/** A question before it is set, with the id of the passage that answered it; null where the reports held no answer. */
export interface PreviewedQuestion extends Pick<StandingQuestion, 'text' | 'isExact'> {
  readonly answered: string | null
}

/** The person who sets a question, and the place. */
export type Setter = Pick<StandingQuestion, 'chat' | 'topic' | 'message' | 'person' | 'locale'>

export interface StandingOptions {
  readonly state: StateStore
  readonly library: Pick<Library, 'current'>
  /** The probability, 0 … 1, from which on a report is taken to answer a standing question. */
  readonly minConfidence: number
}

const maxTags = 6

/** Creates the standing questions over a state, asked of whatever index is current. */
export function createStanding({ state, library, minConfidence }: StandingOptions): Standing {
  const questions = standingQuestions(state)
  const preview = (question: PreviewedQuestion) => previewOver(library.current, question, minConfidence)
  return {
    questions,
    preview,
    set: (question, setter) =>
      withLock(state, lookLock, async () => {
        const { answered, sketch, nearest, told } = await preview(question)
        const { text, isExact } = question
        return questions.add({ ...setter, text, isExact, answered, sketch, nearest, told })
      }),
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

async function previewOver(
  current: Pick<IndexAnswerer, 'searcher' | 'index'>,
  { text, isExact, answered: passage }: PreviewedQuestion,
  minConfidence: number,
): Promise<Preview> {
  const { searcher, index } = current
  const { sketch, candidates } = await searcher.sketch({ text })
  const asker = askerOver(current, minConfidence)
  const answered = passage === null ? null : await asker.answeredBy(text, passage)
  const { findings, settled } = await asker.ask({ text, isExact, answered, told: [], sketch })
  const spoken = [...new Set(findings.map(({ report }) => report))].map((id) => index.reports.get(id)!)
  spoken.sort((a, b) => (dateOf(a) < dateOf(b) ? 1 : -1))
  const rivals = [...index.reports.values()].filter((report) => settled.includes(contentId(report)))
  const but = new Set(rivals.map(({ id }) => id))
  if (answered) but.add((await index.find(answered.passage))!.report)
  const nearest = await asker.nearest(sketch, candidates, but)
  return { answered, sketch, nearest, told: settled, spoken, reports: index.reports.size, tags: tellingTags(spoken) }
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
