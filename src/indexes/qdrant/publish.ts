import { randomUUID } from 'node:crypto'
import { IndexError } from '../../errors.ts'
import { headOf, readFrequencies, scroll } from './collections.ts'
import { joinRanges, type QdrantSettings, type State, versionOf, wording } from './layout.ts'
import {
  entryFields,
  entryIn,
  entryPoint,
  frequencyPoints,
  headPoint,
  type ListedEntry,
  type StoredEntry,
  statePoint,
  wordIndicesIn,
} from './points.ts'
import type { Servers } from './servers.ts'
import { chooseTarget, pointAlias, type Target, type TargetOptions, waitUntilOptimized } from './target.ts'
import { added, type Frequencies, FrequencyCounter } from './terms.ts'
import { type ReportToPublish, Uploader, upsert } from './upload.ts'

export interface PublishOutcome {
  /** False when Qdrant held exactly these reports. */
  readonly written: boolean
  /** The number of reports that were sent. */
  readonly added: number
  /** The number of reports that are no longer current. */
  readonly removed: number
  /** Identifies the current state. */
  readonly token: string
}

/** Opening an index reads all lists of changes, so they are merged once they reach this share of the whole. */
const maxChangesShare = 1 / 4

/**
 * Makes `reports`, no more and no less, current in Qdrant, by one write at the end: before it readers meet the earlier
 * reports, after it the new ones. One process at a time may publish under a name.
 *
 * @throws IndexError when Qdrant cannot be reached for a minute or is too old, `settings.name` is taken by something
 * else, or another process began to publish under it meanwhile
 */
export async function publish(
  servers: Servers,
  settings: QdrantSettings,
  reports: readonly ReportToPublish[],
  options: TargetOptions,
): Promise<PublishOutcome> {
  const { signal } = options
  const meanLength = Math.max(1, options.meanLength)
  const target = await chooseTarget(servers, settings, { ...options, meanLength })
  const { collection, head, state } = target
  // A publisher that was killed may have reached one replica only, so the state that was read from one is written to
  // all.
  if (state) await upsert(servers, collection, [statePoint(state)], signal)

  const { current, adopted, missing, dropped } = await compare(servers, target, reports)
  if (state && adopted.length + missing.length + dropped.length === 0) {
    return { written: false, added: 0, removed: 0, token: state.token }
  }

  const holder = randomUUID()
  const start = await reserve(servers, target, holder, missing.length + 1, signal)
  const next = start + missing.length + 1
  const terms = new FrequencyCounter()
  for (const { number } of dropped) await countTerms(servers, collection, number, terms, -1)
  for (const { number, parts, placesParts, ...entry } of adopted) {
    await countTerms(servers, collection, number, terms, 1)
    await upsert(servers, collection, [entryPoint(number, entry, { parts, placesParts })], signal)
  }
  const uploader = new Uploader(servers, collection, head.meanLength, signal)
  try {
    for (const [i, report] of missing.entries()) await uploader.add(start + i, report, terms)
  } finally {
    // After a failure, too, no request may be under way when the caller goes on.
    await uploader.finished()
  }

  const now = Date.now()
  const frequencyNumber = next - 1
  const { frequencies, retired } = await writeFrequencies(servers, target, frequencyNumber, terms.sum(), signal)
  const used = [...adopted.map(({ number }) => number), ...missing.map((_, i) => start + i), frequencyNumber]
  const gone = [...dropped.map(({ number }) => number), ...retired]
  const passages = [...current, ...adopted, ...missing].reduce((sum, { entry }) => sum + entry.passages, 0)
  const newState: State = {
    version: versionOf(options.model),
    collection,
    token: randomUUID(),
    limit: next,
    removed: joinRanges([
      ...(state?.removed ?? []),
      ...gone.map((number) => ({ from: number, to: number + 1, since: now })),
      ...gaps(state?.limit ?? 1, next, used).map((gap) => ({ ...gap, since: now })),
    ]),
    size: passages,
    frequencies,
    since: state?.since ?? now,
  }
  if (state === null) await waitUntilOptimized(servers, collection, signal)
  if ((await headOf(servers, collection))?.holder !== holder) throw twoPublishers(settings)
  await upsert(servers, collection, [statePoint(newState)], signal)
  if (state === null) await pointAlias(servers, settings, collection, signal)
  return { written: true, added: missing.length, removed: dropped.length, token: newState.token }
}

const maxReservations = 3

/**
 * Takes `count` numbers that no publisher has or had, and returns the first. Two processes that publish at once, as
 * when two folders are set to one name, get different numbers, and the later one goes on, which the other notices at
 * the end.
 */
async function reserve(
  servers: Servers,
  { collection }: Target,
  holder: string,
  count: number,
  signal?: AbortSignal,
): Promise<number> {
  for (let attempt = 0; attempt < maxReservations; attempt++) {
    const head = await headOf(servers, collection)
    if (head === null) break
    const body = {
      collection_name: collection,
      wait: true,
      // The write goes through one replica, so that all replicas see two publishers in the same order.
      ordering: 'medium' as const,
      points: [headPoint({ ...head, next: head.next + count, holder })],
      update_filter: { must: [{ key: 'head.next', range: { lte: head.next } }] },
    }
    await servers.write((api, init) => api.upsertPoints({ ...body }, init), signal)
    if ((await headOf(servers, collection))?.holder === holder) return head.next
  }
  throw new Error(`no numbers could be had in ${collection}`)
}

function twoPublishers({ name }: QdrantSettings): IndexError {
  return new IndexError({
    zh: `另一个进程也在向 Qdrant 发布索引 ${name}。只应有一个进程发布:请让各进程使用不同的 QDRANT_COLLECTION,或只保留一个发布进程。`,
    en: `Another process publishes the index ${name} to Qdrant too. Only one may: give each a QDRANT_COLLECTION of its own, or let one publish.`,
  })
}

/**
 * Compares Qdrant with `reports`: those that are current there, those that an interrupted publisher sent (adopted),
 * those that are missing, and current ones that are not wanted (dropped).
 */
async function compare(servers: Servers, { collection, state }: Target, reports: readonly ReportToPublish[]) {
  const wanted = new Map(reports.map((report) => [keyOf(report), report]))
  const limit = state?.limit ?? 1
  const current: ListedEntry[] = []
  const adopted: ListedEntry[] = []
  const dropped: ListedEntry[] = []
  const filter = {
    must: [{ key: 'kind', match: { value: 'entry' } }],
    must_not: (state?.removed ?? []).map(({ from, to }) => ({ key: 'number', range: { gte: from, lt: to } })),
  }
  const known = new Map<number, ListedEntry>()
  for await (const page of scroll(servers, collection, { filter, with_payload: entryFields }, 1000)) {
    for (const { payload } of page) {
      const entry = entryIn(payload)
      known.set(entry.number, entry)
    }
  }
  for (const listed of [...known.values()].sort((a, b) => a.number - b.number)) {
    const isWanted = wanted.delete(keyOf(listed))
    if (listed.number < limit) (isWanted ? current : dropped).push(listed)
    else if (isWanted) adopted.push(listed)
  }
  const missing = [...wanted.values()].sort((a, b) => (a.entry.file < b.entry.file ? -1 : 1))
  return { current, adopted, dropped, missing }
}

function keyOf({ entry, sha256 }: StoredEntry): string {
  return JSON.stringify([entry.file, entry.id, sha256])
}

/** Counts the terms of a report's passages as Qdrant holds them. */
async function countTerms(
  servers: Servers,
  collection: string,
  number: number,
  terms: FrequencyCounter,
  sign: 1 | -1,
): Promise<void> {
  const body = {
    filter: {
      must: [
        { key: 'number', match: { value: number } },
        { key: 'kind', match: { value: 'passage' } },
      ],
    },
    with_payload: false,
    with_vector: [wording],
  }
  for await (const page of scroll(servers, collection, body, 256)) {
    for (const { vector } of page) terms.add(wordIndicesIn(vector), sign)
  }
}

/** Writes the changes of the frequencies, or all frequencies once the changes have come to be many. */
async function writeFrequencies(
  servers: Servers,
  { collection, state }: Target,
  number: number,
  changes: Frequencies,
  signal?: AbortSignal,
): Promise<{ frequencies: State['frequencies']; retired: number[] }> {
  const [base, ...later] = state?.frequencies ?? []
  const changed = later.reduce((sum, { terms }) => sum + terms, changes.hashes.length)
  const isRewritten = base === undefined || changed > base.terms * maxChangesShare
  const kept = isRewritten ? [] : [base, ...later]
  let written = changes
  if (isRewritten) {
    for (const list of state?.frequencies ?? [])
      written = added(await readFrequencies(servers, collection, list), written)
  }
  const points = frequencyPoints(number, written)
  for (const point of points) await upsert(servers, collection, [point], signal)
  return {
    frequencies: [...kept, { number, parts: points.length, terms: written.hashes.length }],
    retired: isRewritten ? (state?.frequencies ?? []).map((list) => list.number) : [],
  }
}

/** The stretches of `[from, to)` without the numbers `used`. */
function gaps(from: number, to: number, used: readonly number[]): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = []
  let at = from
  for (const number of [...used, to].sort((a, b) => a - b)) {
    if (number > at) found.push({ from: at, to: number })
    at = number + 1
  }
  return found
}
