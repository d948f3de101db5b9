import { win32 } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { HierarchicalNSW } from 'hnswlib-node'
import { type ExactIndex, exactIndex } from './exact.ts'
import { openInThread } from './graphThreads.ts'

/**
 * Hierarchical navigable small worlds (Malkov and Yashunin, 2016, arXiv:1603.09320) through hnswlib-node, the
 * project's only importer of that addon. 16 links a node and a breadth of 200 at building and 128 at search find 0.997 of
 * the nearest ten among 6,685 passages of government reports; of vectors made at random around such, fewer: see docs/engines.md.
 */
const linksPerNode = 16
const buildBreadth = 200
/** Half of it for a graph as small as a build writes them: of 4,000 vectors in loose clusters either finds all of the nearest ten. */
const smallBuildBreadth = 100
const largeFrom = 5000
const searchBreadth = 128
/** Of a graph that another thread searches beside others: 0.982 of a million made from some thousand passages (docs/speed.md). */
const distantBreadth = 144
/** Among so few vectors, or so small a share of them, comparing with each is exact, and quicker than a graph most of whose nodes do not count. */
const comparedEach = 2000
const comparedShare = 0.25
const mostCompared = 20_000

type Addon = typeof import('hnswlib-node')

/**
 * The addon, or null on a machine where it was not compiled, or where it cannot open files of an index.
 * @param indexFolder where left out, the working folder
 */
export async function loadHnsw(indexFolder = '.'): Promise<Addon | null> {
  if (addonPath(indexFolder) === null) return null
  try {
    const module = await import('hnswlib-node')
    return 'default' in module ? (module.default as Addon) : module
  } catch {
    // It needs a C++ compiler at install; without one the exact index serves, and the caller says so.
    return null
  }
}

/**
 * The path by which the addon can open a file. On Windows it takes the bytes of a path for the system's code page, so that
 * only ASCII is safe: there a path with other characters is replaced by the way to it from the working folder.
 *
 * @returns null where that is not ASCII either
 */
export function addonPath(path: string, platform = process.platform, workingFolder = process.cwd()): string | null {
  if (platform !== 'win32' || isAscii(path)) return path
  const way = win32.relative(workingFolder, path)
  return isAscii(way) ? way : null
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/u.test(text)
}

/** Points added before others get their turn: some ten milliseconds. */
const pointsAtATime = 32

/** A graph to which vectors are added as they come. */
export interface GrowingGraph {
  /** Adds unit vectors, one after the other, behind those added before. @throws the reason of the signal */
  add(vectors: Float32Array): Promise<void>
  /** Writes the graph of all that was added. @throws Error when it cannot be written whole, or adding failed */
  write(path: string): Promise<void>
}

/**
 * Begins a graph over unit vectors of `dimensions` numbers. The addon works on the calling thread, which answers questions
 * too, so it is given little at a time.
 *
 * @param expected how many there will be, about
 * @param signal gives it up
 */
export function growHnsw(addon: Addon, dimensions: number, expected: number, signal?: AbortSignal): GrowingGraph {
  const graph = new addon.HierarchicalNSW('ip', dimensions)
  let capacity = Math.max(1, expected)
  let size = 0
  let adding = Promise.resolve()
  const efConstruction = expected < largeFrom ? smallBuildBreadth : buildBreadth
  graph.initIndex({ maxElements: capacity, m: linksPerNode, efConstruction, randomSeed: 100 })
  const add = async (vectors: Float32Array) => {
    const count = vectors.length / dimensions
    if (size + count > capacity) {
      capacity = Math.max(size + count, 2 * capacity)
      graph.resizeIndex(capacity)
    }
    for (let i = 0; i < count; i++) {
      if (size % pointsAtATime === pointsAtATime - 1) await setImmediate(undefined, { signal })
      graph.addPoint([...vectors.subarray(i * dimensions, (i + 1) * dimensions)], size++)
    }
  }
  return {
    add(vectors) {
      adding = adding.then(() => add(vectors))
      return adding
    },
    async write(path) {
      await adding
      graph.resizeIndex(Math.max(1, size))
      graph.writeIndexSync(addonPath(path)!)
      // The addon does not look whether its writes succeed; reading back does.
      try {
        const back = new addon.HierarchicalNSW('ip', dimensions)
        back.readIndexSync(addonPath(path)!)
        if (back.getCurrentCount() !== size) throw new Error('count')
      } catch (cause) {
        throw Object.assign(new Error(`the graph ${path} could not be written whole`, { cause }), { code: 'EFBIG' })
      }
    },
  }
}

/** Builds the graph over unit vectors that are all there, and writes it to `path`; see `growHnsw`. */
export async function buildHnsw(
  addon: Addon,
  vectors: Float32Array,
  dimensions: number,
  path: string,
  signal?: AbortSignal,
): Promise<void> {
  const graph = growHnsw(addon, dimensions, vectors.length / dimensions, signal)
  await graph.add(vectors)
  await graph.write(path)
}

/** Vectors found by their places, and the graph's own cosine distance of each, in no order. */
export interface Found {
  readonly places: readonly number[]
  readonly distances: readonly number[]
}

/** A graph as read from disk. */
export interface Graph {
  /**
   * The `breadth` nearest vectors that it finds.
   * @param isAllowed 1 for each place that counts; all where it is left out
   */
  search(vector: Float32Array, breadth: number, isAllowed?: Uint8Array): Found
}

/** Reads a graph written by `buildHnsw`; see `openHnsw`. */
export function readGraph(addon: Addon, path: string, dimensions: number): Graph {
  const graph: HierarchicalNSW = new addon.HierarchicalNSW('ip', dimensions)
  graph.readIndexSync(addonPath(path)!)
  return {
    search(vector, breadth, isAllowed) {
      graph.setEf(breadth)
      const allows = isAllowed && ((label: number) => isAllowed[label] === 1)
      const { neighbors: places, distances } = graph.searchKnn([...vector], breadth, allows)
      return { places, distances }
    },
  }
}

/** What the addon's distances may be off by, so that ties at the cut are broken by position as everywhere. */
const tolerance = 1e-5

/** From so many points on a graph is searched in a thread of its own beside those of other segments: a search takes a millisecond. */
const distant = 32_768

/**
 * Opens a graph written by `buildHnsw`. The addon can bring the whole process down on a damaged file, so its
 * hash must have been checked before.
 *
 * @param vectors the vectors it was built over, for exact similarities
 */
export async function openHnsw(
  addon: Addon,
  path: string,
  vectors: Float32Array,
  dimensions: number,
): Promise<ExactIndex> {
  const exact = exactIndex(vectors, dimensions)
  const { size } = exact
  const graph = size < distant ? readGraph(addon, path, dimensions) : await openInThread(path, dimensions, size)
  return {
    engine: 'hnsw',
    size,
    dimensions,
    similarity: exact.similarity,
    similarities: exact.similarities,
    async search(vector, count, among) {
      if (among && isComparedEach(among.length, size)) return exact.search(vector, count, among)
      const allowed = among?.length ?? size
      const wanted = Math.min(count, allowed)
      if (wanted === 0) return []
      const isAllowed = among && new Uint8Array(size)
      for (const position of among ?? []) isAllowed![position] = 1
      const breadth = Math.min(allowed, Math.max(size < distant ? searchBreadth : distantBreadth, wanted))
      const { places, distances } = await graph.search(vector, breadth, isAllowed)
      const farthest = ([...distances].sort((a, b) => a - b)[wanted - 1] ?? Number.POSITIVE_INFINITY) + tolerance
      // The addon computes in another order of addition; the exact products make all engines agree to the bit.
      return places
        .filter((_, i) => distances[i]! <= farthest)
        .map((passage) => ({ passage, similarity: exact.similarity(vector, passage) }))
        .sort((a, b) => b.similarity - a.similarity || a.passage - b.passage)
        .slice(0, wanted)
    },
  }
}

function isComparedEach(allowed: number, all: number): boolean {
  return allowed <= comparedEach || (allowed <= mostCompared && allowed <= all * comparedShare)
}
