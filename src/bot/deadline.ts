/** Waits for work, but no longer than until `cutOff` fires: then with an AbortError, whatever becomes of the work. */
export function unlessCutOff<T>(work: Promise<T>, cutOff: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(cutOff.reason)
    if (cutOff.aborted) giveUp()
    cutOff.addEventListener('abort', giveUp, { once: true })
    work.then(resolve, reject).finally(() => cutOff.removeEventListener('abort', giveUp))
  })
}
