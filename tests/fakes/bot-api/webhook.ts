import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { setTimeout as delay } from 'node:timers/promises'
import type { Update, WebhookInfo } from 'grammy/types'
import { ApiFailure, badRequest } from './failure.ts'
import type { MethodParameters } from './schemas.ts'
import type { UpdateQueue } from './updates.ts'

/** Delivers the queue to the url that `setWebhook` gave. */
export type Webhook = {
  set(parameters: MethodParameters<'setWebhook'>): true
  info(): WebhookInfo
  /** Refuses `getUpdates` while a webhook is set. */
  refusePolling(): void
  /** True when a webhook is set and nothing is under delivery. */
  idle(): boolean
  /** Replicas (`http://host:port`) that the address leads to, in turns, whatever host it names. */
  balance(replicas: readonly string[]): void
}

type Target = { url: string; secret: string | undefined; maximumConnections: number }

/** The options of a webhook. */
export type WebhookOptions = {
  /** The pause before a failed delivery is tried again; it doubles with each failure in a row, up to 50 times as long. */
  retryMs: number
  /** A delivery that is not answered within this time failed. */
  timeoutMs: number
  now: () => number
  /** Ends the delivery. */
  closing: AbortSignal
  /** Called when nothing is left to deliver. */
  onIdle: () => void
}

const PORTS = ['', '443', '80', '88', '8443']

/**
 * A webhook that is not set. Updates of one chat go one at a time, in order, those of several chats side by side; one the
 * bot does not answer with a 2xx status is sent again, and holds up its chat meanwhile. Those that are to come twice come
 * by turns at the same moment and right after the first was accepted.
 */
export function createWebhook(queue: UpdateQueue, options: WebhookOptions): Webhook {
  const { retryMs, timeoutMs, now, closing, onIdle } = options
  let target: Target | undefined
  let lastError: { last_error_date: number; last_error_message: string } | undefined
  let replicas: readonly string[] = []
  let turn = 0
  let twins = 0
  /** Chats with a delivery under way. */
  const busy = new Set<string>()
  let connections = 0

  async function deliverOnce(to: Target, update: Update): Promise<string | undefined> {
    const replica = replicas[turn++ % Math.max(1, replicas.length)]
    const { pathname, search } = new URL(to.url)
    connections++
    const url = replica === undefined ? to.url : `${replica}${pathname}${search}`
    const failure = await post(url, to.secret, update, timeoutMs, closing)
    connections--
    return failure
  }

  async function deliver(chat: string, update: Update): Promise<void> {
    let pauseMs = retryMs
    busy.add(chat)
    while (target && !closing.aborted) {
      const isTwin = queue.comesTwice(update) && twins++ % 2 === 0 && queue.twinned(update)
      const twin = isTwin ? deliverOnce(target, update) : undefined
      const failures = await Promise.all([deliverOnce(target, update), twin])
      const failure = failures[0]
      if (failure === undefined) {
        queue.confirm(update)
        break
      }
      lastError = { last_error_date: now(), last_error_message: failure }
      await delay(pauseMs, undefined, { signal: closing }).catch(() => undefined) // closing ends the loop
      pauseMs = Math.min(pauseMs * 2, retryMs * 50)
    }
    busy.delete(chat)
    next()
  }

  function next(): void {
    if (target === undefined || closing.aborted) return
    for (const update of queue.all()) {
      if (connections + 1 > target.maximumConnections) break
      const chat = chatOf(update)
      if (!busy.has(chat)) void deliver(chat, update)
    }
    if (busy.size === 0) onIdle()
  }
  queue.onChange(next)

  return {
    set({ url, secret_token, max_connections, allowed_updates, drop_pending_updates }) {
      if (drop_pending_updates) queue.clear()
      lastError = undefined
      if (url === '') {
        target = undefined
        return true
      }
      if (!URL.canParse(url)) throw badRequest('invalid webhook URL specified')
      const { protocol, hostname, port } = new URL(url)
      // Telegram takes HTTPS only; the loopback stands in for a proxy that ends TLS.
      const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
      if (protocol !== 'https:' && !isLoopback) {
        throw badRequest('bad webhook: An HTTPS URL must be provided for webhook')
      }
      if (!PORTS.includes(port) && !isLoopback) {
        throw badRequest('bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443')
      }
      queue.interrupt('setWebhook request')
      queue.allow(allowed_updates)
      target = { url, secret: secret_token || undefined, maximumConnections: max_connections ?? 40 }
      next()
      return true
    },
    info() {
      const allowed = queue.allowed()
      return {
        url: target?.url ?? '',
        has_custom_certificate: false,
        pending_update_count: queue.size(),
        ...(target ? { max_connections: target.maximumConnections, ip_address: '127.0.0.1' } : {}),
        ...(allowed ? { allowed_updates: [...allowed] } : {}),
        ...lastError,
      }
    },
    refusePolling() {
      if (target === undefined) return
      const reason = "can't use getUpdates method while webhook is active"
      throw new ApiFailure(409, `Conflict: ${reason}; use deleteWebhook to delete the webhook first`)
    },
    idle: () => target !== undefined && busy.size === 0,
    balance(addresses) {
      replicas = addresses
    },
  }
}

/** The line that an update waits in. */
function chatOf(update: Update): string {
  const message = update.message ?? update.callback_query?.message ?? update.my_chat_member ?? update.edited_message
  return message ? `chat ${message.chat.id}` : `person ${update.inline_query?.from.id ?? update.update_id}`
}

/** Resolves with undefined when the bot accepted the update, else with the failure in Telegram's words. */
function post(
  url: string,
  secret: string | undefined,
  update: Update,
  timeoutMs: number,
  closing: AbortSignal,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = (url.startsWith('https:') ? requestHttps : requestHttp)(url, {
      method: 'POST',
      // No agent: a kept connection would hold up the end of the bot's server.
      agent: false,
      signal: closing,
      headers: {
        'content-type': 'application/json',
        ...(secret === undefined ? {} : { 'x-telegram-bot-api-secret-token': secret }),
      },
    })
    const timer = setTimeout(() => request.destroy(new Error('Read timeout expired')), timeoutMs)
    const end = (failure: string | undefined) => {
      clearTimeout(timer)
      resolve(failure)
    }
    request.on('response', (response) => {
      response.resume()
      const status = response.statusCode ?? 0
      const failure = `Wrong response from the webhook: ${status} ${response.statusMessage}`
      response.on('close', () => end(status >= 200 && status < 300 ? undefined : failure))
    })
    request.on('error', ({ message }) => end(message))
    request.end(JSON.stringify(update))
  })
}
