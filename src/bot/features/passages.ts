import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { InputFile } from 'grammy'
import type { InlineKeyboardButton, InlineKeyboardMarkup, MaybeInaccessibleMessage } from 'grammy/types'
import { sourceLine } from '../../answer/sourceLine.ts'
import {
  type BotContext,
  type BotDependencies,
  edit,
  type Notice,
  type Openers,
  type PressHandlers,
  textsFor,
} from '../context.ts'
import { pageLink } from '../pageLinks.ts'
import { type Address, decodeAddress, type LinkKind, startLink } from '../views/address.ts'
import { feedbackRow, quoteKeyboard, reasonsKeyboard } from '../views/keyboard.ts'
import type { Message } from '../views/message.ts'
import { renderQuotes } from '../views/render.ts'
import { whole } from '../views/shorten.ts'
import { placeOf } from './ask.ts'

/** What Telegram takes from a bot. */
const maxUploadBytes = 50_000_000
const maxCaptionCharacters = 1024

/**
 * Shows in a private chat, for a press or a link, quotes by their address, the paragraphs around them, the original file.
 * Each returns what hinders it.
 */
export function passageOpeners(dependencies: BotDependencies): Openers<'quote' | 'paragraph' | 'quotes' | 'source'> {
  const { answerer } = dependencies
  return {
    quote: async (context, { passage, highlights }) => {
      // The pages' addresses have all marks; messages show the first.
      const quote = await answerer.quote(passage, highlights[0])
      if (!quote) return gone(context)
      const keyboard = quoteKeyboard(quote, 0, { isFirst: false, isLast: false }, placeOf(context, dependencies))
      await send(context, renderQuotes([quote], context.language, pageLink(context, dependencies)), keyboard)
    },
    paragraph: async (context, { passage, steps }) => {
      const around = [steps - 1, steps, steps + 1].map((step) => answerer.paragraph(passage, step))
      const [before, quote, after] = await Promise.all(around)
      if (!quote) return (await answerer.quote(passage)) ? { text: textsFor(context).endOfArticle } : gone(context)
      // The address names the passage that paging began with; its id goes on from page to page.
      const ends = { isFirst: !before, isLast: !after }
      const keyboard = quoteKeyboard({ ...quote, passage }, steps, ends, placeOf(context, dependencies))
      const message = renderQuotes([quote], context.language)
      // A message that pages turns its page; an answer keeps standing, and what was asked for comes below it.
      if (isPage(context.callbackQuery?.message)) await edit(context, { ...message, keyboard })
      else await send(context, message, keyboard)
    },
    quotes: async (context, { passages }) => {
      const found = await Promise.all(passages.map((passage) => answerer.quote(passage)))
      const quotes = found.filter((quote) => quote !== null)
      if (quotes.length === 0) return gone(context)
      await send(context, renderQuotes(quotes, context.language, pageLink(context, dependencies)))
    },
    source: async (context, { passage }) => {
      const quote = await answerer.quote(passage)
      if (!quote) return gone(context)
      const path = join(dependencies.reportsFolder, quote.source.file)
      if ((await stat(path)).size > maxUploadBytes) return { text: textsFor(context).fileTooLarge, show_alert: true }
      const to = context.callbackQuery?.message
      await context.replyWithDocument(new InputFile(path), {
        caption: whole(sourceLine(quote.source, context.language), maxCaptionCharacters),
        ...(to && { reply_parameters: { message_id: to.message_id, allow_sending_without_reply: true } }),
      })
    },
  }
}

function gone(context: BotContext): Notice {
  return { text: textsFor(context).gone, show_alert: true }
}

/** Whether a message turns its pages: pages have buttons for that, and none for feedback as answers have. */
function isPage(message: MaybeInaccessibleMessage | undefined): boolean {
  const rows = message && 'reply_markup' in message ? message.reply_markup?.inline_keyboard : undefined
  return rows !== undefined && !rows.some(asksFeedback)
}

function asksFeedback(row: readonly InlineKeyboardButton[]): boolean {
  return row.some((button) => 'callback_data' in button && decodeAddress(button.callback_data)?.kind === 'feedback')
}

async function send(context: BotContext, message: Message, keyboard?: InlineKeyboardMarkup): Promise<void> {
  const to = context.callbackQuery?.message
  await context.reply(message.text, {
    entities: [...message.entities],
    link_preview_options: { is_disabled: true },
    ...(keyboard && { reply_markup: keyboard }),
    // What one member saw alone has no number that others could see a reply to.
    ...(to &&
      to.message_id !== 0 && { reply_parameters: { message_id: to.message_id, allow_sending_without_reply: true } }),
    ...(to &&
      'is_topic_message' in to &&
      to.is_topic_message &&
      to.message_thread_id !== undefined && { message_thread_id: to.message_thread_id }),
  })
}

/** Keeps a person's voice on an answer; 👎 asks for the reason, in place of the buttons or in the private chat. */
export function feedbackButton({ modes, state, metrics }: BotDependencies): PressHandlers<'feedback'>['feedback'] {
  return async (context, address) => {
    const { passage, verdict } = address
    const say = textsFor(context)
    const { message } = context.callbackQuery
    const isPrivate = message?.chat.type === 'private'
    const question = modes.storeQuestions ? questionUnder(message) : undefined
    // One voice a person and passage; the reason is kept besides.
    const isNew = await state.claim(`voice/${context.from.id}/${passage}/${verdict}`, '1', voiceSeconds)
    const at = new Date().toISOString()
    if (isNew) await state.append('feedback', { at, passage, verdict, ...(question && { question }) })
    metrics.counted(`feedback ${verdict}`)
    if (verdict !== 'bad') {
      await context.answerCallbackQuery({ text: say.thanks })
      if (isPrivate && verdict !== 'good') await restoreButtons(context, passage)
    } else if (isPrivate) {
      await context.answerCallbackQuery({ text: say.whatWasWrong })
      await askReason(context, passage)
    } else await openPrivately(context, address)
  }
}

/** Asks in the private chat for the reason of a 👎 in a group. */
export async function feedbackLink(context: BotContext, { passage }: Address<'feedback'>): Promise<undefined> {
  await context.reply(textsFor(context).whatWasWrong, { reply_markup: reasonsKeyboard(passage, context.language) })
}

/** Takes the presser, and nobody else, to the private chat. */
export async function openPrivately<Kind extends LinkKind>(context: BotContext, address: Address<Kind>): Promise<void> {
  await context.answerCallbackQuery({ url: startLink(context.me.username, address) })
}

const voiceSeconds = 90 * 24 * 3600
/** A second press within this time says nothing twice. */
const sharedSeconds = 3600

/** Puts the reasons in place of 👍 👎. */
async function askReason(context: BotContext, passage: string): Promise<void> {
  const others = rowsWithoutFeedback(context)
  await context.editMessageReplyMarkup({
    reply_markup: { inline_keyboard: [...others, ...reasonsKeyboard(passage, context.language).inline_keyboard] },
  })
}

function rowsWithoutFeedback(context: BotContext): InlineKeyboardButton[][] {
  const rows = context.callbackQuery?.message?.reply_markup?.inline_keyboard ?? []
  return rows.filter((row) => !asksFeedback(row))
}

async function restoreButtons(context: BotContext, passage: string): Promise<void> {
  const others = rowsWithoutFeedback(context)
  if (others.length === 0) await context.editMessageText(textsFor(context).thanks)
  else await context.editMessageReplyMarkup({ reply_markup: { inline_keyboard: [...others, feedbackRow(passage)] } })
}

function questionUnder(message: { reply_to_message?: { text?: string } } | undefined): string | undefined {
  return message?.reply_to_message?.text?.replace(/^\/ask(?:@\w+)?\s*/u, '')
}

/** Says to everybody what only the presser saw. */
export function shareButton({ answerer, state }: BotDependencies): PressHandlers<'share'>['share'] {
  return async (context, { passage, highlights }) => {
    const say = textsFor(context)
    const quote = await answerer.quote(passage, highlights[0])
    if (!quote) return void (await context.answerCallbackQuery(gone(context)))
    const isFirst = await state.claim(`shared/${context.chat?.id}/${context.from.id}/${passage}`, '1', sharedSeconds)
    if (isFirst) await send(context, renderQuotes([quote], context.language))
    await context.answerCallbackQuery({ text: say.shared })
  }
}
