import type { Bilingual } from '../errors.ts'

/** The answer of `/healthz`. */
export interface Health {
  /** True when updates can be taken in. */
  readonly isWell: boolean
  /**
   * The condition as JSON: `status`, `telegram` where Telegram cannot be reached, `index` where something is wrong with
   * the index, `startedAt`.
   */
  readonly details: Readonly<Record<string, unknown>>
}

/** The condition of a process, by which its health is judged. */
export interface Condition {
  /** `busy` when so many updates wait that no more should come. */
  readonly queue: 'ok' | 'busy' | 'starting' | 'stopping'
  /** The reason why Telegram cannot be reached, or null. */
  readonly telegram: Bilingual | null
  /** Trouble with the index, or null. */
  readonly index: { readonly canAnswer: boolean; readonly text: Bilingual } | null
  readonly startedAt: Date
}

/**
 * The health of a process, which is that of its queue. A process that reaches neither the index nor Telegram is well:
 * it takes questions in and tries again, which is better than a proxy without a server, and a restart would mend
 * nothing. The details name such faults.
 */
export function healthOf({ queue, telegram, index, startedAt }: Condition): Health {
  const indexStatus = index && (index.canAnswer ? 'degraded' : 'no index')
  const status = queue === 'ok' ? (telegram ? 'no telegram' : (indexStatus ?? 'ok')) : queue
  const details = {
    status,
    ...(telegram && { telegram: telegram.en }),
    ...(index && { index: index.text.en }),
    startedAt,
  }
  return { isWell: queue === 'ok', details }
}
