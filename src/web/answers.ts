import { quotePath } from '../answer/address.ts'
import { excerpt } from '../answer/excerpt.ts'
import { glossLine } from '../answer/gloss.ts'
import type { Locale } from '../answer/locale.ts'
import { shownQuotes } from '../answer/shownQuotes.ts'
import { sourceLine } from '../answer/sourceLine.ts'
import type { Answer, Quote } from '../answer/types.ts'
import { inTraditional } from '../languages/traditional.ts'
import { webTexts } from './texts.ts'

/** A page shows this many quotes of an answer at most. */
const maxShownQuotes = 5

/** Glosses are cut here, as nobody would read more. */
const maxGlossCharacters = 320

/** A quote with the path to its page. */
export interface ShownQuote extends Omit<Quote, 'gloss'> {
  /** The meaning of the marked words, in a line that says that it is a gloss; empty for none. */
  readonly gloss: string
  /** The path below the pages' own address. */
  readonly path: string
  readonly sourceLine: string
}

/** An answer as the search page shows it, in words that the bot uses too. */
export interface ShownAnswer extends Omit<Answer, 'quotes'> {
  readonly question: string
  /** The lines above the quotes. */
  readonly messages: readonly string[]
  /** The best first; the nearest where none answers. */
  readonly quotes: readonly ShownQuote[]
  /** The quotes that are merely near, which are folded up below the others. */
  readonly further: readonly ShownQuote[]
  readonly furtherTitle: string
}

/** Prepares an answer for a page in the visitor's language. */
export function shownAnswer(question: string, answer: Answer, language: Locale): ShownAnswer {
  const shown = shownQuotes(answer, maxShownQuotes)
  const further = answer.band === 'none' ? [] : answer.quotes.filter((quote) => !shown.includes(quote))
  const forPage = (quote: Quote): ShownQuote => ({
    ...quote,
    ...excerpt(quote),
    gloss: glossLine(quote.gloss ?? [], language, maxGlossCharacters),
    path: quotePath(quote),
    sourceLine: sourceLine(quote.source, language),
  })
  const messages = messagesOf(answer, shown.length, language)
  const furtherTitle = webTexts[language].search.further(further.length)
  return { ...answer, question, messages, quotes: shown.map(forPage), further: further.map(forPage), furtherTitle }
}

function messagesOf({ band, missing, withheld }: Answer, count: number, language: Locale): string[] {
  const say = webTexts[language]
  const held = withheld.length > 0 ? [`⚠️ ${say.search.withheld(withheld.join(', '))}`] : []
  if (band === 'none' || count === 0) {
    const words = language === 'zh-Hant' ? missing.map(inTraditional) : missing
    return [...held, say.nothing, ...(words.length > 0 ? [say.missing(words)] : [])]
  }
  return [...held, band === 'unsure' ? say.unsure : say.search.found(count)]
}

/** Divides a quote's text where a mark begins or ends; the stretches together are the text. */
export function stretches({ text, highlights, figures }: Pick<Quote, 'text' | 'highlights' | 'figures'>) {
  const cuts = [...highlights, ...figures].flat()
  const bounds = [...new Set([0, ...cuts, text.length])].sort((a, b) => a - b)
  const holds = (ranges: Quote['highlights'], at: number) => ranges.some(([start, end]) => start <= at && at < end)
  return bounds.slice(0, -1).map((start, i) => ({
    text: text.slice(start, bounds[i + 1]),
    isMarked: holds(highlights, start),
    isFigure: holds(figures, start),
  }))
}
