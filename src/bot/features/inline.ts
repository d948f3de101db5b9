import { Composer } from 'grammy'
import type { InlineQueryResult } from 'grammy/types'
import { sourceLine } from '../../answer/sourceLine.ts'
import type { Quote } from '../../answer/types.ts'
import { isAllowed } from '../access.ts'
import { type BotContext, type BotDependencies, refusalOf, textsFor } from '../context.ts'
import { pageLink, pageOpener } from '../pageLinks.ts'
import { maxInlineQueryCharacters, openButton } from '../views/keyboard.ts'
import { renderQuotes } from '../views/render.ts'
import { whole } from '../views/shorten.ts'

/** Cards of one page; the next ones come as the list is scrolled. */
const pageSize = 3
/** What is found changes only with the reports. */
const cacheSeconds = 300

/** Results while typing: a card for each quote, which inserts it with its source. */
export function inline(dependencies: BotDependencies): Composer<BotContext> {
  const composer = new Composer<BotContext>()
  composer.on('inline_query', async (context) => {
    const { query, offset } = context.inlineQuery
    const say = textsFor(context)
    // With an allow-list a shared cache would show one person's results to all others.
    const isPersonal = dependencies.access.allowedUsers.length > 0 || dependencies.access.allowedChats.length > 0
    const guide = async (text: string) =>
      void (await context.answerInlineQuery([], {
        cache_time: isPersonal ? 0 : cacheSeconds,
        is_personal: isPersonal,
        button: { text, start_parameter: 'help' },
      }))
    if (!isAllowed(context, dependencies.access)) return guide(say.inline.notAllowed)
    const question = query.trim()
    if (question === '') return guide(say.inline.empty)
    if (question.length > maxInlineQueryCharacters) return guide(say.inline.tooLong)
    try {
      const found = await dependencies.answerer.answer({ text: question })
      dependencies.metrics.answered(`inline ${found.band}`, found.elapsedMs)
      if (found.band === 'none' || found.quotes.length === 0) return guide(say.inline.nothing)
      const from = Number(offset) || 0
      const page = found.quotes.slice(from, from + pageSize)
      const next = from + pageSize < found.quotes.length ? String(from + pageSize) : ''
      await context.answerInlineQuery(
        page.map((quote) => card(context, quote, question, dependencies)),
        { cache_time: isPersonal ? 0 : cacheSeconds, is_personal: isPersonal, next_offset: next },
      )
    } catch (error) {
      await guide(whole(refusalOf(error, context, dependencies), 64))
    }
  })
  return composer
}

/** A quote as an inline result: its marked words for the title, its source below. */
export function card(
  context: BotContext,
  quote: Quote,
  question: string,
  dependencies: BotDependencies,
): InlineQueryResult {
  const say = textsFor(context)
  const marked = quote.highlights.map((range) => quote.text.slice(...range)).join(' ') || quote.text
  const message = renderQuotes([quote], context.language, pageLink(context, dependencies))
  const { language, me } = context
  const open = openButton(quote, { language, username: me.username, page: pageOpener(context, dependencies) })
  return {
    type: 'article',
    id: quote.passage,
    title: whole(marked, 100),
    description: whole(sourceLine(quote.source, context.language), 160),
    input_message_content: {
      message_text: message.text,
      entities: [...message.entities],
      link_preview_options: { is_disabled: true },
    },
    reply_markup: {
      inline_keyboard: [
        [
          open,
          ...(context.me.supports_inline_queries && question.length <= maxInlineQueryCharacters
            ? [{ text: say.inline.refine, switch_inline_query_current_chat: question }]
            : []),
        ],
      ],
    },
  }
}
