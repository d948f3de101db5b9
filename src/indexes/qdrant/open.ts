import type { ModelDescription } from '../../embeddings/types.ts'
import { IndexError } from '../../errors.ts'
import { wordsOf } from '../../reports/passages.ts'
import type { Passage, Report } from '../../reports/types.ts'
import { decodePlaces } from '../../reports/wordPlaces.ts'
import { cachedPlaces, cachedReports } from '../reportCache.ts'
import type { OpenIndex, PassageTokens, ReportEntry } from '../types.ts'
import { currentState, readFrequencies, retrieve, scroll, unlessReplaced } from './collections.ts'
import { outdated } from './faults.ts'
import { currentFilter, numberOf, placesId, type QdrantSettings, type State, textId, versionOf } from './layout.ts'
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
import { createSearch, type LoadedIndex, vectorIndex, wordIndex } from './search.ts'
import type { Servers } from './servers.ts'
import { added, type Frequencies, noFrequencies } from './terms.ts'

/** The index that was current in Qdrant when it was opened. An update later does not change its answers. */
export interface QdrantIndex extends OpenIndex {
  readonly loaded: LoadedIndex
}

/**
 * Opens the current index.
 * @param before an index that was opened earlier: contents that have not changed since are not read again
 * @throws IndexError when there is none, another model or program made it, or Qdrant cannot be reached
 */
export async function openQdrantIndex(
  servers: Servers,
  settings: QdrantSettings,
  model: ModelDescription,
  before?: QdrantIndex,
): Promise<QdrantIndex> {
  const state = await currentState(servers, settings.name)
  if (state === null) throw nothingThere(settings)
  requireVersion(settings.name, state, model)
  const known = before?.loaded.state.collection === state.collection ? before.loaded : null
  try {
    const entries = await readEntries(servers, state, known)
    const frequencies = await sumFrequencies(servers, state, known)
    return indexOver(servers, { state, entries, frequencies }, model.dimensions)
  } catch (error) {
    // Meanwhile another state may have become current, and the points of this one may have been removed.
    if ((await currentState(servers, settings.name))?.token === state.token) throw error
    return openQdrantIndex(servers, settings, model, before)
  }
}

async function readEntries(
  servers: Servers,
  state: State,
  known: LoadedIndex | null,
): Promise<Map<number, ListedEntry>> {
  const entries = new Map<number, ListedEntry>()
  const isRemoved = (number: number) => state.removed.some(({ from, to }) => from <= number && number < to)
  for (const [number, entry] of known?.entries ?? []) if (!isRemoved(number)) entries.set(number, entry)
  const filter = currentFilter(state)
  const must = [
    filter.must,
    { key: 'kind', match: { value: 'entry' } },
    { key: 'number', range: { gte: known?.state.limit ?? 1 } },
  ].flat() as NonNullable<typeof filter.must>
  const body = { filter: { ...filter, must }, with_payload: entryFields }
  for await (const page of scroll(servers, state.collection, body, 1000)) {
    for (const { payload } of page) {
      const entry = entryIn(payload)
      entries.set(entry.number, entry)
    }
  }
  const found = [...entries.values()].reduce((sum, { entry }) => sum + entry.passages, 0)
  if (found !== state.size) throw new Error(`${state.collection}: expected ${state.size} passages, found ${found}`)
  return entries
}

async function sumFrequencies(servers: Servers, state: State, known: LoadedIndex | null): Promise<Frequencies> {
  const before = known?.state.frequencies.map(({ number }) => number) ?? []
  const continues = before.every((number, i) => state.frequencies[i]?.number === number)
  let sum = (continues && known?.frequencies) || noFrequencies
  for (const list of state.frequencies.slice(continues ? before.length : 0)) {
    sum = added(sum, await readFrequencies(servers, state.collection, list))
  }
  return sum
}

function indexOver(servers: Servers, loaded: LoadedIndex, dimensions: number): QdrantIndex {
  const { state, entries } = loaded
  const byFile = [...entries.values()].sort((a, b) => (a.entry.file < b.entry.file ? -1 : 1))
  const reports = new Map(byFile.map(({ entry }): [string, ReportEntry] => [entry.id, entry]))
  const listed = new Map(byFile.map((one) => [one.entry.id, one]))
  const search = createSearch(servers, loaded, listed)

  const payloads = async (positions: readonly number[], fields: readonly string[]) => {
    const found = await unlessReplaced(state, () => retrieve(servers, state.collection, positions, fields))
    return found.map((record) => {
      if (record === undefined || !entries.has(numberOf(Number(record.id)))) throw outdated()
      return record.payload
    })
  }
  const readReport = async ({ number, parts }: ListedEntry): Promise<Report> => {
    // The parts are read one after the other, as each may be of some megabytes.
    const found = []
    for (let part = 0; part < parts; part++) found.push(...(await payloads([textId(number, part)], ['text'])))
    return reportIn(found)
  }
  const listedEntry = (id: string): ListedEntry => {
    const one = listed.get(id)
    if (one === undefined) throw new Error(`no report ${id}`)
    return one
  }
  return {
    loaded,
    size: state.size,
    reports,
    vectors: vectorIndex(search, state.size, dimensions),
    words: wordIndex(search, loaded),
    async passages(positions): Promise<Passage[]> {
      return (await payloads(positions, passageFields)).map(passageIn)
    },
    async tokens(positions): Promise<PassageTokens[]> {
      return (await payloads(positions, tokenFields)).map(tokensIn)
    },
    report: cachedReports(async (id) => readReport(listedEntry(id))),
    placesOf: cachedPlaces(async (id) => {
      const { number, placesParts } = listedEntry(id)
      if (placesParts === 0) return null
      const found = []
      for (let part = 0; part < placesParts; part++)
        found.push(...(await payloads([placesId(number, part)], ['places'])))
      return decodePlaces(placesIn(found))
    }),
    async find(passage) {
      // The same words may stand in many reports, so the passage itself is looked for first.
      for (const condition of [[{ key: 'passage.id', match: { value: passage } }], []]) {
        const filter = currentFilter(state)
        const words = { key: 'words', match: { value: wordsOf(passage) } }
        const body = {
          collection_name: state.collection,
          filter: { ...filter, must: [filter.must!, words, ...condition].flat() },
          limit: 1,
          with_payload: passageFields,
        }
        const { points } = await unlessReplaced(state, () =>
          servers.read((api, init) => api.scrollPoints({ ...body }, init)),
        )
        if (points.length > 0) return passageIn(points[0]!.payload)
      }
      return null
    },
  }
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
  const describe = ({ index, model: { id, sha256 }, normalizer, restorer, segmenter }: State['version']) =>
    `${id} (SHA-256 ${sha256.slice(0, 12)}…), index format ${index}, normaliser ${normalizer}, restorer ${restorer}, ICU ${segmenter}`
  throw new IndexError({
    zh: `Qdrant 里的索引 ${name} 由另一个模型或另一个版本的程序写入:应为 ${describe(expected)},实际为 ${describe(version)}。请让所有进程使用同样的程序、Node 和 EMBEDDING_MODEL,再由发布进程重新写入。`,
    en: `The index ${name} in Qdrant was written with another model or program: expected ${describe(expected)}, found ${describe(version)}. Give all processes the same program, Node and EMBEDDING_MODEL; the one that publishes writes it anew.`,
  })
}
