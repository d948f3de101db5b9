import { localized } from './locale.ts'

/** The texts of every face about an answer. */
export const answerTexts = localized({
  zh: {
    otherYear: (year: number) => `${year}年的报告:`,
    nothing: '报告里没有这个问题的答案。',
    missing: (words: readonly string[]) => `报告里没有出现:${words.join('、')}。`,
    unsure: '下面的段落最接近,但不一定回答了问题:',
  },
  en: {
    otherYear: (year: number) => `The report of ${year}: `,
    nothing: 'The reports do not answer this.',
    missing: (words: readonly string[]) => `No report mentions: ${words.join(', ')}.`,
    unsure: 'These passages come closest, but may not answer:',
  },
})
