import { setTimeout as sleep } from 'node:timers/promises'
import type { ReportFile } from '../reports/file.ts'
import type { ReportFolder } from '../reports/folder.ts'

/** A folder that was just seen to change is looked at again after this pause, until it rests. */
const restMs = 300
/** A file that goes on changing for so many looks is left out, so that it does not hold up the others. */
const maxLooks = 20

/** Identifies a state of a file. */
export function fileStateKey({ file, id, sha256 }: ReportFile): string {
  return JSON.stringify([file, id, sha256])
}

/**
 * Looks at a folder until nothing in it changes any more.
 * @param isNews true for a folder whose files differ from those that the index was built from
 */
export async function folderAtRest(
  look: () => Promise<ReportFolder>,
  isNews: (folder: ReportFolder) => boolean,
  signal: AbortSignal,
): Promise<ReportFolder> {
  const stateOf = ({ files, faults }: ReportFolder) => JSON.stringify([files.map(fileStateKey), [...faults.keys()]])
  let folder = await look()
  for (let looks = 1; !signal.aborted && isNews(folder); looks++) {
    await sleep(restMs)
    const next = await look()
    if (stateOf(next) === stateOf(folder)) break
    const before = new Set(folder.files.map(fileStateKey))
    folder = next
    if (looks === maxLooks) return { ...next, files: next.files.filter((file) => before.has(fileStateKey(file))) }
  }
  return folder
}
