import { localized } from './locale.ts'

/** The texts of every face about an answer. */
export const answerTexts = localized({
  zh: {
    otherYear: (year: number) => `${year}年的报告:`,
    nothing: '报告里没有这个问题的答案。',
    missing: (words: readonly string[]) => `报告里没有出现:${words.join('、')}。`,
    whichOne: { district: '几个地方的报告都可能回答。', year: '各年的报告给出的数字不同。' },
    unsure: '下面的段落最接近,但不一定回答了问题:',
  },
  en: {
    otherYear: (year: number) => `The report of ${year}: `,
    nothing: 'The reports do not answer this.',
    missing: (words: readonly string[]) => `No report mentions: ${words.join(', ')}.`,
    whichOne: {
      district: 'Reports of several places may answer this. ',
      year: 'The reports of several years give different figures. ',
    },
    unsure: 'These passages come closest, but may not answer:',
  },
})
