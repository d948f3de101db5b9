import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Tells whether a report's file is still the one that was indexed. */
export type SourceCheck = (file: string) => Promise<boolean>

/**
 * A check of files below `folder` against their hashes at indexing. A file is hashed again only when its size or
 * time of change is not what it was at the last look, so a check usually costs one `stat`.
 *
 * @param sha256 the hash of each file's bytes, by its path below the folder
 */
export function sourceCheck(folder: string, sha256: ReadonlyMap<string, string>): SourceCheck {
  const looks = new Map<string, { stamp: string; same: boolean }>()
  return async (file) => {
    const path = join(folder, file)
    try {
      const found = await stat(path)
      // A pipe in the file's place would be read for ever.
      if (!found.isFile()) return false
      const { size, mtimeMs, ctimeMs, ino } = found
      const stamp = `${size} ${mtimeMs} ${ctimeMs} ${ino}`
      const last = looks.get(file)
      if (last?.stamp === stamp) return last.same
      const hash = createHash('sha256').update(await readFile(path))
      const same = hash.digest('hex') === sha256.get(file)
      looks.set(file, { stamp, same })
      return same
    } catch {
      // A file that vanished or cannot be read is not quoted, and the answer says so.
      return false
    }
  }
}
