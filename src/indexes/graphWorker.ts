import { parentPort } from 'node:worker_threads'
import type { GraphReply, GraphRequest } from './graphPool.ts'
import { type Graph, type GraphHits, loadHnsw, readGraph } from './hnswAddon.ts'

/** The program of a thread that holds large graphs and searches them; `graphPool.ts` starts it. */
const graphs = new Map<number, Graph>()
const port = parentPort!

async function answer(request: GraphRequest): Promise<GraphHits> {
  if (request.kind === 'forget') graphs.delete(request.graph)
  else if (request.kind === 'read')
    graphs.set(request.graph, readGraph((await loadHnsw())!, request.path, request.dimensions))
  else return graphs.get(request.graph)!.search(request.vector, request.breadth, request.isAllowed)
  return { places: [], distances: [] }
}

port.on('message', (request: GraphRequest) => {
  answer(request).then(
    (hits) => port.postMessage({ id: request.id, hits } satisfies GraphReply),
    (error) => port.postMessage({ id: request.id, fault: String(error) } satisfies GraphReply),
  )
})
