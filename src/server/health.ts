import type { Bilingual } from '../errors.ts'

/** What `/healthz` says. */
export interface Health {
  /** Whether updates can be taken in. */
  readonly isWell: boolean
  /** The state as JSON: `status`, `index` where something is wrong with the index, `startedAt`. */
  readonly told: Readonly<Record<string, unknown>>
}

/**
 * Health is that of the queue. A process whose index cannot be reached is well: it takes questions in and says to come back
 * later, which is better than a proxy that finds nobody to give them to, and restarting it would mend nothing. What is
 * wrong with the index is told beside.
 *
 * @param queue of updates: `busy` when so many wait that no more should come
 * @param trouble with the index, or null
 */
export function healthOf(
  queue: 'ok' | 'busy' | 'starting' | 'stopping',
  trouble: { readonly canAnswer: boolean; readonly text: Bilingual } | null,
  startedAt: Date,
): Health {
  const status = queue === 'ok' && trouble ? (trouble.canAnswer ? 'degraded' : 'no index') : queue
  return { isWell: queue === 'ok', told: { status, ...(trouble && { index: trouble.text.en }), startedAt } }
}
