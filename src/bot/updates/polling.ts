import { setTimeout as sleep } from 'node:timers/promises'
import type { Bot } from 'grammy'
import type { Update } from 'grammy/types'
import type { StateKey } from '../../state/types.ts'
import { forGrammy, persist } from '../api/telegram.ts'
import type { BotContext, BotDependencies } from '../context.ts'
import { createDispatcher } from './dispatch.ts'
import { leftInInbox } from './inbox.ts'
import {
  allowedUpdates,
  busyFrom,
  handledKey,
  handledSeconds,
  handleUpdate,
  inboxKey,
  showBusy,
  updateId,
} from './update.ts'

/** Telegram hands out at most this many updates that are not confirmed, so no more can ever wait here. */
const maxWaiting = 100
/** The number of handled updates remembered. Telegram may repeat a confirmed update soon after, but never so late. */
const maxRemembered = 20 * maxWaiting
/** The pause between polls while updates are being handled. */
const busyPollMs = 100
const pollSeconds = 30
/** The last call of a stop is given up after this time. */
const lastCallMs = 10_000

/**
 * Polls for updates until the signal, and confirms an update only when it and all before it were handled. Handled
 * updates are remembered, so that nobody is answered twice when Telegram hands them out again after a restart.
 */
export async function poll(bot: Bot<BotContext>, dependencies: BotDependencies, stopping: AbortSignal): Promise<void> {
  const { state, metrics, log } = dependencies
  /** The updates taken from Telegram and not yet confirmed; true when handled. */
  const open = new Map<number, boolean>()
  /** The keys of handled updates that this process remembered, the oldest first. */
  const remembered: StateKey[] = []
  let wake = () => {}
  const left = await leftInInbox(state)
  const dispatcher = createDispatcher(async (update) => {
    const isHandled = await handleUpdate(bot, update, dependencies)
    if (!isHandled) return
    // The update is remembered before the chat's next update begins, so that a kill repeats at most the one being
    // answered. It is also remembered before it is confirmed, as Telegram may hand it out again right after.
    await remember(handledKey(updateId(update))).catch((error) => {
      metrics.counted('not remembered')
      log.error('a handled update could not be marked as handled', error)
    })
    if (left.includes(update)) await state.set(inboxKey(updateId(update)), null).catch(() => undefined)
    open.set(update.update_id, true)
  })
  const remember = async (key: StateKey) => {
    await state.set(key, '1', handledSeconds)
    remembered.push(key)
    // If deleting the key fails, it still expires after `handledSeconds`.
    if (remembered.length > maxRemembered) await state.set(remembered.shift()!, null).catch(() => undefined)
  }
  const take = async (update: Update) => {
    open.set(update.update_id, false)
    const handled = dispatcher.take(update)
    if (dispatcher.waiting > busyFrom) showBusy(bot, update)
    await handled
    metrics.waiting(dispatcher.waiting, open.size >= maxWaiting)
    wake()
  }
  let offset = 0
  const confirmable = () => {
    for (const [id, isHandled] of [...open].sort(([a], [b]) => a - b)) {
      if (!isHandled) break
      open.delete(id)
      // Telegram may hand out confirmed updates again, and the offset must not go back for them.
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
      const handled = new AbortController()
      wake = () => handled.abort()
      await sleep(busyPollMs, undefined, { signal: handled.signal }).catch(() => undefined)
    }
  }
  for (const update of left) void take(update)
  try {
    while (!stopping.aborted) await round()
  } finally {
    await dispatcher.stop()
  }
  // The updates handled since the last poll are confirmed. The offset can only pass an unbroken run of handled updates.
  await new Promise((resolve) => setImmediate(resolve))
  if (confirmable() > 0) {
    await bot.api
      .getUpdates({ offset, limit: 1, timeout: 0 }, forGrammy(AbortSignal.timeout(lastCallMs)))
      .catch((error) => log.warn('the last updates could not be confirmed and may come again', String(error)))
  }
}
