import { join } from 'node:path'
import { packTokens } from '../embeddings/tokens.ts'
import { writersIn } from '../reports/passages.ts'
import type { Passage, Report } from '../reports/types.ts'
import { words } from '../text/words.ts'
import { arrayBufferOf, readRecorded, recordNamed } from './files.ts'
import type { Manifest, SegmentRecord } from './manifest.ts'
import { inTurns, PostingsCollector } from './postings.ts'
import type { StoredSegment } from './segment.ts'

/**
 * Segments as formats 1 and 2 wrote them: reports and passages as one JSON each, token vectors at a byte a component. They
 * are only read to be written anew.
 *
 * @throws IndexError when a file is missing, truncated or altered
 */
export async function readSegmentsBefore(
  indexFolder: string,
  { segments }: Manifest,
  dimensions: number,
): Promise<StoredSegment[]> {
  return Promise.all(segments.map((record) => readSegmentBefore(indexFolder, record, dimensions)))
}

async function readSegmentBefore(
  indexFolder: string,
  { name, files }: SegmentRecord,
  dimensions: number,
): Promise<StoredSegment> {
  const read = (file: string) => readRecorded(join(indexFolder, name, file), recordNamed(files, file))
  const json = async (file: string) => JSON.parse((await read(file)).toString('utf8'))
  const memory = async (file: string) => arrayBufferOf(await read(file))
  const reports = (await json('reports.json')) as Report[]
  const { passages, inputs } = (await json('passages.json')) as {
    passages: Omit<Passage, 'writers'>[]
    inputs: string[]
  }
  const byId = new Map(reports.map((report) => [report.id, report]))
  const counts = new Map(reports.map(({ id }) => [id, 0]))
  const collector = new PostingsCollector()
  for (const { report, text } of passages) {
    counts.set(report, counts.get(report)! + 1)
    collector.add(words(text))
  }
  let size = 0
  const entries = reports.map(({ id, file, format, metadata }) => {
    return { id, file, format, metadata, passages: counts.get(id)! }
  })
  const firstPassages = entries.map(({ passages }) => {
    size += passages
    return size - passages
  })
  const offsets = new Uint32Array(await memory('tokens.offsets.u32'))
  const starts = new Uint16Array(await memory('tokens.starts.u16'))
  const values = new Int8Array(await memory('tokens.i8'))
  const vectors = new Float32Array(await memory('vectors.f32'))
  const postings = await inTurns(collector.postings())
  return {
    entries,
    firstPassages,
    size,
    vectors: async () => vectors,
    postings: async () => postings,
    report: async (i) => reports[i]!,
    async passage(place) {
      const passage = passages[place]!
      return { ...passage, writers: writersIn(passage, byId.get(passage.report)!.articles[passage.article]!) }
    },
    async tokens(place) {
      const from = offsets[place]!
      const to = offsets[place + 1]!
      const states = Float32Array.from(values.subarray(from * dimensions, to * dimensions), (value) => value / 127)
      return { starts: starts.slice(from, to), values: packTokens(states, dimensions) }
    },
    inputs: async () => inputs,
  }
}
