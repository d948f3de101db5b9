import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'grammy/types'
import type { QuoteAddress } from '../answer/address.ts'
import type { Facet } from '../answer/answerer.ts'
import type { Locale } from '../answer/locale.ts'
import { sourceLine } from '../answer/sourceLine.ts'
import type { Answer, Quote } from '../answer/types.ts'
import type { Address, LinkKind } from './address.ts'
import { encodeAddress, maxAddressCharacters, maxPassagesOfAddress, startLink } from './address.ts'
import type { PageOpener } from './pageOpener.ts'
import { shownQuotes } from './render.ts'
import { whole } from './shorten.ts'
import { botTexts } from './texts.ts'

/** Telegram's limits, in UTF-16 code units. */
const maxCopyCharacters = 256
/** Leaves most of a citation to the words cited. */
const maxSourceCharacters = 120
export const maxInlineQueryCharacters = 256

/** Where buttons are pressed, and by whom they are seen. */
export interface Place {
  readonly language: Locale
  /** In groups buttons open the private chat, so that one member's paging does not flood the others. */
  readonly isPrivate: boolean
  readonly username: string
  /** Whether the bot answers inline queries, which the button to ask again needs. */
  readonly hasInline: boolean
  readonly isEphemeral?: boolean
  /** Where the source is read; null where there are no pages, and the private chat and the file stand in. */
  readonly page: PageOpener | null
}

/** The buttons under an answer. */
export function answerKeyboard(answer: Answer, question: string, place: Place): InlineKeyboardMarkup | undefined {
  const say = botTexts[place.language].buttons
  const again = askAgain(question, place)
  const [best] = answer.quotes
  if (!best) return again ? keyboardOf([[again]]) : undefined
  const passages = answer.quotes.slice(0, maxPassagesOfAddress).map(({ passage }) => passage)
  if (answer.band === 'none') {
    const nearest = opening(say.nearest, { kind: 'quotes', passages }, place)
    return keyboardOf([[nearest], again ? [again] : []])
  }
  const shown = shownQuotes(answer).length
  const hidden = answer.quotes.slice(shown, shown + maxPassagesOfAddress).map(({ passage }) => passage)
  const more =
    hidden.length === 0 ? [] : [opening(say.more(hidden.length), { kind: 'quotes', passages: hidden }, place)]
  const share = place.isEphemeral ? [[pressing(say.share, { kind: 'share', ...withFirstMark(best) })]] : []
  if (place.isPrivate) {
    return keyboardOf([
      pagingRow(best.passage, 0, { isFirst: false, isLast: false }, place),
      [sourceButton(best, place), copyButton(best, place)],
      [...more, ...(again ? [again] : [])],
      feedbackRow(best.passage),
    ])
  }
  return keyboardOf([
    ...share,
    [openButton(best, place), ...more, copyButton(best, place)],
    [...feedbackRow(best.passage), ...(again ? [again] : [])],
  ])
}

/** The buttons under one quote or paragraph: ◀ ▶, source, copy. */
export function quoteKeyboard(quote: Quote, steps: number, ends: Ends, place: Place): InlineKeyboardMarkup {
  return keyboardOf([
    pagingRow(quote.passage, steps, ends, place),
    [sourceButton(quote, place), copyButton(quote, place)],
  ])
}

/** Opens the quote's page; without pages it has the file sent. */
function sourceButton(quote: Quote, place: Place): InlineKeyboardButton {
  if (place.page) return openButton(quote, place)
  return opening(botTexts[place.language].buttons.source, { kind: 'source', passage: quote.passage }, place)
}

/** Opens the quote's page; without pages the quote in the private chat. */
export function openButton(quote: Quote, { language, username, page }: Pick<Place, 'language' | 'username' | 'page'>) {
  const text = botTexts[language].buttons.open
  return page ? { text, ...page(quote) } : { text, url: quoteLink(quote, username) }
}

/** Facets of one kind under a list, and in one row. */
const maxFacets = 4

/** The buttons under a list of reports: ◀ ▶, what narrows it, and back to all of them. Tags too long for a button have none. */
export function reportsKeyboard(
  { page, pages, tags, facets }: { page: number; pages: number; tags: readonly string[]; facets: readonly Facet[] },
  place: Place,
): InlineKeyboardMarkup | undefined {
  const say = botTexts[place.language].buttons
  const button = (text: string, page: number, tags: readonly string[]): InlineKeyboardButton[] => {
    const address = { kind: 'reports', page, tags } as const
    return encodeAddress(address).length <= maxAddressCharacters ? [opening(text, address, place)] : []
  }
  const narrowing = (kind: Facet['kind']) =>
    facets
      .filter((facet) => facet.kind === kind)
      .flatMap(({ tag, reports }) => button(`${tag} (${reports})`, 0, [...tags, tag]))
      .slice(0, maxFacets)
  const rows = [
    [
      ...(page > 0 ? button(say.previousPage, page - 1, tags) : []),
      ...(page < pages - 1 ? button(say.nextPage, page + 1, tags) : []),
    ],
    narrowing('year'),
    narrowing('district'),
    tags.length > 0 ? button(say.allReports, 0, []) : [],
  ]
  return rows.some((row) => row.length > 0) ? keyboardOf(rows) : undefined
}

export interface Ends {
  readonly isFirst: boolean
  readonly isLast: boolean
}

function pagingRow(passage: string, steps: number, { isFirst, isLast }: Ends, place: Place): InlineKeyboardButton[] {
  const say = botTexts[place.language].buttons
  return [
    ...(isFirst ? [] : [opening(say.before, { kind: 'paragraph', passage, steps: steps - 1 }, place)]),
    ...(isLast ? [] : [opening(say.after, { kind: 'paragraph', passage, steps: steps + 1 }, place)]),
  ]
}

/** 👍 and 👎 for the answer whose best quote is a passage. */
export function feedbackRow(passage: string): InlineKeyboardButton[] {
  return [
    pressing('👍', { kind: 'feedback', passage, verdict: 'good' }),
    pressing('👎', { kind: 'feedback', passage, verdict: 'bad' }),
  ]
}

/** What was wrong with an answer, to choose from. */
export function reasonsKeyboard(passage: string, language: Locale): InlineKeyboardMarkup {
  const say = botTexts[language]
  const reasons = ['wrong', 'partial', 'garbled', 'outdated'] as const
  return keyboardOf(reasons.map((verdict) => [pressing(say.verdicts[verdict], { kind: 'feedback', passage, verdict })]))
}

/**
 * A citation to paste elsewhere: what answers, between quotation marks, the source, and the quote's link where one is
 * given; at most 256 characters.
 */
export function citation(quote: Quote, language: Locale, link = ''): string {
  const words =
    quote.highlights.length > 0 ? quote.highlights.map((range) => quote.text.slice(...range)).join('……') : quote.text
  const source = whole(sourceLine(quote.source, language), maxSourceCharacters)
  const end = link === '' ? '' : ` ${link}`
  const frame = (text: string) => (language === 'en' ? `“${text}” (${source})${end}` : `“${text}”(${source})${end}`)
  const room = maxCopyCharacters - frame('').length
  if (words.length <= room) return frame(words)
  return frame(`${whole(words, room - 1)}…`)
}

function copyButton(quote: Quote, { language, username }: Place): InlineKeyboardButton {
  const link = quoteLink(quote, username)
  return { text: botTexts[language].buttons.copy, copy_text: { text: citation(quote, language, link) } }
}

function quoteLink(quote: Quote, username: string): string {
  return startLink(username, { kind: 'quote', ...withFirstMark(quote) })
}

/** Messages mark one range of a quote that an address names. */
function withFirstMark({ passage, highlights }: Quote): QuoteAddress {
  return { passage, highlights: highlights.slice(0, 1), figures: [] }
}

/** Carries the question, so that it can be put anew, and that a reply to the answer can be read together with it. */
function askAgain(question: string, { language, hasInline }: Place): InlineKeyboardButton | null {
  if (!hasInline || question.length > maxInlineQueryCharacters) return null
  return { text: botTexts[language].buttons.again, switch_inline_query_current_chat: question }
}

/** A button that is pressed, wherever it is. */
export function pressing(text: string, address: Address): InlineKeyboardButton {
  return { text, callback_data: encodeAddress(address) }
}

/** In a private chat the button is pressed; in a group it opens the private chat at the same address. */
function opening(text: string, address: Address<LinkKind>, { isPrivate, username }: Place): InlineKeyboardButton {
  return isPrivate ? pressing(text, address) : { text, url: startLink(username, address) }
}

function keyboardOf(rows: readonly (readonly InlineKeyboardButton[])[]): InlineKeyboardMarkup {
  return { inline_keyboard: rows.filter((row) => row.length > 0).map((row) => [...row]) }
}
