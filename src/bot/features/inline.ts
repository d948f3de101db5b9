import { Composer } from 'grammy'
import type { InlineKeyboardMarkup, InlineQueryResult } from 'grammy/types'
import { shownQuotes } from '../../answer/shownQuotes.ts'
import { sourceLine } from '../../answer/sourceLine.ts'
import { maxQuotes, type Quote } from '../../answer/types.ts'
import { isAllowed, isOpen } from '../access.ts'
import { type BotContext, type BotDependencies, textsFor } from '../context.ts'
import { refusalText } from '../failures.ts'
import { buttonContext, pageLink } from '../pageLinks.ts'
import { openButton } from '../views/keyboard.ts'
import { maxCaptionCharacters } from '../views/message.ts'
import { quoteResult, shownInList } from '../views/quoteResult.ts'
import { shorten } from '../views/shorten.ts'

/** Telegram's limit for an inline query, in UTF-16 code units. */
export const maxInlineQueryCharacters = 256
/** A page has this many results; the next page comes as the list is scrolled. */
const pageSize = 3
/** Results change only with the reports. */
const cacheSeconds = 300

/** Answers inline queries, while they are typed: each result inserts a quote with its source. */
export function inline(dependencies: BotDependencies): Composer<BotContext> {
  const composer = new Composer<BotContext>()
  composer.on('inline_query', async (context) => {
    const { query, offset } = context.inlineQuery
    const say = textsFor(context)
    // With an allow-list a shared cache would show one person's results to all others.
    const isPersonal = !isOpen(dependencies.access)
    const caching = { cache_time: isPersonal ? 0 : cacheSeconds, is_personal: isPersonal }
    const guide = async (text: string) =>
      void (await context.answerInlineQuery([], { ...caching, button: { text, start_parameter: 'help' } }))
    if (!isAllowed(context, dependencies.access)) return guide(say.inline.notAllowed)
    const question = query.trim()
    if (question === '') return guide(say.inline.empty)
    if (question.length > maxInlineQueryCharacters) return guide(say.inline.tooLong)
    try {
      const found = await dependencies.library.answerer.answer({ text: question })
      dependencies.metrics.answered(`inline ${found.band}`, found.elapsedMs)
      if (found.band === 'none' || found.quotes.length === 0) return guide(say.inline.nothing)
      const from = Number(offset) || 0
      const shown = shownQuotes(found, maxQuotes)
      const page = shown.slice(from, from + pageSize)
      const next = from + pageSize < shown.length ? String(from + pageSize) : ''
      const photographs = from === 0 ? photographResults(context, page[0]!, question, dependencies) : []
      await context.answerInlineQuery(
        [...page.map((quote) => insertedQuote(context, quote, question, dependencies)), ...photographs],
        { ...caching, next_offset: next },
      )
    } catch (error) {
      await guide(shorten(refusalText(error, context, dependencies), 64))
    }
  })
  return composer
}

/** The result that inserts a quote where an update came from, with its buttons. */
export function insertedQuote(
  context: BotContext,
  quote: Quote,
  question: string,
  dependencies: BotDependencies,
): InlineQueryResult {
  const keyboard = resultKeyboard(context, quote, question, dependencies)
  return quoteResult(quote, context.language, pageLink(context, dependencies), keyboard)
}

/**
 * The inline result that inserts the photograph of a quote; none where there is no photograph, or Telegram cannot fetch it, as only
 * some people may read the pages.
 */
function photographResults(
  context: BotContext,
  quote: Quote,
  question: string,
  dependencies: BotDependencies,
): InlineQueryResult[] {
  const address = dependencies.pages?.photograph(quote, context.language)
  if (!address || !buttonContext(context, dependencies).photographKindOf(quote)) return []
  return [
    {
      type: 'photo',
      id: `photograph-${quote.passage}`,
      photo_url: address,
      thumbnail_url: address,
      ...shownInList(quote, context.language),
      caption: shorten(`📄 ${sourceLine(quote.source, context.language)}`, maxCaptionCharacters),
      reply_markup: resultKeyboard(context, quote, question, dependencies),
    },
  ]
}

function resultKeyboard(
  context: BotContext,
  quote: Quote,
  question: string,
  dependencies: BotDependencies,
): InlineKeyboardMarkup {
  const buttons = buttonContext(context, dependencies)
  const refine =
    buttons.hasInline && question.length <= maxInlineQueryCharacters
      ? [{ text: textsFor(context).inline.refine, switch_inline_query_current_chat: question }]
      : []
  return { inline_keyboard: [[openButton(quote, buttons), ...refine]] }
}
