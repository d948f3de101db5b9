import type { Update } from 'grammy/types'
import { duringUpdate } from './updateLog.ts'

/** Updates of this many chats are handled at the same time. */
export const maxParallel = 32

/**
 * Creates a dispatcher, which handles updates of one chat in order, and updates of different chats side by side.
 * @param handle handles one update, and sees to its failures itself
 */
export function createDispatcher(handle: (update: Update) => Promise<void>) {
  const chats = new Map<string, { update: Update; done: () => void }[]>()
  /** The chats with updates of which none is being handled; the chat that waits longest comes first. */
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
      await duringUpdate(update, () => handle(update))
    } finally {
      waiting--
      queue.shift()
      if (queue.length > 0) ready.push(chat)
      else chats.delete(chat)
      done()
    }
  }

  return {
    /** The number of updates taken and not yet handled. */
    get waiting() {
      return waiting
    },
    /** Queues an update behind those of its chat. The promise resolves when it was handled, and never rejects. */
    take(update: Update): Promise<void> {
      const chat = queueOf(update)
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
    /** Begins no more updates, and resolves when those that are begun are handled. */
    async stop() {
      isStopped = true
      await Promise.allSettled(running)
    },
  }
}

/** The name of the queue that an update waits in: that of its chat, or of its sender where it belongs to no chat. */
function queueOf(update: Update): string {
  const message = update.message ?? update.callback_query?.message ?? update.my_chat_member ?? update.guest_message
  if (message) return `chat ${message.chat.id}`
  return `person ${update.inline_query?.from.id ?? update.callback_query?.from.id ?? update.update_id}`
}
