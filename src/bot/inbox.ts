import { randomUUID } from 'node:crypto'
import type { Update } from 'grammy/types'
import type { StateStore } from '../state/types.ts'
import type { BotParts } from './context.ts'
import { handledKey, handledSeconds, inboxKey, updateId } from './handling.ts'
import type { Mark } from './sendGuard.ts'

/** A replica that did not say for so long that it lives counts as killed. One that is merely slow does no harm. */
const leaseSeconds = 5
/** Of several that find an update without a holder one takes it; should it be killed over that, another may. */
const takingSeconds = 30
/** An update that so many replicas died over, or were stopped over, is given up: it may be what kills them. */
const maxHolders = 10

interface Kept {
  /** The replica that works on it; empty when it was handed back. */
  readonly holder: string
  readonly holders: number
  readonly update: Update
}

/** Updates that were accepted and are not handled yet, shared by all replicas. */
export interface Inbox {
  /** Keeps an update for this replica; false when it was accepted before. Rejects when it cannot be kept. */
  accept(update: Update): Promise<boolean>
  /** The mark to answer it under. */
  mark(update: Update): Mark
  /** Remembers that it was handled, and no longer keeps it. */
  done(update: Update): Promise<void>
  /** Leaves it to whoever looks next. */
  handBack(update: Update): Promise<void>
  /** Says that this replica lives. */
  renew(): Promise<void>
  /** Says that it does no more: what it still keeps is anybody's. */
  leave(): Promise<void>
  /** Takes over what no living replica holds and this one is not at, the oldest first, so many at most. */
  takeOver(isOpen: (id: string) => boolean, atMost: number): Promise<Update[]>
}

export function createInbox({ state, log, metrics }: Pick<BotParts, 'state' | 'log' | 'metrics'>): Inbox {
  const own = randomUUID()
  const leaseOf = (holder: string) => `replica/${holder}`
  const keep = (id: string, kept: Kept) => state.set(inboxKey(id), JSON.stringify(kept))
  const isHandled = async (id: string) => (await state.get(handledKey(id))) !== null
  const drop = (id: string) => state.set(inboxKey(id), null)

  const takeOne = async (id: string, isAlive: (holder: string) => Promise<boolean>): Promise<Update | null> => {
    const text = await state.get(inboxKey(id))
    if (text === null) return null
    const { holder, holders, update } = JSON.parse(text) as Kept
    if (await isAlive(holder)) return null
    if (!(await state.claim(`taking/${id}-${holder}-${holders}`, own, takingSeconds))) return null
    if (await isHandled(id)) {
      metrics.counted('taken as answered')
      log.warn('an answer was on its way when its replica ended; it is not sent again', { update: update.update_id })
      await drop(id)
      return null
    }
    if (holders >= maxHolders) {
      metrics.counted('given up')
      log.error('an update was given up: every replica that worked on it ended', { update: update.update_id })
      await state.claim(handledKey(id), own, handledSeconds)
      await drop(id)
      return null
    }
    await keep(id, { holder: own, holders: holders + 1, update })
    metrics.counted('taken over')
    return update
  }

  return {
    async accept(update) {
      const id = updateId(update)
      const kept: Kept = { holder: own, holders: 1, update }
      if (!(await state.claim(inboxKey(id), JSON.stringify(kept)))) return false
      // Looked up after the claim: who handles it remembers that before it leaves the inbox.
      if (!(await isHandled(id))) return true
      await drop(id)
      return false
    },
    mark(update) {
      const key = handledKey(updateId(update))
      return {
        async take() {
          try {
            return await state.claim(key, own, handledSeconds)
          } catch (error) {
            // An answer that a kill in this very moment might double is better than none.
            metrics.counted('not remembered')
            log.error('that an answer is about to be sent could not be remembered', error)
            return true
          }
        },
        giveBack: () => state.set(key, null),
      }
    },
    async done(update) {
      const id = updateId(update)
      await state.claim(handledKey(id), own, handledSeconds)
      await drop(id)
    },
    handBack: (update) => keep(updateId(update), { holder: '', holders: 1, update }),
    renew: () => state.set(leaseOf(own), '', leaseSeconds),
    leave: () => state.set(leaseOf(own), null),
    async takeOver(isOpen, atMost) {
      const living = new Map<string, Promise<boolean>>()
      const isAlive = (holder: string) => {
        // What is this replica's and not at hand was left over by a fault.
        if (holder === '' || holder === own) return Promise.resolve(false)
        const known = living.get(holder) ?? state.get(leaseOf(holder)).then((lease) => lease !== null)
        living.set(holder, known)
        return known
      }
      const taken: Update[] = []
      for (const id of await idsIn(state)) {
        if (taken.length >= atMost) break
        const update = isOpen(id) ? null : await takeOne(id, isAlive)
        if (update) taken.push(update)
      }
      return taken
    },
  }
}

/** What replicas accepted before the bot was set to poll, the oldest first. */
export async function leftInInbox(state: StateStore): Promise<Update[]> {
  const left: Update[] = []
  for (const id of await idsIn(state)) {
    const text = await state.get(inboxKey(id))
    if (text === null) continue
    if ((await state.get(handledKey(id))) === null) left.push((JSON.parse(text) as Kept).update)
    else await state.set(inboxKey(id), null)
  }
  return left
}

async function idsIn(state: StateStore): Promise<string[]> {
  const ids = (await state.keys('inbox')).map((key) => key.slice('inbox/'.length))
  return ids.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
}
