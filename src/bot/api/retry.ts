import { type GrammyError, HttpError, type Transformer } from 'grammy'

export interface RetryOptions {
  /** Waits before the next attempt. */
  readonly sleep: (milliseconds: number) => Promise<unknown>
  /** Returns a number from 0 to 1, for jitter. */
  readonly random: () => number
  /** Counts every fault that is waited out. */
  readonly count?: (event: string) => void
}

const maxAttempts = 5
const firstBackoffMs = 500
/** A call that Telegram asks to wait longer is given up: the asker would not wait that long either. */
const maxFloodWaitSeconds = 120

/**
 * Retries calls that failed for a passing reason, with five attempts in all: floods after exactly the time that
 * Telegram asks for, server faults and dropped connections after a growing pause with jitter. Polling has a loop of its
 * own.
 */
export function retryTransformer({ sleep, random, count = () => {} }: RetryOptions): Transformer {
  return async (call, method, payload, signal) => {
    if (method === 'getUpdates') return call(method, payload, signal)
    for (let attempt = 1; ; attempt++) {
      const backoffMs = firstBackoffMs * 2 ** (attempt - 1) * (0.5 + random())
      try {
        const response = await call(method, payload, signal)
        if (response.ok || attempt === maxAttempts) return response
        const floodSeconds = response.parameters?.retry_after
        if (floodSeconds !== undefined && floodSeconds > maxFloodWaitSeconds) return response
        if (floodSeconds !== undefined) {
          count('flood')
          await sleep(floodSeconds * 1000)
        } else if (response.error_code >= 500) {
          count('server fault')
          await sleep(backoffMs)
        } else return response
      } catch (error) {
        if (!(error instanceof HttpError) || attempt === maxAttempts || signal?.aborted) throw error
        count('network fault')
        await sleep(backoffMs)
      }
    }
  }
}

/**
 * Adapts calls that fail because of a change meanwhile: messages to a group that became a supergroup go to its new id,
 * and a quote that no longer fits is left out. An answer to a query that is too old, or an edit that changes nothing,
 * is no failure.
 */
export function adaptTransformer(count: (event: string) => void): Transformer {
  return async (call, method, payload, signal) => {
    const response = await call(method, payload, signal)
    if (response.ok) return response
    const { description, parameters } = response
    const fields = payload as { chat_id?: unknown; reply_parameters?: { quote?: string }; message_thread_id?: number }
    if (parameters?.migrate_to_chat_id !== undefined && fields.chat_id !== undefined) {
      count('migrated')
      // The supergroup does not know the message ids and topics of the group.
      const { reply_parameters: _, message_thread_id: __, ...rest } = fields
      return call(method, { ...rest, chat_id: parameters.migrate_to_chat_id } as typeof payload, signal)
    }
    if (/QUOTE_TEXT_INVALID/u.test(description) && fields.reply_parameters?.quote !== undefined) {
      count('quote no longer fits')
      const { quote: _, ...replyParameters } = fields.reply_parameters
      return call(method, { ...payload, reply_parameters: replyParameters } as typeof payload, signal)
    }
    const isHarmless =
      (/^answer(?:Callback|Inline|Guest)Query$/u.test(method) &&
        /query is too old|query ID is invalid/iu.test(description)) ||
      (/^editMessage/u.test(method) && /message is not modified/iu.test(description))
    if (!isHarmless) return response
    count(/modified/u.test(description) ? 'nothing to edit' : 'query too old')
    return { ok: true, result: true } as unknown as typeof response
  }
}

const reasons: readonly (readonly [RegExp, string])[] = [
  [/blocked by the user/iu, 'blocked'],
  [/deactivated/iu, 'deactivated'],
  [/kicked|not a member/iu, 'kicked'],
  [/not enough rights|have no rights|CHAT_WRITE_FORBIDDEN|CHAT_RESTRICTED/iu, 'muted'],
  [/TOPIC_CLOSED|TOPIC_DELETED|message thread not found/iu, 'topic closed'],
  [/message to (?:edit|delete|reply|be replied)\S* not found|MESSAGE_ID_INVALID/iu, 'message deleted'],
  [/chat not found/iu, 'chat not found'],
  [/too many requests/iu, 'flood'],
]

/** The reason of a refusal in a word or two, for counting. */
export function reasonOf({ description, error_code }: GrammyError): string {
  return reasons.find(([pattern]) => pattern.test(description))?.[1] ?? `refused ${error_code}`
}
