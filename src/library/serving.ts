import type { ModelDescription } from '../embeddings/types.ts'
import { withBuildLock } from '../indexes/lock.ts'
import { readManifest } from '../indexes/manifest.ts'
import { openIndex } from '../indexes/open.ts'
import type { LoadedReport, Qdrant, QdrantHealth, QdrantIndex } from '../indexes/qdrant/qdrant.ts'
import { type OpenSegment, openSegments, type SegmentCache } from '../indexes/segment.ts'
import type { OpenIndex } from '../indexes/types.ts'
import type { ReportFile } from '../reports/folder.ts'
import type { Passage } from '../reports/types.ts'
import { statedYears } from '../search/facts.ts'
import type { Trouble } from './types.ts'

/** Where answers come from, once the index folder is up to date: from that folder, or from Qdrant for many processes. */
export interface Serving {
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
export function serveFolder(folder: string, model: ModelDescription, cache: SegmentCache): Serving {
  return {
    async token() {
      const manifest = await readManifest(folder)
      return manifest && JSON.stringify(manifest)
    },
    open: (files) => openIndex(folder, model, files, cache),
    publish: async () => {},
    trouble: async () => null,
  }
}

/** What was replaced stays for readers that have not noticed yet. */
const graceMs = 10 * 60_000

/** What is built in the folder is sent to Qdrant by whoever holds the folder's lock. */
export function serveQdrant(qdrant: Qdrant, folder: string, model: ModelDescription, cache: SegmentCache): Serving {
  let latest: QdrantIndex | undefined
  return {
    token: qdrant.token,
    async open() {
      latest = await qdrant.open(model, latest)
      return latest
    },
    publish: (signal) =>
      withBuildLock(folder, async () => {
        const manifest = await readManifest(folder)
        if (manifest === null) throw new Error(`there is no index in ${folder} to publish`)
        const segments = await openSegments(folder, manifest.segments, model.dimensions, cache)
        const reports = manifest.segments.flatMap((record, part) =>
          record.reports.map(({ id, sha256, contentSha256 }) => {
            const segment = segments[part]!
            const number = segment.entries.findIndex((entry) => entry.id === id)
            const entry = { ...segment.entries[number]!, contentSha256 }
            const years = [...statedYears(entry)]
            return { entry, sha256, years, load: () => loadFrom(segment, number, model.dimensions) }
          }),
        )
        reports.sort((a, b) => (a.entry.file < b.entry.file ? -1 : 1))
        await qdrant.publish(reports, { model, meanLength: meanLengthOf(segments), ...(signal && { signal }) })
        await qdrant.tidy(graceMs)
      }),
    async trouble() {
      return troubleOf(await qdrant.health())
    },
  }
}

async function loadFrom(segment: OpenSegment, number: number, dimensions: number): Promise<LoadedReport> {
  const from = segment.firstPassages[number]!
  const to = from + segment.entries[number]!.passages
  const passages: Passage[] = []
  const tokens: LoadedReport['tokens'][number][] = []
  for (let place = from; place < to; place++) {
    passages.push(await segment.passage(place))
    tokens.push(await segment.tokens(place))
  }
  const vectors = segment.vectors.subarray(from * dimensions, to * dimensions)
  return { report: await segment.report(number), passages, vectors, tokens }
}

function meanLengthOf(segments: readonly OpenSegment[]): number {
  let sum = 0
  let count = 0
  for (const { postings } of segments) {
    for (const length of postings.lengths) sum += length
    count += postings.lengths.length
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
