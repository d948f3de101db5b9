import { definitionsIn } from '../reports/definitions.ts'
import type { ReportFile } from '../reports/file.ts'
import type { Passage, Report } from '../reports/types.ts'
import type { GrowingGraph } from './hnswAddon.ts'
import type { SegmentRecord } from './manifest.ts'
import type { SegmentContent } from './segmentWriter.ts'
import { openingCharacters, type PassageTokens } from './types.ts'

/** A report that was read, with its passages. */
export interface ReadReport {
  readonly source: ReportFile
  readonly report: Report
  readonly passages: readonly Passage[]
}

/** The embeddings of some passages. */
export interface Embedded {
  /** SHA-256 of the text that the model read for each. */
  readonly inputs: readonly string[]
  readonly vectors: Float32Array
  readonly tokens: readonly PassageTokens[]
  /** The number of passages that the model read now rather than in an earlier build. */
  readonly fresh: number
}

/** The passages given to the model together: enough that it never waits, few enough that it begins soon. */
const groupPassages = 256
/** A segment is written when it has so many passages. Until then their token vectors take some 150 MB. */
const segmentPassages = 4096
/** Reading waits while so many passages wait for the model. */
const maxWaitingPassages = 2 * groupPassages

interface Stages {
  embed(passages: readonly Passage[]): Promise<Embedded>
  /** Begins the graph of a segment of about `expected` passages; null where none can be built. */
  grow(expected: number): GrowingGraph | null
  write(content: SegmentContent, reports: readonly ReportFile[]): Promise<SegmentRecord>
}

/**
 * Takes reports as they are read and makes segments of them. The model, which takes nearly all the time, is kept busy:
 * while it embeds, the next reports are read, and vectors that it made before go into the segment's graph or are
 * written.
 */
export function createPipeline({ embed, grow, write }: Stages) {
  const added: SegmentRecord[] = []
  let embedded = 0
  let group: ReadReport[] = []
  let segment: { reports: readonly ReadReport[]; embedded: Embedded }[] = []
  let graph: GrowingGraph | null = null
  let waiting = 0
  let withModel: Promise<unknown> = Promise.resolve()
  let embedding: Promise<void> = Promise.resolve()
  let writing: Promise<void> = Promise.resolve()

  const startWriting = async () => {
    const parts = segment
    const grown = graph
    segment = []
    // Segments are written one at a time, so that no more than two are in memory.
    await writing
    const sources = parts.flatMap(({ reports }) => reports.map(({ source }) => source))
    writing = write(contentOf(parts, grown), sources).then((record) => void added.push(record))
    writing.catch(() => undefined)
  }
  const startEmbedding = () => {
    const reports = group
    group = []
    const passages = reports.flatMap((one) => one.passages)
    waiting += passages.length
    // The model gets this group before it is done with the one before.
    const making = embed(passages)
    withModel = Promise.allSettled([withModel, making])
    embedding = embedding.then(async () => {
      const made = await making
      waiting -= passages.length
      embedded += made.fresh
      if (segment.length === 0) graph = grow(Math.max(segmentPassages + groupPassages, passages.length))
      // A failure here makes the writing of the graph fail, too.
      graph?.add(made.vectors).catch(() => undefined)
      segment.push({ reports, embedded: made })
      if (sizeOf(segment.flatMap((part) => part.reports)) >= segmentPassages) await startWriting()
    })
    embedding.catch(() => undefined)
  }
  return {
    /** Takes a report; takes the next one when this resolves. @throws the error of embedding or writing */
    async add(report: ReadReport): Promise<void> {
      group.push(report)
      if (sizeOf(group) < groupPassages) return
      const before = embedding
      startEmbedding()
      // The model has two groups at most: the next can be made ready when the one before this is done.
      if (waiting >= maxWaitingPassages) await before
    },
    /** Resolves when everything is written. @throws the error of embedding or writing */
    async end(): Promise<{ added: readonly SegmentRecord[]; embedded: number }> {
      if (group.length > 0) startEmbedding()
      await embedding
      if (segment.length > 0) await startWriting()
      await writing
      return { added, embedded }
    },
    /** Resolves when neither the model nor a writer is at work any more. */
    async abandon(): Promise<void> {
      await withModel
      await embedding.catch(() => undefined)
      await writing.catch(() => undefined)
    },
  }
}

function sizeOf(reports: readonly ReadReport[]): number {
  return reports.reduce((sum, { passages }) => sum + passages.length, 0)
}

function contentOf(
  parts: readonly { reports: readonly ReadReport[]; embedded: Embedded }[],
  graph: GrowingGraph | null,
): SegmentContent {
  const reports = parts.flatMap((part) => part.reports)
  const vectors = new Float32Array(parts.reduce((sum, { embedded }) => sum + embedded.vectors.length, 0))
  let at = 0
  for (const { embedded } of parts) {
    vectors.set(embedded.vectors, at)
    at += embedded.vectors.length
  }
  return {
    entries: reports.map(({ report: { id, file, format, metadata, text }, passages: { length } }) => {
      const opening = text.slice(0, openingCharacters)
      return { id, file, format, metadata, passages: length, opening, definitions: definitionsIn(text) }
    }),
    reports: () => reports.map(({ report: { places: _, ...report } }) => report),
    places: () => reports.map(({ report }) => report.places ?? new Uint8Array()),
    passages: () => reports.flatMap(({ passages }) => passages),
    tokens: () => parts.flatMap(({ embedded }) => embedded.tokens),
    inputs: async () => parts.flatMap(({ embedded }) => embedded.inputs),
    vectors,
    ...(graph && { graph }),
  }
}
