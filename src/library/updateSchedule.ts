/** The end of an update: `busy` when another process was building, `failed` for any other reason to try again. */
export type UpdateResult = 'done' | 'busy' | 'failed'

/** The pause after an update that failed, */
const retryMs = 5000
/** and after one that met another process at work while somebody waits. */
const busyMs = 1000

/**
 * Creates a schedule, which runs updates one after the other, and again after one that did not succeed.
 * @param update runs one update; must not reject
 * @param signal ends the schedule: no further update begins
 */
export function createUpdateSchedule(update: () => Promise<UpdateResult>, signal: AbortSignal) {
  let isAsked = false
  let running: Promise<void> | null = null
  let retry: NodeJS.Timeout | undefined
  /** Callers of `refresh` for whom no update has begun yet, each with the time at which its patience ends. */
  let waiting: { readonly resolve: () => void; readonly until: number }[] = []

  const run = async () => {
    while (isAsked && !signal.aborted) {
      isAsked = false
      const served = waiting
      waiting = []
      clearTimeout(retry)
      const result = await update()
      const now = Date.now()
      const isPatient = (until: number) => result === 'busy' && until > now && !signal.aborted
      for (const one of served) {
        if (isPatient(one.until)) waiting.push(one)
        else one.resolve()
      }
      if (result === 'done' || signal.aborted) continue
      retry = setTimeout(ask, waiting.some(({ until }) => isPatient(until)) ? busyMs : retryMs).unref()
    }
    running = null
  }
  const ask = () => {
    isAsked = true
    running ??= run()
  }
  return {
    /** Asks for an update that begins after this call, without waiting for it. */
    ask,
    /**
     * Resolves when an update that began after this call has ended, even though others may follow without end.
     * @param patienceMs the time for which updates are tried anew while another process builds; 0 for one update only
     */
    refresh: (patienceMs: number) =>
      new Promise<void>((resolve) => {
        if (signal.aborted) return resolve()
        waiting.push({ resolve, until: Date.now() + patienceMs })
        ask()
      }),
    /** Resolves when no update runs any more and nobody waits for one. */
    async close() {
      clearTimeout(retry)
      await running
      for (const { resolve } of waiting) resolve()
    },
  }
}
