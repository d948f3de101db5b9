/** Tests wait this long, in milliseconds. Only a test that fails does, however busy the machine is. */
export const patienceMs = 120_000

/** Waiters wait for something to become true. They look again whenever `check` says that something happened. */
export type Waiters = {
  /**
   * Resolves with what `find` gives as soon as that is not undefined. Rejects after `timeoutMs` or at the close; the
   * error says `describe()`, made at that moment.
   */
  until<Found>(find: () => Found | undefined, timeoutMs: number, describe: () => string): Promise<Found>
  check(): void
  close(): void
}

/** Nobody waits yet. */
export function createWaiters(): Waiters {
  const waiting = new Set<{ check(): void; end(reason: string): void }>()
  return {
    until(find, timeoutMs, describe) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => waiter.end(`not within ${timeoutMs} ms`), timeoutMs)
        const finish = (next: () => void) => {
          clearTimeout(timer)
          waiting.delete(waiter)
          next()
        }
        const waiter = {
          check() {
            try {
              const found = find()
              if (found !== undefined) finish(() => resolve(found))
            } catch (error) {
              finish(() => reject(error)) // the test's own predicate threw
            }
          },
          end: (reason: string) => finish(() => reject(new Error(`${reason}: ${describe()}`))),
        }
        waiting.add(waiter)
        waiter.check()
      })
    },
    check() {
      for (const waiter of [...waiting]) waiter.check()
    },
    close() {
      for (const waiter of [...waiting]) waiter.end('the server closed')
    },
  }
}
