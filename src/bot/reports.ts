import type { InlineKeyboardMarkup } from 'grammy/types'
import { textIn } from '../answer/locale.ts'
import { UserError } from '../errors.ts'
import { placeOf } from './ask.ts'
import { type BotContext, type BotParts, edit, type Openers, reply } from './context.ts'
import { reportsKeyboard } from './keyboard.ts'
import type { Message } from './message.ts'
import { renderReports } from './render.ts'
import { whole } from './shorten.ts'

/** What Telegram takes for the answer to a press. */
const maxToldCharacters = 200

/**
 * Shows a page of the list of reports, with buttons that narrow it by year and district: in place of the page whose button was
 * pressed, or as an answer to a command or a link. The buttons carry all there is to know, so they work after a restart.
 */
export function reportsOpener(parts: BotParts): Openers<'reports'>['reports'] {
  return async (context, { page, tags }) => {
    const { message, keyboard, isFault } = listOf(parts, context, page, tags)
    if (context.has('message')) await reply(context, message, { keyboard })
    else if (isFault) return { text: whole(message.text, maxToldCharacters), show_alert: true }
    else await edit(context, { ...message, keyboard })
  }
}

interface List {
  readonly message: Message
  readonly keyboard: InlineKeyboardMarkup | undefined
  /** Whether no report has the tags, and the message says so. */
  readonly isFault: boolean
}

function listOf(parts: BotParts, context: BotContext, wanted: number, tags: readonly string[]): List {
  try {
    const { reports, facets } = parts.answerer.reportsMatching(tags)
    const { message, page, pages } = renderReports(reports, context.language, tags, wanted)
    return {
      message,
      keyboard: reportsKeyboard({ page, pages, tags, facets }, placeOf(context, parts)),
      isFault: false,
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { message: { text: textIn(error.text, context.language), entities: [] }, keyboard: undefined, isFault: true }
  }
}
