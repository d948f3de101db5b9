import { setTimeout as wait } from 'node:timers/promises'
import { QdrantClient, type Schemas } from '@qdrant/js-client-rest'
import { IndexError } from '../../errors.ts'
import { UnreachableError } from './faults.ts'

export type { Schemas }

type Api = ReturnType<QdrantClient['api']>

/** A request to a node. Its time limit is in `init`, which the call passes on as second argument. */
export type Call<T> = (api: Api, init: { signal: AbortSignal }) => Promise<{ data: { result?: T } }>

/** Several addresses of one Qdrant, a single server or the nodes of a cluster, used as one. */
export interface Servers {
  readonly urls: readonly string[]
  /**
   * Reads: asks the node that answered last, and the others in turn when it fails.
   * @throws IndexError when no node answers within seconds
   */
  read<T>(call: Call<T>, signal?: AbortSignal): Promise<T>
  /**
   * Writes, and tries again for a minute where the reason of a failure may pass. `call` must be idempotent.
   * @throws IndexError when it does not go through, the reason of `signal` when that is aborted
   */
  write<T>(call: Call<T>, signal?: AbortSignal): Promise<T>
  /** The answers of all nodes to one call, in the order of `urls`; null for a node that does not answer. */
  each<T>(call: Call<T>): Promise<(T | null)[]>
}

interface Node {
  readonly url: string
  readonly api: Api
  /**
   * True once the node has said, since its last failure, that it is up to date with the cluster. Before that a node
   * that comes back after a crash answers from replicas that it does not yet know to be stale.
   */
  isReady: boolean
}

interface Patience {
  readonly requestMs: number
  /** After this time no further attempt is made; but each node is asked once. */
  readonly totalMs: number
}

const reading: Patience = { requestMs: 5000, totalMs: 2500 }
const writing: Patience = { requestMs: 60_000, totalMs: 60_000 }
const statusMs = 2000
const firstPauseMs = 100
const maxPauseMs = 3000

/** Qdrant's own port, for an address that names none. */
const usualPort = 6333

/**
 * @param urls `http(s)://host[:port][/path]` each, at least one
 * @param apiKey sent to all of them
 */
export function connectServers(urls: readonly string[], apiKey?: string): Servers {
  const nodes = urls.map((url): Node => ({ url, api: apiOf(url, apiKey), isReady: false }))
  // Requests stay with this node as long as it answers.
  let current = 0

  const ready = async (node: Node, signal?: AbortSignal) => {
    if (node.isReady) return
    await node.api.readyz({}, limited(statusMs, signal))
    node.isReady = true
  }

  const attempt = async <T>(call: Call<T>, patience: Patience, signal?: AbortSignal): Promise<T> => {
    const until = performance.now() + patience.totalMs
    for (let round = 0; ; round++) {
      let last: unknown
      let pauseMs = Math.min(maxPauseMs, firstPauseMs * 2 ** round)
      for (let tried = 0; tried < nodes.length; tried++) {
        signal?.throwIfAborted()
        const place = current
        const node = nodes[place]!
        try {
          await ready(node, signal)
          return resultOf(await call(node.api, limited(patience.requestMs, signal)))
        } catch (error) {
          signal?.throwIfAborted()
          if (!maySucceedLater(error)) throw explained(error, node.url)
          last = detailed(error)
          // A node that answers, if only that it cannot just now, is as up to date as it was.
          if (statusOf(error) === undefined) node.isReady = false
          pauseMs = Math.max(pauseMs, 1000 * (retryAfter(error) ?? 0))
          // Another request may have moved on to the next node meanwhile.
          if (current === place) current = (place + 1) % nodes.length
        }
      }
      if (performance.now() + pauseMs > until) throw unreachable(urls, last)
      await wait(pauseMs, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted())
    }
  }

  return {
    urls,
    read: (call, signal) => attempt(call, reading, signal),
    write: (call, signal) => attempt(call, writing, signal),
    each: (call) =>
      Promise.all(
        nodes.map(async ({ api }) => {
          try {
            return resultOf(await call(api, limited(statusMs)))
          } catch {
            return null
          }
        }),
      ),
  }
}

function apiOf(url: string, apiKey: string | undefined): Api {
  const { protocol, host, pathname } = new URL(url)
  // `URL` leaves out the port that is usual for the web, though it was written.
  const port = /^https?:\/\/[^/]*:(\d+)(?:\/|$)/u.exec(url)?.[1]
  const prefix = pathname.replace(/\/+$/u, '')
  return new QdrantClient({
    url: `${protocol}//${host}`,
    port: Number(port ?? usualPort),
    ...(prefix === '' ? {} : { prefix }),
    headers: {
      // The key is a header, as the client's own option for it warns on the console that the connection is not
      // encrypted.
      ...(apiKey === undefined ? {} : { 'api-key': apiKey }),
      // A compressed answer comes in pieces, the last of which waits 40 ms for the receipt of the one before.
      'accept-encoding': 'identity',
    },
    checkCompatibility: false,
    // Each request carries a limit of its own.
    timeout: Number.POSITIVE_INFINITY,
  }).api()
}

function limited(ms: number, signal?: AbortSignal): { signal: AbortSignal } {
  const timeout = AbortSignal.timeout(ms)
  return { signal: signal ? AbortSignal.any([signal, timeout]) : timeout }
}

function resultOf<T>({ data }: { data: { result?: T } }): T {
  return data.result as T
}

/** The HTTP status of a failed request, or undefined when no answer came. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined
  if ('retry_after' in error) return 429
  return 'status' in error && typeof error.status === 'number' ? error.status : undefined
}

/** The seconds for which a node asks to be left alone. */
function retryAfter(error: unknown): number | undefined {
  return error instanceof Error && 'retry_after' in error ? Number(error.retry_after) : undefined
}

/** True when a request may go through later or elsewhere: no answer, too many requests, or a fault of the server. */
function maySucceedLater(error: unknown): boolean {
  const status = statusOf(error)
  return status === undefined || status === 408 || status === 429 || status >= 500
}

function explained(error: unknown, url: string): unknown {
  const status = statusOf(error)
  if (status !== 401 && status !== 403) return detailed(error)
  return new IndexError(
    {
      zh: `Qdrant ${url} 拒绝访问(${status})。请检查 QDRANT_API_KEY 是否正确、是否有读写权限。`,
      en: `Qdrant at ${url} refuses access (${status}). Check that QDRANT_API_KEY is right and may read and write.`,
    },
    { cause: error },
  )
}

const maxDetailCharacters = 500

/** Adds the server's reason to an error, as the client says `Bad Request` only. */
function detailed(error: unknown): unknown {
  if (error instanceof Error && 'data' in error && error.data !== undefined) {
    error.message = `Qdrant: HTTP ${statusOf(error)} ${JSON.stringify(error.data).slice(0, maxDetailCharacters)}`
  }
  return error
}

function unreachable(urls: readonly string[], cause: unknown): IndexError {
  const found = reasonOf(cause)
  return new UnreachableError(
    {
      zh: `无法使用 Qdrant:${urls.join('、')} 都没有正常答复(${found})。恢复后无需重启;请检查服务器是否在运行、QDRANT_URL 是否正确。`,
      en: `Qdrant cannot be used: expected an answer from ${urls.join(' or ')}, found ${found}. Check that the servers run and that QDRANT_URL is right; no restart is needed when they are back.`,
    },
    { cause },
  )
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const status = statusOf(error)
  if (status !== undefined) return `HTTP ${status}`
  const { cause } = error
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' ? code : error.name
}
