import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SegmentRecord } from './manifest.ts'
import { type SegmentContent, writeSegment } from './segment.ts'

type ReportNames = Omit<SegmentRecord['reports'][number], 'passages'>

export type Writer = ReturnType<typeof createWriter>

/** Writes segments that no manifest names yet, and takes them away again when the update fails. */
export function createWriter(folder: string, dimensions: number, signal?: AbortSignal) {
  const begun: string[] = []
  return {
    async write(content: SegmentContent, reports: readonly ReportNames[]): Promise<SegmentRecord> {
      const name = `g-${randomBytes(8).toString('hex')}`
      begun.push(name)
      const files = await writeSegment(join(folder, name), content, dimensions, signal)
      const counts = new Map(content.entries.map(({ id, passages }) => [id, passages]))
      const named = reports.map(({ file, id, sha256, contentSha256 }) => {
        return { file, id, sha256, contentSha256, passages: counts.get(id)! }
      })
      return { name, reports: named, files }
    },
    /** A leftover that cannot be removed now is in nobody's way, and the next build tries again. */
    async discard(): Promise<void> {
      for (const name of begun) await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined)
    },
  }
}
