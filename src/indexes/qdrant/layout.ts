import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { ModelDescription } from '../../embeddings/types.ts'
import { restorerVersion } from '../../reports/types.ts'
import { normalizerVersion } from '../../text/normalize.ts'
import { segmenterVersion } from '../../text/words.ts'
import { indexFormat, modelRecord, provenance } from '../manifest.ts'
import type { Schemas } from './servers.ts'

/**
 * The layout of an index in Qdrant. A collection holds one version of the index, and an alias names the current
 * collection.
 *
 * Every point belongs to a *number*, which stands for a report as it was at one time, or for a list of word
 * frequencies. Numbers rise and are used once; points that were written under a number never change. A point's id is
 * number × 2²⁰ + ordinal: the passages of a report come first; the places of its words, its text and its entry lie at
 * the end of the range. The id of a passage's point is its position.
 *
 * The points of number 0 alone are written again: the *head* says which numbers were given away, the *state* which are
 * current. A publisher writes all other points first and the state last, in one point, so readers meet the state before
 * or after.
 */

/** The format rises with every change of the points. An index of another format is written anew. */
const qdrantFormat = 1

/** The Qdrant that holds the index, and the shape of the index in it. */
export interface QdrantSettings {
  /** Addresses of one Qdrant: a server, or nodes of a cluster. */
  readonly urls: readonly string[]
  readonly apiKey?: string | undefined
  /** The alias of the current collection. The names of collections begin with it. */
  readonly name: string
  readonly shards: number
  /** The number of nodes that hold each shard. */
  readonly replicas: number
}

const ordinals = 2 ** 20
/** Points reserved for a report's text, before its entry. The rest of the range exceeds the passages of any report. */
const textParts = 1024
const entryOrdinal = ordinals - 1
const textOrdinal = entryOrdinal - textParts
/** Points reserved for the places of a report's words, in front of its text. */
const placesParts = 1024
const placesOrdinal = textOrdinal - placesParts
/** A bound above the passages of any report. */
export const maxPassages = placesOrdinal

/** @param ordinal the point's place among those of its number, below 2²⁰ */
export function pointId(number: number, ordinal: number): number {
  return number * ordinals + ordinal
}

/** The number that a point belongs to, by its id. */
export function numberOf(position: number): number {
  return Math.floor(position / ordinals)
}

/** The id of a report's entry. */
export function entryId(number: number): number {
  return pointId(number, entryOrdinal)
}

/**
 * The id of a part of a report's text.
 * @throws Error where the text takes more parts than there is room for
 */
export function textId(number: number, part: number): number {
  if (part >= textParts) throw new Error(`a report's text takes more than ${textParts} parts`)
  return pointId(number, textOrdinal + part)
}

/**
 * The id of a part of the places of a report's words.
 * @throws Error where they take more parts than there is room for
 */
export function placesId(number: number, part: number): number {
  if (part >= placesParts) throw new Error(`the places of a report's words take more than ${placesParts} parts`)
  return pointId(number, placesOrdinal + part)
}

/** The id of the head. */
export const headId = pointId(0, 0)
/** The id of the state. */
export const stateId = pointId(0, 1)

/** The name of a passage's vector by the model, of unit length. */
export const meaning = 'meaning'
/** The name of the sparse vector of its words. */
export const wording = 'wording'

const version = z.object({
  format: z.int(),
  /** The format of the index on disk, which decides how vectors and tokens are made. */
  index: z.int(),
  ...provenance.shape,
})
/** The properties in which an index and the program that reads it must agree. */
export type Version = z.infer<typeof version>

/** The version of an index that this program makes with `model`. */
export function versionOf(model: ModelDescription): Version {
  return {
    format: qdrantFormat,
    index: indexFormat,
    model: modelRecord(model),
    normalizer: normalizerVersion,
    restorer: restorerVersion,
    segmenter: segmenterVersion,
  }
}

const head = z.object({
  /** The first number that was not given away yet. */
  next: z.int(),
  /** The publisher that was given the last ones. */
  holder: z.string(),
  /** Terms in a passage on the average when the collection was made; part of every passage's word vector. */
  meanLength: z.number(),
})
/** The numbers of a collection that were given away. */
export type Head = z.infer<typeof head>

const state = z.object({
  version,
  /** The collection that it lies in, as the alias may name another by the time it is read. */
  collection: z.string(),
  /** Changes whenever answers may change. */
  token: z.string(),
  /** Numbers from this one on are not current. */
  limit: z.int(),
  /** Ranges `[from, to)` of numbers below `limit` that are not current, and the times of removal (ms since 1970). */
  removed: z.array(z.object({ from: z.int(), to: z.int(), since: z.number() })),
  /** The number of current passages. */
  size: z.int(),
  /** The lists of word frequencies, whose sum is current. `parts` is the number of a list's points. */
  frequencies: z.array(z.object({ number: z.int(), parts: z.int(), terms: z.int() })),
  /** The time at which the collection became current (milliseconds since 1970). */
  since: z.number(),
})
/** The current contents of a collection. */
export type State = z.infer<typeof state>

/** The head in a point's payload; null where there is none. */
export const headIn = (payload: unknown): Head | null => z.object({ head }).safeParse(payload).data?.head ?? null

/** The state in a point's payload; null where there is none. Of a state in another format only the format is read. */
export function stateIn(payload: unknown): State | { readonly otherFormat: number } | null {
  const versioned = z.object({ state: z.object({ version: version.pick({ format: true }) }) }).safeParse(payload)
  if (!versioned.success) return null
  const { format } = versioned.data.state.version
  return format === qdrantFormat
    ? (z.object({ state }).safeParse(payload).data?.state ?? null)
    : { otherFormat: format }
}

/** The beginning of a collection's name, which changes with the version and shape: these need a new collection. */
export function collectionStem({ name, shards, replicas }: QdrantSettings, version: Version): string {
  const hash = createHash('sha256').update(JSON.stringify([version, shards, replicas]))
  return `${name}-${hash.digest('hex').slice(0, 8)}-`
}

/**
 * The settings of a new collection. Vectors of unit length are compared by their product, for which Qdrant leaves them
 * as they are. The graph and vectors of one byte a component, which are searched, stay in memory. Whole vectors and
 * payloads, which are read for the few passages that are found, lie on disk. The figures behind the choice are in
 * docs/engines.md.
 *
 * A write is acknowledged when one replica has it and every other is either as far or marked dead (`factor` 1): with 2
 * of 2 wanted, Qdrant 1.16 refuses all writes when a node is gone, and serves from the half-written one afterwards.
 */
export function collectionSettings(
  dimensions: number,
  { shards, replicas }: Pick<QdrantSettings, 'shards' | 'replicas'>,
) {
  return {
    vectors: { [meaning]: { size: dimensions, distance: 'Dot', on_disk: true } },
    sparse_vectors: { [wording]: { index: { on_disk: true } } },
    quantization_config: { scalar: { type: 'int8', always_ram: true } },
    on_disk_payload: true,
    shard_number: shards,
    replication_factor: replicas,
    write_consistency_factor: 1,
  } satisfies Schemas['CreateCollection']
}

/** Payload fields that are searched by, each with its index. */
export const indexedFields = {
  number: { type: 'integer', lookup: true, range: true },
  kind: { type: 'keyword', on_disk: true },
  words: { type: 'keyword', on_disk: true },
  district: { type: 'keyword', on_disk: true },
  publisher: { type: 'keyword', on_disk: true },
  period: { type: 'keyword', on_disk: true },
  years: { type: 'integer', lookup: true, range: true, on_disk: true },
} satisfies Record<string, Schemas['PayloadFieldSchema']>

type Filter = Schemas['Filter']

/** The filter that lets the current points of a state through. */
export function currentFilter({ limit, removed }: Pick<State, 'limit' | 'removed'>): Filter {
  return {
    must: [{ key: 'number', range: { lt: limit } }],
    must_not: removed.map(({ from, to }) => ({ key: 'number', range: { gte: from, lt: to } })),
  }
}

/** Sorts ranges, and joins touching ones of the same age. */
export function joinRanges(ranges: State['removed']): State['removed'] {
  const all: State['removed'] = []
  for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = all.at(-1)
    if (last && last.to === range.from && last.since === range.since) all[all.length - 1] = { ...last, to: range.to }
    else all.push(range)
  }
  return all
}
