import type { Originals } from '../reports/originals.ts'

/** Tells whether a report's file is still the one that was indexed. */
export type SourceCheck = (file: string) => Promise<boolean>

/**
 * A check of files against their hashes at indexing.
 * @param indexed the SHA-256 of each file's bytes as it was indexed, by its path below the reports folder
 */
export function sourceCheck(originals: Pick<Originals, 'sha256'>, indexed: ReadonlyMap<string, string>): SourceCheck {
  return async (file) => {
    try {
      return (await originals.sha256(file)) === indexed.get(file)
    } catch {
      // A file that vanished or cannot be read is not quoted, and the answer says so.
      return false
    }
  }
}
