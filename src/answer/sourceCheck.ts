import { createHash } from 'node:crypto'
import type { Originals } from '../reports/originals.ts'

/** Tells whether a report's file is still the one that was indexed. */
export type SourceCheck = (file: string) => Promise<boolean>

/**
 * A check of files against their hashes at indexing. A file is hashed again only when it, or the archive that it lies in, is not
 * what it was at the last look, so a check usually costs one `stat`.
 *
 * @param sha256 the hash of each file's bytes, by its path below the reports folder
 */
export function sourceCheck(originals: Originals, sha256: ReadonlyMap<string, string>): SourceCheck {
  const looks = new Map<string, { stamp: string; same: boolean }>()
  return async (file) => {
    try {
      const stamp = await originals.stamp(file)
      const last = looks.get(file)
      if (last?.stamp === stamp) return last.same
      const hash = createHash('sha256').update(await originals.read(file))
      const same = hash.digest('hex') === sha256.get(file)
      looks.set(file, { stamp, same })
      return same
    } catch {
      // A file that vanished or cannot be read is not quoted, and the answer says so.
      return false
    }
  }
}
