import { setTimeout as sleep } from 'node:timers/promises'
import { Bot, GrammyError, HttpError } from 'grammy'
import type { Update } from 'grammy/types'
import { TelegramError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { BotParts } from './context.ts'
import { type BotSettings, createBot, onFailure, publishCommands } from './createBot.ts'

export interface RunOptions extends BotSettings, BotParts {}

/** The kinds of updates that the features handle; Telegram remembers the last list, so it is always given. */
const allowedUpdates = ['message'] as const
const pollSeconds = 30
const outagePauseMs = 3000
/** How long a stop waits for the question at hand before it is left to the next start. */
const stopDeadlineMs = 10_000

/**
 * Runs the bot by long polling until SIGINT or SIGTERM, then finishes the question at hand. An update is confirmed
 * only after it was handled, and what waits unanswered stays with Telegram for the next start, so that no question is
 * lost and none is answered twice by a stop. A second signal ends the process at once.
 *
 * @throws TelegramError when Telegram refuses the token or another process polls with it
 */
export async function runBot({ token, apiRoot, ...parts }: RunOptions): Promise<void> {
  const { answerer, log } = parts
  const stopping = new AbortController()
  const deadline = new AbortController()
  const bot = createBot({ token, apiRoot }, parts, (milliseconds) =>
    sleep(milliseconds, undefined, { signal: deadline.signal }),
  )
  const stop = (signal: NodeJS.Signals) => {
    if (stopping.signal.aborted) process.exit(130)
    log.info(`${signal}: stopping`)
    stopping.abort()
    setTimeout(() => deadline.abort(), stopDeadlineMs).unref()
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  try {
    await persist(() => bot.init(forGrammy(stopping.signal)), stopping.signal, log)
    if (!stopping.signal.aborted)
      await persist(() => bot.api.deleteWebhook({}, forGrammy(stopping.signal)), stopping.signal, log)
    if (stopping.signal.aborted) return
    log.info(`@${bot.botInfo.username} answers from ${answerer.reports.length} reports`)
    publishCommands(bot).catch((error) => log.warn('the list of commands could not be published', String(error)))
    await poll(bot, parts, stopping.signal, deadline.signal)
  } catch (error) {
    throw explained(error)
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

/** grammY's types name a polyfill of the platform's own signals, which it takes all the same. */
function forGrammy(signal: AbortSignal): NonNullable<Parameters<Bot['init']>[0]> {
  return signal as unknown as NonNullable<Parameters<Bot['init']>[0]>
}

async function poll(bot: Bot, parts: BotParts, stopping: AbortSignal, deadline: AbortSignal): Promise<void> {
  let offset = 0
  while (!stopping.aborted) {
    const parameters = { offset, timeout: pollSeconds, allowed_updates: allowedUpdates }
    const updates = await persist(() => bot.api.getUpdates(parameters, forGrammy(stopping)), stopping, parts.log)
    for (const update of updates ?? []) {
      if (stopping.aborted) break
      await handle(bot, update, parts)
      if (!deadline.aborted) offset = update.update_id + 1
    }
  }
  // Confirms what was handled since the last poll.
  if (offset > 0) {
    await bot.api
      .getUpdates({ offset, limit: 1, timeout: 0 }, forGrammy(AbortSignal.timeout(stopDeadlineMs)))
      .catch((error) => parts.log.warn('the last updates could not be confirmed and may come again', String(error)))
  }
}

async function handle(bot: Bot, update: Update, parts: BotParts): Promise<void> {
  try {
    await bot.handleUpdate(update)
  } catch (error) {
    await onFailure(error, parts)
  }
}

/**
 * Calls Telegram until it answers: outages are told once, when they begin and when they end. A stop ends the waiting
 * with undefined.
 * @throws GrammyError when Telegram refuses for good
 */
async function persist<T>(call: () => Promise<T>, stopping: AbortSignal, log: Log): Promise<T | undefined> {
  let failures = 0
  while (!stopping.aborted) {
    try {
      const result = await call()
      if (failures > 0) log.info('Telegram can be reached again')
      return result
    } catch (error) {
      if (stopping.aborted) return undefined
      const isPassing =
        error instanceof HttpError ||
        (error instanceof GrammyError && (error.error_code === 429 || error.error_code >= 500))
      if (!isPassing) throw error
      if (failures++ === 0) log.warn('Telegram cannot be reached; trying again until it can', error.message)
      const floodMs = error instanceof GrammyError ? (error.parameters.retry_after ?? 0) * 1000 : 0
      await sleep(Math.max(floodMs, outagePauseMs), undefined, { signal: stopping }).catch(() => undefined)
    }
  }
  return undefined
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
