import type { ModelDescription } from '../../embeddings/types.ts'
import { IndexError } from '../../errors.ts'
import { wordsOf } from '../../reports/passages.ts'
import type { Passage, Report } from '../../reports/types.ts'
import { decodePlaces } from '../../reports/wordPlaces.ts'
import { cachedReports } from '../reportCache.ts'
import type { OpenIndex, PassageTokens, ReportEntry, Reports, VectorIndex, WordIndex } from '../types.ts'
import { readFrequencies, retrieve, scroll, stateInForce } from './collections.ts'
import { OutdatedError } from './faults.ts'
import {
  inForce,
  meaning,
  numberOf,
  placesId,
  type QdrantSettings,
  type State,
  textId,
  versionOf,
  wording,
} from './layout.ts'
import {
  entryFields,
  entryIn,
  type ListedEntry,
  passageFields,
  passageIn,
  placesIn,
  reportIn,
  tokenFields,
  tokensIn,
} from './points.ts'
import { type Schemas, type Servers, statusOf } from './servers.ts'
import { added, type Frequencies, frequencyOf, noFrequencies, questionWords } from './terms.ts'

/** The index in force in Qdrant when it was opened; an update later does not change its answers. */
export interface QdrantIndex extends OpenIndex {
  /** Another one for every state that was ever in force. */
  readonly token: string
  /** What is there already when a later state is opened. */
  readonly parts: OpenParts
}

interface OpenParts {
  readonly state: State
  readonly entries: ReadonlyMap<number, ListedEntry>
  readonly frequencies: Frequencies
}

/**
 * Opens the index in force.
 * @param before one that was open before: what has not changed is not read again
 * @throws IndexError when there is none, another model or program made it, or Qdrant cannot be reached
 */
export async function openQdrantIndex(
  servers: Servers,
  settings: QdrantSettings,
  model: ModelDescription,
  before?: QdrantIndex,
): Promise<QdrantIndex> {
  const state = await stateInForce(servers, settings.name)
  if (state === null) throw nothingThere(settings)
  requireVersion(settings.name, state, model)
  const known = before?.parts.state.collection === state.collection ? before.parts : null
  try {
    const entries = await readEntries(servers, state, known)
    const frequencies = await sumFrequencies(servers, state, known)
    return indexOf(servers, { state, entries, frequencies }, model.dimensions)
  } catch (error) {
    // Another state may have come in force meanwhile, and this one's points removed.
    if ((await stateInForce(servers, settings.name))?.token === state.token) throw error
    return openQdrantIndex(servers, settings, model, before)
  }
}

async function readEntries(servers: Servers, state: State, known: OpenParts | null): Promise<Map<number, ListedEntry>> {
  const entries = new Map<number, ListedEntry>()
  const isGone = (number: number) => state.removed.some(({ from, to }) => from <= number && number < to)
  for (const [number, entry] of known?.entries ?? []) if (!isGone(number)) entries.set(number, entry)
  const filter = inForce(state)
  const must = [
    filter.must,
    { key: 'kind', match: { value: 'entry' } },
    { key: 'number', range: { gte: known?.state.limit ?? 1 } },
  ].flat() as NonNullable<typeof filter.must>
  for await (const page of scroll(
    servers,
    state.collection,
    { filter: { ...filter, must }, with_payload: entryFields },
    1000,
  )) {
    for (const { payload } of page) {
      const entry = entryIn(payload)
      entries.set(entry.number, entry)
    }
  }
  const found = [...entries.values()].reduce((sum, { entry }) => sum + entry.passages, 0)
  if (found !== state.size) throw new Error(`${state.collection}: expected ${state.size} passages, found ${found}`)
  return entries
}

async function sumFrequencies(servers: Servers, state: State, known: OpenParts | null): Promise<Frequencies> {
  const before = known?.state.frequencies.map(({ number }) => number) ?? []
  const continues = before.every((number, i) => state.frequencies[i]?.number === number)
  let sum = (continues && known?.frequencies) || noFrequencies
  for (const list of state.frequencies.slice(continues ? before.length : 0)) {
    sum = added(sum, await readFrequencies(servers, state.collection, list))
  }
  return sum
}

function indexOf(servers: Servers, parts: OpenParts, dimensions: number): QdrantIndex {
  const { state, entries } = parts
  const byFile = [...entries.values()].sort((a, b) => (a.entry.file < b.entry.file ? -1 : 1))
  const reports = new Map(byFile.map(({ entry }): [string, ReportEntry] => [entry.id, entry]))
  const listed = new Map(byFile.map((one) => [one.entry.id, one]))
  const engine = searchEngine(servers, parts, listed)

  const payloads = async (positions: readonly number[], fields: readonly string[]) => {
    const found = await asked(state, () => retrieve(servers, state.collection, positions, fields))
    return found.map((record) => {
      if (record === undefined || !entries.has(numberOf(Number(record.id)))) throw outdated()
      return record.payload
    })
  }
  const readReport = async ({ number, parts }: ListedEntry): Promise<Report> => {
    const ids = Array.from({ length: parts }, (_, part) => textId(number, part))
    // One part after the other: each may be of some megabytes.
    const found = []
    for (const id of ids) found.push(...(await payloads([id], ['text'])))
    return reportIn(found)
  }
  const listedFor = (id: string): ListedEntry => {
    const one = listed.get(id)
    if (one === undefined) throw new Error(`no report ${id}`)
    return one
  }
  return {
    token: state.token,
    parts,
    size: state.size,
    reports,
    vectors: vectorIndex(engine, state.size, dimensions),
    words: wordIndex(engine, parts),
    async passages(positions): Promise<Passage[]> {
      return (await payloads(positions, passageFields)).map(passageIn)
    },
    async tokens(positions): Promise<PassageTokens[]> {
      return (await payloads(positions, tokenFields)).map(tokensIn)
    },
    report: cachedReports(async (id) => readReport(listedFor(id))),
    async placesOf(id) {
      const { number, placesParts } = listedFor(id)
      if (placesParts === 0) return null
      const found = []
      for (let part = 0; part < placesParts; part++)
        found.push(...(await payloads([placesId(number, part)], ['places'])))
      return decodePlaces(placesIn(found))
    },
    async find(passage) {
      // The same words may stand in many reports; the very passage first.
      for (const condition of [[{ key: 'passage.id', match: { value: passage } }], []]) {
        const filter = inForce(state)
        const words = { key: 'words', match: { value: wordsOf(passage) } }
        const body = {
          collection_name: state.collection,
          filter: { ...filter, must: [filter.must!, words, ...condition].flat() },
          limit: 1,
          with_payload: passageFields,
        }
        const { points } = await asked(state, () => servers.read((api, init) => api.scrollPoints({ ...body }, init)))
        if (points.length > 0) return passageIn(points[0]!.payload)
      }
      return null
    },
  }
}

/** A hit by vector or by words. */
interface Hit {
  readonly position: number
  readonly score: number
}

interface SearchEngine {
  /** The `count` best, ties in order of position. */
  best(query: Query, count: number, among: Reports | undefined): Promise<Hit[]>
  /** What each of `positions` scores; those that do not match at all are left out. */
  scores(query: Query, positions: readonly number[]): Promise<Hit[]>
}

type Query = Pick<Schemas['QueryRequest'], 'query' | 'using' | 'params'>

/** Equals are put in order by us; so many more are asked for to see where they end. */
const margin = 16
/** Conditions on reports are sent as numbers; of more than half of them those are sent that are left out. */
const half = 1 / 2

function searchEngine(
  servers: Servers,
  { state, entries }: OpenParts,
  listed: ReadonlyMap<string, ListedEntry>,
): SearchEngine {
  const current = inForce(state)
  /** Null where nothing may be found. */
  const narrowed = (among: Reports | undefined): Schemas['Filter'] | null => {
    if (among === undefined) return current
    const numbers = [...among].flatMap((id) => listed.get(id)?.number ?? [])
    if (numbers.length === 0) return null
    if (numbers.length <= entries.size * half) {
      return { ...current, must: [current.must!, { key: 'number', match: { any: numbers } }].flat() }
    }
    const within = new Set(numbers)
    const others = [...entries.keys()].filter((number) => !within.has(number))
    // A list of nothing is none to Qdrant, whichever way it is meant.
    if (others.length === 0) return current
    return { ...current, must_not: [current.must_not!, { key: 'number', match: { any: others } }].flat() }
  }
  const query = async (body: Query, filter: Schemas['Filter'], limit: number): Promise<Hit[]> => {
    const request = { collection_name: state.collection, ...body, filter, limit, with_payload: false }
    const { points } = await asked(state, () => servers.read((api, init) => api.queryPoints({ ...request }, init)))
    return levelled(points.map(({ id, score }) => ({ position: Number(id), score })))
  }
  return {
    async best(body, count, among) {
      const filter = narrowed(among)
      if (count === 0 || state.size === 0 || filter === null) return []
      for (let limit = count + margin; ; limit *= 4) {
        const hits = await query(body, filter, limit)
        const isCut = hits.length === limit && hits[count - 1]!.score === hits[limit - 1]!.score
        if (!isCut) return hits.slice(0, count)
      }
    },
    async scores(body, positions) {
      if (positions.length === 0) return []
      return query(body, { must: [{ has_id: [...positions] }] }, positions.length)
    },
  }
}

/** Equal vectors may differ in the last bits of their scores, as segments of the server add in another order. */
const rounding = 1e-6

/** Highest score first; scores that differ by rounding made equal, and equals in order of position. */
function levelled(hits: readonly Hit[]): Hit[] {
  const level: Hit[] = []
  for (const { position, score } of [...hits].sort((a, b) => b.score - a.score)) {
    const above = level.at(-1)?.score
    const isEqual = above !== undefined && above - score <= rounding * Math.max(1, Math.abs(above))
    level.push({ position, score: isEqual ? above : score })
  }
  return level.sort((a, b) => b.score - a.score || a.position - b.position)
}

/** How thoroughly the graph is searched, and how many times as many as asked for are compared by the whole vectors. */
const thoroughness = { hnsw_ef: 128, quantization: { rescore: true, oversampling: 2 } }

function vectorIndex(engine: SearchEngine, size: number, dimensions: number): VectorIndex<Reports> {
  const body = (vector: Float32Array, params: Query['params']): Query => ({
    query: Array.from(vector),
    using: meaning,
    params: params!,
  })
  return {
    engine: 'qdrant',
    size,
    dimensions,
    async search(vector, count, among) {
      const hits = await engine.best(body(vector, thoroughness), count, among)
      return hits.map(({ position, score }) => ({ passage: position, similarity: score }))
    },
    async similarities(vector, positions) {
      const hits = await engine.scores(body(vector, { exact: true }), positions)
      if (hits.length < new Set(positions).size) throw outdated()
      return Float64Array.from(inOrder(positions, hits))
    },
  }
}

function wordIndex(engine: SearchEngine, { state, frequencies }: OpenParts): WordIndex {
  const weight = (term: string) => {
    const found = frequencyOf(frequencies, term)
    return found === 0 ? 0 : Math.log(1 + (state.size - found + 0.5) / (found + 0.5))
  }
  const body = (terms: readonly string[]): Query | null => {
    const query = questionWords(terms, weight)
    return query.indices.length === 0 ? null : { query, using: wording }
  }
  return {
    weight,
    async search(terms, count, among) {
      const query = body(terms)
      const hits = query ? await engine.best(query, count, among) : []
      return hits.map(({ position, score }) => ({ passage: position, score }))
    },
    async scores(terms, positions) {
      const query = body(terms)
      return Float32Array.from(inOrder(positions, query ? await engine.scores(query, positions) : []))
    },
  }
}

function inOrder(positions: readonly number[], hits: readonly Hit[]): number[] {
  const scores = new Map(hits.map(({ position, score }) => [position, score]))
  return positions.map((position) => scores.get(position) ?? 0)
}

/** @throws OutdatedError where the collection is gone */
async function asked<T>({ collection }: State, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (statusOf(error) !== 404) throw error
    throw outdated(collection, error)
  }
}

function outdated(collection?: string, cause?: unknown): OutdatedError {
  const what = collection === undefined ? '' : ` (${collection})`
  return new OutdatedError(
    {
      zh: `打开的索引${what}已被更新替换。请稍后再问一次。`,
      en: `The index that was open${what} has been replaced by an update. Ask again in a moment.`,
    },
    { cause },
  )
}

function nothingThere({ name, urls }: QdrantSettings): IndexError {
  return new IndexError({
    zh: `Qdrant(${urls.join('、')})里还没有索引 ${name}。请先启动负责发布的进程,或检查 QDRANT_COLLECTION。`,
    en: `There is no index ${name} in Qdrant (${urls.join(', ')}) yet. Start the process that publishes it first, or check QDRANT_COLLECTION.`,
  })
}

function requireVersion(name: string, { version }: State, model: ModelDescription): void {
  const expected = versionOf(model)
  if (JSON.stringify(version) === JSON.stringify(expected)) return
  const told = ({ index, model: { id, sha256 }, normalizer, restorer, segmenter }: State['version']) =>
    `${id} (SHA-256 ${sha256.slice(0, 12)}…), index format ${index}, normaliser ${normalizer}, restorer ${restorer}, ICU ${segmenter}`
  throw new IndexError({
    zh: `Qdrant 里的索引 ${name} 由另一个模型或另一个版本的程序写入:应为 ${told(expected)},实际为 ${told(version)}。请让所有进程使用同样的程序、Node 和 EMBEDDING_MODEL,再由发布进程重新写入。`,
    en: `The index ${name} in Qdrant was written with another model or program: expected ${told(expected)}, found ${told(version)}. Give all processes the same program, Node and EMBEDDING_MODEL; the one that publishes writes it anew.`,
  })
}
