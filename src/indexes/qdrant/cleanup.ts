import { aliased, collectionNames, serial, stateOf } from './collections.ts'
import type { QdrantSettings } from './layout.ts'
import { statePoint } from './points.ts'
import type { Servers } from './servers.ts'
import { dropCollection } from './target.ts'

/**
 * Removes points and whole collections that were replaced more than `graceMs` ago. By then readers have long opened the
 * current ones. Only the process that publishes may call this, and not while it publishes.
 *
 * @returns the time at which there is more to remove, in milliseconds since 1970; null where nothing is left to be removed
 */
export async function removeReplaced(
  servers: Servers,
  { name }: QdrantSettings,
  graceMs: number,
): Promise<number | null> {
  const current = await aliased(servers, name)
  const state = current === null ? null : await stateOf(servers, current)
  if (current === null || state === null) return null
  const before = Date.now() - graceMs
  const old = state.removed.filter(({ since }) => since <= before)
  for (const { from, to } of old) {
    const filter = { must: [{ key: 'number', range: { gte: from, lt: to } }] }
    await servers.write((api, init) => api.deletePoints({ collection_name: current, wait: true, filter }, init))
  }
  const removed = state.removed.filter((range) => !old.includes(range))
  if (old.length > 0) {
    const body = {
      collection_name: current,
      wait: true,
      points: [statePoint({ ...state, removed })],
      // The write must not replace a state that was published meanwhile.
      update_filter: { must: [{ key: 'state.token', match: { value: state.token } }] },
    }
    await servers.write((api, init) => api.upsertPoints({ ...body }, init))
  }
  const waiting = removed.map(({ since }) => since)
  // Collections before the current one are looked for once it has been current for that time.
  if (state.since > before) return Math.min(state.since, ...waiting) + graceMs
  for (const collection of await collectionNames(servers)) {
    const place = serial(collection, name)
    if (place !== null && place < serial(current, name)!) await dropCollection(servers, collection)
  }
  return waiting.length === 0 ? null : Math.min(...waiting) + graceMs
}
