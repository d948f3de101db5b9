import { setTimeout as sleep } from 'node:timers/promises'
import { Bot, BotError, GrammyError, HttpError } from 'grammy'
import type { BotCommandScope } from 'grammy/types'
import { localeOf } from '../answer/locale.ts'
import { UserError } from '../errors.ts'
import { accessGate, ageGate } from './access.ts'
import { ask } from './ask.ts'
import { buttons, links } from './buttons.ts'
import { commands } from './commands.ts'
import { type BotContext, type BotParts, type BotSettings, languageOf, refusalOf, reply, textsFor } from './context.ts'
import { guest } from './guest.ts'
import { inline } from './inline.ts'
import { membership } from './membership.ts'
import { ornamentTransformer, withoutAddresses } from './ornaments.ts'
import { removal } from './removal.ts'
import { mendTransformer, reasonOf, retryTransformer } from './retry.ts'
import type { SendGuard } from './sendGuard.ts'
import { asFetch } from './telegram.ts'
import { botTexts, type Command } from './texts.ts'
import type { CallOptions } from './transport.ts'
import { uploads } from './uploads.ts'

/** A call that takes this long is not coming back. */
const requestTimeoutSeconds = 60

/**
 * The bot with all its features, not yet running.
 * @param cutOff ends whatever waits, with an AbortError: retries, and uploads that take long
 * @param guard where several replicas must not answer the same update
 */
export function createBot(
  settings: BotSettings,
  parts: BotParts,
  cutOff: AbortSignal = new AbortController().signal,
  guard: SendGuard | null = null,
): Bot<BotContext> {
  const { token, apiRoot, connection } = settings
  const call = (url: string, options: CallOptions) => connection.call(url, options, guard?.permit(url))
  const bot = new Bot<BotContext>(token, {
    client: { apiRoot, timeoutSeconds: requestTimeoutSeconds, fetch: asFetch(call) },
  })
  const count = parts.metrics.counted
  const wait = (milliseconds: number) => sleep(milliseconds, undefined, { signal: cutOff })
  const retrying = retryTransformer({ sleep: wait, random: Math.random, count })
  const { transformer: watching } = connection.reachability
  const guarding = guard ? [guard.transformer] : []
  bot.api.config.use(watching, ...guarding, retrying, mendTransformer(count), ornamentTransformer(parts))
  bot.use(async (context, next) => {
    context.language = await chosenLanguage(context, parts)
    await next()
  })
  bot.use(guest(parts), inline(parts), membership(parts))
  bot.use(accessGate(parts), buttons(parts, cutOff), uploads({ parts, settings, cutOff }))
  // The age gate judges messages: links and questions stand behind it, and files of admins, which are taken at any age, before it.
  bot.use(ageGate(parts, connection.clock), links(parts), commands(parts), removal(parts), ask(parts))
  bot.catch((error) => onFailure(error, parts))
  return bot
}

/**
 * What the chat chose with `/language`, else English for a question in English, else what the person's Telegram tells;
 * Chinese in Traditional characters where the question is. Under an answer's buttons its question decides.
 */
async function chosenLanguage(context: BotContext, { state, language }: BotParts) {
  const chosen = context.chat && (await state.get(`language/${context.chat.id}`))
  const isChosen = chosen === 'zh' || chosen === 'en'
  const usual = isChosen ? chosen : languageOf(context.from?.language_code, language)
  const pressed = context.callbackQuery?.message
  const message = context.message ?? context.guestMessage ?? (pressed?.date ? pressed.reply_to_message : undefined)
  const text = context.inlineQuery?.query ?? message?.text ?? message?.caption ?? ''
  const question = text.replace(/^\/ask(?:@\w+)?/iu, '').replace(/@\w+/gu, '')
  return localeOf(question.startsWith('/') ? '' : question, usual, isChosen)
}

type Introduced = Pick<BotParts, 'access' | 'language' | 'pages'>

/** Registers what clients show of the bot: its descriptions, the commands by place and language, and the menu button. */
export async function introduce(bot: Bot<BotContext>, { access, language, pages }: Introduced): Promise<void> {
  const publish = async (of: (language: 'zh' | 'en') => readonly Command[], scope?: BotCommandScope) => {
    await bot.api.setMyCommands(of('en'), { ...(scope && { scope }) })
    await bot.api.setMyCommands(of('zh'), { ...(scope && { scope }), language_code: 'zh' })
  }
  await publish((language) => botTexts[language].commands.everywhere)
  await publish((language) => botTexts[language].commands.groups, { type: 'all_group_chats' })
  for (const [language, code] of [
    ['en', {}],
    ['zh', { language_code: 'zh' }],
  ] as const) {
    await bot.api.setMyDescription(botTexts[language].description, code)
    await bot.api.setMyShortDescription(botTexts[language].shortDescription, code)
  }
  // Also when there are no pages any more: the button of before would lead nowhere.
  const menu_button = pages
    ? { type: 'web_app' as const, text: botTexts[language].buttons.search, web_app: { url: pages.home } }
    : { type: 'default' as const }
  await bot.api.setChatMenuButton({ menu_button })
  // Telegram refuses this for an admin who never wrote to the bot: they have no chat to suggest commands in.
  for (const admin of access.admins) {
    const scope = { type: 'chat', chat_id: admin } as const
    await publish((language) => botTexts[language].commands.admins, scope).catch((error) => {
      if (!(error instanceof GrammyError)) throw error
    })
  }
}

/** No failure of one question stops the bot: Telegram's refusals are counted, defects are noted and told to the asker. */
export async function onFailure(cause: unknown, parts: BotParts): Promise<void> {
  if (!(cause instanceof BotError)) throw cause
  const { log, metrics } = parts
  const { error, ctx } = cause as BotError<BotContext>
  if (error instanceof GrammyError) {
    metrics.counted(reasonOf(error))
    log.warn(`Telegram refused ${error.method}: ${error.error_code} ${withoutAddresses(error.description)}`)
    return
  }
  const failed = failureOf(error, ctx, parts)
  if (ctx.callbackQuery) {
    const told = { text: failed, show_alert: true }
    await ctx.answerCallbackQuery(told).catch((cause) => log.warn('nor could the asker be told', String(cause)))
  }
  if (!ctx.has('message')) return
  await reply(ctx, failed).catch((cause) => log.warn('nor could the asker be told', String(cause)))
}

/** What to tell an asker of a failure. The operator is told more by the log and by what the library says of itself. */
function failureOf(error: unknown, context: BotContext, parts: BotParts): string {
  if (error instanceof UserError) return refusalOf(error, context, parts)
  const { log, metrics } = parts
  if (error instanceof HttpError) {
    metrics.counted('unreachable')
    log.warn('Telegram could not be reached for an answer', error.message)
  } else {
    metrics.counted('defect')
    log.error('a question could not be answered', error)
  }
  return textsFor(context).failed
}
