import { randomUUID } from 'node:crypto'
import type { Update } from 'grammy/types'
import type { StateKey, StateStore } from '../../state/types.ts'
import type { BotDependencies } from '../context.ts'
import type { Mark } from './sendGuard.ts'
import { handledKey, handledSeconds, inboxKey, updateId } from './update.ts'

/** A replica whose lease was not renewed for this time counts as ended. A replica that is merely slow does no harm. */
const leaseSeconds = 5
/** The time after which an update may be taken over again, if the replica that took it over ends, too. */
const takingSeconds = 30
/** An update is given up when this many replicas ended while they held it, as it may be the reason. */
const maxHolders = 10
/** Entries read at the same time. */
const parallelReads = 16

interface InboxEntry {
  /** The name of the replica that works on the update; a name that no replica has when it was handed back. */
  readonly holder: string
  /** The number of replicas that have held it. */
  readonly holders: number
  readonly update: Update
}

export interface InboxDependencies extends Pick<BotDependencies, 'log' | 'metrics'> {
  readonly state: StateStore
}

/** The state of a replica by its lease. A stopping replica hands back the updates that it has not begun. */
type Standing = 'living' | 'stopping' | 'gone'

/** The inbox holds updates that were accepted and are not handled yet, for all replicas. */
export type Inbox = ReturnType<typeof createInbox>

/** Opens the inbox under a new name for this replica, which counts as living once its lease was renewed. */
export function createInbox({ state, log, metrics }: InboxDependencies) {
  const own = randomUUID()
  let standing: Standing = 'living'
  /** The holders of updates as last read, so that the updates of a living replica are not read again and again. */
  const holders = new Map<string, string>()
  const leaseOf = (holder: string) => `replica/${holder}` as const
  const store = (id: string, entry: InboxEntry) => state.set(inboxKey(id), JSON.stringify(entry))
  const isHandled = async (id: string) => (await state.get(handledKey(id))) !== null
  const drop = (id: string) => state.set(inboxKey(id), null)
  // A duplicate answer after a kill is better than no answer.
  const onUnmarked = (error: unknown) => {
    metrics.counted('not remembered')
    log.error('an update could not be marked as answered', error)
  }

  const readStanding = async (holder: string): Promise<Standing> => {
    // An entry under our own name that we are not working on is left from an earlier failure.
    if (holder === own) return 'gone'
    const lease = await state.get(leaseOf(holder))
    return lease === 'stopping' ? 'stopping' : lease === null ? 'gone' : 'living'
  }

  const takeOne = async (id: string, standingOf: (holder: string) => Promise<Standing>): Promise<Update | null> => {
    const known = holders.get(id)
    if (known !== undefined && (await standingOf(known)) === 'living') return null
    const text = await state.get(inboxKey(id))
    if (text === null) return null
    const { holder, holders: count, update } = JSON.parse(text) as InboxEntry
    holders.set(id, holder)
    if ((await standingOf(holder)) !== 'gone') return null
    if (!(await state.claim(`taking/${id}-${holder}-${count}`, own, takingSeconds))) return null
    if (await isHandled(id)) {
      metrics.counted('taken as answered')
      log.warn('a replica ended after it answered an update; the update is not answered again', {
        update: update.update_id,
      })
      await drop(id)
      return null
    }
    if (count >= maxHolders) {
      metrics.counted('given up')
      log.error('an update is given up: every replica that worked on it ended', { update: update.update_id })
      await state.claim(handledKey(id), own, handledSeconds)
      await drop(id)
      return null
    }
    await store(id, { holder: own, holders: count + 1, update })
    metrics.counted('taken over')
    return update
  }

  return {
    /** Stores an update for this replica; false when it was accepted before. Rejects when it cannot be stored. */
    async accept(update: Update): Promise<boolean> {
      const id = updateId(update)
      const entry: InboxEntry = { holder: own, holders: 1, update }
      if (!(await state.claim(inboxKey(id), JSON.stringify(entry)))) return false
      // The look comes after the claim, as a replica marks an update as handled before it removes it from the inbox.
      if (!(await isHandled(id))) return true
      await drop(id)
      return false
    },
    /** The mark that gives this replica the right to answer the update. */
    mark: (update: Update) => createMark(state, handledKey(updateId(update)), own, onUnmarked),
    /** Marks an update as handled and removes it. */
    async done(update: Update) {
      const id = updateId(update)
      // The mark is there already if a message was sent.
      if (!(await isHandled(id))) await state.claim(handledKey(id), own, handledSeconds)
      await drop(id)
    },
    /** Leaves an update to the next replica that looks. */
    handBack: (update: Update) => store(updateId(update), { holder: `${own}-back`, holders: 1, update }),
    /** Renews the lease: this replica works, or finishes the updates that it began. */
    renew: () => state.set(leaseOf(own), standing, leaseSeconds),
    /** States in the lease that this replica begins no more updates. */
    stop() {
      standing = 'stopping'
      return state.set(leaseOf(own), standing, leaseSeconds)
    },
    /** Ends the lease, so that other replicas may take over this one's updates. */
    leave: () => state.set(leaseOf(own), null),
    /**
     * Takes over updates that no living replica holds, the oldest first.
     * @param isOpen true for updates that this replica is working on
     */
    async takeOver(isOpen: (id: string) => boolean, maxUpdates: number): Promise<Update[]> {
      const standings = new Map<string, Promise<Standing>>()
      const standingOf = (holder: string) => {
        const standing = standings.get(holder) ?? readStanding(holder)
        standings.set(holder, standing)
        return standing
      }
      const ids = (await idsIn(state)).filter((id) => !isOpen(id))
      const there = new Set(ids)
      for (const id of holders.keys()) if (!there.has(id)) holders.delete(id)
      const taken: Update[] = []
      for (let from = 0; from < ids.length && taken.length < maxUpdates; from += parallelReads) {
        const some = ids.slice(from, from + Math.min(parallelReads, maxUpdates - taken.length))
        const updates = await Promise.all(some.map((id) => (isOpen(id) ? null : takeOne(id, standingOf))))
        taken.push(...updates.filter((update) => update !== null))
      }
      return taken
    },
  }
}

/** @param onUnmarked is called when the mark cannot be stored: then the answer is sent anyway */
function createMark(state: StateStore, key: StateKey, own: string, onUnmarked: (error: unknown) => void): Mark {
  return {
    async prepare() {
      try {
        const claim = await state.prepare(key, own, handledSeconds)
        return {
          make() {
            try {
              return claim.make()
            } catch (error) {
              onUnmarked(error)
              return true
            }
          },
          settle: () => claim.settle().catch(onUnmarked),
        }
      } catch (error) {
        onUnmarked(error)
        return { make: () => true, settle: async () => {} }
      }
    },
    giveBack: () => state.set(key, null),
  }
}

/** The updates that replicas accepted before the operator turned from a webhook to polling, the oldest first. */
export async function leftInInbox(state: StateStore): Promise<Update[]> {
  const left: Update[] = []
  for (const id of await idsIn(state)) {
    const text = await state.get(inboxKey(id))
    if (text === null) continue
    if ((await state.get(handledKey(id))) === null) left.push((JSON.parse(text) as InboxEntry).update)
    else await state.set(inboxKey(id), null)
  }
  return left
}

async function idsIn(state: StateStore): Promise<string[]> {
  const ids = (await state.keys('inbox')).map((key) => key.slice('inbox/'.length))
  return ids.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
}
