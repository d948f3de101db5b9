import { join } from 'node:path'
import type { ModelDescription } from '../embeddings/types.ts'
import { IndexError } from '../errors.ts'
import type { ReportFile } from '../reports/folder.ts'
import { exactIndex } from './exact.ts'
import { readRecorded } from './files.ts'
import { graphFile, readGeneration } from './generation.ts'
import { loadHnsw, openHnsw } from './hnsw.ts'
import { type Manifest, readManifest, requireCurrent, requireModel } from './manifest.ts'
import { tokenIndex } from './tokens.ts'
import type { OpenIndex, VectorIndex } from './types.ts'
import { wordIndex } from './words.ts'

/**
 * Opens the index in `folder` for questions.
 *
 * @param model the model that will embed the questions
 * @param files the reports as they are on disk now
 * @throws IndexError when there is none, or it is of another format or model, stale, truncated or altered; the
 *   message says what was expected, what was found and which command mends it.
 */
export async function openIndex(
  folder: string,
  model: ModelDescription,
  files: readonly ReportFile[],
): Promise<OpenIndex> {
  const manifest = await readManifest(folder)
  try {
    return await openAs(folder, manifest, model, files)
  } catch (error) {
    // A build may have put another generation in force meanwhile and removed this one.
    const now = await readManifest(folder)
    if (now?.generation === manifest?.generation) throw error
    return openIndex(folder, model, files)
  }
}

async function openAs(
  folder: string,
  manifest: Manifest | null,
  model: ModelDescription,
  files: readonly ReportFile[],
): Promise<OpenIndex> {
  if (manifest === null) {
    throw new IndexError({
      zh: `文件夹 ${folder} 里还没有索引。请运行 npm run index。`,
      en: `There is no index in ${folder} yet. Run npm run index.`,
    })
  }
  requireModel(folder, manifest, model)
  requireCurrent(folder, manifest, files)
  const { reports, passages, vectors, tokens, postings } = await readGeneration(folder, manifest)
  return {
    reports: new Map(reports.map((report) => [report.id, report])),
    contentSha256: new Map(manifest.reports.map(({ file, contentSha256 }) => [file, contentSha256])),
    passages,
    vectors: await openVectors(folder, manifest, vectors),
    words: wordIndex(postings),
    tokens: tokenIndex(tokens, model.dimensions),
  }
}

/** The graph where it was built and can be loaded here, exact search otherwise. */
async function openVectors(folder: string, manifest: Manifest, vectors: Float32Array): Promise<VectorIndex> {
  const { dimensions } = manifest.model
  const graph = manifest.files[graphFile]
  const addon = graph && (await loadHnsw())
  if (!graph || !addon) return exactIndex(vectors, dimensions)
  const path = join(folder, manifest.generation, graphFile)
  await readRecorded(path, graph)
  return openHnsw(addon, path, vectors, dimensions)
}
