import type { Quote } from '../answer/types.ts'
import { rightOf } from './access.ts'
import type { BotContext, BotDependencies } from './context.ts'

/** What a button does that opens a quote's page. */
export type PageOpener = (quote: Quote) => { readonly url: string } | { readonly web_app: { readonly url: string } }

/** The address of a quote's page, for a link in a message. */
export type PageLink = (quote: Quote) => string

/**
 * How messages sent to where an update came from link to quotes' pages; null where there are no pages. Where there is an
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
 * How buttons seen where an update came from open a quote's page; null where there are no pages. In a private chat the page is
 * a Mini App, to which Telegram tells who opened it. Telegram has those in private chats only: elsewhere it is a link, which
 * carries the right of whoever was answered, and opens that report to all who see it.
 */
export function pageOpener(
  context: BotContext,
  dependencies: Pick<BotDependencies, 'pages' | 'access'>,
): PageOpener | null {
  const { pages } = dependencies
  const link = pageLink(context, dependencies)
  if (!pages || !link) return null
  // A member of an allowed group is on no list by himself.
  const isApp = context.chat?.type === 'private' && context.memberOf === undefined
  return (quote) => (isApp ? { web_app: { url: pages.quote(quote, null) } } : { url: link(quote) })
}
