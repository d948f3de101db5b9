import { setTimeout as sleep } from 'node:timers/promises'
import type { Bot } from 'grammy'
import type { Update } from 'grammy/types'
import { forGrammy, persist } from '../api/telegram.ts'
import type { BotContext, BotDependencies } from '../context.ts'
import { createDispatcher } from './dispatch.ts'
import { leftInInbox } from './inbox.ts'
import { allowedUpdates, busyFrom, handle, handledKey, handledSeconds, inboxKey, showBusy, updateId } from './update.ts'

/** Telegram hands out at most so many updates that are not confirmed, so no more can ever wait here. */
const maxWaiting = 100
/** So many handled updates stay remembered: what was confirmed may be handed out again soon after, but never so much later. */
const maxRemembered = 20 * maxWaiting
/** A look for new updates while older ones are being handled. */
const busyPollMs = 100
const pollSeconds = 30
/** A last call may take so long. */
const lastCallMs = 10_000

/**
 * Takes updates and confirms each only when it and all before it were handled. Those handled ahead of a slower one are
 * remembered, so that nobody is answered twice when they come again after a restart.
 */
export async function poll(bot: Bot<BotContext>, dependencies: BotDependencies, stopping: AbortSignal): Promise<void> {
  const { state, metrics, log } = dependencies
  /** Updates taken from Telegram and not yet confirmed; true when handled. */
  const open = new Map<number, boolean>()
  /** Keys of handled updates that this process remembered, the oldest first. */
  const remembered: string[] = []
  let wake = () => {}
  const left = await leftInInbox(state)
  const dispatcher = createDispatcher(async (update) => {
    const isHandled = await handle(bot, update, dependencies)
    if (!isHandled) return
    // Before the chat's next update begins, so that a kill repeats at most what was being answered; and before it is
    // confirmed, as Telegram may hand it out again right after.
    await remember(handledKey(updateId(update))).catch((error) => {
      metrics.counted('not remembered')
      log.error('an update that was handled could not be remembered', error)
    })
    if (left.includes(update)) await state.set(inboxKey(updateId(update)), null).catch(() => undefined)
    open.set(update.update_id, true)
  })
  const remember = async (key: string) => {
    await state.set(key, '1', handledSeconds)
    remembered.push(key)
    // One that cannot be forgotten now is when its time is over.
    if (remembered.length > maxRemembered) await state.set(remembered.shift()!, null).catch(() => undefined)
  }
  const take = async (update: Update) => {
    open.set(update.update_id, false)
    const turn = dispatcher.take(update)
    if (dispatcher.waiting > busyFrom) showBusy(bot, update)
    await turn
    metrics.waiting(dispatcher.waiting, open.size >= maxWaiting)
    wake()
  }
  let offset = 0
  const confirmable = () => {
    for (const [id, isHandled] of [...open].sort(([a], [b]) => a - b)) {
      if (!isHandled) break
      open.delete(id)
      // Telegram may hand out again what was confirmed; the offset never goes back.
      offset = Math.max(offset, id + 1)
    }
    return offset
  }
  const round = async () => {
    const from = confirmable()
    const timeout = open.size === 0 ? pollSeconds : 0
    const parameters = { offset: from, timeout, limit: maxWaiting, allowed_updates: allowedUpdates }
    const updates = (await persist(() => bot.api.getUpdates(parameters, forGrammy(stopping)), stopping, log)) ?? []
    let fresh = 0
    for (const update of updates) {
      if (open.has(update.update_id)) continue
      if ((await state.get(handledKey(updateId(update)))) !== null) {
        metrics.counted('duplicate')
        open.set(update.update_id, true)
        continue
      }
      fresh++
      void take(update)
    }
    metrics.waiting(dispatcher.waiting, open.size >= maxWaiting)
    if (fresh === 0 && dispatcher.waiting > 0) {
      const pause = sleep(busyPollMs, undefined, { signal: stopping }).catch(() => undefined)
      const somethingDone = new Promise<void>((resolve) => {
        wake = resolve
      })
      await Promise.race([somethingDone, pause])
    }
  }
  for (const update of left) void take(update)
  try {
    while (!stopping.aborted) await round()
  } finally {
    await dispatcher.stop()
  }
  // Confirms what was handled since the last poll; only what nothing unhandled stands before can be.
  await new Promise((resolve) => setImmediate(resolve))
  if (confirmable() > 0) {
    await bot.api
      .getUpdates({ offset, limit: 1, timeout: 0 }, forGrammy(AbortSignal.timeout(lastCallMs)))
      .catch((error) => log.warn('the last updates could not be confirmed and may come again', String(error)))
  }
}
