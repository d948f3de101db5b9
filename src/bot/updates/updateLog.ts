import { AsyncLocalStorage } from 'node:async_hooks'
import type { Update } from 'grammy/types'
import type { Log } from '../../log.ts'

const current = new AsyncLocalStorage<Update>()

/** Does the work of handling an update. Lines of an `updateLog` that are written meanwhile name the update. */
export function duringUpdate<T>(update: Update, work: () => Promise<T>): Promise<T> {
  return current.run(update, work)
}

/** A log whose lines begin with the `update_id` of the update that is being handled. */
export function updateLog(log: Log): Log {
  const put = (level: keyof Log) => (message: string, details?: unknown) => {
    const update = current.getStore()
    log[level](update ? `update ${update.update_id}: ${message}` : message, details)
  }
  return { error: put('error'), warn: put('warn'), info: put('info'), debug: put('debug') }
}
