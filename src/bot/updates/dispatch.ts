import type { Update } from 'grammy/types'

/** Updates handled at the same time, of different chats. */
export const maxParallel = 32

/** Handles updates of one chat in order and of different chats side by side. */
export interface Dispatcher {
  /** Takes an update to be handled in its chat's turn; the promise resolves when it was, and never rejects. */
  take(update: Update): Promise<void>
  /** Updates taken and not yet handled. */
  readonly waiting: number
  /** Starts nothing more and resolves when what was begun is done. Updates not begun are left out. */
  stop(): Promise<void>
}

/** @param handle handles one update; its failures are its own affair */
export function createDispatcher(handle: (update: Update) => Promise<void>): Dispatcher {
  const chats = new Map<string, { update: Update; done: () => void }[]>()
  /** Chats with something to do and nobody at it, the longest waiting first. */
  const ready: string[] = []
  const running = new Set<Promise<void>>()
  let waiting = 0
  let isStopped = false

  const next = () => {
    while (!isStopped && running.size < maxParallel) {
      const chat = ready.shift()
      if (chat === undefined) return
      const work = handleFirst(chat).finally(() => {
        running.delete(work)
        next()
      })
      running.add(work)
    }
  }
  const handleFirst = async (chat: string) => {
    const queue = chats.get(chat)!
    const { update, done } = queue[0]!
    try {
      await handle(update)
    } finally {
      waiting--
      queue.shift()
      if (queue.length > 0) ready.push(chat)
      else chats.delete(chat)
      done()
    }
  }

  return {
    get waiting() {
      return waiting
    },
    take(update) {
      const chat = turnOf(update)
      return new Promise((done) => {
        waiting++
        const queue = chats.get(chat)
        if (queue) queue.push({ update, done })
        else {
          chats.set(chat, [{ update, done }])
          ready.push(chat)
        }
        next()
      })
    },
    async stop() {
      isStopped = true
      await Promise.allSettled(running)
    },
  }
}

/** Whose turn an update waits for: that of its chat, and for what belongs to no chat that of its sender. */
function turnOf(update: Update): string {
  const message = update.message ?? update.callback_query?.message ?? update.my_chat_member ?? update.guest_message
  if (message) return `chat ${message.chat.id}`
  return `person ${update.inline_query?.from.id ?? update.callback_query?.from.id ?? update.update_id}`
}
