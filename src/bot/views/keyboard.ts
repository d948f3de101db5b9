import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'grammy/types'
import type { QuoteAddress } from '../../answer/address.ts'
import type { Locale } from '../../answer/locale.ts'
import type { Quote } from '../../answer/types.ts'
import type { PhotographKind } from '../../photograph/photographer.ts'
import { type Address, encodeAddress, type LinkKind, startLink } from './address.ts'
import { citation } from './citation.ts'
import { botTexts } from './texts.ts'

/** A page opener makes the action of a button that opens a quote's page. */
export type PageOpener = (quote: Quote) => { readonly url: string } | { readonly web_app: { readonly url: string } }

/** The context of buttons: the chat that they are pressed in, and the bot that they lead to. */
export interface ButtonContext {
  readonly language: Locale
  /** In groups buttons open the private chat, so that one member's paging does not flood the others. */
  readonly isPrivate: boolean
  /** The bot's name, without `@`. */
  readonly username: string
  /** True when the bot answers inline queries, which the button to ask again needs. */
  readonly hasInline: boolean
  readonly isEphemeral?: boolean
  /** Null where there are no pages: the private chat and the file stand in for them. */
  readonly page: PageOpener | null
  /** The kind of photograph that a quote has; null for none. */
  photographKindOf(quote: Quote): PhotographKind | null
}

/** A button that opens the quote's page, or has the file sent where there are no pages. */
export function sourceButton(quote: Quote, context: ButtonContext): InlineKeyboardButton {
  if (context.page) return openButton(quote, context)
  return opening(botTexts[context.language].buttons.source, { kind: 'source', passage: quote.passage }, context)
}

/** A button that opens the quote's page, or the quote in the private chat where there are no pages. */
export function openButton(
  quote: Quote,
  { language, username, page }: Pick<ButtonContext, 'language' | 'username' | 'page'>,
): InlineKeyboardButton {
  const text = botTexts[language].buttons.open
  return page ? { text, ...page(quote) } : { text, url: quoteLink(quote, username) }
}

/** The button that sends a photograph of the quote; none where there is no photograph. */
export function photographButtons(quote: Quote, context: ButtonContext): InlineKeyboardButton[] {
  const kind = context.photographKindOf(quote)
  if (!kind) return []
  const { passage, highlights } = quote
  const text = botTexts[context.language].buttons.photograph[kind]
  return [opening(text, { kind: 'photograph', passage, highlights, figures: [] }, context)]
}

/** A button that copies a citation with a link to the quote. */
export function copyButton(quote: Quote, { language, username }: ButtonContext): InlineKeyboardButton {
  const link = quoteLink(quote, username)
  return { text: botTexts[language].buttons.copy, copy_text: { text: citation(quote, language, link) } }
}

/** The ends of an article that a paragraph stands at: no button leads over them. */
export interface Ends {
  readonly isFirst?: boolean
  readonly isLast?: boolean
}

/** Buttons to the paragraphs before and after the one that stands `steps` after a passage's, and to all of it where it is cut. */
export function pagingRow(
  passage: string,
  steps: number,
  context: ButtonContext,
  { isFirst, isLast, isCut }: Ends & { readonly isCut?: boolean } = {},
): InlineKeyboardButton[] {
  const say = botTexts[context.language].buttons
  return [
    ...(isFirst ? [] : [opening(say.before, { kind: 'paragraph', passage, steps: steps - 1 }, context)]),
    ...(isCut ? [opening(say.whole, { kind: 'paragraph', passage, steps }, context)] : []),
    ...(isLast ? [] : [opening(say.after, { kind: 'paragraph', passage, steps: steps + 1 }, context)]),
  ]
}

function quoteLink(quote: Quote, username: string): string {
  return startLink(username, { kind: 'quote', ...withFirstMark(quote) })
}

/** The address of a quote with its first mark, as messages show no other. */
export function withFirstMark({ passage, highlights }: Quote): QuoteAddress {
  return { passage, highlights: highlights.slice(0, 1), figures: [] }
}

/** A button that is pressed, in private chats and in groups. */
export function pressing(text: string, address: Address): InlineKeyboardButton {
  return { text, callback_data: encodeAddress(address) }
}

/** A button that is pressed in a private chat, and in a group opens the private chat at the same address. */
export function opening(
  text: string,
  address: Address<LinkKind>,
  { isPrivate, username }: ButtonContext,
): InlineKeyboardButton {
  return isPrivate ? pressing(text, address) : { text, url: startLink(username, address) }
}

/** A keyboard of the rows that have buttons. */
export function keyboardOf(rows: readonly (readonly InlineKeyboardButton[])[]): InlineKeyboardMarkup {
  return { inline_keyboard: rows.filter((row) => row.length > 0).map((row) => [...row]) }
}
