import { parentPort } from 'node:worker_threads'
import { type Found, type Graph, loadHnsw, readGraph } from './hnsw.ts'

/** What a thread that searches graphs is asked; a graph is named by the number that it was read under. */
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

export type GraphReply =
  | { readonly id: number; readonly found: Found }
  | { readonly id: number; readonly fault: string }

/** The thread that holds large graphs and searches them, started by `graphThreads.ts`. */
const graphs = new Map<number, Graph>()
const port = parentPort!

async function answer(request: GraphRequest): Promise<Found> {
  if (request.kind === 'forget') graphs.delete(request.graph)
  else if (request.kind === 'read')
    graphs.set(request.graph, readGraph((await loadHnsw())!, request.path, request.dimensions))
  else return graphs.get(request.graph)!.search(request.vector, request.breadth, request.isAllowed)
  return { places: [], distances: [] }
}

port.on('message', (request: GraphRequest) => {
  answer(request).then(
    (found) => port.postMessage({ id: request.id, found } satisfies GraphReply),
    (error) => port.postMessage({ id: request.id, fault: String(error) } satisfies GraphReply),
  )
})
