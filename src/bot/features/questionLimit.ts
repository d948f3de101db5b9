import { LruMap } from '../../lru.ts'

const windowMs = 60_000
/** This many senders are remembered; those silent for longest are forgotten first. */
const maxSenders = 10_000

/** The question is answered, or its sender is warned, or it is ignored. */
export type LimitVerdict = 'fine' | 'warn' | 'silent'

/**
 * Creates a limit that counts the questions of each sender, a person or a chat, over the last minute. A sender who asks
 * too much is warned once, then ignored until the count is below the limit again.
 * @param perMinute questions allowed; 0 for no limit
 * @param now returns milliseconds
 */
export function questionLimit(
  perMinute: number,
  now: () => number = Date.now,
): (...senders: readonly string[]) => LimitVerdict {
  const asked = new LruMap<string, { times: number[]; isWarned: boolean }>(maxSenders)
  return (...senders) => {
    if (perMinute === 0) return 'fine'
    const since = now() - windowMs
    const all = senders.map((sender) => {
      const entry = asked.get(sender) ?? { times: [], isWarned: false }
      entry.times = entry.times.filter((time) => time > since)
      asked.set(sender, entry)
      return entry
    })
    const full = all.filter(({ times }) => times.length >= perMinute)
    if (full.length > 0) {
      const isWarned = full.some((entry) => entry.isWarned)
      for (const entry of full) entry.isWarned = true
      return isWarned ? 'silent' : 'warn'
    }
    for (const entry of all) {
      entry.times.push(now())
      entry.isWarned = false
    }
    return 'fine'
  }
}
