import { type Locale, localized } from './locale.ts'

/** What every face says of an answer. */
export interface AnswerTexts {
  /** No passage at all, or none that comes near. */
  readonly nothing: string
  missing(words: readonly string[]): string
  readonly unsure: string
}

export const answerTexts: Readonly<Record<Locale, AnswerTexts>> = localized<AnswerTexts>({
  zh: {
    nothing: '报告里没有这个问题的答案。',
    missing: (words) => `报告里没有出现:${words.join('、')}。`,
    unsure: '下面的段落最接近,但不一定回答了问题:',
  },
  en: {
    nothing: 'The reports do not answer this.',
    missing: (words) => `No report mentions: ${words.join(', ')}.`,
    unsure: 'These passages come closest, but may not answer:',
  },
})
