import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Bot, BotError, GrammyError, HttpError } from 'grammy'
import type { Update } from 'grammy/types'
import { TelegramError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { BotContext, BotParts, BotSettings } from './context.ts'
import { createBot, introduce, onFailure } from './createBot.ts'
import { createDispatcher } from './dispatch.ts'
import { notifyAdmins } from './faults.ts'

export interface RunOptions extends BotSettings, BotParts {}

/** The kinds of updates that the features handle; Telegram remembers the last list, so it is always given. */
const allowedUpdates = ['message', 'callback_query', 'inline_query', 'my_chat_member', 'guest_message'] as const
/** Telegram hands out at most so many updates that are not confirmed, so no more can ever wait here. */
const maxWaiting = 100
/** From so many on, people are shown that it takes a while. */
const busyFrom = 24
/** A look for new updates while older ones are being handled. */
const busyPollMs = 100
/** Telegram keeps updates for a day; what was handled need not be remembered longer. */
const handledSeconds = 2 * 24 * 3600
const pollSeconds = 30
const firstPauseMs = 200
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
  const bot = createBot({ token, apiRoot }, parts, deadline.signal)
  let endTelling = () => {}
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
    introduce(bot, parts.access.admins).catch((error) =>
      log.warn('what clients show of the bot could not be set in full', String(error)),
    )
    endTelling = notifyAdmins(bot.api, parts)
    await poll(bot, parts, stopping.signal)
  } catch (error) {
    throw explained(error)
  } finally {
    endTelling()
    // Whatever still waits has nothing to wait for.
    deadline.abort()
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

/** grammY's types name a polyfill of the platform's own signals, which it takes all the same. */
function forGrammy(signal: AbortSignal): NonNullable<Parameters<Bot['init']>[0]> {
  return signal as unknown as NonNullable<Parameters<Bot['init']>[0]>
}

/**
 * Takes updates and confirms each only when it and all before it were handled. Those handled ahead of a slower one are
 * remembered, so that nobody is answered twice when they come again after a restart.
 */
async function poll(bot: Bot<BotContext>, parts: BotParts, stopping: AbortSignal): Promise<void> {
  const { state, metrics, log } = parts
  /** Updates taken from Telegram and not yet confirmed; true when handled. */
  const open = new Map<number, boolean>()
  let wake = () => {}
  const dispatcher = createDispatcher(async (update) => {
    const isHandled = await handle(bot, update, parts)
    if (!isHandled) return
    // Before the chat's next update begins, so that a kill repeats at most what was being answered; and before it is
    // confirmed, as Telegram may hand it out again right after.
    await state.set(handledKey(update), fingerprint(update), handledSeconds).catch((error) => {
      metrics.counted('not remembered')
      log.error('an update that was handled could not be remembered', error)
    })
    open.set(update.update_id, true)
  })
  const take = async (update: Update) => {
    open.set(update.update_id, false)
    const turn = dispatcher.take(update)
    if (dispatcher.waiting > busyFrom) showBusy(bot, update)
    await turn
    metrics.waiting(dispatcher.waiting, open.size >= maxWaiting)
    wake()
  }
  let offset = 0
  const confirmable = () => {
    for (const [id, isHandled] of [...open].sort(([a], [b]) => a - b)) {
      if (!isHandled) break
      open.delete(id)
      // Telegram may hand out again what was confirmed; the offset never goes back.
      offset = Math.max(offset, id + 1)
    }
    return offset
  }
  const round = async () => {
    const from = confirmable()
    const timeout = open.size === 0 ? pollSeconds : 0
    const parameters = { offset: from, timeout, limit: maxWaiting, allowed_updates: allowedUpdates }
    const updates = (await persist(() => bot.api.getUpdates(parameters, forGrammy(stopping)), stopping, log)) ?? []
    let fresh = 0
    for (const update of updates) {
      if (open.has(update.update_id)) continue
      if ((await state.get(handledKey(update))) === fingerprint(update)) {
        metrics.counted('duplicate')
        open.set(update.update_id, true)
        continue
      }
      fresh++
      void take(update)
    }
    metrics.waiting(dispatcher.waiting, open.size >= maxWaiting)
    if (fresh === 0 && dispatcher.waiting > 0) {
      const pause = sleep(busyPollMs, undefined, { signal: stopping }).catch(() => undefined)
      const somethingDone = new Promise<void>((resolve) => {
        wake = resolve
      })
      await Promise.race([somethingDone, pause])
    }
  }
  try {
    while (!stopping.aborted) await round()
  } finally {
    await dispatcher.stop()
  }
  // Confirms what was handled since the last poll; only what nothing unhandled stands before can be.
  await new Promise((resolve) => setImmediate(resolve))
  if (confirmable() > 0) {
    await bot.api
      .getUpdates({ offset, limit: 1, timeout: 0 }, forGrammy(AbortSignal.timeout(stopDeadlineMs)))
      .catch((error) => log.warn('the last updates could not be confirmed and may come again', String(error)))
  }
}

/** Shows somebody whose turn takes a while that the bot is at work. */
function showBusy(bot: Bot<BotContext>, { message }: Update): void {
  if (message?.chat.type === 'private') bot.api.sendChatAction(message.chat.id, 'typing').catch(() => undefined)
}

/** Telegram may number anew after a quiet week: only the same update under the same number is one that was handled. */
function fingerprint(update: Update): string {
  return createHash('sha256').update(JSON.stringify(update)).digest('base64url').slice(0, 16)
}

function handledKey({ update_id }: Update): string {
  return `handled/${update_id}`
}

/** Handles an update; tells false when a stop cut it off in the middle of a wait, so that it must come again. */
async function handle(bot: Bot<BotContext>, update: Update, parts: BotParts): Promise<boolean> {
  try {
    await bot.handleUpdate(update)
  } catch (cause) {
    if (cause instanceof BotError && cause.error instanceof Error && cause.error.name === 'AbortError') return false
    await onFailure(cause, parts).catch((error) => parts.log.error('an update could not be handled', error))
  }
  return true
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
      const pauseMs = Math.min(outagePauseMs, firstPauseMs * 2 ** (failures - 1))
      await sleep(Math.max(floodMs, pauseMs), undefined, { signal: stopping }).catch(() => undefined)
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
