/** A queue that begins a call only when the call before it has ended, well or not. */
export function serialQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const done = last.then(work)
    last = done.catch(() => undefined)
    return done
  }
}

/** The same function over a serial queue of its own. */
export function serialized<A extends unknown[], R>(work: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
  const queue = serialQueue()
  return (...args) => queue(() => work(...args))
}
