import { setTimeout as wait } from 'node:timers/promises'
import type { ModelDescription } from '../../embeddings/types.ts'
import { IndexError } from '../../errors.ts'
import { aliased, collectionNames, headOf, notAnIndex, serial, stateOf } from './collections.ts'
import {
  collectionSettings,
  collectionStem,
  type Head,
  indexedFields,
  type QdrantSettings,
  type State,
  versionOf,
} from './layout.ts'
import { headPoint, statePoint } from './points.ts'
import type { Servers } from './servers.ts'
import { upsert } from './upload.ts'

/** The collection that a publisher brings up to date, or fills. */
export interface Target {
  readonly collection: string
  readonly head: Head
  /** The current state; null for a collection that is being filled. */
  readonly state: State | null
}

export interface TargetOptions {
  /** The model that made the vectors. */
  readonly model: ModelDescription
  /** The number of terms (`words`) of a passage, on the average over all reports. */
  readonly meanLength: number
  /** Gives the publication up: the current state stays, and points that were sent are not sent again next time. */
  readonly signal?: AbortSignal
}

/** A mean length that differs from the collection's by a larger factor would tilt the scores: all is written anew. */
const maxDrift = 1.2

/** Earlier servers do not know `update_filter`, and would ignore it. */
const oldestVersion = [1, 16] as const

/** @throws IndexError when a node is of an earlier release than what is written needs */
async function requireRelease(servers: Servers): Promise<void> {
  const found = await servers.each(async (api, init) => ({ data: { result: (await api.root({}, init)).data } }))
  for (const [i, answer] of found.entries()) {
    const [major = 0, minor = 0] = answer?.version.split('.').map(Number) ?? oldestVersion
    if (major > oldestVersion[0] || (major === oldestVersion[0] && minor >= oldestVersion[1])) continue
    const oldest = oldestVersion.join('.')
    throw new IndexError({
      zh: `Qdrant ${servers.urls[i]} 的版本太旧:需要 ${oldest} 或更新,实际为 ${answer?.version}。请升级 Qdrant(集群的所有节点)。`,
      en: `Qdrant at ${servers.urls[i]} is too old: expected ${oldest} or later, found ${answer?.version}. Upgrade Qdrant, in a cluster on all nodes.`,
    })
  }
}

/**
 * Chooses the current collection where it can be kept; else one that an earlier call began to fill, or a new one.
 * @throws IndexError when Qdrant is too old, cannot be reached, or something else has the name
 */
export async function chooseTarget(
  servers: Servers,
  settings: QdrantSettings,
  { model, meanLength, signal }: TargetOptions,
): Promise<Target> {
  await requireRelease(servers)
  const stem = collectionStem(settings, versionOf(model))
  const current = await aliased(servers, settings.name)
  const place = current === null ? 0 : serial(current, settings.name)
  if (place === null) throw notAnIndex(settings.name)
  const fits = async (collection: string) => {
    const head = collection.startsWith(stem) ? await headOf(servers, collection) : null
    const drift = head === null ? Number.POSITIVE_INFINITY : head.meanLength / meanLength
    return drift <= maxDrift && drift >= 1 / maxDrift ? head : null
  }
  const names = await collectionNames(servers)
  if (names.includes(settings.name)) throw notAnIndex(settings.name)
  const serialOf = (name: string) => serial(name, settings.name) ?? 0
  const unfinished = names.filter((name) => serialOf(name) > place).sort((a, b) => serialOf(a) - serialOf(b))
  const [head, state] = current === null ? [null, null] : [await fits(current), await stateOf(servers, current)]
  const isKept = current !== null && head !== null && state !== null
  const begun = isKept ? undefined : unfinished.at(-1)
  const begunHead = begun === undefined ? null : await fits(begun)
  for (const name of unfinished) {
    if (name !== begun || begunHead === null) await dropCollection(servers, name, signal)
  }
  if (isKept) return { collection: current, head, state }
  if (begun !== undefined && begunHead !== null) return { collection: begun, head: begunHead, state: null }
  const last = unfinished.at(-1)
  const made = `${stem}${1 + (last === undefined ? place : serialOf(last))}`
  await createCollection(servers, settings, made, model.dimensions, signal)
  // The head comes last, so a collection with a head is complete.
  const newHead: Head = { next: 1, holder: '', meanLength }
  await upsert(servers, made, [headPoint(newHead)], signal)
  return { collection: made, head: newHead, state: null }
}

async function createCollection(
  servers: Servers,
  settings: QdrantSettings,
  name: string,
  dimensions: number,
  signal?: AbortSignal,
): Promise<void> {
  await servers.write(async (api, init) => {
    // An attempt whose answer was lost may have created it.
    const { data } = await api.collectionExists({ collection_name: name }, init)
    if (data.result?.exists) return { data: { result: true } }
    return api.createCollection({ collection_name: name, ...collectionSettings(dimensions, settings) }, init)
  }, signal)
  const fields = Object.entries(indexedFields).map(([field_name, field_schema]) => {
    const body = { collection_name: name, wait: true, field_name, field_schema }
    return servers.write((api, init) => api.createFieldIndex({ ...body }, init), signal)
  })
  await Promise.all(fields)
}

/** Removes a collection, if there is one of this name. */
async function dropCollection(servers: Servers, collection_name: string, signal?: AbortSignal): Promise<void> {
  await servers.write((api, init) => api.deleteCollection({ collection_name }, init), signal)
}

const statusPauseMs = 500
/** The wait for graphs is bounded, as questions can be answered without them, if slowly. */
const maxOptimizingMs = 60 * 60_000

/** Waits until the servers have built the graphs of a new collection. */
export async function waitUntilOptimized(
  servers: Servers,
  collection_name: string,
  signal?: AbortSignal,
): Promise<void> {
  const until = performance.now() + maxOptimizingMs
  for (;;) {
    const { status } = await servers.write((api, init) => api.getCollection({ collection_name }, init), signal)
    if (status !== 'yellow' || performance.now() > until) return
    await wait(statusPauseMs, undefined, signal ? { signal } : {})
  }
}

/** Makes a collection the current one, by pointing the alias to it in one step. */
export async function pointAlias(
  servers: Servers,
  { name }: QdrantSettings,
  collection_name: string,
  signal?: AbortSignal,
): Promise<void> {
  await servers.write(async (api, init) => {
    const { data } = await api.getCollectionsAliases({}, init)
    const exists = data.result?.aliases.some(({ alias_name }) => alias_name === name)
    const create = { create_alias: { alias_name: name, collection_name } }
    return api.updateAliases({ actions: exists ? [{ delete_alias: { alias_name: name } }, create] : [create] }, init)
  }, signal)
}

/**
 * Removes points and whole collections that were replaced more than `graceMs` ago. By then readers have long opened the
 * current ones. Only the process that publishes may call this, and not while it publishes.
 *
 * @returns the time at which there is more to remove, in milliseconds since 1970; null where nothing is left
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
