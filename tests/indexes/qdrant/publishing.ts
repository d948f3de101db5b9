import type { QdrantSettings } from '../../../src/indexes/qdrant/layout.ts'
import { connectQdrant, type Qdrant } from '../../../src/indexes/qdrant/qdrant.ts'
import type { ReportToPublish } from '../../../src/indexes/qdrant/upload.ts'
import { type IndexedReport, meanLength, randomModel } from '../../support/indexedReports.ts'

export function toPublish({
  entry,
  sha256,
  report,
  passages,
  vectors,
  tokens,
  places,
}: IndexedReport): ReportToPublish {
  return { entry, sha256, years: [], load: async () => ({ report, passages, vectors, tokens, places }) }
}

export function settingsFor(urls: readonly string[], name: string, more: Partial<QdrantSettings> = {}): QdrantSettings {
  return { urls, name, shards: 1, replicas: 1, ...more }
}

interface More extends Partial<Parameters<Qdrant['publish']>[1]> {
  /** Called before each report that Qdrant lacks is read. */
  readonly onLoad?: (count: number) => void
}

export function publishAll(qdrant: Qdrant, reports: readonly IndexedReport[], { onLoad, ...more }: More = {}) {
  const options = { model: randomModel, meanLength: meanLength(reports), ...more }
  let count = 0
  const watched = reports.map(toPublish).map((report) => ({
    ...report,
    load: () => {
      onLoad?.(++count)
      return report.load()
    },
  }))
  return qdrant.publish(watched, options)
}

/** A mean length so far off that everything is written anew. */
export const drift = 1.3

export { connectQdrant }
