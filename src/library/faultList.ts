import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bilingual } from '../errors.ts'
import { sidecarSuffix } from '../reports/sidecar.ts'
import type { LibraryFault } from './types.ts'

/** A file that was written less than so many milliseconds ago may be incomplete yet. */
const settleMs = 60_000

/** The faults that came and went since the last update of the list. */
export interface FaultNews {
  readonly faults: readonly LibraryFault[]
  readonly cleared: readonly LibraryFault[]
  /** The milliseconds until files that are still being written should be looked at again; null where there are none. */
  readonly nextMs: number | null
}

/** The faults of a folder, of which people hear those that last. */
export interface FaultList {
  readonly lasting: readonly LibraryFault[]
  /** The faults of a file and of those inside it, lasting or not. */
  of(file: string): readonly LibraryFault[]
  /** Replaces all faults by those that a look at the folder found. */
  update(found: readonly LibraryFault[]): Promise<FaultNews>
  /** Adds a fault of the folder as a whole to those that were found in it before. */
  fail(text: Bilingual): Promise<FaultNews>
}

/**
 * A list of faults. A file that was changed within the last minute may still be copied or downloaded, so its fault does
 * not last before the file has rested for that long. A lasting fault that is gone is cleared.
 */
export function createFaultList(reportsFolder: string): FaultList {
  let all: readonly LibraryFault[] = []
  let lasting: readonly LibraryFault[] = []
  const list: FaultList = {
    get lasting() {
      return lasting
    },
    of: (file) => all.filter((fault) => fault.file === file || fault.file.startsWith(`${file}/`)),
    fail: (text) => list.update([...all.filter(({ file }) => file !== ''), { file: '', text }]),
    async update(found) {
      all = found
      const known = new Map(lasting.map((fault) => [keyOf(fault), fault]))
      const earlier = new Map(lasting.map((fault) => [fault.file, fault]))
      const next: LibraryFault[] = []
      let nextMs: number | null = null
      for (const fault of found) {
        const leftMs = known.has(keyOf(fault)) ? 0 : await unsettledMs(join(reportsFolder, fault.file))
        const shown = leftMs > 0 ? earlier.get(fault.file) : fault
        if (leftMs > 0) nextMs = Math.min(nextMs ?? leftMs, leftMs)
        if (shown) next.push(shown)
      }
      lasting = next
      const faulty = new Set(next.map(({ file }) => file))
      return {
        faults: next.filter((fault) => !known.has(keyOf(fault))),
        cleared: [...known.values()].filter(({ file }) => !faulty.has(file)),
        nextMs,
      }
    },
  }
  return list
}

function keyOf({ file, text }: LibraryFault): string {
  return `${file}\n${text.en}`
}

/** The milliseconds until a file and its sidecar have rested; 0 where they have, are none, or are of the future. */
async function unsettledMs(path: string): Promise<number> {
  const found = await Promise.all([path, `${path}${sidecarSuffix}`].map((one) => stat(one).catch(() => null)))
  const ages = found.map((stats) => (stats?.isFile() ? Date.now() - stats.mtimeMs : settleMs))
  return Math.max(0, ...ages.map((age) => (Math.abs(age) < settleMs ? settleMs - age : 0)))
}
