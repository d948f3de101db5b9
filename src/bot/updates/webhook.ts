import { setTimeout as sleep } from 'node:timers/promises'
import type { Bot } from 'grammy'
import type { Update } from 'grammy/types'
import type { Log } from '../../log.ts'
import { withLock } from '../../state/lock.ts'
import { forGrammy, persist } from '../api/telegram.ts'
import type { BotContext, BotDependencies } from '../context.ts'
import { createDispatcher } from './dispatch.ts'
import { createInbox, type Inbox } from './inbox.ts'
import type { SendGuard } from './sendGuard.ts'
import { allowedUpdates, busyFrom, handleUpdate, showBusy, updateId } from './update.ts'

export interface WebhookSettings {
  /** The address that Telegram sends updates to. */
  readonly url: string
  /** The secret by which Telegram shows that it is Telegram. */
  readonly secret: string
}

/** A webhook takes in updates that Telegram sends, by HTTP or otherwise. */
export interface Webhook {
  /**
   * Takes in an update: `kept` when it is stored, now or before, so that Telegram may forget it; `closed` while the bot
   * starts or stops; `full` when too many updates wait. Rejects when the update cannot be stored.
   * @param content has a whole-numbered `update_id`; the features check the rest
   */
  accept(content: object): Promise<'kept' | 'full' | 'closed'>
  readonly status: 'starting' | 'ok' | 'busy' | 'stopping'
  /** Registers the address with Telegram and handles updates until the signal; then finishes those that are begun. */
  run(bot: Bot<BotContext>, guard: SendGuard, stopping: AbortSignal): Promise<void>
}

/** When this many updates wait, further ones are left with Telegram, which sends them again. */
const maxWaiting = 1000
/**
 * Connections that Telegram may open: its own default. Each is answered as soon as its update is stored, after a few
 * milliseconds, so more connections would not bring in more questions, but more writes at once to a slow disk.
 */
const maxConnections = 40
/** The lease of a replica is renewed, and the updates of ended replicas are looked for, at these intervals. */
const renewEveryMs = 1000
const takeOverEveryMs = 1000

interface HeldUpdate {
  readonly update: Update
  /** Resolves with whether this replica holds the update, once that is known. */
  readonly isOurs: Promise<boolean>
}

/** Creates a webhook over a state that replicas share. It is closed until it runs. */
export function createWebhook({ url, secret }: WebhookSettings, dependencies: BotDependencies): Webhook {
  const { metrics, log } = dependencies
  const inbox = createInbox(dependencies)
  /** The updates by id that this replica holds or is about to hold. */
  const open = new Map<string, HeldUpdate>()
  let status: 'starting' | 'open' | 'stopping' = 'starting'
  let take = (_update: Update): void => {}

  const accept: Webhook['accept'] = async (content) => {
    if (status !== 'open') return 'closed'
    const update = content as Update
    const id = updateId(update)
    const known = open.get(id)
    if (!known && open.size >= maxWaiting) return 'full'
    const isOurs = known?.isOurs ?? inbox.accept(update)
    if (!known) open.set(id, { update, isOurs })
    const forget = () => {
      // The update may have been taken over from an ended replica meanwhile: then it is held again.
      if (open.get(id)?.isOurs === isOurs) open.delete(id)
    }
    try {
      const isNew = await isOurs
      if (isNew && !known) take(update)
      else metrics.counted('duplicate')
      if (!isNew) forget()
      return 'kept'
    } catch (error) {
      forget()
      throw error
    }
  }

  const run: Webhook['run'] = async (bot, guard, stopping) => {
    const begun = new Set<string>()
    const dispatcher = createDispatcher(async (update) => {
      const id = updateId(update)
      begun.add(id)
      await handleOnce(update, { bot, guard, stopping, inbox, dependencies })
      open.delete(id)
      begun.delete(id)
    })
    const count = () => metrics.waiting(dispatcher.waiting, open.size >= maxWaiting)
    take = (update) => {
      // A stop may have come while the update was being stored.
      if (status !== 'open') return void handBack(update)
      const handled = dispatcher.take(update)
      if (dispatcher.waiting > busyFrom) showBusy(bot, update)
      count()
      void handled.then(count)
    }
    const handBack = (update: Update) =>
      inbox
        .handBack(update)
        .catch((error) => log.warn('an update waits until the lease of this replica ends', String(error)))
    const outage = createOutage(log)
    const takeOver = async () => {
      try {
        const taken = await inbox.takeOver((id) => open.has(id), maxWaiting - open.size)
        if (taken.length > 0) log.info(`took over ${taken.length} updates from a replica that ended`)
        for (const update of taken) {
          open.set(updateId(update), { update, isOurs: Promise.resolve(true) })
          take(update)
        }
        outage.end()
      } catch (error) {
        outage.begin(error)
      }
    }

    await inbox.renew()
    const renewing = setInterval(() => inbox.renew().catch(outage.begin), renewEveryMs)
    status = 'open'
    const failing = new AbortController()
    const ending = AbortSignal.any([stopping, failing.signal])
    const close = () => {
      status = 'stopping'
    }
    if (ending.aborted) close()
    else ending.addEventListener('abort', close)
    const takingOver = (async () => {
      while (!ending.aborted) {
        await takeOver()
        await sleep(takeOverEveryMs, undefined, { signal: ending }).catch(() => undefined)
      }
    })()
    try {
      const settings = { secret_token: secret, allowed_updates: allowedUpdates, max_connections: maxConnections }
      await persist(() => bot.api.setWebhook(url, settings, forGrammy(stopping)), stopping, log)
    } catch (error) {
      failing.abort()
      throw error
    } finally {
      await takingOver
      const ended = dispatcher.stop()
      await inbox.stop().catch(outage.begin)
      await Promise.all([...open].map(([id, { update }]) => (begun.has(id) ? undefined : handBack(update))))
      await ended
      clearInterval(renewing)
      await inbox
        .leave()
        .catch((error) => log.warn('unfinished updates wait until the lease of this replica ends', String(error)))
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

interface HandlingContext {
  readonly bot: Bot<BotContext>
  readonly guard: SendGuard
  readonly stopping: AbortSignal
  readonly inbox: Inbox
  readonly dependencies: BotDependencies
}

/** Handles an update while no other replica does, and marks it as handled. */
async function handleOnce(
  update: Update,
  { bot, guard, stopping, inbox, dependencies }: HandlingContext,
): Promise<void> {
  const { state, access, metrics, log } = dependencies
  const work = () => handleUpdate(bot, update, dependencies)
  // An upload that is handled again goes on where it was, but two replicas must not write about one album at the same
  // time.
  const isHandled = isUpload(update, access.admins)
    ? await withLock(state, `chat ${update.message!.chat.id}`, work, stopping).catch(() => false)
    : await guard.during(inbox.mark(update), work)
  if (!isHandled) return
  await inbox.done(update).catch((error) => {
    metrics.counted('not remembered')
    log.error('a handled update could not be marked as handled', error)
  })
}

/** True for a file of an admin, which goes into the reports folder. */
function isUpload({ message }: Update, admins: readonly number[]): boolean {
  const isFile = message?.document !== undefined || message?.photo !== undefined
  return isFile && message.chat.type === 'private' && admins.includes(message.from?.id ?? 0)
}

/** Logs once that the state folder cannot be used, and once that it can be used again. */
function createOutage(log: Log) {
  let isOut = false
  return {
    begin(error: unknown) {
      if (!isOut) log.error('the state folder cannot be used; trying again until it can', error)
      isOut = true
    },
    end() {
      if (isOut) log.info('the state folder can be used again')
      isOut = false
    },
  }
}
