import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { startThread } from '../thread.ts'
import type { GraphReply, GraphRequest } from './graphThread.ts'
import type { Found } from './hnsw.ts'

/** A graph that another thread holds. */
export interface DistantGraph {
  /** @throws Error when the thread has ended */
  search(vector: Float32Array, breadth: number, isAllowed?: Uint8Array): Promise<Found>
}

/** More would only wait for memory. */
const mostThreads = 4

interface Thread {
  readonly worker: Worker
  readonly waiting: Map<number, { resolve(found: Found): void; reject(error: Error): void }>
  /** Points in the graphs that it holds. */
  points: number
}

type Asked<Request> = Request extends GraphRequest ? Omit<Request, 'id'> : never

/** As many as there are cores, started when a first large graph is opened; they do not keep the process alive. */
const threads = new Set<Thread>()
let ids = 0

function start(): Thread {
  const worker = startThread(new URL('./graphThread.ts', import.meta.url), {})
  const thread: Thread = { worker, waiting: new Map(), points: 0 }
  threads.add(thread)
  worker.unref()
  worker.on('message', (reply: GraphReply) => {
    const asked = thread.waiting.get(reply.id)!
    thread.waiting.delete(reply.id)
    if (thread.waiting.size === 0) worker.unref()
    if ('found' in reply) asked.resolve(reply.found)
    else asked.reject(new Error(reply.fault))
  })
  let cause: unknown
  worker.on('error', (error) => (cause = error))
  worker.on('exit', () => {
    threads.delete(thread)
    for (const { reject } of thread.waiting.values()) reject(new Error('a thread that searches ended', { cause }))
  })
  return thread
}

function ask(thread: Thread, request: Asked<GraphRequest>): Promise<Found> {
  if (!threads.has(thread)) return Promise.reject(new Error('a thread that searches has ended'))
  return new Promise((resolve, reject) => {
    const id = ids++
    thread.waiting.set(id, { resolve, reject })
    thread.worker.ref()
    thread.worker.postMessage({ ...request, id })
  })
}

/** Graphs that nobody holds any more, as after their segment was merged, are forgotten by their threads. */
const forgetting = new FinalizationRegistry(
  ({ thread, graph, points }: { thread: Thread; graph: number; points: number }) => {
    thread.points -= points
    ask(thread, { kind: 'forget', graph }).catch(() => undefined)
  },
)

/**
 * Reads a graph of so many points in the thread that holds the fewest.
 * @throws Error when it cannot be read
 */
export async function openInThread(path: string, dimensions: number, points: number): Promise<DistantGraph> {
  if (threads.size < Math.min(availableParallelism(), mostThreads)) start()
  const thread = [...threads].reduce((least, one) => (one.points < least.points ? one : least))
  const graph = ids++
  thread.points += points
  await ask(thread, { kind: 'read', graph, path, dimensions }).catch((error: unknown) => {
    thread.points -= points
    throw error
  })
  const opened: DistantGraph = {
    search: (vector, breadth, isAllowed) =>
      // A view would be sent with all that it is a view of.
      ask(thread, { kind: 'search', graph, vector: vector.slice(), breadth, isAllowed }),
  }
  forgetting.register(opened, { thread, graph, points })
  return opened
}
