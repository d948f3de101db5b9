import type { InlineKeyboardMarkup, Message, MessageEntity, ResponseParameters } from 'grammy/types'
import { patienceMs, type Waiters } from './waiters.ts'

/** The parameters of a call as they came; the usual ones have their types. */
export type ApiParameters = {
  chat_id?: number
  message_id?: number
  message_thread_id?: number
  text?: string
  entities?: MessageEntity[]
  reply_markup?: InlineKeyboardMarkup
  [name: string]: unknown
}

/** The answer of the server. */
export type ApiResponse =
  | { ok: true; result: unknown }
  | { ok: false; error_code: number; description: string; parameters?: ResponseParameters }

/** One call the server received. */
export type ApiCall = {
  readonly method: string
  readonly params: ApiParameters
  /** The time it came at, in milliseconds since the epoch. */
  readonly at: number
  /** Undefined until answered, and for good when the connection was dropped. */
  response: ApiResponse | undefined
}

/** Picks calls by method or by a look at them. */
export type CallMatch = string | ((call: ApiCall) => boolean)

/** The record of calls. */
export type CallLog = {
  readonly calls: ApiCall[]
  receive(method: string, params: ApiParameters): ApiCall
  /** The first call that fits; see `BotApi.waitFor`. */
  waitFor(match: CallMatch, options: WaitOptions): Promise<ApiCall>
}

/** `after` skips that many calls from the start of `calls`: pass `calls.length` to wait for what comes now. */
export type WaitOptions = { timeoutMs?: number; after?: number }

/** An empty record. `waiters` are to be checked by whoever answers a call. */
export function createCallLog(waiters: Waiters): CallLog {
  const calls: ApiCall[] = []
  return {
    calls,
    receive(method, params) {
      const call: ApiCall = { method, params, at: Date.now(), response: undefined }
      calls.push(call)
      waiters.check()
      return call
    },
    waitFor(match, { timeoutMs = patienceMs, after = 0 }) {
      const matches = typeof match === 'string' ? ({ method }: ApiCall) => method === match : match
      // A long poll is of interest while it waits; any other call once its effect is there to be seen.
      const find = () =>
        calls.slice(after).find((call) => (call.response || call.method === 'getUpdates') && matches(call))
      return waiters.until(find, timeoutMs, () => `waitFor(${match}); calls seen:\n${describeCalls(calls)}`)
    },
  }
}

/** The message a successful call made or changed; throws with the refusal when it was none. */
export function sentMessage(call: ApiCall): Message {
  if (call.response?.ok && typeof call.response.result === 'object') return call.response.result as Message
  throw new Error(`${call.method} gave no message: ${JSON.stringify(call.response)}`)
}

function describeCalls(calls: readonly ApiCall[]): string {
  const lines = calls.map(({ method, params, response }) => {
    const outcome = response === undefined ? 'no answer' : response.ok ? 'ok' : response.description
    return `  ${method} ${JSON.stringify(params)} -> ${outcome}`
  })
  return lines.length > 0 ? lines.join('\n') : '  none'
}
