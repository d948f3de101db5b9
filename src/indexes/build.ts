import { mkdir } from 'node:fs/promises'
import type { Embedder } from '../embeddings/types.ts'
import { type Bilingual, IndexError, ReportError } from '../errors.ts'
import { ChangedWhileReading, type ReportFile } from '../reports/file.ts'
import { noneUsable } from '../reports/folder.ts'
import { passagesOf } from '../reports/passages.ts'
import { type Passage, type Report, restorerVersion } from '../reports/types.ts'
import { normalizerVersion } from '../text/normalize.ts'
import { segmenterVersion } from '../text/words.ts'
import { earlierEmbeddings, embedAll } from './embedding.ts'
import { explainWriteFailure } from './files.ts'
import { growHnsw, loadHnsw } from './hnsw.ts'
import { removeOthers } from './leftovers.ts'
import { type BuildLock, withBuildLock } from './lock.ts'
import {
  indexFormat,
  isCurrent,
  type Manifest,
  modelRecord,
  readManifest,
  reportsOf,
  requireModel,
  type SegmentRecord,
  writeManifest,
} from './manifest.ts'
import { choiceToMerge, mergedSegment } from './merge.ts'
import { createPipeline, type ReadReport } from './pipeline.ts'
import { type BuildProgress, Progress } from './progress.ts'
import {
  graphFile,
  openSegments,
  openStored,
  requireWhole,
  type SegmentCache,
  type StoredSegment,
  storedOf,
} from './segment.ts'
import { createWriter, type Writer } from './writer.ts'

/** What to bring up to date, and how. */
export interface BuildOptions {
  readonly folder: string
  readonly files: readonly ReportFile[]
  /** Reads one of the files. @throws ReportError when it cannot be used, ChangedWhileReading when it changed after it was listed. */
  readonly load: (file: ReportFile) => Promise<Report>
  readonly embedder: Embedder
  /** Replace an index that is damaged or foreign; otherwise it is refused, as somebody may still need it. */
  readonly mend: boolean
  /** Build an index of no reports too, to which reports can be added later. */
  readonly mayBeEmpty?: boolean
  /** Read files again that could not be used before and have not changed: a limit may have been raised. */
  readonly retry?: boolean
  /** Called before the first and after every file that is read and every batch that is embedded. */
  readonly onProgress?: (progress: BuildProgress) => void
  /**
   * Segments that are open already. Null where nobody answers from the folder: of an index that is current nothing is then
   * opened, of others only what is taken over, and nothing is kept open.
   */
  readonly cache?: SegmentCache | null
  /** Gives the update up; the index in force stays. */
  readonly signal?: AbortSignal
}

/** What a build found and did. */
export interface BuildOutcome {
  /** False when the index was current and nothing was written. */
  readonly written: boolean
  readonly reports: number
  readonly passages: number
  readonly embedded: number
  /** Reports that could not be used and are not in the index. */
  readonly skipped: Manifest['skipped']
  /** Files that changed after they were listed, and are new to the next update. */
  readonly overtaken: readonly string[]
  /** Files and folders of earlier builds that could not be removed. */
  readonly leftovers: readonly Bilingual[]
}

/**
 * Brings the index in `folder` up to date with `files`. Only passages that no earlier build embedded are embedded, and
 * only what is new is written: as segments of their own, put in force by the manifest at the very end, so that at every
 * moment the folder holds one whole index, the old or the new.
 *
 * @throws BusyError when another process builds there.
 * @throws IndexError when the disk is full, or the index there may not be replaced.
 * @throws ReportError when not one of the reports can be used.
 */
export async function buildIndex(options: BuildOptions): Promise<BuildOutcome> {
  return locked(options.folder, (lock) => build(options, lock))
}

/**
 * Makes fewer segments of many small ones, and leaves out the passages of reports that are no longer in force. What is
 * answered stays the same.
 *
 * @param signal gives up what is under way; the index in force stays
 * @returns whether there was something to do
 * @throws IndexError as `buildIndex` does
 */
export async function compactIndex(
  folder: string,
  embedder: Embedder,
  cache: SegmentCache | null = null,
  signal?: AbortSignal,
): Promise<boolean> {
  return locked(folder, async (lock) => {
    let isMerged = false
    for (;;) {
      const manifest = await readManifest(folder)
      if (manifest === null) return isMerged
      requireModel(folder, manifest, embedder.model)
      const { dimensions } = embedder.model
      const chosen = choiceToMerge(manifest.segments)
      if (chosen.length === 0) return isMerged
      // Those that are open already serve; where none are kept open, only what is merged is opened.
      const open =
        cache && (await openSegments(folder, manifest.segments, dimensions, cache)).map((segment) => storedOf(segment))
      const writer = createWriter(folder, dimensions, signal)
      try {
        const ids = new Map(reportsOf(manifest).map((report) => [report.id, report]))
        const parts = chosen.map(async (i) => {
          const record = manifest.segments[i]!
          return { record, segment: open?.[i] ?? (await openStored(folder, record, dimensions)) }
        })
        const merged = await mergedSegment(await Promise.all(parts), dimensions)
        const names = merged.entries.map(({ id }) => ids.get(id)!)
        const record = await writer.write(merged, names)
        const kept = manifest.segments.filter((_, i) => !chosen.includes(i))
        await lock.requireHeld()
        await writeManifest(folder, { ...manifest, segments: [...kept, record] })
      } catch (error) {
        await writer.discard()
        throw error
      }
      isMerged = true
      await removeOthers(folder, namesOf((await readManifest(folder))!))
    }
  })
}

async function locked<T>(folder: string, work: (lock: BuildLock) => Promise<T>): Promise<T> {
  try {
    await mkdir(folder, { recursive: true })
    return await withBuildLock(folder, work)
  } catch (error) {
    throw explainWriteFailure(error, folder)
  }
}

async function build(options: BuildOptions, lock: BuildLock): Promise<BuildOutcome> {
  const { folder, embedder } = options
  const { dimensions } = embedder.model
  const isOpened = options.cache !== null || options.mend
  const opened = isOpened ? await readEarlier(options) : null
  const current = isOpened ? opened?.manifest : await readManifest(folder)
  if (current && (await isKept(options, current))) {
    requireModel(folder, current, embedder.model)
    const leftovers = await removeOthers(folder, namesOf(current))
    return { ...outcomeOf(current), written: false, embedded: 0, overtaken: [], leftovers }
  }
  const earlier = isOpened ? opened : await readEarlier(options)
  const { kept, pending, skipped } = sorted(options, earlier)
  const writer = createWriter(folder, dimensions, options.signal)
  const progress = new Progress(pending, options.onProgress)
  const known = earlierEmbeddings(earlier?.segments ?? [])
  const addon = await loadHnsw(folder)
  const pipeline = createPipeline({
    embed: (passages) => embedAll(passages, options, known, progress),
    grow: (expected) => addon && growHnsw(addon, dimensions, expected, options.signal),
    write: (content, reports) => writer.write(content, reports.map(namesOfReport)),
  })
  const overtaken: string[] = []
  try {
    for (const source of pending) {
      let passages: readonly Passage[] = []
      try {
        const report = await options.load(source)
        passages = passagesOf(report)
        await pipeline.add({ source, report, passages })
      } catch (error) {
        if (!(error instanceof ReportError)) throw error
        if (error instanceof ChangedWhileReading) overtaken.push(source.file)
        else skipped.push({ file: source.file, sha256: source.sha256, ...error.text })
      }
      options.signal?.throwIfAborted()
      progress.read(source, passages.length)
    }
    progress.allRead()
    const { added, embedded } = await pipeline.end()
    const renewals: SegmentRecord[] = []
    for (const record of kept) renewals.push(await renewed(record, earlier!, writer, options))
    const manifest: Manifest = {
      format: indexFormat,
      model: modelRecord(embedder.model),
      normalizer: normalizerVersion,
      restorer: restorerVersion,
      segmenter: segmenterVersion,
      segments: [...renewals, ...added],
      skipped: skipped.sort((a, b) => (a.file < b.file ? -1 : 1)),
    }
    if (reportsOf(manifest).length === 0 && !options.mayBeEmpty) throw noneUsable(skipped)
    // Files that could not be read before were tried again, in vain.
    const written = JSON.stringify(manifest) !== JSON.stringify(earlier?.manifest)
    await lock.requireHeld()
    if (written) await writeManifest(folder, manifest)
    const leftovers = await removeOthers(folder, namesOf(manifest))
    return { ...outcomeOf(manifest), written, embedded, overtaken, leftovers }
  } catch (error) {
    await pipeline.abandon()
    await writer.discard()
    throw error
  }
}

interface Earlier {
  readonly manifest: Manifest
  /** In the order of the manifest. */
  readonly segments: readonly StoredSegment[]
}

/** The index in force, to take over what has not changed; null when there is none or it is to be replaced. */
async function readEarlier({ folder, embedder, mend, cache }: BuildOptions): Promise<Earlier | null> {
  try {
    const manifest = await readManifest(folder)
    if (manifest === null) return null
    requireModel(folder, manifest, embedder.model)
    const { dimensions } = embedder.model
    if (mend) await requireWhole(folder, manifest.segments)
    // Who mends or answers opens them whole, and finds all damage; else only what is taken over is read.
    if (!mend && cache === null) {
      const stored = manifest.segments.map((record) => openStored(folder, record, dimensions))
      return { manifest, segments: await Promise.all(stored) }
    }
    const open = await openSegments(folder, manifest.segments, dimensions, cache ?? new Map())
    return { manifest, segments: open.map(storedOf) }
  } catch (error) {
    if (mend && error instanceof IndexError) return null
    throw error
  }
}

/** Tells whether every segment has a graph, or none can be built in the folder. */
async function haveGraphs(segments: readonly SegmentRecord[], folder: string): Promise<boolean> {
  return segments.every(({ files }) => graphFile in files) || (await loadHnsw(folder)) === null
}

/** Whether there is nothing to build. */
async function isKept({ folder, files, retry = false }: BuildOptions, manifest: Manifest): Promise<boolean> {
  const isWhole = isCurrent(manifest, files) && (await haveGraphs(manifest.segments, folder))
  return isWhole && !(retry && manifest.skipped.length > 0)
}

/** What stays as it is, and what is to be read. */
function sorted({ files, retry = false }: BuildOptions, earlier: Earlier | null) {
  const present = new Map(files.map((file) => [file.file, file]))
  const isReadAlike =
    earlier?.manifest.normalizer === normalizerVersion && earlier.manifest.restorer === restorerVersion
  const kept: SegmentRecord[] = []
  const settled = new Set<string>()
  for (const record of isReadAlike ? earlier.manifest.segments : []) {
    const reports = record.reports.filter(({ file, id, sha256 }) => {
      const now = present.get(file)
      return now?.id === id && now.sha256 === sha256
    })
    if (reports.length > 0) kept.push({ ...record, reports })
    for (const { file } of reports) settled.add(file)
  }
  const skipped = (isReadAlike && !retry ? earlier.manifest.skipped : []).filter(
    ({ file, sha256 }) => present.get(file)?.sha256 === sha256,
  )
  for (const { file } of skipped) settled.add(file)
  return { kept, skipped, pending: files.filter(({ file }) => !settled.has(file)) }
}

/** A segment as it is, or written anew from what it holds where its words are others or its graph is missing. */
async function renewed(
  record: SegmentRecord,
  { manifest, segments }: Earlier,
  writer: Writer,
  { folder, embedder }: BuildOptions,
): Promise<SegmentRecord> {
  const isCutAlike = manifest.segmenter === segmenterVersion
  const hasGraph = await haveGraphs([record], folder)
  if (isCutAlike && hasGraph) return record
  const segment = segments[manifest.segments.findIndex(({ name }) => name === record.name)]!
  const content = await mergedSegment([{ record, segment }], embedder.model.dimensions)
  const { postings: _, ...uncut } = content
  return writer.write(isCutAlike ? content : uncut, record.reports)
}

function namesOfReport({ source: { file, id, sha256, contentSha256 } }: ReadReport) {
  return { file, id, sha256, contentSha256 }
}

function namesOf({ segments }: Manifest): Set<string> {
  return new Set(segments.map(({ name }) => name))
}

function outcomeOf(manifest: Manifest): Pick<BuildOutcome, 'reports' | 'passages' | 'skipped'> {
  const reports = reportsOf(manifest)
  const passages = reports.reduce((sum, { passages }) => sum + passages, 0)
  return { reports: reports.length, passages, skipped: manifest.skipped }
}
