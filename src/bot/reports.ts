import { Composer } from 'grammy'
import type { InlineKeyboardMarkup } from 'grammy/types'
import { toldIn } from '../answer/frame.ts'
import { UserError } from '../errors.ts'
import { type Address, decodeAddress, encodeAddress, startLink } from './address.ts'
import { placeOf } from './ask.ts'
import { type BotContext, type BotParts, reply } from './context.ts'
import { reportsKeyboard } from './keyboard.ts'
import type { Message } from './message.ts'
import { renderReports } from './render.ts'
import { whole } from './shorten.ts'

/** What Telegram takes for the answer to a press. */
const maxToldCharacters = 200

/**
 * `/reports`, with words or tags behind it only those reports that have them: pages, and buttons that narrow the list by
 * year and district. The buttons carry all there is to know, so they work after a restart; in a group they open the
 * private chat. Stands before the other handlers of `/start`, as the links lead there.
 */
export function reports(parts: BotParts): Composer<BotContext> {
  const composer = new Composer<BotContext>()
  const listed = (context: BotContext, page: number, tags: readonly string[]) => listOf(parts, context, page, tags)

  composer.on('message:text').command('reports', async (context) => {
    const tags = context.match.split(/[\s,，、#＃]+/u).filter((tag) => /[\p{L}\p{N}]/u.test(tag))
    const list = listed(context, 0, tags)
    await reply(context, list.message, { keyboard: list.keyboard })
  })

  composer.on('message:text').command('start', async (context, next) => {
    const address = decodeAddress(context.match.trim())
    if (address?.kind !== 'reports') return next()
    const list = listed(context, address.page, address.tags)
    await reply(context, list.message, { keyboard: list.keyboard })
  })

  composer.on('callback_query:data', async (context, next) => {
    const address = decodeAddress(context.callbackQuery.data)
    if (address?.kind !== 'reports') return next()
    if (context.callbackQuery.message?.chat.type !== 'private') return openPrivately(context, address)
    const list = listed(context, address.page, address.tags)
    if (list.isFault) {
      const text = whole(list.message.text, maxToldCharacters)
      return void (await context.answerCallbackQuery({ text, show_alert: true }))
    }
    await context.editMessageText(list.message.text, {
      entities: [...list.message.entities],
      link_preview_options: { is_disabled: true },
      ...(list.keyboard && { reply_markup: list.keyboard }),
    })
    await context.answerCallbackQuery()
  })
  return composer
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
    return { message: { text: toldIn(error.text, context.language), entities: [] }, keyboard: undefined, isFault: true }
  }
}

async function openPrivately(context: BotContext, address: Address): Promise<void> {
  await context.answerCallbackQuery({ url: startLink(context.me.username, encodeAddress(address)) })
}
