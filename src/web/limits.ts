import { LruMap } from '../lru.ts'

/** Visitors remembered; the longest silent are forgotten first. */
const maxVisitors = 10_000

export interface Rate {
  /** How many requests may come at once. */
  readonly burst: number
  readonly perSecond: number
}

/**
 * Counts the requests of visitors: each may spend `burst` at once, and gets back `perSecond`.
 * @param now in milliseconds
 * @returns 0 when a request may be answered, else after how many whole seconds the next one may
 */
export function rateLimit({ burst, perSecond }: Rate, now: () => number = Date.now): (visitor: string) => number {
  const visitors = new LruMap<string, { left: number; at: number }>(maxVisitors)
  return (visitor) => {
    const at = now()
    const seen = visitors.get(visitor)
    const left = seen ? Math.min(burst, seen.left + ((at - seen.at) / 1000) * perSecond) : burst
    visitors.set(visitor, { left: left >= 1 ? left - 1 : left, at })
    return left >= 1 ? 0 : Math.ceil((1 - left) / perSecond)
  }
}

/** Lets so many in at once; resolves to what is to be called at the end, or to null when too many wait or `gone` aborts. */
export type Semaphore = (gone: AbortSignal) => Promise<(() => void) | null>

/**
 * @param atOnce how many may be inside
 * @param waiting how many may wait outside, in order
 */
export function semaphore(atOnce: number, waiting: number): Semaphore {
  let inside = 0
  const queue: (() => void)[] = []
  const leave = () => {
    inside--
    queue.shift()?.()
  }
  /** Calling it twice lets nobody else in. */
  const enter = () => {
    inside++
    let isIn = true
    return () => {
      if (isIn) leave()
      isIn = false
    }
  }
  return (gone) => {
    if (gone.aborted) return Promise.resolve(null)
    if (inside < atOnce) return Promise.resolve(enter())
    if (queue.length >= waiting) return Promise.resolve(null)
    return new Promise((resolve) => {
      const come = () => {
        gone.removeEventListener('abort', giveUp)
        resolve(enter())
      }
      const giveUp = () => {
        queue.splice(queue.indexOf(come), 1)
        resolve(null)
      }
      queue.push(come)
      gone.addEventListener('abort', giveUp, { once: true })
    })
  }
}
