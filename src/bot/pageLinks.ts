import { rightOf } from './access.ts'
import type { BotContext, BotDependencies } from './context.ts'
import type { ButtonContext, PageOpener } from './views/keyboard.ts'
import type { PageLink } from './views/render.ts'

/**
 * The links to quotes' pages in messages to the chat of an update; null where there are no pages. Where there is an
 * allow-list a link carries the right of whoever was answered, for that report, to all whom the message reaches.
 */
export function pageLink(
  context: BotContext,
  { pages, access }: Pick<BotDependencies, 'pages' | 'access'>,
): PageLink | null {
  if (!pages) return null
  const right = rightOf(context, access)
  return (quote) => pages.quote(quote, right)
}

/**
 * The opener of quotes' pages for buttons; null where there are no pages. In a private chat the page is a Mini App, to which
 * Telegram tells who opened it. Telegram has those in private chats only: elsewhere it is a link, which carries a right, and opens
 * that report to all who see it.
 * @param isApp true in a private chat with somebody who may read by a right of their own
 */
export function pageOpener(pages: BotDependencies['pages'], right: number | null, isApp: boolean): PageOpener | null {
  return (
    pages && ((quote) => (isApp ? { web_app: { url: pages.quote(quote, null) } } : { url: pages.quote(quote, right) }))
  )
}

/** The context of the buttons under a message to the chat of an update. */
export function buttonContext(context: BotContext, dependencies: BotDependencies): ButtonContext {
  const { library, photographer, pages, access } = dependencies
  // A member of an allowed group stands on no list, so a Mini App would not let the member in.
  const isApp = context.chat?.type === 'private' && context.memberOf === undefined
  return {
    language: context.language,
    isPrivate: context.chat?.type === 'private',
    username: context.me.username,
    hasInline: context.me.supports_inline_queries,
    page: pageOpener(pages, rightOf(context, access), isApp),
    photographKindOf: ({ source }) => {
      const format = library.answerer.reports.find(({ id }) => id === source.report)?.format
      return format === undefined ? null : (photographer?.kindOf(format) ?? null)
    },
  }
}
