import { mkdir } from 'node:fs/promises'
import type { Embedder, ModelDescription } from '../embeddings/types.ts'
import { type Bilingual, ChangedWhileReading, IndexError, ReportError } from '../errors.ts'
import type { ReportFile } from '../reports/file.ts'
import { noneUsable } from '../reports/folder.ts'
import { passagesOf } from '../reports/passages.ts'
import { type Passage, type Report, restorerVersion } from '../reports/types.ts'
import { normalizerVersion } from '../text/normalize.ts'
import { segmenterVersion } from '../text/words.ts'
import { earlierEmbeddings, embedAll } from './embedding.ts'
import type { IndexFolder } from './folder.ts'
import { growHnsw, loadHnsw } from './hnswAddon.ts'
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
import { mergedSegment, segmentsToMerge } from './merge.ts'
import { createPipeline } from './pipeline.ts'
import { type BuildProgress, Progress } from './progress.ts'
import { explainWriteFailure } from './recordedFiles.ts'
import { requireWholeChunks, type StoredSegment, storedOf } from './segment.ts'
import { segmentFiles } from './segmentFiles.ts'
import { createSegmentWriter, type SegmentWriter } from './segmentWriter.ts'

export interface BuildOptions {
  /** The folder to bring up to date. */
  readonly folder: IndexFolder
  /** The reports that the index is to be built from. */
  readonly files: readonly ReportFile[]
  /** Reads a file. @throws ReportError when it cannot be used, ChangedWhileReading when it changed meanwhile */
  readonly load: (file: ReportFile) => Promise<Report>
  readonly embedder: Embedder
  /** Replaces a damaged or foreign index, which by default is refused, as somebody may still need it. */
  readonly replaceDamaged?: boolean
  /** Builds an index of no reports too, to which reports can be added later. */
  readonly mayBeEmpty?: boolean
  /** Reads files again that could not be used before and have not changed, as a limit may have been raised. */
  readonly retry?: boolean
  /** Called before the first and after every file that is read and every batch that is embedded. */
  readonly onProgress?: (progress: BuildProgress) => void
  /** Gives the update up; the current index stays. */
  readonly signal?: AbortSignal
}

export interface BuildOutcome {
  /** False when the index was current and nothing was written. */
  readonly written: boolean
  readonly reports: number
  readonly passages: number
  readonly embedded: number
  /** Reports that could not be used and are not in the index. */
  readonly skipped: Manifest['skipped']
  /** Files that changed after they were listed, and are new to the next update. */
  readonly changedWhileReading: readonly string[]
  /** Files and folders of earlier builds that could not be removed. */
  readonly leftovers: readonly Bilingual[]
}

/**
 * Brings the index in a folder up to date with `files`. The build embeds only passages that no earlier build embedded,
 * and writes only what is new, as segments of their own. The manifest that names them comes at the very end, so that at
 * every moment the folder holds one whole index, the old or the new.
 *
 * @throws BusyError when another process builds there.
 * @throws IndexError when the disk is full, or the index there may not be replaced.
 * @throws ReportError when not one of the reports can be used.
 */
export async function buildIndex(options: BuildOptions): Promise<BuildOutcome> {
  return locked(options.folder, (lock) => build(options, lock))
}

/**
 * Merges many small segments into few, and leaves out passages of reports that the manifest lists no more. Answers stay
 * the same.
 *
 * @param signal gives up the merge under way; the current index stays
 * @returns false when there was nothing to merge
 * @throws IndexError as `buildIndex` does
 */
export async function compactIndex(
  folder: IndexFolder,
  model: ModelDescription,
  signal?: AbortSignal,
): Promise<boolean> {
  return locked(folder, async (lock) => {
    let isMerged = false
    for (;;) {
      const manifest = await readManifest(folder.path)
      if (manifest === null) return isMerged
      requireModel(folder.path, manifest, model)
      const chosen = segmentsToMerge(manifest.segments)
      if (chosen.length === 0) return isMerged
      const writer = createSegmentWriter(folder, signal)
      try {
        const reports = new Map(reportsOf(manifest).map((report) => [report.id, report]))
        const parts = await Promise.all(
          chosen.map(async (record) => ({ record, segment: await folder.openStored(record) })),
        )
        const merged = await mergedSegment(parts, folder.dimensions)
        const record = await writer.write(
          merged,
          merged.entries.map(({ id }) => reports.get(id)!),
        )
        const others = manifest.segments.filter((segment) => !chosen.includes(segment))
        await lock.requireHeld()
        await writeManifest(folder.path, { ...manifest, segments: [...others, record] })
      } catch (error) {
        await writer.discard()
        throw error
      }
      isMerged = true
      await removeOthers(folder.path, segmentNames((await readManifest(folder.path))!))
    }
  })
}

async function locked<T>({ path }: IndexFolder, work: (lock: BuildLock) => Promise<T>): Promise<T> {
  try {
    await mkdir(path, { recursive: true })
    return await withBuildLock(path, work)
  } catch (error) {
    throw explainWriteFailure(error, path)
  }
}

async function build(options: BuildOptions, lock: BuildLock): Promise<BuildOutcome> {
  const { folder, embedder } = options
  const { path, dimensions } = folder
  // Serving and replacing read every segment in full, which detects damage. Any other update reads only what it takes
  // over.
  const isVerified = folder.isServed || options.replaceDamaged === true
  const verified = isVerified ? await readEarlier(options) : null
  const current = isVerified ? verified?.manifest : await readManifest(path)
  if (current && (await isUpToDate(options, current))) {
    requireModel(path, current, embedder.model)
    const leftovers = await removeOthers(path, segmentNames(current))
    return { ...countsOf(current), written: false, embedded: 0, changedWhileReading: [], leftovers }
  }
  const earlier = isVerified ? verified : await readEarlier(options)
  const { reused, pending, skipped } = compare(options, earlier)
  const writer = createSegmentWriter(folder, options.signal)
  const progress = new Progress(pending, options.onProgress)
  const known = earlierEmbeddings(earlier?.segments ?? [])
  const addon = await loadHnsw(path)
  const pipeline = createPipeline({
    embed: (passages) => embedAll(passages, options, known, progress),
    grow: (expected) => addon && growHnsw(addon, dimensions, expected, options.signal),
    write: writer.write,
  })
  const changedWhileReading: string[] = []
  try {
    for (const source of pending) {
      let passages: readonly Passage[] = []
      try {
        const report = await options.load(source)
        passages = passagesOf(report)
        await pipeline.add({ source, report, passages })
      } catch (error) {
        if (!(error instanceof ReportError)) throw error
        if (error instanceof ChangedWhileReading) changedWhileReading.push(source.file)
        else skipped.push({ file: source.file, sha256: source.sha256, ...error.text })
      }
      options.signal?.throwIfAborted()
      progress.read(source, passages.length)
    }
    progress.allRead()
    const { added, embedded } = await pipeline.end()
    const renewals: SegmentRecord[] = []
    for (const record of reused) renewals.push(await renewed(record, earlier!, writer, folder))
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
    // The manifest is the same when files that could not be read before were tried again in vain.
    const written = JSON.stringify(manifest) !== JSON.stringify(earlier?.manifest)
    await lock.requireHeld()
    if (written) await writeManifest(path, manifest)
    const leftovers = await removeOthers(path, segmentNames(manifest))
    return { ...countsOf(manifest), written, embedded, changedWhileReading, leftovers }
  } catch (error) {
    await pipeline.abandon()
    await writer.discard()
    throw error
  }
}

/** The index that an update starts from. */
interface EarlierIndex {
  readonly manifest: Manifest
  /** The segments, in the order of the manifest. */
  readonly segments: readonly StoredSegment[]
}

/** The current index; null when there is none or it is to be replaced. */
async function readEarlier({ folder, embedder, replaceDamaged }: BuildOptions): Promise<EarlierIndex | null> {
  try {
    const manifest = await readManifest(folder.path)
    if (manifest === null) return null
    requireModel(folder.path, manifest, embedder.model)
    if (replaceDamaged) await requireWholeChunks(folder.path, manifest.segments)
    if (!folder.isServed && !replaceDamaged) {
      return { manifest, segments: await Promise.all(manifest.segments.map(folder.openStored)) }
    }
    return { manifest, segments: (await folder.openAll(manifest.segments)).map(storedOf) }
  } catch (error) {
    if (replaceDamaged && error instanceof IndexError) return null
    throw error
  }
}

/** True when every segment has a graph, or none can be built in the folder. */
async function haveGraphs(segments: readonly SegmentRecord[], { path }: IndexFolder): Promise<boolean> {
  return segments.every(({ files }) => segmentFiles.graph in files) || (await loadHnsw(path)) === null
}

/** True when there is nothing to build. */
async function isUpToDate({ folder, files, retry = false }: BuildOptions, manifest: Manifest): Promise<boolean> {
  const isWhole = isCurrent(manifest, files) && (await haveGraphs(manifest.segments, folder))
  return isWhole && !(retry && manifest.skipped.length > 0)
}

/** The segments and skipped files that stay as they are, and the files that have to be read. */
function compare({ files, retry = false }: BuildOptions, earlier: EarlierIndex | null) {
  const present = new Map(files.map((file) => [file.file, file]))
  const isReadAlike =
    earlier?.manifest.normalizer === normalizerVersion && earlier.manifest.restorer === restorerVersion
  const reused: SegmentRecord[] = []
  const settled = new Set<string>()
  for (const record of isReadAlike ? earlier.manifest.segments : []) {
    const reports = record.reports.filter(({ file, id, sha256 }) => {
      const now = present.get(file)
      return now?.id === id && now.sha256 === sha256
    })
    if (reports.length > 0) reused.push({ ...record, reports })
    for (const { file } of reports) settled.add(file)
  }
  const skipped = (isReadAlike && !retry ? earlier.manifest.skipped : []).filter(
    ({ file, sha256 }) => present.get(file)?.sha256 === sha256,
  )
  for (const { file } of skipped) settled.add(file)
  return { reused, skipped, pending: files.filter(({ file }) => !settled.has(file)) }
}

/** Returns the segment, rewritten from its own content if its segmenter is outdated or its graph is missing. */
async function renewed(
  record: SegmentRecord,
  { manifest, segments }: EarlierIndex,
  writer: SegmentWriter,
  folder: IndexFolder,
): Promise<SegmentRecord> {
  const isSegmentedAlike = manifest.segmenter === segmenterVersion
  if (isSegmentedAlike && (await haveGraphs([record], folder))) return record
  const segment = segments[manifest.segments.findIndex(({ name }) => name === record.name)]!
  const content = await mergedSegment([{ record, segment }], folder.dimensions)
  const { postings: _, ...withoutPostings } = content
  return writer.write(isSegmentedAlike ? content : withoutPostings, record.reports)
}

function segmentNames({ segments }: Manifest): Set<string> {
  return new Set(segments.map(({ name }) => name))
}

function countsOf(manifest: Manifest): Pick<BuildOutcome, 'reports' | 'passages' | 'skipped'> {
  const reports = reportsOf(manifest)
  const passages = reports.reduce((sum, { passages }) => sum + passages, 0)
  return { reports: reports.length, passages, skipped: manifest.skipped }
}
