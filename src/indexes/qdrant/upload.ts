import { setImmediate } from 'node:timers/promises'
import { maxPassages } from './layout.ts'
import {
  entryPoint,
  type LoadedReport,
  type Point,
  passagePoint,
  placesPoints,
  type StoredEntry,
  textPoints,
  wordIndicesIn,
} from './points.ts'
import type { Servers } from './servers.ts'
import type { FrequencyCounter } from './terms.ts'

/** A request has about so many bytes; Qdrant's own limit is 32 MB. */
const requestBytes = 4 << 20
/** This many requests at a time keep the servers busy while the next points are made. More would only take memory. */
const maxRequests = 4

/** Writes points, and waits until all replicas that are in order have them. */
export async function upsert(
  servers: Servers,
  collection: string,
  points: readonly Point[],
  signal?: AbortSignal,
): Promise<void> {
  const body = { collection_name: collection, wait: true, points: [...points] }
  await servers.write((api, init) => api.upsertPoints(body, init), signal)
}

/** A report, and the means to read it. */
export interface ReportToPublish extends StoredEntry {
  /** The years that the report states to speak of. */
  readonly years: readonly number[]
  /** Reads the report. It is called when the report is sent, and not at all for a report that Qdrant holds. */
  load(): Promise<LoadedReport>
}

/** Sends reports into a collection, with a bounded number of requests at a time. */
export class Uploader {
  readonly #servers: Servers
  readonly #collection: string
  readonly #meanLength: number
  readonly #signal: AbortSignal | undefined
  readonly #running = new Set<Promise<void>>()
  #failure: { readonly error: unknown } | null = null

  constructor(servers: Servers, collection: string, meanLength: number, signal?: AbortSignal) {
    this.#servers = servers
    this.#collection = collection
    this.#meanLength = meanLength
    this.#signal = signal
  }

  /**
   * Sends a report under a number of its own. Requests may be under way when this returns; `finished` waits for them.
   * @param terms counts the passages' terms
   */
  async add(number: number, report: ReportToPublish, terms: FrequencyCounter): Promise<void> {
    const loaded = await report.load()
    const { passages, tokens } = loaded
    if (passages.length > maxPassages) throw new Error(`${report.entry.file} has ${passages.length} passages`)
    const sent: Promise<void>[] = []
    let batch: Point[] = []
    let bytes = 0
    const flush = async () => {
      await this.#room()
      if (batch.length > 0) sent.push(this.#send(batch))
      batch = []
      bytes = 0
    }
    for (const ordinal of passages.keys()) {
      const point = passagePoint(number, ordinal, loaded, report.years, this.#meanLength)
      terms.add(wordIndicesIn(point.vector), 1)
      batch.push(point)
      bytes += sizeOf(point, tokens[ordinal]!.values.byteLength, loaded.vectors.length / passages.length)
      if (bytes >= requestBytes) await flush()
      // Segmenting texts into words takes a while, so other work gets its turn.
      else if (ordinal % 32 === 31) await setImmediate()
    }
    await flush()
    const texts = await textPoints(number, loaded.report)
    const places = placesPoints(number, loaded.places)
    for (const point of [...texts, ...places]) {
      await this.#room()
      sent.push(this.#send([point]))
    }
    const parts = { parts: texts.length, placesParts: places.length }
    this.#track(
      Promise.all(sent).then(() =>
        upsert(this.#servers, this.#collection, [entryPoint(number, report, parts)], this.#signal),
      ),
    )
  }

  /** Waits for all requests. @throws the error of the first one that failed */
  async finished(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
    if (this.#failure) throw this.#failure.error
  }

  /** Waits until another request may be made. */
  async #room(): Promise<void> {
    while (this.#running.size >= maxRequests) await Promise.race(this.#running)
    if (this.#failure) throw this.#failure.error
  }

  #send(points: readonly Point[]): Promise<void> {
    return this.#track(upsert(this.#servers, this.#collection, points, this.#signal))
  }

  #track(work: Promise<void>): Promise<void> {
    const settled: Promise<void> = work
      .catch((error: unknown) => {
        this.#failure ??= { error }
      })
      .finally(() => this.#running.delete(settled))
    this.#running.add(settled)
    return work
  }
}

function sizeOf(point: ReturnType<typeof passagePoint>, tokenBytes: number, dimensions: number): number {
  return 2000 + tokenBytes * 1.4 + dimensions * 13 + point.vector.wording.indices.length * 24
}
