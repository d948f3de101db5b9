import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import * as z from 'zod'
import { wordsOf } from '../../reports/passages.ts'
import type { Passage, Report } from '../../reports/types.ts'
import type { PassageTokens, ReportEntry } from '../types.ts'
import {
  entryId,
  type Head,
  headId,
  meaning,
  placesId,
  pointId,
  type State,
  stateId,
  textId,
  wording,
} from './layout.ts'
import type { Schemas } from './servers.ts'
import { type Frequencies, passageWords, short } from './terms.ts'

/** A point as it is written. */
export type Point = Schemas['PointStruct']

/** A listed report, and the hash by which a publisher sees that it is unchanged. */
export interface StoredEntry {
  readonly entry: ReportEntry
  /** SHA-256 of all bytes that were read for it. */
  readonly sha256: string
}

/** The numbers of points that a report's text and the places of its words take. */
export interface StoredParts {
  readonly parts: number
  readonly placesParts: number
}

/** A report as it is listed in Qdrant. */
export type ListedEntry = StoredEntry & StoredParts & { readonly number: number }

/** A report as it is published. */
export interface LoadedReport {
  readonly report: Report
  readonly passages: readonly Passage[]
  /** The unit vectors of the passages laid end to end. */
  readonly vectors: Float32Array
  /** The tokens of each passage. */
  readonly tokens: readonly PassageTokens[]
  /** The places of its words, as `encodePlaces` writes them; empty where its format has none. */
  readonly places: Uint8Array
}

/** The point of one passage. */
export function passagePoint(
  number: number,
  ordinal: number,
  { report: { metadata }, passages, vectors, tokens }: LoadedReport,
  years: readonly number[],
  meanLength: number,
): Point & { vector: { [wording]: { indices: number[] } } } {
  const passage = passages[ordinal]!
  const dimensions = vectors.length / passages.length
  const { values, starts } = tokens[ordinal]!
  return {
    id: pointId(number, ordinal),
    vector: {
      [meaning]: Array.from(vectors.subarray(ordinal * dimensions, (ordinal + 1) * dimensions), short),
      [wording]: passageWords(passage.text, meanLength),
    },
    payload: {
      number,
      kind: 'passage',
      words: wordsOf(passage.id),
      ...(metadata.district === undefined ? {} : { district: metadata.district }),
      ...(metadata.publisher === undefined ? {} : { publisher: metadata.publisher }),
      ...(metadata.period === undefined ? {} : { period: metadata.period }),
      years: [...years],
      passage,
      tokens: base64(values),
      starts: base64(starts),
    },
  }
}

/** The fields of a payload that `passageIn` reads. Token vectors, most of a point, are asked for separately. */
export const passageFields = ['passage']
/** The fields of a payload that `tokensIn` reads. */
export const tokenFields = ['tokens', 'starts']

/** The passage in the payload of its point. */
export function passageIn(payload: Schemas['Record']['payload']): Passage {
  return payload!.passage as Passage
}

/** A passage's tokens in the payload of its point. */
export function tokensIn(payload: Schemas['Record']['payload']): PassageTokens {
  return { values: bytesIn(payload!.tokens as string), starts: new Uint16Array(aligned(payload!.starts as string)) }
}

/** One part of a text has so many characters, far below the 32 MB that Qdrant takes in a request. */
const partCharacters = 4 << 20

/** The points of a report's text, compressed, as its words stand in its articles once more. */
export async function textPoints(number: number, report: Report): Promise<Point[]> {
  const packed = base64(await promisify(gzip)(JSON.stringify(report)))
  const parts: Point[] = []
  for (let at = 0; at < packed.length; at += partCharacters) {
    const payload = { number, kind: 'text', text: packed.slice(at, at + partCharacters) }
    parts.push({ id: textId(number, parts.length), vector: {}, payload })
  }
  return parts
}

/** The points of the places of a report's words; none where it has none. */
export function placesPoints(number: number, places: Uint8Array): Point[] {
  const points: Point[] = []
  for (let at = 0; at < places.length; at += partCharacters) {
    const payload = { number, kind: 'places', places: base64(places.subarray(at, at + partCharacters)) }
    points.push({ id: placesId(number, points.length), vector: {}, payload })
  }
  return points
}

/**
 * The places of a report's words that points hold.
 * @param payloads of all parts, in order
 */
export function placesIn(payloads: readonly Schemas['Record']['payload'][]): Uint8Array {
  return Buffer.concat(payloads.map((payload) => bytesIn(payload!.places as string)))
}

/**
 * The report whose text points hold.
 * @param payloads of all parts, in order
 */
export async function reportIn(payloads: readonly Schemas['Record']['payload'][]): Promise<Report> {
  const packed = payloads.map((payload) => payload!.text as string).join('')
  return JSON.parse((await promisify(gunzip)(Buffer.from(packed, 'base64'))).toString('utf8')) as Report
}

/** The point of a report's entry. It is written after the report's other points, so a report with an entry is whole. */
export function entryPoint(number: number, { entry, sha256 }: StoredEntry, parts: StoredParts): Point {
  // An entry may come with more fields, which are not stored.
  const { id, file, format, metadata, contentSha256, passages, opening, definitions } = entry
  const stored = { id, file, format, metadata, contentSha256, passages, opening, definitions }
  return { id: entryId(number), vector: {}, payload: { number, kind: 'entry', entry: stored, sha256, ...parts } }
}

/** The fields of a payload that `entryIn` reads. */
export const entryFields = ['number', 'entry', 'sha256', 'parts', 'placesParts']

/** The entry in the payload of its point. */
export function entryIn(payload: Schemas['Record']['payload']): ListedEntry {
  return payload as unknown as ListedEntry
}

/** Terms in one part. */
const partTerms = 1 << 18

/** The points of a list of word frequencies. */
export function frequencyPoints(number: number, { hashes, counts }: Frequencies): Point[] {
  const parts: Point[] = []
  for (let at = 0; at < hashes.length; at += partTerms) {
    const payload = {
      number,
      kind: 'frequencies',
      hashes: base64(hashes.subarray(at, at + partTerms)),
      counts: base64(counts.subarray(at, at + partTerms)),
    }
    parts.push({ id: pointId(number, parts.length), vector: {}, payload })
  }
  return parts
}

/**
 * The list of word frequencies that points hold.
 * @param payloads of all parts, in order
 */
export function frequenciesIn(payloads: readonly Schemas['Record']['payload'][]): Frequencies {
  const of = (key: 'hashes' | 'counts') =>
    aligned(Buffer.concat(payloads.map((payload) => Buffer.from(payload![key] as string, 'base64'))))
  return { hashes: new Uint32Array(of('hashes')), counts: new Int32Array(of('counts')) }
}

/** The point of the head. */
export function headPoint(head: Head): Point {
  return { id: headId, vector: {}, payload: { number: 0, kind: 'head', head } }
}

/** The point of the state. */
export function statePoint(state: State): Point {
  return { id: stateId, vector: {}, payload: { number: 0, kind: 'state', state } }
}

/** The indices of a passage's words, in the vectors of a point. */
export function wordIndicesIn(vector: unknown): number[] {
  return z.object({ [wording]: z.object({ indices: z.array(z.number()) }) }).parse(vector)[wording]!.indices
}

function base64(array: NodeJS.TypedArray): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64')
}

function bytesIn(text: string): Uint8Array {
  return Buffer.from(text, 'base64')
}

/** Copies bytes into memory of their own, as a buffer may begin anywhere in a pool. */
function aligned(data: string | Buffer): ArrayBuffer {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'base64') : data
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
}
