import { HttpError, type Transformer } from 'grammy'

export interface RetryOptions {
  /** Waits; tests hand in their own. */
  readonly sleep: (milliseconds: number) => Promise<unknown>
  /** 0 … 1, for jitter. */
  readonly random: () => number
}

const maxAttempts = 5
const firstBackoffMs = 500
/** A longer flood wait than this is given up rather than held: the asker would not wait for it either. */
const maxFloodWaitSeconds = 120

/**
 * Retries calls that failed for a reason that passes: floods after exactly the time Telegram asks for, server faults
 * and dropped connections after a growing, jittered pause, five attempts in all. Polling has its own loop.
 */
export function retryTransformer({ sleep, random }: RetryOptions): Transformer {
  return async (call, method, payload, signal) => {
    if (method === 'getUpdates') return call(method, payload, signal)
    for (let attempt = 1; ; attempt++) {
      const backoffMs = firstBackoffMs * 2 ** (attempt - 1) * (0.5 + random())
      try {
        const response = await call(method, payload, signal)
        if (response.ok || attempt === maxAttempts) return response
        const floodSeconds = response.parameters?.retry_after
        if (floodSeconds !== undefined && floodSeconds > maxFloodWaitSeconds) return response
        if (floodSeconds !== undefined) await sleep(floodSeconds * 1000)
        else if (response.error_code >= 500) await sleep(backoffMs)
        else return response
      } catch (error) {
        if (!(error instanceof HttpError) || attempt === maxAttempts || signal?.aborted) throw error
        await sleep(backoffMs)
      }
    }
  }
}
