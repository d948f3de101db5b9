import { Composer } from 'grammy'
import type { InlineQueryResult } from 'grammy/types'
import { sourceLine } from '../../answer/sourceLine.ts'
import type { Quote } from '../../answer/types.ts'
import { isAllowed, isOpen } from '../access.ts'
import { type BotContext, type BotDependencies, textsFor } from '../context.ts'
import { refusalText } from '../failures.ts'
import { buttonContext, pageLink } from '../pageLinks.ts'
import { insertedMessage } from '../send.ts'
import { openButton } from '../views/keyboard.ts'
import { renderQuotes } from '../views/render.ts'
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
      const page = found.quotes.slice(from, from + pageSize)
      const next = from + pageSize < found.quotes.length ? String(from + pageSize) : ''
      await context.answerInlineQuery(
        page.map((quote) => quoteResult(context, quote, question, dependencies)),
        { ...caching, next_offset: next },
      )
    } catch (error) {
      await guide(shorten(refusalText(error, context, dependencies), 64))
    }
  })
  return composer
}

/** An inline or guest result that inserts a quote: the answering words are its title, and the source stands below. */
export function quoteResult(
  context: BotContext,
  quote: Quote,
  question: string,
  dependencies: BotDependencies,
): InlineQueryResult {
  const say = textsFor(context)
  const marked = quote.highlights.map((range) => quote.text.slice(...range)).join(' ') || quote.text
  const buttons = buttonContext(context, dependencies)
  const refine =
    buttons.hasInline && question.length <= maxInlineQueryCharacters
      ? [{ text: say.inline.refine, switch_inline_query_current_chat: question }]
      : []
  return {
    type: 'article',
    id: quote.passage,
    title: shorten(marked, 100),
    description: shorten(sourceLine(quote.source, context.language), 160),
    input_message_content: insertedMessage(renderQuotes([quote], context.language, pageLink(context, dependencies))),
    reply_markup: { inline_keyboard: [[openButton(quote, buttons), ...refine]] },
  }
}
