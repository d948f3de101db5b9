import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StateStore } from './types.ts'

/** A turn is renewed while it lasts; that of a process that was killed is over after so long. */
const turnSeconds = 10
const renewEveryMs = 3000
const pauseMs = 20

/** Does `work` when no other process that shares the store is at work under this name. */
export async function inTurn<T>(
  store: Pick<StateStore, 'get' | 'claim' | 'set'>,
  name: string,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const key = `turn/${name}`
  const own = randomUUID()
  while (!(await store.claim(key, own, turnSeconds))) await sleep(pauseMs, undefined, { signal })
  // One that took too long to renew it may have lost it to another.
  const isHeld = async () => (await store.get(key)) === own
  const renew = async () => {
    if (await isHeld()) await store.set(key, own, turnSeconds)
  }
  const renewing = setInterval(() => renew().catch(() => undefined), renewEveryMs)
  try {
    return await work()
  } finally {
    clearInterval(renewing)
    if (await isHeld()) await store.set(key, null)
  }
}
