import { setTimeout as sleep } from 'node:timers/promises'
import { Bot, BotError, GrammyError } from 'grammy'
import { accessGate } from './access.ts'
import { ask } from './ask.ts'
import { commands } from './commands.ts'
import { type BotParts, reply, textsFor } from './context.ts'
import { retryTransformer } from './retry.ts'
import { botTexts } from './texts.ts'

export interface BotSettings {
  readonly token: string
  readonly apiRoot: string
}

/** A call that takes this long is not coming back. */
const requestTimeoutSeconds = 60

/**
 * The bot with all its features, not yet running.
 * @param wait how retries wait
 */
export function createBot(
  { token, apiRoot }: BotSettings,
  parts: BotParts,
  wait: (milliseconds: number) => Promise<unknown> = sleep,
): Bot {
  const bot = new Bot(token, { client: { apiRoot, timeoutSeconds: requestTimeoutSeconds } })
  bot.api.config.use(retryTransformer({ sleep: wait, random: Math.random }))
  bot.use(accessGate(parts), commands(parts), ask(parts))
  bot.catch((error) => onFailure(error, parts))
  return bot
}

/** Registers the commands that clients suggest, in both languages. */
export async function publishCommands(bot: Bot): Promise<void> {
  await bot.api.setMyCommands(botTexts.en.commands)
  await bot.api.setMyCommands(botTexts.zh.commands, { language_code: 'zh' })
}

/** No failure of one question stops the bot: Telegram's refusals are noted, defects are noted and told to the asker. */
export async function onFailure(cause: unknown, { language, log }: BotParts): Promise<void> {
  if (!(cause instanceof BotError)) throw cause
  const { error, ctx } = cause
  if (error instanceof GrammyError) {
    log.warn(`Telegram refused ${error.method}: ${error.error_code} ${error.description}`)
    return
  }
  log.error('a question could not be answered', error)
  if (ctx.has('message:text')) {
    await reply(ctx, textsFor(ctx, language).failed).catch((cause) =>
      log.warn('nor could the asker be told', String(cause)),
    )
  }
}
