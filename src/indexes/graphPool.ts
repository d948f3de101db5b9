import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { startThread } from '../threads/thread.ts'
import type { GraphHits } from './hnswAddon.ts'

/** A message from the pool to a thread that searches graphs. A graph goes by the number that it was read under. */
export type GraphRequest = { readonly id: number; readonly graph: number } & (
  | { readonly kind: 'read'; readonly path: string; readonly dimensions: number }
  | {
      readonly kind: 'search'
      readonly vector: Float32Array
      readonly breadth: number
      readonly isAllowed: Uint8Array | undefined
    }
  | { readonly kind: 'forget' }
)

/** The answer to the request of the same id. */
export type GraphReply =
  | { readonly id: number; readonly hits: GraphHits }
  | { readonly id: number; readonly fault: string }

/** More threads would only wait for memory. */
const maxThreads = 4

interface Thread {
  readonly worker: Worker
  readonly pending: Map<number, { resolve(hits: GraphHits): void; reject(error: Error): void }>
  /** Points in the graphs that the thread holds. */
  points: number
}

type WithoutId<Request> = Request extends GraphRequest ? Omit<Request, 'id'> : never

/** The threads are at most as many as cores, start with the first large graph, and do not keep the process alive. */
const threads = new Set<Thread>()
let ids = 0

function start(): Thread {
  const worker = startThread(new URL('./graphWorker.ts', import.meta.url), {})
  const thread: Thread = { worker, pending: new Map(), points: 0 }
  threads.add(thread)
  worker.unref()
  worker.on('message', (reply: GraphReply) => {
    const request = thread.pending.get(reply.id)!
    thread.pending.delete(reply.id)
    if (thread.pending.size === 0) worker.unref()
    if ('hits' in reply) request.resolve(reply.hits)
    else request.reject(new Error(reply.fault))
  })
  let cause: unknown
  worker.on('error', (error) => (cause = error))
  worker.on('exit', () => {
    threads.delete(thread)
    for (const { reject } of thread.pending.values()) reject(new Error('a thread that searches ended', { cause }))
  })
  return thread
}

function ask(thread: Thread, request: WithoutId<GraphRequest>): Promise<GraphHits> {
  if (!threads.has(thread)) return Promise.reject(new Error('a thread that searches has ended'))
  return new Promise((resolve, reject) => {
    const id = ids++
    thread.pending.set(id, { resolve, reject })
    thread.worker.ref()
    thread.worker.postMessage({ ...request, id })
  })
}

/** A thread forgets a graph that nothing refers to any more, as after its segment was merged. */
const forgetting = new FinalizationRegistry(
  ({ thread, graph, points }: { thread: Thread; graph: number; points: number }) => {
    thread.points -= points
    ask(thread, { kind: 'forget', graph }).catch(() => undefined)
  },
)

/**
 * Reads a graph in the thread that holds the fewest points. The file's hash must have been checked; see `readGraph`.
 * @param points the number of vectors in the graph
 * @throws Error when it cannot be read
 */
export async function openPooledGraph(path: string, dimensions: number, points: number) {
  if (threads.size < Math.min(availableParallelism(), maxThreads)) start()
  const thread = [...threads].reduce((least, one) => (one.points < least.points ? one : least))
  const graph = ids++
  thread.points += points
  await ask(thread, { kind: 'read', graph, path, dimensions }).catch((error: unknown) => {
    thread.points -= points
    throw error
  })
  const opened = {
    /** As `Graph.search`. @throws Error when the thread has ended */
    search: (vector: Float32Array, breadth: number, isAllowed?: Uint8Array) =>
      // A view would be sent with all of the memory that it is a view of, so the vector is copied.
      ask(thread, { kind: 'search', graph, vector: vector.slice(), breadth, isAllowed }),
  }
  forgetting.register(opened, { thread, graph, points })
  return opened
}
