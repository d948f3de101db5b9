import { Bot, GrammyError, HttpError } from 'grammy'
import { TelegramError } from '../errors.ts'
import type { BotParts } from './context.ts'
import { type BotSettings, createBot, publishCommands } from './createBot.ts'

export interface RunOptions extends BotSettings, BotParts {}

/** The kinds of updates that the features handle; Telegram remembers the last list, so it is always given. */
const allowedUpdates = ['message'] as const

/**
 * Runs the bot by long polling until SIGINT or SIGTERM, then finishes the question at hand. What waits unanswered
 * stays with Telegram for the next start. A second signal ends the process at once.
 *
 * @throws TelegramError when Telegram refuses the token or another process polls with it
 */
export async function runBot({ token, apiRoot, ...parts }: RunOptions): Promise<void> {
  const { answerer, log } = parts
  const bot = createBot({ token, apiRoot }, parts)
  let stopping = false
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(130)
    stopping = true
    log.info(`${signal}: stopping`)
    void bot.stop().catch((error) => log.warn('the last updates could not be confirmed and may come again', error))
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  try {
    await bot.start({
      allowed_updates: allowedUpdates,
      onStart: async (me) => {
        log.info(`@${me.username} answers from ${answerer.reports.length} reports`)
        await publishCommands(bot).catch((error) => log.warn('the list of commands could not be published', error))
      },
    })
  } catch (error) {
    throw explained(error)
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

/** The bot's user name. @throws TelegramError when Telegram refuses the token or cannot be reached. */
export async function checkToken(token: string, apiRoot: string): Promise<string> {
  try {
    const bot = new Bot(token, { client: { apiRoot, timeoutSeconds: 20 } })
    return (await bot.api.getMe()).username
  } catch (error) {
    throw explained(error)
  }
}

function explained(cause: unknown): unknown {
  if (cause instanceof HttpError) {
    return new TelegramError(
      {
        zh: '连不上 Telegram。请检查网络和 TELEGRAM_API_ROOT。',
        en: 'Telegram cannot be reached. Check the network and TELEGRAM_API_ROOT.',
      },
      { cause },
    )
  }
  if (!(cause instanceof GrammyError)) return cause
  if (cause.error_code === 401 || cause.error_code === 404) {
    return new TelegramError(
      {
        zh: `Telegram 不认这个令牌(${cause.error_code} ${cause.description})。请向 @BotFather 核对 TELEGRAM_BOT_TOKEN。`,
        en: `Telegram does not know this token (${cause.error_code} ${cause.description}). Check TELEGRAM_BOT_TOKEN with @BotFather.`,
      },
      { cause },
    )
  }
  if (cause.error_code === 409) {
    return new TelegramError(
      {
        zh: '另一个进程正在用同一个令牌接收消息(409 Conflict)。请先停掉它,再启动。',
        en: 'Another process receives messages with the same token (409 Conflict). Stop it first, then start again.',
      },
      { cause },
    )
  }
  return cause
}
