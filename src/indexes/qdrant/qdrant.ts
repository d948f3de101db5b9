import type { ModelDescription } from '../../embeddings/types.ts'
import { removeReplaced } from './cleanup.ts'
import { currentState } from './collections.ts'
import { healthOf, type QdrantHealth } from './health.ts'
import type { QdrantSettings } from './layout.ts'
import { openQdrantIndex, type QdrantIndex } from './open.ts'
import { type PublishOutcome, publish } from './publish.ts'
import { connectServers } from './servers.ts'
import type { TargetOptions } from './target.ts'
import type { ReportToPublish } from './upload.ts'

/** The index in Qdrant: one process publishes it, and any number answer from it. */
export interface Qdrant {
  /**
   * Opens the current index for questions.
   * @param before an index that was opened earlier; its contents are reused as far as they did not change
   * @throws IndexError when there is none, another model or program made it, or no node answers
   */
  open(model: ModelDescription, before?: QdrantIndex): Promise<QdrantIndex>
  /** The token of the current state, null where there is none, by one small request. @throws IndexError when no node answers */
  token(): Promise<string | null>
  /** Makes these reports current, and no others. @throws IndexError as `publish` does */
  publish(reports: readonly ReportToPublish[], options: TargetOptions): Promise<PublishOutcome>
  /** Removes points and collections that were replaced more than `graceMs` ago; see `cleanup.ts`. */
  removeReplaced(graceMs: number): Promise<number | null>
  health(): Promise<QdrantHealth>
}

/** Connects to Qdrant; the first request is made at the first call. */
export function connectQdrant(settings: QdrantSettings): Qdrant {
  const servers = connectServers(settings.urls, settings.apiKey)
  const token = async () => (await currentState(servers, settings.name))?.token ?? null
  return {
    open: (model, before) => openQdrantIndex(servers, settings, model, before),
    token,
    publish: (reports, options) => publish(servers, settings, reports, options),
    removeReplaced: (graceMs) => removeReplaced(servers, settings, graceMs),
    health: () => healthOf(servers, settings),
  }
}
