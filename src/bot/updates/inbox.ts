import { randomUUID } from 'node:crypto'
import type { Update } from 'grammy/types'
import type { SharedStateStore, StateStore } from '../../state/types.ts'
import type { BotDependencies } from '../context.ts'
import type { Mark } from './sendGuard.ts'
import { handledKey, handledSeconds, inboxKey, updateId } from './update.ts'

/** A replica that did not say for so long that it lives counts as killed. One that is merely slow does no harm. */
const leaseSeconds = 5
/** Of several that find an update without a holder one takes it; should it be killed over that, another may. */
const takingSeconds = 30
/** An update that so many replicas died over, or were stopped over, is given up: it may be what kills them. */
const maxHolders = 10

/** Entries looked at together. */
const atOnce = 16

interface Kept {
  /** The replica that works on it; a name that none has when it was handed back. */
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
  /** Says that this replica lives, or still ends what it began. */
  renew(): Promise<void>
  /** Says that it begins nothing more. */
  stop(): Promise<void>
  /** Says that it does no more: what it still keeps is anybody's. */
  leave(): Promise<void>
  /** Takes over what no living replica holds and this one is not at, the oldest first, so many at most. */
  takeOver(isOpen: (id: string) => boolean, atMost: number): Promise<Update[]>
}

export interface InboxDependencies extends Pick<BotDependencies, 'log' | 'metrics'> {
  readonly state: SharedStateStore
}

/** What the lease of a replica says; one that is stopping hands back what it has not begun. */
type Standing = 'living' | 'stopping' | 'gone'

/** This replica's end of the inbox, under a name of its own; it counts as living once it was renewed. */
export function createInbox({ state, log, metrics }: InboxDependencies): Inbox {
  const own = randomUUID()
  let standing: Standing = 'living'
  /** Who held what at the last look, so that what a living replica holds is not read again and again. */
  const holders = new Map<string, string>()
  const leaseOf = (holder: string) => `replica/${holder}`
  const keep = (id: string, kept: Kept) => state.set(inboxKey(id), JSON.stringify(kept))
  const isHandled = async (id: string) => (await state.get(handledKey(id))) !== null
  const drop = (id: string) => state.set(inboxKey(id), null)
  // An answer that a kill in this very moment might double is better than none.
  const noted = (error: unknown) => {
    metrics.counted('not remembered')
    log.error('that an answer is sent could not be remembered', error)
  }

  const standingOf = async (holder: string): Promise<Standing> => {
    // What is this replica's and not at hand was left over by a fault.
    if (holder === own) return 'gone'
    const lease = await state.get(leaseOf(holder))
    return lease === 'stopping' ? 'stopping' : lease === null ? 'gone' : 'living'
  }

  const takeOne = async (id: string, ask: (holder: string) => Promise<Standing>): Promise<Update | null> => {
    const known = holders.get(id)
    if (known !== undefined && (await ask(known)) === 'living') return null
    const text = await state.get(inboxKey(id))
    if (text === null) return null
    const { holder, holders: count, update } = JSON.parse(text) as Kept
    holders.set(id, holder)
    if ((await ask(holder)) !== 'gone') return null
    if (!(await state.claim(`taking/${id}-${holder}-${count}`, own, takingSeconds))) return null
    if (await isHandled(id)) {
      metrics.counted('taken as answered')
      log.warn('an answer was on its way when its replica ended; it is not sent again', { update: update.update_id })
      await drop(id)
      return null
    }
    if (count >= maxHolders) {
      metrics.counted('given up')
      log.error('an update was given up: every replica that worked on it ended', { update: update.update_id })
      await state.claim(handledKey(id), own, handledSeconds)
      await drop(id)
      return null
    }
    await keep(id, { holder: own, holders: count + 1, update })
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
        async prepare() {
          try {
            const claim = await state.prepare(key, own, handledSeconds)
            return {
              make() {
                try {
                  return claim.make()
                } catch (error) {
                  noted(error)
                  return true
                }
              },
              settle: () => claim.settle().catch(noted),
            }
          } catch (error) {
            noted(error)
            return { make: () => true, settle: async () => {} }
          }
        },
        giveBack: () => state.set(key, null),
      }
    },
    async done(update) {
      const id = updateId(update)
      // Where something was sent the mark is there already.
      if (!(await isHandled(id))) await state.claim(handledKey(id), own, handledSeconds)
      await drop(id)
    },
    handBack: (update) => keep(updateId(update), { holder: `${own}-back`, holders: 1, update }),
    renew: () => state.set(leaseOf(own), standing, leaseSeconds),
    stop() {
      standing = 'stopping'
      return state.set(leaseOf(own), standing, leaseSeconds)
    },
    leave: () => state.set(leaseOf(own), null),
    async takeOver(isOpen, atMost) {
      const standings = new Map<string, Promise<Standing>>()
      const ask = (holder: string) => {
        const asked = standings.get(holder) ?? standingOf(holder)
        standings.set(holder, asked)
        return asked
      }
      const ids = (await idsIn(state)).filter((id) => !isOpen(id))
      const there = new Set(ids)
      for (const id of holders.keys()) if (!there.has(id)) holders.delete(id)
      const taken: Update[] = []
      for (let from = 0; from < ids.length && taken.length < atMost; from += atOnce) {
        const some = ids.slice(from, from + Math.min(atOnce, atMost - taken.length))
        const updates = await Promise.all(some.map((id) => (isOpen(id) ? null : takeOne(id, ask))))
        taken.push(...updates.filter((update) => update !== null))
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
