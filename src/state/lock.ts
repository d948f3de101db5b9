import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StateKey, StateStore } from './types.ts'

/** A lock is renewed while it is held; the lock of a process that was killed is over after so long. */
const lockSeconds = 10
const renewEveryMs = 3000
/** The pause between two attempts to take the lock. */
const pauseMs = 20

/**
 * Does `work` while no other process that shares the store does work under this name.
 * @param signal gives up the waiting for the lock
 */
export async function withLock<T>(
  store: Pick<StateStore, 'get' | 'claim' | 'set'>,
  name: string,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const key: StateKey = `turn/${name}`
  const own = randomUUID()
  while (!(await store.claim(key, own, lockSeconds))) await sleep(pauseMs, undefined, { signal })
  // A process that took too long to renew its lock may have lost it to another.
  const isHeld = async () => (await store.get(key)) === own
  const renew = async () => {
    if (await isHeld()) await store.set(key, own, lockSeconds)
  }
  const renewing = setInterval(() => renew().catch(() => undefined), renewEveryMs)
  try {
    return await work()
  } finally {
    clearInterval(renewing)
    if (await isHeld()) await store.set(key, null)
  }
}
