import type { ModelDescription } from '../../embeddings/types.ts'
import { currentState } from './collections.ts'
import { healthOf } from './health.ts'
import type { QdrantSettings } from './layout.ts'
import { openQdrantIndex, type QdrantIndex } from './open.ts'
import { publish } from './publish.ts'
import { connectServers } from './servers.ts'
import { removeReplaced, type TargetOptions } from './target.ts'
import type { ReportToPublish } from './upload.ts'

/** The index in Qdrant: one process publishes it, and any number answer from it. */
export type Qdrant = ReturnType<typeof connectQdrant>

/** Connects to Qdrant; the first request is made at the first call. All calls throw IndexError when no node answers. */
export function connectQdrant(settings: QdrantSettings) {
  const servers = connectServers(settings.urls, settings.apiKey)
  return {
    /** Opens the current index for questions, as `openQdrantIndex` does. */
    open: (model: ModelDescription, before?: QdrantIndex) => openQdrantIndex(servers, settings, model, before),
    /** The token of the current state, null where there is none, by one small request. */
    token: async () => (await currentState(servers, settings.name))?.token ?? null,
    /** Makes these reports current, and no others, as `publish` does. */
    publish: (reports: readonly ReportToPublish[], options: TargetOptions) =>
      publish(servers, settings, reports, options),
    /** Removes points and collections that were replaced more than `graceMs` ago. */
    removeReplaced: (graceMs: number) => removeReplaced(servers, settings, graceMs),
    health: () => healthOf(servers, settings),
  }
}
