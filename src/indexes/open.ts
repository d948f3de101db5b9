import type { ModelDescription } from '../embeddings/types.ts'
import { IndexError } from '../errors.ts'
import type { ReportFile } from '../reports/file.ts'
import { readManifest, requireCurrent, requireModel, toldOfEarlier } from './manifest.ts'
import { openSegments, type SegmentCache } from './segment.ts'
import { joinSegments } from './segmentedIndex.ts'
import type { OpenIndex } from './types.ts'

/**
 * Opens the index in `folder` for questions.
 *
 * @param model the model that will embed the questions
 * @param files the reports as they are on disk now; null opens an index of other reports too, for the time until it is
 *   brought up to date
 * @param cache segments that are open already
 * @throws IndexError when there is none, or it is of another format or model, stale, truncated or altered; the
 *   message says what was expected, what was found and which command mends it.
 */
export async function openIndex(
  folder: string,
  model: ModelDescription,
  files: readonly ReportFile[] | null,
  cache: SegmentCache = new Map(),
): Promise<OpenIndex> {
  const manifest = await readManifest(folder)
  try {
    if (manifest === null) {
      const { zh, en } = (await toldOfEarlier(folder)) ?? {
        zh: `文件夹 ${folder} 里还没有索引。`,
        en: `There is no index in ${folder} yet.`,
      }
      throw new IndexError({ zh: `${zh}请运行 npm run index。`, en: `${en} Run npm run index.` })
    }
    requireModel(folder, manifest, model)
    requireCurrent(folder, manifest, files)
    const segments = await openSegments(folder, manifest.segments, model.dimensions, cache)
    return joinSegments(manifest.segments, segments, model.dimensions)
  } catch (error) {
    // An update may have put other segments in force meanwhile and removed these.
    if (JSON.stringify(await readManifest(folder)) === JSON.stringify(manifest)) throw error
    return openIndex(folder, model, files, cache)
  }
}
