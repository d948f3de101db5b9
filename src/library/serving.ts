import type { ModelDescription } from '../embeddings/types.ts'
import { withBuildLock } from '../indexes/lock.ts'
import { manifestToken, readManifest, type SegmentRecord } from '../indexes/manifest.ts'
import { openIndex } from '../indexes/open.ts'
import type { LoadedReport, Qdrant, QdrantHealth, QdrantIndex } from '../indexes/qdrant/qdrant.ts'
import { openStored, readListed, type SegmentCache, type StoredSegment } from '../indexes/segment.ts'
import type { OpenIndex } from '../indexes/types.ts'
import type { ReportFile } from '../reports/file.ts'
import type { Passage } from '../reports/types.ts'
import { statedYears } from '../reports/years.ts'
import type { Trouble } from './types.ts'

/** Where answers come from, once the index folder is up to date: from that folder, or from Qdrant for many processes. */
export interface Serving {
  /** Segments that are open already, for those who build; null where answers do not come from the folder. */
  readonly cache: SegmentCache | null
  /** Names what is in force, another one after every change; null for nothing. */
  token(): Promise<string | null>
  /**
   * Opens what is in force.
   * @param files the reports as they are on disk; null opens an index of other reports too
   * @throws IndexError when there is none, or it cannot be used or reached
   */
  open(files: readonly ReportFile[] | null): Promise<OpenIndex>
  /** Puts what the index folder holds in force. @throws IndexError */
  publish(signal?: AbortSignal): Promise<void>
  /** What people who run it should know: null when all is well. */
  trouble(): Promise<Trouble | null>
}

/** What is built in the folder is in force at once. */
export function serveFolder(folder: string, model: ModelDescription): Serving {
  const cache: SegmentCache = new Map()
  return {
    cache,
    token: () => manifestToken(folder),
    open: (files) => openIndex(folder, model, files, cache),
    publish: async () => {},
    trouble: async () => null,
  }
}

/** What was replaced stays for readers that have not noticed yet. */
const graceMs = 10 * 60_000

/** What is built in the folder is sent to Qdrant by whoever holds the folder's lock. Of the folder nothing is held in memory. */
export function serveQdrant(qdrant: Qdrant, folder: string, model: ModelDescription): Serving {
  let latest: QdrantIndex | undefined
  /** What this process last put in force: the manifest of it, its token, and when something of before is to be removed. */
  let published: { readonly manifest: string; readonly token: string; readonly tidyAt: number | null } | null = null
  const isInForce = async () =>
    published !== null &&
    published.manifest === JSON.stringify(await readManifest(folder)) &&
    published.token === (await qdrant.token())
  const publish = async (signal?: AbortSignal) => {
    const manifest = await readManifest(folder)
    if (manifest === null) throw new Error(`there is no index in ${folder} to publish`)
    const lists = await Promise.all(manifest.segments.map((record) => readListed(folder, record)))
    const open = segmentOpener(folder, model.dimensions)
    const reports = manifest.segments.flatMap((record, part) => {
      const { entries } = lists[part]!
      const places = new Map(entries.map(({ id }, place) => [id, place]))
      return record.reports.map(({ id, sha256, contentSha256 }) => {
        const place = places.get(id)!
        const entry = { ...entries[place]!, contentSha256 }
        const years = [...statedYears(entry)]
        const load = async () => loadFrom(await open(record), place, model.dimensions)
        return { entry, sha256, years, load }
      })
    })
    const meanLength = meanLengthOf(lists)
    const { token } = await qdrant.publish(reports, { model, meanLength, ...(signal && { signal }) })
    published = { manifest: JSON.stringify(manifest), token, tidyAt: await qdrant.tidy(graceMs) }
  }
  return {
    cache: null,
    token: qdrant.token,
    async open() {
      latest = await qdrant.open(model, latest)
      return latest
    },
    async publish(signal) {
      // Called at every look through the folder, which mostly finds nothing new: then one request is all.
      const isCurrent = await isInForce()
      if (isCurrent && (published?.tidyAt ?? Number.POSITIVE_INFINITY) > Date.now()) return
      await withBuildLock(folder, async () => {
        if (!isCurrent) return publish(signal)
        published = { ...published!, tidyAt: await qdrant.tidy(graceMs) }
      })
    },
    async trouble() {
      return troubleOf(await qdrant.health())
    },
  }
}

/** Opens one segment after the other: reports that are missing in Qdrant mostly lie in one or two. */
function segmentOpener(folder: string, dimensions: number): (record: SegmentRecord) => Promise<StoredSegment> {
  let latest: { readonly name: string; readonly segment: Promise<StoredSegment> } | undefined
  return (record) => {
    if (latest?.name !== record.name) latest = { name: record.name, segment: openStored(folder, record, dimensions) }
    return latest.segment
  }
}

async function loadFrom(segment: StoredSegment, number: number, dimensions: number): Promise<LoadedReport> {
  const from = segment.firstPassages[number]!
  const to = from + segment.entries[number]!.passages
  const passages: Passage[] = []
  const tokens: LoadedReport['tokens'][number][] = []
  for (let place = from; place < to; place++) {
    passages.push(await segment.passage(place))
    tokens.push(await segment.tokens(place))
  }
  const vectors = (await segment.vectors()).subarray(from * dimensions, to * dimensions)
  return { report: await segment.report(number), passages, vectors, tokens, places: await segment.places(number) }
}

function meanLengthOf(lists: readonly { readonly lengths: Uint32Array }[]): number {
  let sum = 0
  let count = 0
  for (const { lengths } of lists) {
    for (const length of lengths) sum += length
    count += lengths.length
  }
  return count === 0 ? 1 : sum / count
}

function troubleOf({
  nodesExpected,
  nodesUp,
  replicasExpected,
  replicasActive,
  isWhole,
}: QdrantHealth): Trouble | null {
  if (isWhole && nodesUp === nodesExpected && replicasActive >= replicasExpected) return null
  const zh = `Qdrant:${nodesExpected} 个节点中 ${nodesUp} 个有答复,${replicasExpected} 份分片副本中 ${replicasActive} 份可用`
  const en = `Qdrant: ${nodesUp} of ${nodesExpected} nodes answer, ${replicasActive} of ${replicasExpected} shard replicas are active`
  const text = isWhole
    ? { zh: `${zh}。回答仍然完整。`, en: `${en}. Answers are still complete.` }
    : { zh: `${zh}。目前无法回答。`, en: `${en}. Nothing can be answered at the moment.` }
  return { canAnswer: isWhole, text }
}
