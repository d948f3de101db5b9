import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Composer, InputFile } from 'grammy'
import type { InlineKeyboardButton, InlineKeyboardMarkup, MaybeInaccessibleMessage } from 'grammy/types'
import { sourceLine } from '../answer/sourceLine.ts'
import type { Quote } from '../answer/types.ts'
import { type Address, decodeAddress, encodeAddress, startLink } from './address.ts'
import { placeOf } from './ask.ts'
import { type BotContext, type BotParts, textsFor } from './context.ts'
import { feedbackRow, quoteKeyboard, reasonsKeyboard } from './keyboard.ts'
import type { Message } from './message.ts'
import { pageLink } from './pageOpener.ts'
import { renderQuotes } from './render.ts'
import { whole } from './shorten.ts'

/** What Telegram takes from a bot. */
const maxUploadBytes = 50_000_000
const maxCaptionCharacters = 1024

/** What an address shows. */
interface Shown {
  readonly message: Message
  readonly keyboard: InlineKeyboardMarkup | undefined
}

/**
 * Buttons and links: quotes by their address, the paragraphs around them, the original file, feedback. In a group every
 * press is answered for the presser only; what has something to show opens in the private chat.
 */
export function passages(parts: BotParts): Composer<BotContext> {
  const composer = new Composer<BotContext>()

  composer.on('callback_query:data', async (context, next) => {
    const address = decodeAddress(context.callbackQuery.data)
    if (!address || address.kind === 'reports') return next()
    const say = textsFor(context)
    if (address.kind === 'feedback') return feedback(parts, context, address)
    if (address.kind === 'share') return share(parts, context, address)
    const { message } = context.callbackQuery
    if (message?.chat.type !== 'private') {
      return void (await openPrivately(context, address))
    }
    if (address.kind === 'source') {
      const told = await sendSource(parts, context, address.passage)
      return void (await context.answerCallbackQuery(told === null ? {} : { text: told, show_alert: true }))
    }
    const shown = await show(parts, context, address)
    if (shown === null) return void (await context.answerCallbackQuery({ text: say.gone, show_alert: true }))
    if (shown === 'end') return void (await context.answerCallbackQuery({ text: say.endOfArticle }))
    // A message that pages turns its page; an answer keeps standing, and what was asked for comes below it.
    if (address.kind === 'paragraph' && isPage(message)) await edit(context, shown)
    else await send(context, shown)
    await context.answerCallbackQuery()
  })

  composer.chatType('private').command('start', async (context, next) => {
    const parameter = context.match.trim()
    const address = decodeAddress(parameter)
    if (parameter === '' || !address || address.kind === 'reports') return next()
    const say = textsFor(context)
    if (address.kind === 'feedback') {
      await context.reply(say.whatWasWrong, { reply_markup: reasonsKeyboard(address.passage, context.language) })
      return
    }
    if (address.kind === 'source') {
      const told = await sendSource(parts, context, address.passage)
      if (told !== null) await context.reply(told)
      return
    }
    const shown = await show(parts, context, address)
    if (shown === null) await context.reply(say.gone)
    else if (shown === 'end') await context.reply(say.endOfArticle)
    else await send(context, shown)
  })
  return composer
}

/** Whether a message turns its pages: pages have buttons for that, and none for feedback as answers have. */
function isPage(message: MaybeInaccessibleMessage): boolean {
  if (message.date === 0) return false
  const rows = message.reply_markup?.inline_keyboard
  return rows !== undefined && !rows.some(asksFeedback)
}

function asksFeedback(row: readonly InlineKeyboardButton[]): boolean {
  return row.some((button) => 'callback_data' in button && decodeAddress(button.callback_data)?.kind === 'feedback')
}

async function show(parts: BotParts, context: BotContext, address: Address): Promise<Shown | 'end' | null> {
  const { answerer } = parts
  const place = placeOf(context, parts)
  if (address.kind === 'quotes') {
    const quotes = (await Promise.all(address.passages.map((passage) => answerer.quote(passage)))).filter(
      (quote) => quote !== null,
    )
    return quotes.length === 0
      ? null
      : { message: renderQuotes(quotes, context.language, pageLink(context, parts)), keyboard: undefined }
  }
  if (address.kind === 'paragraph') {
    const quote = await answerer.paragraph(address.passage, address.steps)
    if (!quote) return (await answerer.quote(address.passage)) ? 'end' : null
    const [before, after] = await Promise.all([
      answerer.paragraph(address.passage, address.steps - 1),
      answerer.paragraph(address.passage, address.steps + 1),
    ])
    // The address names the passage that paging began with; its id goes on from page to page.
    const page: Quote = { ...quote, passage: address.passage }
    const keyboard = quoteKeyboard(page, address.steps, { isFirst: before === null, isLast: after === null }, place)
    return { message: renderQuotes([quote], context.language), keyboard }
  }
  if (address.kind !== 'quote' && address.kind !== 'share') return null
  const quote = await answerer.quote(address.passage, address.highlight ?? undefined)
  if (!quote) return null
  const keyboard = quoteKeyboard(quote, 0, { isFirst: false, isLast: false }, place)
  return { message: renderQuotes([quote], context.language, pageLink(context, parts)), keyboard }
}

async function send(context: BotContext, { message, keyboard }: Shown): Promise<void> {
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

async function edit(context: BotContext, { message, keyboard }: Shown): Promise<void> {
  await context.editMessageText(message.text, {
    entities: [...message.entities],
    link_preview_options: { is_disabled: true },
    ...(keyboard && { reply_markup: keyboard }),
  })
}

/** Sends the report's file as it lies in the folder; what hinders it is returned, to be told. */
async function sendSource(
  { answerer, reportsFolder }: BotParts,
  context: BotContext,
  passage: string,
): Promise<string | null> {
  const say = textsFor(context)
  const quote = await answerer.quote(passage)
  if (!quote) return say.gone
  const path = join(reportsFolder, quote.source.file)
  if ((await stat(path)).size > maxUploadBytes) return say.fileTooLarge
  const to = context.callbackQuery?.message
  await context.replyWithDocument(new InputFile(path), {
    caption: whole(sourceLine(quote.source, context.language), maxCaptionCharacters),
    ...(to && { reply_parameters: { message_id: to.message_id, allow_sending_without_reply: true } }),
  })
  return null
}

async function feedback(
  parts: BotParts,
  context: BotContext,
  { passage, verdict }: Extract<Address, { kind: 'feedback' }>,
): Promise<void> {
  const say = textsFor(context)
  const { message } = context.callbackQuery ?? {}
  const isPrivate = message?.chat.type === 'private'
  const question = parts.modes.storeQuestions ? questionUnder(message) : undefined
  // One voice a person and passage; the reason is kept besides.
  const isNew = await parts.state.claim(`voice/${context.from?.id}/${passage}/${verdict}`, '1', voiceSeconds)
  if (isNew)
    await parts.state.append('feedback', {
      at: new Date().toISOString(),
      passage,
      verdict,
      ...(question && { question }),
    })
  parts.metrics.counted(`feedback ${verdict}`)
  if (verdict !== 'bad') {
    await context.answerCallbackQuery({ text: say.thanks })
    if (isPrivate && verdict !== 'good') await restoreButtons(context, passage)
    return
  }
  if (isPrivate) {
    await context.answerCallbackQuery({ text: say.whatWasWrong })
    await askReason(context, passage)
  } else await openPrivately(context, { kind: 'feedback', passage, verdict })
}

/** Takes the presser, and nobody else, to the private chat. */
async function openPrivately(context: BotContext, address: Address): Promise<void> {
  await context.answerCallbackQuery({ url: startLink(context.me.username, encodeAddress(address)) })
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
async function share(
  { answerer, state }: BotParts,
  context: BotContext,
  { passage, highlight }: Extract<Address, { kind: 'share' }>,
): Promise<void> {
  const say = textsFor(context)
  const quote = await answerer.quote(passage, highlight ?? undefined)
  if (!quote) return void (await context.answerCallbackQuery({ text: say.gone, show_alert: true }))
  const isFirst = await state.claim(`shared/${context.chat?.id}/${context.from?.id}/${passage}`, '1', sharedSeconds)
  if (isFirst) await send(context, { message: renderQuotes([quote], context.language), keyboard: undefined })
  await context.answerCallbackQuery({ text: say.shared })
}
