import {
  connectQdrant,
  type Qdrant,
  type QdrantSettings,
  type ReportToPublish,
} from '../../../src/indexes/qdrant/qdrant.ts'
import { type IndexedReport, meanLength, randomModel } from '../../fixtures/indexedReports.ts'

export function toPublish({ entry, sha256, report, passages, vectors, tokens }: IndexedReport): ReportToPublish {
  return { entry, sha256, years: [], load: async () => ({ report, passages, vectors, tokens }) }
}

export function settingsFor(urls: readonly string[], name: string, more: Partial<QdrantSettings> = {}): QdrantSettings {
  return { urls, name, shards: 1, replicas: 1, ...more }
}

export function publishAll(
  qdrant: Qdrant,
  reports: readonly IndexedReport[],
  more: Partial<Parameters<Qdrant['publish']>[1]> = {},
) {
  const options = { model: randomModel, meanLength: meanLength(reports), ...more }
  return qdrant.publish(reports.map(toPublish), options)
}

export { connectQdrant }
