const windowMs = 60_000
/** Senders remembered; the longest silent are forgotten first. */
const maxSenders = 10_000

export type Verdict = 'fine' | 'tell' | 'silent'

/**
 * Counts questions of people and chats over the last minute. Whoever asks too much is told once, then met with silence
 * until there is room again.
 *
 * @param perMinute 0 for no limit
 * @param now in milliseconds
 */
export function questionLimit(
  perMinute: number,
  now: () => number = Date.now,
): (...senders: readonly string[]) => Verdict {
  const asked = new Map<string, { times: number[]; isTold: boolean }>()
  return (...senders) => {
    if (perMinute === 0) return 'fine'
    const since = now() - windowMs
    const all = senders.map((sender) => {
      const entry = asked.get(sender) ?? { times: [], isTold: false }
      entry.times = entry.times.filter((time) => time > since)
      asked.delete(sender)
      asked.set(sender, entry)
      return entry
    })
    for (const oldest of asked.keys()) {
      if (asked.size <= maxSenders) break
      asked.delete(oldest)
    }
    const full = all.filter(({ times }) => times.length >= perMinute)
    if (full.length > 0) {
      const isTold = full.some((entry) => entry.isTold)
      for (const entry of full) entry.isTold = true
      return isTold ? 'silent' : 'tell'
    }
    for (const entry of all) {
      entry.times.push(now())
      entry.isTold = false
    }
    return 'fine'
  }
}
