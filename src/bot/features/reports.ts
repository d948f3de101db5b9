import type { InlineKeyboardMarkup } from 'grammy/types'
import { toldIn } from '../../answer/frame.ts'
import { UserError } from '../../errors.ts'
import { type BotContext, type BotDependencies, edit, type Openers, reply } from '../context.ts'
import { reportsKeyboard } from '../views/keyboard.ts'
import type { Message } from '../views/message.ts'
import { renderReports } from '../views/render.ts'
import { whole } from '../views/shorten.ts'
import { placeOf } from './ask.ts'

/** What Telegram takes for the answer to a press. */
const maxToldCharacters = 200

/**
 * Shows a page of the list of reports, with buttons that narrow it by year and district: in place of the page whose button was
 * pressed, or as an answer to a command or a link. The buttons carry all there is to know, so they work after a restart.
 */
export function reportsOpener(dependencies: BotDependencies): Openers<'reports'>['reports'] {
  return async (context, { page, tags }) => {
    const { message, keyboard, isFault } = listOf(dependencies, context, page, tags)
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

function listOf(dependencies: BotDependencies, context: BotContext, wanted: number, tags: readonly string[]): List {
  try {
    const { reports, facets } = dependencies.answerer.reportsMatching(tags)
    const { message, page, pages } = renderReports(reports, context.language, tags, wanted)
    return {
      message,
      keyboard: reportsKeyboard({ page, pages, tags, facets }, placeOf(context, dependencies)),
      isFault: false,
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { message: { text: toldIn(error.text, context.language), entities: [] }, keyboard: undefined, isFault: true }
  }
}
