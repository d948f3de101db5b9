import type { Digest } from './types.ts'

/** The hour at which digests are sent, in the time zone of this machine; weekly ones on Mondays. */
const hour = 8
const monday = 1

/**
 * The time at which the next digest is due.
 * @param now the time in milliseconds since 1970
 * @returns Unix time in seconds, later than `now`
 */
export function nextDue(every: Digest['every'], now: number): number {
  const due = new Date(now)
  due.setHours(hour, 0, 0, 0)
  while (due.getTime() <= now || (every === 'week' && due.getDay() !== monday)) due.setDate(due.getDate() + 1)
  return due.getTime() / 1000
}
