import type { InlineKeyboardMarkup, InlineQueryResultArticle } from 'grammy/types'
import { markedWords } from '../../answer/excerpt.ts'
import type { Locale } from '../../answer/locale.ts'
import { sourceLine } from '../../answer/sourceLine.ts'
import type { Quote } from '../../answer/types.ts'
import { insertedMessage } from '../send.ts'
import { type PageLink, renderQuotes } from './render.ts'
import { shorten } from './shorten.ts'

/** The face of a quote in a list of results: the answering words, and the source below. */
export function shownInList(quote: Quote, language: Locale) {
  return { title: shorten(markedWords(quote), 100), description: shorten(sourceLine(quote.source, language), 160) }
}

/** An inline, guest or prepared result that inserts a quote with its source below. */
export function quoteResult(
  quote: Quote,
  language: Locale,
  link: PageLink | null,
  keyboard: InlineKeyboardMarkup,
): InlineQueryResultArticle {
  return {
    type: 'article',
    id: quote.passage,
    ...shownInList(quote, language),
    input_message_content: insertedMessage(renderQuotes([quote], language, link)),
    reply_markup: keyboard,
  }
}
