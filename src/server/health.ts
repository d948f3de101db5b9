import type { Bilingual } from '../errors.ts'

/** What `/healthz` says. */
export interface Health {
  /** Whether updates can be taken in. */
  readonly isWell: boolean
  /**
   * The state as JSON: `status`, `telegram` where Telegram cannot be reached, `index` where something is wrong with the index,
   * `startedAt`.
   */
  readonly told: Readonly<Record<string, unknown>>
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
 * Health is that of the queue. A process that reaches neither the index nor Telegram is well: it takes questions in and tries
 * again, which is better than a proxy that finds nobody to give them to, and restarting it would mend nothing. What is wrong
 * is told beside.
 */
export function healthOf({ queue, telegram, index, startedAt }: Condition): Health {
  const indexStatus = index && (index.canAnswer ? 'degraded' : 'no index')
  const status = queue === 'ok' ? (telegram ? 'no telegram' : (indexStatus ?? 'ok')) : queue
  const told = { status, ...(telegram && { telegram: telegram.en }), ...(index && { index: index.text.en }), startedAt }
  return { isWell: queue === 'ok', told }
}
