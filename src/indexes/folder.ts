import type { SegmentRecord } from './manifest.ts'
import { type OpenSegment, openSegment, openStored, type StoredSegment, storedOf } from './segment.ts'

/** The folder of an index, and those of its segments that are open. */
export interface IndexFolder {
  readonly path: string
  /** The length of a vector. */
  readonly dimensions: number
  /** True where questions are answered from the folder, so that opened segments stay open. */
  readonly isServed: boolean
  /**
   * Opens segments whole, unless they are open, and lets go of all others.
   * @throws IndexError when a file is missing, truncated or altered
   */
  openAll(records: readonly SegmentRecord[]): Promise<OpenSegment[]>
  /**
   * Opens a segment for others to be made of it. Of one that is not open only the parts that are asked for are read.
   * @throws IndexError when a file is missing, truncated or altered; so do the segment's functions
   */
  openStored(record: SegmentRecord): Promise<StoredSegment>
}

/** @param isServed see `IndexFolder` */
export function indexFolder(path: string, dimensions: number, isServed = true): IndexFolder {
  let open = new Map<string, OpenSegment>()
  return {
    path,
    dimensions,
    isServed,
    async openAll(records) {
      const opened = new Map<string, OpenSegment>()
      for (const record of records)
        opened.set(record.name, open.get(record.name) ?? (await openSegment(path, record, dimensions)))
      if (isServed) open = opened
      return [...opened.values()]
    },
    async openStored(record) {
      const segment = open.get(record.name)
      return segment ? storedOf(segment) : openStored(path, record, dimensions)
    },
  }
}
