import type { Quote, Source } from '../../src/answer/types.ts'
import type { Range } from '../../src/text/range.ts'
import * as bot from '../support/testBot.ts'

export { answerOf } from '../support/testBot.ts'

/** A quote of a made-up report with these marks. */
export function quoteOf(text: string, highlights: readonly Range[] = [], source: Partial<Source> = {}): Quote {
  return { ...bot.quoteOf(text, text, { title: '青石镇工作报告', paragraph: 3, ...source }), highlights }
}
