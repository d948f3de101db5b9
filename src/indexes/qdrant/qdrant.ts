import type { ModelDescription } from '../../embeddings/types.ts'
import { removeReplaced } from './cleanup.ts'
import { stateInForce } from './collections.ts'
import { healthOf, type QdrantHealth } from './health.ts'
import type { QdrantSettings } from './layout.ts'
import { openQdrantIndex, type QdrantIndex } from './open.ts'
import { type PublishOutcome, publish } from './publish.ts'
import { connectServers } from './servers.ts'
import type { TargetOptions } from './target.ts'
import type { ReportToPublish } from './upload.ts'

export type { QdrantHealth } from './health.ts'
export type { QdrantSettings } from './layout.ts'
export type { QdrantIndex } from './open.ts'
export type { LoadedReport } from './points.ts'
export type { PublishOutcome } from './publish.ts'
export type { ReportToPublish } from './upload.ts'

/** The index in Qdrant: one process publishes it, and any number answer from it. */
export interface Qdrant {
  /**
   * Opens what is in force, for questions.
   * @param before one opened earlier, of which is kept what did not change
   * @throws IndexError when there is nothing, it was made otherwise than `model` and this program would, or no node answers
   */
  open(model: ModelDescription, before?: QdrantIndex): Promise<QdrantIndex>
  /** The token of what is in force, null for nothing: one small request. @throws IndexError when no node answers */
  token(): Promise<string | null>
  /** Puts these reports in force, no others. @throws IndexError as `publish` does */
  publish(reports: readonly ReportToPublish[], options: TargetOptions): Promise<PublishOutcome>
  /** Removes points and collections that were replaced more than `graceMs` ago; see `cleanup.ts`. */
  removeReplaced(graceMs: number): Promise<number | null>
  health(): Promise<QdrantHealth>
}

/** Nothing is asked before the first call. */
export function connectQdrant(settings: QdrantSettings): Qdrant {
  const servers = connectServers(settings.urls, settings.apiKey)
  const token = async () => (await stateInForce(servers, settings.name))?.token ?? null
  return {
    open: (model, before) => openQdrantIndex(servers, settings, model, before),
    token,
    publish: (reports, options) => publish(servers, settings, reports, options),
    removeReplaced: (graceMs) => removeReplaced(servers, settings, graceMs),
    health: () => healthOf(servers, settings),
  }
}
