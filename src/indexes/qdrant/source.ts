import type { ModelDescription } from '../../embeddings/types.ts'
import { IndexError } from '../../errors.ts'
import type { Passage } from '../../reports/types.ts'
import { statedYears } from '../../reports/years.ts'
import { type IndexFolder, indexFolder } from '../folder.ts'
import { withBuildLock } from '../lock.ts'
import { readManifest, type SegmentRecord } from '../manifest.ts'
import type { StoredSegment } from '../segment.ts'
import { segmentReader } from '../segmentFiles.ts'
import type { IndexSource, IndexTrouble } from '../source.ts'
import { UnreachableError } from './faults.ts'
import type { QdrantHealth } from './health.ts'
import type { QdrantIndex } from './open.ts'
import type { LoadedReport } from './points.ts'
import type { Qdrant } from './qdrant.ts'

/** A replaced report or collection stays for so long, for readers that have not noticed yet. */
const graceMs = 10 * 60_000

/** The state of Qdrant after this process last published. */
interface Publication {
  readonly manifest: string
  readonly token: string
  /** The time at which something replaced is to be removed, in milliseconds since 1970; null for nothing. */
  readonly removeAt: number | null
}

/**
 * Qdrant as the source: the process that holds the folder's lock sends what was built to Qdrant. None of the folder is
 * held in memory.
 *
 * @param path of the folder that the index is built in
 */
export function qdrantSource(qdrant: Qdrant, path: string, model: ModelDescription): IndexSource {
  const folder = indexFolder(path, model.dimensions, false)
  let latest: QdrantIndex | undefined
  let published: Publication | null = null
  const isCurrent = async () =>
    published !== null &&
    published.manifest === JSON.stringify(await readManifest(path)) &&
    published.token === (await qdrant.token())
  const publish = async (signal?: AbortSignal) => {
    const manifest = await readManifest(path)
    if (manifest === null) throw new Error(`there is no index in ${path} to publish`)
    const lists = await Promise.all(
      manifest.segments.map(async (record) => {
        const reader = segmentReader(path, record)
        return { ...(await reader.listing()), lengths: await reader.lengths() }
      }),
    )
    const open = segmentOpener(folder)
    const reports = manifest.segments.flatMap((record, part) => {
      const { entries } = lists[part]!
      const numbers = new Map(entries.map(({ id }, number) => [id, number]))
      return record.reports.map(({ id, sha256, contentSha256 }) => {
        const number = numbers.get(id)!
        const entry = { ...entries[number]!, contentSha256 }
        const load = async () => loadFrom(await open(record), number, model.dimensions)
        return { entry, sha256, years: [...statedYears(entry)], load }
      })
    })
    const meanLength = meanLengthOf(lists)
    const { token } = await qdrant.publish(reports, { model, meanLength, ...(signal && { signal }) })
    published = { manifest: JSON.stringify(manifest), token, removeAt: await qdrant.removeReplaced(graceMs) }
  }
  const open = async () => {
    latest = await qdrant.open(model, latest)
    return latest
  }
  return {
    folder,
    token: qdrant.token,
    open,
    async publish(signal) {
      // An update calls this at every look through the folder, which mostly finds nothing new: then one request is all.
      const isDone = await isCurrent()
      if (isDone && (published?.removeAt ?? Number.POSITIVE_INFINITY) > Date.now()) return
      await withBuildLock(path, async () => {
        if (!isDone) return publish(signal)
        published = { ...published!, removeAt: await qdrant.removeReplaced(graceMs) }
      })
    },
    async isPublished() {
      try {
        await open()
        return true
      } catch (error) {
        // An index of another model, program or Node is published anew.
        if (!(error instanceof IndexError) || error instanceof UnreachableError) throw error
        return false
      }
    },
    async trouble() {
      return troubleOf(await qdrant.health())
    },
  }
}

/** Opens one segment after the other, as reports that are missing in Qdrant mostly lie in one or two. */
function segmentOpener(folder: IndexFolder): (record: SegmentRecord) => Promise<StoredSegment> {
  let latest: { readonly name: string; readonly segment: Promise<StoredSegment> } | undefined
  return (record) => {
    if (latest?.name !== record.name) latest = { name: record.name, segment: folder.openStored(record) }
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

function troubleOf(health: QdrantHealth): IndexTrouble | null {
  const { nodesExpected, nodesUp, replicasExpected, replicasActive, isWhole } = health
  if (isWhole && nodesUp === nodesExpected && replicasActive >= replicasExpected) return null
  const zh = `Qdrant:${nodesExpected} 个节点中 ${nodesUp} 个有答复,${replicasExpected} 份分片副本中 ${replicasActive} 份可用`
  const en = `Qdrant: ${nodesUp} of ${nodesExpected} nodes answer, ${replicasActive} of ${replicasExpected} shard replicas are active`
  const text = isWhole
    ? { zh: `${zh}。回答仍然完整。`, en: `${en}. Answers are still complete.` }
    : { zh: `${zh}。目前无法回答。`, en: `${en}. Nothing can be answered at the moment.` }
  return { canAnswer: isWhole, text }
}
