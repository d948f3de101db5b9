import { setTimeout as sleep } from 'node:timers/promises'
import { Bot, GrammyError, HttpError } from 'grammy'
import { TelegramError } from '../errors.ts'
import type { Log } from '../log.ts'

const firstPauseMs = 200
const outagePauseMs = 3000

/** grammY's types name a polyfill of the platform's own signals, which it takes all the same. */
export function forGrammy(signal: AbortSignal): NonNullable<Parameters<Bot['init']>[0]> {
  return signal as unknown as NonNullable<Parameters<Bot['init']>[0]>
}

/**
 * Calls Telegram until it answers: outages are told once, when they begin and when they end. A stop ends the waiting
 * with undefined.
 * @throws GrammyError when Telegram refuses for good
 */
export async function persist<T>(call: () => Promise<T>, stopping: AbortSignal, log: Log): Promise<T | undefined> {
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

export interface BotState {
  readonly username: string
  /** The address that Telegram sends updates to; empty for none, as while polling. */
  readonly webhookUrl: string
  readonly pending: number
  /** Of the latest delivery that failed. */
  readonly lastError: { readonly at: Date; readonly message: string } | null
}

/** What Telegram says of the bot. @throws TelegramError when it refuses the token or cannot be reached. */
export async function checkBot(token: string, apiRoot: string): Promise<BotState> {
  try {
    const { api } = new Bot(token, { client: { apiRoot, timeoutSeconds: 20 } })
    const { username } = await api.getMe()
    const info = await api.getWebhookInfo()
    const { last_error_date: at, last_error_message: message } = info
    return {
      username,
      webhookUrl: info.url ?? '',
      pending: info.pending_update_count,
      lastError: at === undefined ? null : { at: new Date(at * 1000), message: message ?? '' },
    }
  } catch (error) {
    throw explained(error)
  }
}

/** A refusal that the operator can mend, told so; anything else as it is. */
export function explained(cause: unknown): unknown {
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
  if (cause.method === 'setWebhook' && cause.error_code === 400) {
    return new TelegramError(
      {
        zh: `Telegram 不接受 WEBHOOK_URL(${cause.description})。它须是公网可达的 https 地址,端口为 443、80、88 或 8443。`,
        en: `Telegram does not take WEBHOOK_URL (${cause.description}). It must be an https address that the internet reaches, on port 443, 80, 88 or 8443.`,
      },
      { cause },
    )
  }
  return cause
}
