import { type ExactIndex, exactIndex } from './exact.ts'
import { openPooledGraph } from './graphPool.ts'
import { growHnsw, type HnswAddon, readGraph } from './hnswAddon.ts'

/** The breadth of a search; the figures are beside the constants of building in `hnswAddon.ts`. */
const searchBreadth = 128
/** The breadth in a graph of the pool: it finds 0.982 of the nearest ten among a million vectors (docs/speed.md). */
const pooledBreadth = 144
/** Among so few vectors, or so small a share of all, comparing with each is exact, and quicker than the graph. */
const alwaysCompared = 2000
const comparedShare = 0.25
const maxCompared = 20_000
/** The largest error of the addon's products. Vectors so near to the cut stay, so that positions break ties. */
const tolerance = 1e-5
/** A graph of so many points is searched in a thread of the pool, beside others, as it takes a millisecond. */
const minPooledPoints = 32_768

/**
 * Builds the graph over all of `vectors` and writes it to `path`.
 * @param vectors unit vectors laid end to end
 * @param signal gives it up
 */
export async function buildHnsw(
  addon: HnswAddon,
  vectors: Float32Array,
  dimensions: number,
  path: string,
  signal?: AbortSignal,
): Promise<void> {
  const graph = growHnsw(addon, dimensions, vectors.length / dimensions, signal)
  await graph.add(vectors)
  await graph.write(path)
}

/**
 * Opens a graph that was written by `buildHnsw` or `growHnsw`, and whose hash was checked (see `readGraph`).
 * @param vectors the vectors that it was built over, for exact similarities
 */
export async function openHnsw(
  addon: HnswAddon,
  path: string,
  vectors: Float32Array,
  dimensions: number,
): Promise<ExactIndex> {
  const exact = exactIndex(vectors, dimensions)
  const { size } = exact
  const isPooled = size >= minPooledPoints
  const graph = isPooled ? await openPooledGraph(path, dimensions, size) : readGraph(addon, path, dimensions)
  return {
    engine: 'hnsw',
    size,
    dimensions,
    similarity: exact.similarity,
    similarities: exact.similarities,
    async search(vector, count, among) {
      if (among && isQuickToCompare(among.length, size)) return exact.search(vector, count, among)
      const allowed = among?.length ?? size
      const wanted = Math.min(count, allowed)
      if (wanted === 0) return []
      const isAllowed = among && new Uint8Array(size)
      for (const position of among ?? []) isAllowed![position] = 1
      const breadth = Math.min(allowed, Math.max(isPooled ? pooledBreadth : searchBreadth, wanted))
      const { places, distances } = await graph.search(vector, breadth, isAllowed)
      const farthest = ([...distances].sort((a, b) => a - b)[wanted - 1] ?? Number.POSITIVE_INFINITY) + tolerance
      // The addon adds in another order; the exact products make all engines agree to the bit.
      return places
        .filter((_, i) => distances[i]! <= farthest)
        .map((passage) => ({ passage, similarity: exact.similarity(vector, passage) }))
        .sort((a, b) => b.similarity - a.similarity || a.passage - b.passage)
        .slice(0, wanted)
    },
  }
}

function isQuickToCompare(allowed: number, size: number): boolean {
  return allowed <= alwaysCompared || (allowed <= maxCompared && allowed <= size * comparedShare)
}
