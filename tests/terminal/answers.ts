import type { Answer, Quote, Source } from '../../src/answer/types.ts'
import type { Range } from '../../src/text/range.ts'

/** A quote of a made-up report. */
export function quoteOf(text: string, highlights: readonly Range[] = [], source: Partial<Source> = {}): Quote {
  return {
    text,
    highlights,
    figures: [],
    visible: [[0, text.length]],
    isShown: true,
    ranges: [[0, text.length]],
    score: 1,
    passage: 'p-made-up',
    source: {
      report: 'a',
      file: 'a.txt',
      title: '青石镇工作报告',
      setting: { place: null, year: null, isYearInferred: false },
      article: null,
      section: null,
      paragraph: 3,
      page: null,
      date: null,
      period: null,
      isDoubtful: false,
      isInUncertainTable: false,
      ...source,
    },
    sources: [],
  }
}

export function answerOf(quotes: readonly Quote[], more: Partial<Answer> = {}): Answer {
  const answered = more.answered ?? quotes.length > 0
  const band = answered ? 'answer' : quotes.length > 0 ? 'unsure' : 'none'
  return {
    answered,
    band,
    confidence: 0.9,
    quotes,
    alternatives: [],
    otherValues: [],
    missing: [],
    withheld: [],
    elapsedMs: 1,
    ...more,
  }
}
