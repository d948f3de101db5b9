import type { Answerer } from '../../src/answer/answerer.ts'
import type { Answer, Quote } from '../../src/answer/types.ts'
import type { Report } from '../../src/reports/types.ts'
import { narrow } from '../../src/search/question/tags.ts'

export interface MadeUpAnswers {
  readonly reply: (question: string) => Answer | Promise<Answer>
  readonly reports: readonly Report[]
  /** The articles, by their paragraphs, that quotes are found in. */
  readonly articles: readonly (readonly Quote[])[]
}

/** An answerer without an index; `onAsked` runs before each reply. */
export function fakeAnswerer(
  { reply, reports, articles }: MadeUpAnswers,
  onAsked: (question: Parameters<Answerer['answer']>[0]) => void,
): Answerer {
  const placeOf = (passage: string) => {
    const article = articles.find((quotes) => quotes.some((quote) => quote.passage === passage)) ?? []
    return { article, index: article.findIndex((quote) => quote.passage === passage) }
  }
  return {
    reports,
    reportsMatching: (tags) => narrow(reports, tags),
    async answer(question) {
      onAsked(question)
      return reply(question.text)
    },
    quote: async (passage, highlight) => {
      const { article, index } = placeOf(passage)
      const quote = article[index]
      return quote ? { ...quote, highlights: highlight ? [highlight] : [] } : null
    },
    paragraph: async (passage, steps) => {
      const { article, index } = placeOf(passage)
      const quote = article[index + steps]
      return quote ? { ...quote, highlights: [] } : null
    },
  }
}
