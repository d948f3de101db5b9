import { createHash, randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Embedder } from '../embeddings/types.ts'
import { IndexError, ReportError } from '../errors.ts'
import { noneUsable, type ReportFile } from '../reports/folder.ts'
import { passagesOf } from '../reports/passages.ts'
import { loadReport } from '../reports/read.ts'
import { type Passage, type Report, restorerVersion } from '../reports/types.ts'
import { normalizerVersion } from '../text/normalize.ts'
import { segmenterVersion, words } from '../text/words.ts'
import { explainWriteFailure, readRecorded } from './files.ts'
import { type Generation, graphFile, readGeneration, removeOthers, writeGeneration } from './generation.ts'
import { loadHnsw } from './hnsw.ts'
import { type EmbeddingInput, embeddingInput } from './input.ts'
import { withBuildLock } from './lock.ts'
import { isCurrent, type Manifest, modelRecord, readManifest, requireModel, writeManifest } from './manifest.ts'
import { joinTokens, tokenIndex } from './tokens.ts'
import type { PassageTokens } from './types.ts'
import { collectPostings } from './words.ts'

export interface BuildOptions {
  readonly folder: string
  readonly files: readonly ReportFile[]
  readonly embedder: Embedder
  /** Replace an index that is damaged or foreign; otherwise it is refused, as somebody may still need it. */
  readonly mend: boolean
  /** Called before the first and after every batch. */
  readonly onProgress?: (progress: BuildProgress) => void
}

export interface BuildProgress {
  readonly done: number
  readonly total: number
}

export interface BuildOutcome {
  /** False when the index was current and nothing was written. */
  readonly written: boolean
  readonly reports: number
  readonly passages: number
  readonly embedded: number
  /** Reports that could not be used and are not in the index. */
  readonly skipped: Manifest['skipped']
}

/** Passages handed to the embedder at a time: enough for batches of even length, few enough to show progress. */
const chunkSize = 64

/**
 * Brings the index in `folder` up to date with `files`. Only passages that no earlier build embedded are embedded.
 * The new index is written aside and put in force by its manifest at the very end, so that at every moment the
 * folder holds one whole index, the old or the new.
 *
 * @throws IndexError when another process builds there, the disk is full, or the index there may not be replaced.
 * @throws ReportError when not one of the reports can be used.
 */
export async function buildIndex(options: BuildOptions): Promise<BuildOutcome> {
  const { folder } = options
  try {
    await mkdir(folder, { recursive: true })
    return await withBuildLock(folder, () => build(options))
  } catch (error) {
    throw explainWriteFailure(error, folder)
  }
}

async function build({ folder, files, embedder, mend, onProgress }: BuildOptions): Promise<BuildOutcome> {
  const earlier = await readEarlier(folder, embedder, mend)
  if (
    earlier &&
    isCurrent(earlier.manifest, files) &&
    (graphFile in earlier.manifest.files || (await loadHnsw()) === null)
  ) {
    const { reports, passages, skipped } = earlier.manifest
    await removeOthers(folder, earlier.manifest.generation)
    return { written: false, reports: reports.length, passages, embedded: 0, skipped }
  }
  const { reports, skipped } = await readReports(files, earlier)
  const passages = reports.flatMap((one) => one.passages)
  const { embedded, ...vectors } = await embedAll(passages, embedder, earlier?.generation ?? null, onProgress)
  const postings = collectPostings(passages.map((passage) => words(passage.text)))
  const generation: Generation = { reports: reports.map(({ report }) => report), passages, postings, ...vectors }
  const name = `g-${randomBytes(8).toString('hex')}`
  try {
    const manifest: Manifest = {
      format: 1,
      model: modelRecord(embedder.model),
      normalizer: normalizerVersion,
      restorer: restorerVersion,
      segmenter: segmenterVersion,
      generation: name,
      reports: reports.map(({ source: { file, sha256, contentSha256 }, passages: own }) => {
        return { file, sha256, contentSha256, passages: own.length }
      }),
      skipped,
      passages: passages.length,
      files: await writeGeneration(join(folder, name), generation, embedder.model.dimensions),
    }
    await writeManifest(folder, manifest)
  } catch (error) {
    await rm(join(folder, name), { recursive: true, force: true })
    throw error
  }
  await removeOthers(folder, name)
  return { written: true, reports: reports.length, passages: passages.length, embedded, skipped }
}

interface Earlier {
  readonly manifest: Manifest
  readonly generation: Generation
}

/** The index in force, to take over what has not changed; null when there is none or it is to be replaced. */
async function readEarlier(folder: string, embedder: Embedder, mend: boolean): Promise<Earlier | null> {
  try {
    const manifest = await readManifest(folder)
    if (manifest === null) return null
    requireModel(folder, manifest, embedder.model)
    const graph = manifest.files[graphFile]
    if (graph) await readRecorded(join(folder, manifest.generation, graphFile), graph)
    return { manifest, generation: await readGeneration(folder, manifest) }
  } catch (error) {
    if (mend && error instanceof IndexError) return null
    throw error
  }
}

interface ReadReport {
  readonly source: ReportFile
  readonly report: Report
  readonly passages: readonly Passage[]
}

async function readReports(files: readonly ReportFile[], earlier: Earlier | null) {
  const reports: ReadReport[] = []
  const skipped: Manifest['skipped'] = []
  const unchanged = new Map(earlier?.manifest.reports.map(({ file, sha256 }) => [file, sha256]))
  const readBefore = new Map(earlier?.generation.reports.map((report) => [report.file, report]))
  const passagesBefore = new Map<string, Passage[]>()
  for (const passage of earlier?.generation.passages ?? []) {
    const own = passagesBefore.get(passage.report)
    if (own) own.push(passage)
    else passagesBefore.set(passage.report, [passage])
  }
  for (const source of files) {
    const before = readBefore.get(source.file)
    if (
      before?.id === source.id &&
      unchanged.get(source.file) === source.sha256 &&
      earlier?.manifest.restorer === restorerVersion
    ) {
      reports.push({ source, report: before, passages: passagesBefore.get(before.id) ?? [] })
      continue
    }
    try {
      const report = await loadReport(source)
      reports.push({ source, report, passages: passagesOf(report) })
    } catch (error) {
      if (!(error instanceof ReportError)) throw error
      skipped.push({ file: source.file, sha256: source.sha256, ...error.text })
    }
  }
  if (reports.length === 0) throw noneUsable(skipped)
  return { reports, skipped }
}

/** Vectors and tokens of all passages: taken over where the model read the same before, embedded where not. */
async function embedAll(
  passages: readonly Passage[],
  embedder: Embedder,
  earlier: Generation | null,
  onProgress: BuildOptions['onProgress'],
) {
  const { dimensions } = embedder.model
  const texts = passages.map(embeddingInput)
  const inputs = texts.map(({ text }) => createHash('sha256').update(text).digest('base64url'))
  const vectors = new Float32Array(passages.length * dimensions)
  const tokens = new Array<PassageTokens>(passages.length)
  const places = new Map(earlier?.inputs.map((input, place) => [input, place]))
  const earlierTokens = earlier && tokenIndex(earlier.tokens, dimensions)
  const pending: number[] = []
  for (const [i, input] of inputs.entries()) {
    const place = places.get(input)
    if (place === undefined || !earlier || !earlierTokens) pending.push(i)
    else {
      vectors.set(earlier.vectors.subarray(place * dimensions, (place + 1) * dimensions), i * dimensions)
      tokens[i] = earlierTokens.of(place)
    }
  }
  pending.sort((a, b) => texts[a]!.text.length - texts[b]!.text.length)
  onProgress?.({ done: 0, total: pending.length })
  for (let from = 0; from < pending.length; from += chunkSize) {
    const chunk = pending.slice(from, from + chunkSize)
    const embeddings = await embedder.embed(chunk.map((i) => texts[i]!.text))
    for (const [j, i] of chunk.entries()) {
      const { vector, tokens: states, tokenStarts } = embeddings[j]!
      vectors.set(vector, i * dimensions)
      tokens[i] = quantized(states, tokenStarts, texts[i]!)
    }
    onProgress?.({ done: from + chunk.length, total: pending.length })
  }
  return { inputs, vectors, tokens: joinTokens(tokens, dimensions), embedded: pending.length }
}

/** Token vectors at a byte a component, which costs late interaction nothing that could be measured. */
function quantized(states: Float32Array, starts: Uint32Array, input: EmbeddingInput): PassageTokens {
  return {
    values: Int8Array.from(states, (value) => Math.round(value * 127)),
    starts: Uint16Array.from(starts, (start) => input.origin(start)),
  }
}
