import type { ModelDescription } from '../embeddings/types.ts'
import { type Bilingual, IndexError } from '../errors.ts'
import type { ReportFile } from '../reports/file.ts'
import { type BuildOptions, type BuildOutcome, buildIndex } from './build.ts'
import { type IndexFolder, indexFolder } from './folder.ts'
import { earlierFormatNotice, manifestToken, readManifest, requireCurrent, requireModel } from './manifest.ts'
import { joinSegments } from './segmentedIndex.ts'
import type { OpenIndex } from './types.ts'

/** The place that answers come from: the index folder itself, or a Qdrant that many processes share. */
export interface IndexSource {
  /** The folder that the index is built in. */
  readonly folder: IndexFolder
  /** Identifies the current index, as every change makes another one; null where there is no index. */
  token(): Promise<string | null>
  /**
   * Opens the current index.
   * @param files the reports as they are on disk; null opens an index of other reports too
   * @throws IndexError when there is none, or it cannot be used or reached
   */
  open(files: readonly ReportFile[] | null): Promise<OpenIndex>
  /** Makes the content of the folder the current index. @throws IndexError */
  publish(signal?: AbortSignal): Promise<void>
  /** False when an index must be published before questions can be answered. @throws IndexError when unknown */
  isPublished(): Promise<boolean>
  /** Anything wrong that the operator should know; null when all is well. @throws IndexError */
  trouble(): Promise<IndexTrouble | null>
}

/** A fault of the place that answers come from, which lasts while the program runs. */
export interface IndexTrouble {
  /** True where answers are given all the same. */
  readonly canAnswer: boolean
  readonly text: Bilingual
}

/** The folder as the source: an index that is built there is current at once. */
export function folderSource(path: string, model: ModelDescription): IndexSource {
  const folder = indexFolder(path, model.dimensions)
  return {
    folder,
    token: () => manifestToken(path),
    open: (files) => openIndex(folder, model, files),
    publish: async () => {},
    isPublished: async () => true,
    trouble: async () => null,
  }
}

/** Brings the index in the source's folder up to date, and publishes it. @throws as `buildIndex` and `publish` do */
export async function updateIndex(source: IndexSource, options: Omit<BuildOptions, 'folder'>): Promise<BuildOutcome> {
  const outcome = await buildIndex({ ...options, folder: source.folder })
  await source.publish(options.signal)
  return outcome
}

/**
 * Opens the index in `folder` for questions.
 *
 * @param model the model that will embed the questions
 * @param files the reports as they are on disk now; null opens an index of other reports too, for the time until it is
 *   brought up to date
 * @throws IndexError when there is none, or it is of another format or model, stale, truncated or altered; the message
 *   names the expected and the found, and the command that builds the index anew
 */
export async function openIndex(
  folder: IndexFolder,
  model: ModelDescription,
  files: readonly ReportFile[] | null,
): Promise<OpenIndex> {
  const { path, dimensions } = folder
  const manifest = await readManifest(path)
  try {
    if (manifest === null) {
      const { zh, en } = (await earlierFormatNotice(path)) ?? {
        zh: `文件夹 ${path} 里还没有索引。`,
        en: `There is no index in ${path} yet.`,
      }
      throw new IndexError({ zh: `${zh}请运行 npm run index。`, en: `${en} Run npm run index.` })
    }
    requireModel(path, manifest, model)
    requireCurrent(path, manifest, files)
    return joinSegments(manifest.segments, await folder.openAll(manifest.segments), dimensions)
  } catch (error) {
    // Meanwhile an update may have put other segments in place of these, and removed these.
    if (JSON.stringify(await readManifest(path)) === JSON.stringify(manifest)) throw error
    return openIndex(folder, model, files)
  }
}
