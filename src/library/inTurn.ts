/** The same work, but a call begins only when the one before it has ended, well or not. */
export function inTurn<A extends unknown[], R>(work: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve()
  return (...args) => {
    const done = last.then(() => work(...args))
    last = done.catch(() => undefined)
    return done
  }
}
