import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { deserialize } from 'node:v8'
import type { ModelDescription } from '../../../src/embeddings/types.ts'
import type { QdrantSettings } from '../../../src/indexes/qdrant/layout.ts'
import { connectQdrant } from '../../../src/indexes/qdrant/qdrant.ts'
import type { ReportToPublish } from '../../../src/indexes/qdrant/upload.ts'

/** The content of a file for the process, serialized by V8. With it the process need not read reports itself, which takes longer than the rest. */
export interface ToPublish {
  readonly reports: readonly {
    readonly report: Omit<ReportToPublish, 'load'>
    readonly loaded: Awaited<ReturnType<ReportToPublish['load']>>
  }[]
  readonly model: ModelDescription
  readonly meanLength: number
}

/**
 * A process that publishes reports and then removes what is old. It kills itself at a request of its own: before it is sent, or
 * some milliseconds after.
 */
export interface PublishChild {
  readonly settings: QdrantSettings
  /** The file with a `ToPublish`. */
  readonly file: string
  readonly killAt: number
  /** Negative to die before the request is sent. */
  readonly afterMs: number
}

async function run({ settings, file, killAt, afterMs }: PublishChild): Promise<void> {
  let requests = 0
  const send = globalThis.fetch
  globalThis.fetch = async (...args) => {
    const isLast = ++requests === killAt
    if (isLast && afterMs < 0) process.kill(process.pid, 'SIGKILL')
    const answer = send(...args)
    if (!isLast) return answer
    await wait(afterMs)
    process.kill(process.pid, 'SIGKILL')
    return answer
  }
  const { reports, ...options } = deserialize(readFileSync(file)) as ToPublish
  const qdrant = connectQdrant(settings)
  await qdrant.publish(
    reports.map(({ report, loaded }) => ({ ...report, load: async () => loaded })),
    options,
  )
  await qdrant.removeReplaced(0)
}

if (process.argv[1] === import.meta.filename) await run(JSON.parse(process.argv[2]!) as PublishChild)
