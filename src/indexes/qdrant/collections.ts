import { IndexError } from '../../errors.ts'
import { outdated } from './faults.ts'
import { type Head, headId, headIn, pointId, type State, stateId, stateIn } from './layout.ts'
import { frequenciesIn } from './points.ts'
import { type Schemas, type Servers, statusOf } from './servers.ts'
import { type Frequencies, noFrequencies } from './terms.ts'

/** The points of `ids`, in their order; undefined for a point that is not there. */
export async function retrieve(
  servers: Servers,
  collection: string,
  ids: readonly number[],
  fields: readonly string[] | true,
): Promise<(Schemas['Record'] | undefined)[]> {
  if (ids.length === 0) return []
  const body = { collection_name: collection, ids: [...ids], with_payload: fields === true ? true : [...fields] }
  const found = await servers.read((api, init) => api.getPoints(body, init))
  const byId = new Map(found.map((record) => [record.id, record]))
  return ids.map((id) => byId.get(id))
}

/** All points that a filter lets through, page by page. */
export async function* scroll(
  servers: Servers,
  collection: string,
  body: Pick<Schemas['ScrollRequest'], 'filter' | 'with_payload' | 'with_vector'>,
  pageSize: number,
): AsyncGenerator<Schemas['Record'][]> {
  let offset: Schemas['ScrollRequest']['offset']
  do {
    const request = { ...body, collection_name: collection, limit: pageSize, ...(offset == null ? {} : { offset }) }
    const page = await servers.read((api, init) => api.scrollPoints({ ...request }, init))
    yield page.points
    offset = page.next_page_offset
  } while (offset != null)
}

/**
 * Reads one list of word frequencies.
 * @throws Error when points of it are gone, as those of a state long past are
 */
export async function readFrequencies(
  servers: Servers,
  collection: string,
  { number, parts }: State['frequencies'][number],
): Promise<Frequencies> {
  if (parts === 0) return noFrequencies
  const payloads = []
  for (let part = 0; part < parts; part++) {
    const [found] = await retrieve(servers, collection, [pointId(number, part)], true)
    if (found === undefined) throw new Error(`part ${part} of the word frequencies ${number} is not in ${collection}`)
    payloads.push(found.payload)
  }
  return frequenciesIn(payloads)
}

/**
 * The current state, or null when nothing was published under this name yet.
 * @throws IndexError when the collection is of another format, or no index at all
 */
export async function currentState(servers: Servers, name: string): Promise<State | null> {
  const payload = await payloadOf(servers, name, stateId)
  if (payload === null) return null
  const state = stateIn(payload)
  if (state === null) throw notAnIndex(name)
  if (!('otherFormat' in state)) return state
  throw new IndexError({
    zh: `Qdrant 里的索引 ${name} 由另一个版本的程序写入(格式 ${state.otherFormat})。请把所有进程升级到同一版本,再由发布进程重新写入。`,
    en: `The index ${name} in Qdrant was written by another version of the program (format ${state.otherFormat}). Bring all processes to one version; the one that publishes writes it anew.`,
  })
}

/** The state in a collection; null where there is none of this format. */
export async function stateOf(servers: Servers, collection: string): Promise<State | null> {
  const payload = await payloadOf(servers, collection, stateId)
  const state = stateIn(payload)
  return state === null || 'otherFormat' in state ? null : state
}

/** The head of a collection; null where this program did not create the collection. */
export async function headOf(servers: Servers, collection: string): Promise<Head | null> {
  return headIn(await payloadOf(servers, collection, headId))
}

/** Does `ask`. @throws OutdatedError where the collection of the state is gone */
export async function unlessReplaced<T>({ collection }: State, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (statusOf(error) !== 404) throw error
    throw outdated(collection, error)
  }
}

/** The payload of one point; null where the point or the collection is missing. */
async function payloadOf(servers: Servers, collection: string, id: number): Promise<unknown> {
  try {
    const [found] = await retrieve(servers, collection, [id], true)
    return found?.payload ?? null
  } catch (error) {
    if (statusOf(error) === 404) return null
    throw error
  }
}

/** The fault of a name under which Qdrant holds something else. */
export function notAnIndex(name: string): IndexError {
  return new IndexError({
    zh: `Qdrant 里的 ${name} 不是问据的索引。请用 QDRANT_COLLECTION 换一个名字。`,
    en: `${name} in Qdrant is not an index of Wenju's. Choose another name with QDRANT_COLLECTION.`,
  })
}

/** The collection that the alias names; null when there is no such alias. */
export async function aliased(servers: Servers, name: string): Promise<string | null> {
  const { aliases } = await servers.read((api, init) => api.getCollectionsAliases({}, init))
  return aliases.find(({ alias_name }) => alias_name === name)?.collection_name ?? null
}

/** The names of all collections, those of other programs among them. */
export async function collectionNames(servers: Servers): Promise<string[]> {
  const { collections } = await servers.read((api, init) => api.getCollections({}, init))
  return collections.map(({ name }) => name)
}

/** The number at the end of a collection's name; null for a collection of another program. */
export function serial(collection: string, name: string): number | null {
  if (!collection.startsWith(`${name}-`)) return null
  const [, found] = /^[0-9a-f]{8}-(\d+)$/u.exec(collection.slice(name.length + 1)) ?? []
  return found === undefined ? null : Number(found)
}
