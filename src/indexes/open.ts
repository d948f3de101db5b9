import type { ModelDescription } from '../embeddings/types.ts'
import { IndexError } from '../errors.ts'
import type { ReportFile } from '../reports/file.ts'
import type { IndexFolder } from './folder.ts'
import { earlierFormatNotice, readManifest, requireCurrent, requireModel } from './manifest.ts'
import { joinSegments } from './segmentedIndex.ts'
import type { OpenIndex } from './types.ts'

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
