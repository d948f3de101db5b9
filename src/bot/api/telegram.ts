import { setTimeout as sleep } from 'node:timers/promises'
import { Api, Bot, GrammyError, HttpError } from 'grammy'
import { type Bilingual, TelegramError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { ProxyServer } from '../../network/proxy.ts'
import type { Connection } from './connection.ts'
import { outageText } from './outageTexts.ts'
import { callFault } from './reachability.ts'
import { createTransport, type Transport } from './transport.ts'

const firstPauseMs = 200
const outagePauseMs = 3000
/** A call of a check, which somebody waits for, is given up after this time. */
const checkSeconds = 15

/** A signal as grammY's types want it: they name a polyfill, but grammY takes the platform's own signals. */
export function forGrammy(signal: AbortSignal): NonNullable<Parameters<Bot['init']>[0]> {
  return signal as unknown as NonNullable<Parameters<Bot['init']>[0]>
}

/** A transport's `call` as grammY's types want it: they ask for a whole `fetch`, of which grammY uses this much. */
export function asFetch(call: Transport['call']): typeof globalThis.fetch {
  return call as unknown as typeof globalThis.fetch
}

/**
 * Calls Telegram until it answers, in an outage every few seconds for ever. The connection logs outages. Resolves with
 * undefined when a stop ends the waiting.
 * @throws GrammyError when Telegram refuses for good
 */
export async function persist<T>(call: () => Promise<T>, stopping: AbortSignal, log: Log): Promise<T | undefined> {
  let failures = 0
  while (!stopping.aborted) {
    try {
      return await call()
    } catch (error) {
      if (stopping.aborted) return undefined
      const isFlood = error instanceof GrammyError && error.error_code === 429
      const isPassing =
        isFlood || error instanceof HttpError || (error instanceof GrammyError && error.error_code >= 500)
      if (!isPassing) throw error
      const floodMs = isFlood ? (error.parameters.retry_after ?? 0) * 1000 : 0
      if (isFlood) log.warn(`Telegram asks the bot to wait ${floodMs / 1000} s`)
      const pauseMs = Math.min(outagePauseMs, firstPauseMs * 2 ** failures++)
      await sleep(Math.max(floodMs, pauseMs), undefined, { signal: stopping }).catch(() => undefined)
    }
  }
  return undefined
}

/** Calls Telegram once, so that the connection learns of an outage. Refusals are left to the calls that follow. */
export async function callOnce(token: string, apiRoot: string, { call, reachability }: Connection): Promise<void> {
  const api = new Api(token, { apiRoot, timeoutSeconds: checkSeconds, fetch: asFetch(call) })
  api.config.use(reachability.transformer)
  await api.getMe().catch(() => undefined)
}

/** Asks Telegram for the state of the bot. @throws TelegramError when it refuses the token or cannot be reached. */
export async function checkBot(token: string, apiRoot: string, proxy: ProxyServer | null) {
  try {
    const fetch = asFetch(createTransport(apiRoot, proxy).call)
    const { api } = new Bot(token, { client: { apiRoot, timeoutSeconds: checkSeconds, fetch } })
    const { username } = await api.getMe()
    const info = await api.getWebhookInfo()
    const { last_error_date: at, last_error_message: message } = info
    return {
      username,
      /** The address that Telegram sends updates to; empty while polling. */
      webhookUrl: info.url ?? '',
      /** The number of updates that wait at Telegram. */
      pending: info.pending_update_count,
      /** The failure of the latest delivery that failed; null where none did. */
      lastError: at === undefined ? null : { at: new Date(at * 1000), message: message ?? '' },
    }
  } catch (error) {
    const fault = callFault(error)
    throw fault ? new TelegramError(outageText(apiRoot, proxy, fault)) : explained(error)
  }
}

/** A refusal that the operator can do something about, as an error that says what; any other error as it is. */
export function explained(cause: unknown): unknown {
  const text = cause instanceof GrammyError ? adviceText(cause) : null
  return text ? new TelegramError(text, { cause }) : cause
}

function adviceText({ error_code, description, method }: GrammyError): Bilingual | null {
  if (error_code === 401 || error_code === 404) {
    return {
      zh: `Telegram 不认这个令牌(${error_code} ${description})。请向 @BotFather 核对 TELEGRAM_BOT_TOKEN。`,
      en: `Telegram does not know this token (${error_code} ${description}). Check TELEGRAM_BOT_TOKEN with @BotFather.`,
    }
  }
  if (error_code === 409) {
    return {
      zh: '另一个进程正在用同一个令牌接收消息(409 Conflict)。请先停掉它,再启动。',
      en: 'Another process receives messages with the same token (409 Conflict). Stop it first, then start again.',
    }
  }
  if (method === 'setWebhook' && error_code === 400) {
    return {
      zh: `Telegram 不接受 WEBHOOK_URL(${description})。它须是公网可达的 https 地址,端口为 443、80、88 或 8443。`,
      en: `Telegram does not take WEBHOOK_URL (${description}). It must be an https address that the internet reaches, on port 443, 80, 88 or 8443.`,
    }
  }
  return null
}
