import { basename } from 'node:path'
import { InputFile } from 'grammy'
import type { InlineKeyboardMarkup, MaybeInaccessibleMessage } from 'grammy/types'
import { sourceLine } from '../../answer/sourceLine.ts'
import type { Quote } from '../../answer/types.ts'
import { type BotContext, type BotDependencies, type Notice, type Openers, textsFor } from '../context.ts'
import { buttonContext, pageLink } from '../pageLinks.ts'
import { edit, post, replyingTo } from '../send.ts'
import {
  type ButtonContext,
  copyButton,
  type Ends,
  keyboardOf,
  pagingRow,
  photographButtons,
  sourceButton,
} from '../views/keyboard.ts'
import { maxCaptionCharacters } from '../views/message.ts'
import { renderQuotes } from '../views/render.ts'
import { shorten } from '../views/shorten.ts'
import { asksFeedback } from './feedback.ts'

/** Telegram's limit for a file that a bot sends. */
const maxUploadBytes = 50_000_000

/**
 * Openers show in a private chat, for a press or a link: quotes by their address, the paragraphs around them, and the
 * original file. Each returns a notice when it cannot.
 */
export function passageOpeners(dependencies: BotDependencies): Openers<'quote' | 'paragraph' | 'quotes' | 'source'> {
  const { answerer } = dependencies.library
  return {
    quote: async (context, { passage, highlights }) => {
      // Addresses made by the pages have all marks; messages show the first.
      const quote = await answerer.quote(passage, highlights[0])
      if (!quote) return goneNotice(context)
      const keyboard = quoteKeyboard(quote, 0, buttonContext(context, dependencies))
      const message = renderQuotes([quote], context.language, pageLink(context, dependencies))
      await post(context, { ...message, keyboard }, pressedMessage(context))
    },
    paragraph: async (context, { passage, steps }) => {
      const around = [steps - 1, steps, steps + 1].map((step) => answerer.paragraph(passage, step))
      const [before, quote, after] = await Promise.all(around)
      if (!quote) {
        return (await answerer.quote(passage)) ? { text: textsFor(context).endOfArticle } : goneNotice(context)
      }
      // Addresses count steps from the passage that paging began with, so its id goes on from page to page.
      const ends = { isFirst: !before, isLast: !after }
      const keyboard = quoteKeyboard({ ...quote, passage }, steps, buttonContext(context, dependencies), ends)
      const content = { ...renderQuotes([quote], context.language), keyboard }
      // A message of paragraphs turns its page. An answer stays as it is, and the paragraph comes below it.
      if (isPage(context.callbackQuery?.message)) await edit(context, content)
      else await post(context, content, pressedMessage(context))
    },
    quotes: async (context, { passages }) => {
      const found = await Promise.all(passages.map((passage) => answerer.quote(passage)))
      const quotes = found.filter((quote) => quote !== null)
      if (quotes.length === 0) return goneNotice(context)
      const message = renderQuotes(quotes, context.language, pageLink(context, dependencies))
      const place = buttonContext(context, dependencies)
      const photographs = quotes.flatMap((quote, i) =>
        photographButtons(quote, place).map((button) => ({ ...button, text: `${button.text} ${i + 1}` })),
      )
      const keyboard = photographs.length > 0 ? { keyboard: keyboardOf([photographs]) } : {}
      await post(context, { ...message, ...keyboard }, pressedMessage(context))
    },
    source: async (context, { passage }) => {
      const quote = await answerer.quote(passage)
      if (!quote) return goneNotice(context)
      const { size, content } = await dependencies.library.originals.find(quote.source.file)
      if (size > maxUploadBytes) return { text: textsFor(context).fileTooLarge, show_alert: true }
      await context.replyWithDocument(new InputFile(content, basename(quote.source.file)), {
        caption: shorten(sourceLine(quote.source, context.language), maxCaptionCharacters),
        ...replyingTo(pressedMessage(context)),
      })
    },
  }
}

/** The buttons under one quote or paragraph. */
function quoteKeyboard(quote: Quote, steps: number, context: ButtonContext, ends?: Ends): InlineKeyboardMarkup {
  return keyboardOf([
    pagingRow(quote.passage, steps, context, ends),
    // The address of a photograph is that of its passage, which the paragraphs before and after do not hold.
    [
      sourceButton(quote, context),
      ...(steps === 0 ? photographButtons(quote, context) : []),
      copyButton(quote, context),
    ],
  ])
}

function pressedMessage({ callbackQuery }: BotContext): number | undefined {
  return callbackQuery?.message?.message_id
}

/** The words of a button or link are in no report any more. */
function goneNotice(context: BotContext): Notice {
  return { text: textsFor(context).gone, show_alert: true }
}

/** True for a message that turns its pages: it has buttons, and unlike an answer none for feedback. */
function isPage(message: MaybeInaccessibleMessage | undefined): boolean {
  const rows = message && 'reply_markup' in message ? message.reply_markup?.inline_keyboard : undefined
  return rows !== undefined && !rows.some(asksFeedback)
}
