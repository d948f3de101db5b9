import { LruMap } from '../lru.ts'

/** The number of visitors that are remembered; those silent the longest are forgotten first. */
const maxVisitors = 10_000

export interface Rate {
  /** The number of requests that may come at once. */
  readonly burst: number
  readonly perSecond: number
}

/**
 * A token bucket for each visitor, who may spend `burst` requests at once and gets back `perSecond`.
 * @param now in milliseconds
 * @returns 0 when the request may be answered, else the whole seconds until the next one may
 */
export function rateLimit(
  { burst, perSecond }: Rate,
  now: () => number = () => Date.now(),
): (visitor: string) => number {
  const visitors = new LruMap<string, { left: number; at: number }>(maxVisitors)
  return (visitor) => {
    const at = now()
    const seen = visitors.get(visitor)
    const left = seen ? Math.min(burst, seen.left + ((at - seen.at) / 1000) * perSecond) : burst
    visitors.set(visitor, { left: left >= 1 ? left - 1 : left, at })
    return left >= 1 ? 0 : Math.ceil((1 - left) / perSecond)
  }
}

/** Resolves to the function to be called at the end, or to null when too many wait or `gone` aborts. */
export type Semaphore = (gone: AbortSignal) => Promise<(() => void) | null>

/**
 * A semaphore with a queue of limited length.
 * @param atOnce the number that may be inside
 * @param waiting the number that may wait, in order
 */
export function semaphore(atOnce: number, waiting: number): Semaphore {
  let inside = 0
  const queue: (() => void)[] = []
  const leave = () => {
    inside--
    queue.shift()?.()
  }
  /** Returns the function that leaves; a second call of that function does nothing. */
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
