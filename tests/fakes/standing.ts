import type { ReportSummary } from '../../src/reports/types.ts'
import { type NewQuestion, standingQuestions } from '../../src/standing/questions.ts'
import type { Preview, Standing } from '../../src/standing/standing.ts'
import type { AnsweredBefore } from '../../src/standing/types.ts'
import type { StateStore } from '../../src/state/types.ts'

export interface FakeStanding extends Standing {
  /** The result of the next previews, but for the sketch and the number of reports. */
  previewed: Pick<Preview, 'spoken' | 'tags'>
  /** Runs in place of a look through what is new. */
  onLook: () => Promise<void>
}

export const sketch = { model: 'fake', vector: '', terms: ['安置房'] }

/** The value that a passage gave. */
export function valueBefore(passage: string): AnsweredBefore {
  return { passage, values: [{ number: 2, words: '座' }], series: '工作报告', district: null, year: null }
}

/** A question as somebody sets it. */
export function newQuestion(more: Partial<NewQuestion> = {}): NewQuestion {
  const usual = { chat: 7, topic: null, message: null, person: 7, locale: 'zh', text: '修了几座桥?' } as const
  return { ...usual, isExact: false, answered: null, told: [], sketch, nearest: 0, ...more }
}

/** Standing questions over a real store, with previews and looks that a test decides. */
export function fakeStanding(state: StateStore, reports: readonly ReportSummary[] = []): FakeStanding {
  const standing: FakeStanding = {
    questions: standingQuestions(state),
    previewed: { spoken: [], tags: [] },
    onLook: async () => {},
    preview: async ({ answered }) => ({
      answered: answered === null ? null : valueBefore(answered),
      sketch,
      nearest: 1,
      told: standing.previewed.spoken.map(({ id }) => id),
      reports: reports.length,
      ...standing.previewed,
    }),
    async set({ text, isExact, answered }, setter) {
      const preview = await standing.preview({ text, isExact, answered })
      const { sketch, nearest, told } = preview
      return standing.questions.add({ ...setter, text, isExact, answered: preview.answered, sketch, nearest, told })
    },
    lookThrough: () => standing.onLook(),
    figuresOf: async () => [],
  }
  return standing
}
