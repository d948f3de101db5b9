import { openPooledGraph } from '../../src/indexes/graphPool.ts'

/** A process of `graphPool.slow.test.ts`: it searches the graph in its first argument and has nothing more to do. */
const graph = await openPooledGraph(process.argv[2]!, 4, 500)
const { places } = await graph.search(Float32Array.of(1, 0, 0, 0), 1)
process.stdout.write(JSON.stringify(places))
