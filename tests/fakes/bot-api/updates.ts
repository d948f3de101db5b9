import type { Update } from 'grammy/types'
import { ApiFailure } from './failure.ts'
import type { MethodParameters, UPDATE_TYPES } from './schemas.ts'

type UpdateType = (typeof UPDATE_TYPES)[number]
type Poll = { limit: number; resolve: (updates: Update[]) => void; reject: (failure: ApiFailure) => void }

/** The updates the bot has not confirmed, and the long poll that waits for them. */
export type UpdateQueue = {
  /** Queues an update under the next id; one of a type the bot did not ask for is dropped, as at Telegram. */
  push(content: Omit<Update, 'update_id'>): Update
  /** Remembers `allowed_updates`: undefined changes nothing, an empty list brings back the default. */
  allow(types: readonly UpdateType[] | undefined): void
  /** The list last given, undefined for the default. */
  allowed(): readonly UpdateType[] | undefined
  /** `getUpdates`; `gone` aborts when the caller hangs up. */
  poll(parameters: MethodParameters<'getUpdates'>, gone: AbortSignal): Promise<Update[]>
  /** Ends a waiting long poll with a 409. */
  interrupt(by: string): void
  /** All updates to deliver to a webhook, the oldest first; each stays until confirmed. */
  all(): readonly Update[]
  /** True when an update is to come twice. */
  comesTwice(update: Update): boolean
  /** Says that an update comes its second time now; tells whether it was to. */
  twinned(update: Update): boolean
  /** Takes one update off after a webhook accepted it. */
  confirm(update: Update): void
  clear(): void
  size(): number
  /** True while a long poll waits for updates. */
  polled(): boolean
  /** The next `count` updates come a second time after they were confirmed. */
  duplicate(count: number): void
  /** Calls back whenever an update came or a long poll began to wait. */
  onChange(listener: () => void): void
  close(): void
}

const NOT_BY_DEFAULT: readonly UpdateType[] = ['chat_member', 'message_reaction', 'message_reaction_count']
const MAXIMUM_POLL_SECONDS = 50

/**
 * An empty queue. Update ids begin at a number no test would guess by accident.
 * @param isUnfiltered see `sendsAllUpdates` of `BotApiOptions`
 */
export function createUpdateQueue(isUnfiltered = false): UpdateQueue {
  let pending: Update[] = []
  // Confirmed updates that are due once more.
  let again: Update[] = []
  const twice = new Set<number>()
  let lastId = 870_000_000
  let duplicates = 0
  let allowedTypes: readonly UpdateType[] | undefined
  let waiting: Poll | undefined
  let wakeUp: NodeJS.Immediate | undefined
  const listeners: (() => void)[] = []

  function changed(): void {
    for (const listener of listeners) listener()
  }

  function forget(updates: readonly Update[]): void {
    again.push(...updates.filter(({ update_id }) => twice.delete(update_id)))
    pending = pending.filter((update) => !updates.includes(update))
  }

  function take(limit: number): Update[] {
    // Repeated ones are confirmed already, so they leave the queue at once.
    const repeated = again.splice(0, limit)
    return [...repeated, ...pending.slice(0, limit - repeated.length)]
  }

  function interrupt(by: string): void {
    waiting?.reject(new ApiFailure(409, `Conflict: terminated by ${by}`))
    waiting = undefined
  }

  const queue: UpdateQueue = {
    interrupt,
    push(content) {
      const update = { update_id: ++lastId, ...content } as Update
      const type = Object.keys(content)[0] as UpdateType
      const isWanted = allowedTypes?.includes(type) ?? !NOT_BY_DEFAULT.includes(type)
      if (!isWanted && !isUnfiltered) return update
      pending.push(update)
      if (duplicates > 0) {
        duplicates--
        twice.add(update.update_id)
      }
      // Waiting one turn lets updates pushed together arrive together.
      wakeUp ??= setImmediate(() => {
        wakeUp = undefined
        if (waiting && queue.size() > 0) {
          waiting.resolve(take(waiting.limit))
          waiting = undefined
        }
        changed()
      })
      return update
    },
    allow(types) {
      if (types !== undefined) allowedTypes = types.length > 0 ? types : undefined
    },
    allowed: () => allowedTypes,
    poll({ offset = 0, limit = 100, timeout = 0, allowed_updates }, gone) {
      interrupt('other getUpdates request; make sure that only one bot instance is running')
      queue.allow(allowed_updates)
      // A negative offset forgets all but the last updates; one far in the future confirms nothing.
      if (offset < 0) forget(pending.slice(0, offset))
      else if (offset <= lastId + 10) forget(pending.filter(({ update_id }) => update_id < offset))
      const ready = take(limit)
      if (ready.length > 0 || timeout === 0) return Promise.resolve(ready)
      return new Promise<Update[]>((resolve, reject) => {
        const poll: Poll = { limit, resolve: settle(resolve), reject: settle(reject) }
        const timer = setTimeout(() => poll.resolve([]), Math.min(timeout, MAXIMUM_POLL_SECONDS) * 1000)
        const hangUp = () => poll.resolve([])
        gone.addEventListener('abort', hangUp)
        waiting = poll
        changed()

        function settle<Value>(next: (value: Value) => void): (value: Value) => void {
          return (value) => {
            clearTimeout(timer)
            gone.removeEventListener('abort', hangUp)
            if (waiting === poll) waiting = undefined
            next(value)
          }
        }
      })
    },
    all: () => [...again, ...pending],
    comesTwice: ({ update_id }) => twice.has(update_id),
    twinned: ({ update_id }) => twice.delete(update_id),
    confirm(update) {
      if (again.includes(update)) again = again.filter((one) => one !== update)
      else forget([update])
    },
    clear() {
      pending = []
      again = []
    },
    size: () => again.length + pending.length,
    polled: () => waiting !== undefined,
    duplicate(count) {
      duplicates += count
    },
    onChange(listener) {
      listeners.push(listener)
    },
    close() {
      clearImmediate(wakeUp)
      waiting?.resolve([])
    },
  }
  return queue
}
