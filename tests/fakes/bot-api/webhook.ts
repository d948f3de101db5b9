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
  /** Whether a webhook is set and nothing is under delivery. */
  idle(): boolean
}

type Target = { url: string; secret: string | undefined; maximumConnections: number }

/** What a webhook works with. */
export type WebhookOptions = {
  /** The pause before a failed delivery is tried again. */
  retryMs: number
  now: () => number
  /** Ends the delivery. */
  closing: AbortSignal
  /** Called when nothing is left to deliver. */
  onIdle: () => void
}

/**
 * A webhook that is not set. Updates go one at a time, in order; one the bot does not answer with a 2xx status is sent
 * again.
 */
export function createWebhook(queue: UpdateQueue, { retryMs, now, closing, onIdle }: WebhookOptions): Webhook {
  let target: Target | undefined
  let lastError: { last_error_date: number; last_error_message: string } | undefined
  let delivering = false

  async function deliver(): Promise<void> {
    if (delivering) return
    delivering = true
    for (let update = queue.first(); update && target && !closing.aborted; update = queue.first()) {
      const failure = await post(target, update, closing)
      if (failure === undefined) {
        queue.confirm(update)
      } else {
        lastError = { last_error_date: now(), last_error_message: failure }
        await delay(retryMs, undefined, { signal: closing }).catch(() => undefined) // closing ends the loop above
      }
    }
    delivering = false
    onIdle()
  }
  queue.onChange(() => void deliver())

  return {
    set({ url, secret_token, max_connections, allowed_updates, drop_pending_updates }) {
      if (drop_pending_updates) queue.clear()
      lastError = undefined
      if (url === '') {
        target = undefined
        return true
      }
      if (!URL.canParse(url)) throw badRequest('invalid webhook URL specified')
      const { protocol, hostname } = new URL(url)
      // Telegram takes HTTPS only; the loopback stands in for a proxy that ends TLS.
      if (protocol !== 'https:' && !['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) {
        throw badRequest('bad webhook: An HTTPS URL must be provided for webhook')
      }
      queue.interrupt('setWebhook request')
      queue.allow(allowed_updates)
      target = { url, secret: secret_token || undefined, maximumConnections: max_connections ?? 40 }
      void deliver()
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
    idle: () => target !== undefined && !delivering,
  }
}

/** Resolves with undefined when the bot accepted the update, else with the failure in Telegram's words. */
function post(target: Target, update: Update, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = (target.url.startsWith('https:') ? requestHttps : requestHttp)(target.url, {
      method: 'POST',
      // No agent: a kept connection would hold up the end of the bot's server.
      agent: false,
      signal,
      headers: {
        'content-type': 'application/json',
        ...(target.secret === undefined ? {} : { 'x-telegram-bot-api-secret-token': target.secret }),
      },
    })
    request.on('response', (response) => {
      response.resume()
      const status = response.statusCode ?? 0
      const failure = `Wrong response from the webhook: ${status} ${response.statusMessage}`
      response.on('close', () => resolve(status >= 200 && status < 300 ? undefined : failure))
    })
    request.on('error', ({ message }) => resolve(message))
    request.end(JSON.stringify(update))
  })
}
