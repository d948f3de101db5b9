import { setTimeout as sleep } from 'node:timers/promises'
import type { Bot } from 'grammy'
import type { Update } from 'grammy/types'
import { inTurn } from '../../state/turns.ts'
import type { SharedStateStore } from '../../state/types.ts'
import { forGrammy, persist } from '../api/telegram.ts'
import type { BotContext, BotDependencies } from '../context.ts'
import { createDispatcher } from './dispatch.ts'
import { createInbox } from './inbox.ts'
import type { SendGuard } from './sendGuard.ts'
import { allowedUpdates, busyFrom, handle, showBusy, updateId } from './update.ts'

export interface WebhookSettings {
  /** The address that Telegram is told. */
  readonly url: string
  /** What Telegram sends along to show that it is Telegram. */
  readonly secret: string
}

/** Updates come in here, by HTTP or otherwise. */
export interface Webhook {
  /**
   * Takes in what Telegram sends: `kept` when it was kept, now or before, and Telegram may forget it; `closed` while the
   * bot starts or stops, `full` when too much waits. Rejects when it cannot be kept.
   * @param content with a whole-numbered `update_id`; the features are wary of the rest
   */
  accept(content: object): Promise<'kept' | 'full' | 'closed'>
  readonly status: 'starting' | 'ok' | 'busy' | 'stopping'
  /** Tells Telegram the address and handles what comes until the signal; then finishes what was begun. */
  run(bot: Bot<BotContext>, guard: SendGuard, stopping: AbortSignal): Promise<void>
}

/** More than this waiting is left with Telegram, which sends it again. */
const maxWaiting = 1000
/**
 * Connections that Telegram may have open: its own default. Each is answered as soon as its update is kept, a few
 * milliseconds, so that more would not bring more questions in but only more at once to a slow disk.
 */
const maxConnections = 40
/** Replicas say so often that they live, and look for updates whose replica does not. */
const renewEveryMs = 1000
const lookEveryMs = 1000

/** A webhook over a state that replicas share; closed until it runs. */
export function createWebhook(
  { url, secret }: WebhookSettings,
  dependencies: BotDependencies & { readonly state: SharedStateStore },
): Webhook {
  const { state, metrics, log, access } = dependencies
  const inbox = createInbox(dependencies)
  /** Updates by id that this replica holds or is about to; whether it does is known when the promise resolves. */
  const open = new Map<string, { readonly update: Update; readonly kept: Promise<boolean> }>()
  const begun = new Set<string>()
  let status: 'starting' | 'open' | 'stopping' = 'starting'
  let take = (_update: Update): void => {}
  let isTroubled = false

  const accept: Webhook['accept'] = async (content) => {
    if (status !== 'open') return 'closed'
    const update = content as Update
    const id = updateId(update)
    const known = open.get(id)
    if (!known && open.size >= maxWaiting) return 'full'
    const kept = known?.kept ?? inbox.accept(update)
    if (!known) open.set(id, { update, kept })
    const forget = () => {
      // A look may have taken it over meanwhile.
      if (open.get(id)?.kept === kept) open.delete(id)
    }
    try {
      const isNew = await kept
      if (isNew && !known) take(update)
      else metrics.counted('duplicate')
      if (!isNew) forget()
      return 'kept'
    } catch (error) {
      forget()
      throw error
    }
  }

  /** Takes over from replicas that do not live. */
  const look = async () => {
    try {
      const taken = await inbox.takeOver((id) => open.has(id), maxWaiting - open.size)
      if (taken.length > 0) log.info(`took over ${taken.length} updates of a replica that ended`)
      for (const update of taken) {
        open.set(updateId(update), { update, kept: Promise.resolve(true) })
        take(update)
      }
      if (isTroubled) log.info('the state folder can be used again')
      isTroubled = false
    } catch (error) {
      troubled(error)
    }
  }
  const troubled = (error: unknown) => {
    if (!isTroubled) log.error('the state folder cannot be used; trying again until it can', error)
    isTroubled = true
  }

  const run: Webhook['run'] = async (bot, guard, stopping) => {
    const work = async (update: Update) => {
      const id = updateId(update)
      begun.add(id)
      const once = () => handle(bot, update, dependencies)
      // Uploads go on where they were; but two replicas must not write about one album at the same time.
      const isHandled = isUpload(update, access.admins)
        ? await inTurn(state, `chat ${update.message!.chat.id}`, once, stopping).catch(() => false)
        : await guard.during(inbox.mark(update), once)
      if (isHandled) {
        await inbox.done(update).catch((error) => {
          metrics.counted('not remembered')
          log.error('an update that was handled could not be remembered', error)
        })
      }
      open.delete(id)
      begun.delete(id)
    }
    const dispatcher = createDispatcher(work)
    const tell = () => metrics.waiting(dispatcher.waiting, open.size >= maxWaiting)
    take = (update) => {
      // A stop may have come while it was being kept.
      if (status !== 'open') return void handBack(update)
      const turn = dispatcher.take(update)
      if (dispatcher.waiting > busyFrom) showBusy(bot, update)
      tell()
      void turn.then(tell)
    }
    const handBack = (update: Update) =>
      inbox.handBack(update).catch((error) => log.warn('an update is handed over late', String(error)))

    await inbox.renew()
    const renewing = setInterval(() => inbox.renew().catch(troubled), renewEveryMs)
    status = 'open'
    const failing = new AbortController()
    const ending = AbortSignal.any([stopping, failing.signal])
    const close = () => {
      status = 'stopping'
    }
    if (ending.aborted) close()
    else ending.addEventListener('abort', close)
    const looking = (async () => {
      while (!ending.aborted) {
        await look()
        await sleep(lookEveryMs, undefined, { signal: ending }).catch(() => undefined)
      }
    })()
    try {
      const settings = { secret_token: secret, allowed_updates: allowedUpdates, max_connections: maxConnections }
      await persist(() => bot.api.setWebhook(url, settings, forGrammy(stopping)), stopping, log)
    } catch (error) {
      failing.abort()
      throw error
    } finally {
      await looking
      const ended = dispatcher.stop()
      await inbox.stop().catch(troubled)
      await Promise.all([...open].map(([id, { update }]) => (begun.has(id) ? undefined : handBack(update))))
      await ended
      clearInterval(renewing)
      await inbox.leave().catch((error) => log.warn('what is unfinished is handed over late', String(error)))
    }
  }

  return {
    accept,
    get status() {
      return status === 'open' ? (open.size >= maxWaiting ? 'busy' : 'ok') : status
    },
    run,
  }
}

/** Whether an update is a file for the reports folder. */
function isUpload({ message }: Update, admins: readonly number[]): boolean {
  const isFile = message?.document !== undefined || message?.photo !== undefined
  return isFile && message.chat.type === 'private' && admins.includes(message.from?.id ?? 0)
}
