import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { loadHnsw } from '../../src/indexes/hnsw.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { autumn, build, manifestOf, openBuilt, put, segmentOf, spring, type Workshop, workshop } from './workshop.ts'

const skip = (await loadHnsw()) ? false : 'hnswlib-node is not compiled on this machine'
const embedder = fakeEmbedder()

/** An index as a machine without the addon builds it. */
async function builtWithoutAddon(t: TestContext): Promise<Workshop> {
  const places = await workshop(t, { 'a.txt': spring, 'b.txt': autumn })
  await build(places, embedder)
  const segment = await segmentOf(places)
  const { 'vectors.hnsw': _, ...files } = segment.files
  await rm(join(places.index, segment.name, 'vectors.hnsw'), { force: true })
  const manifest = { ...(await manifestOf(places)), segments: [{ ...segment, files }] }
  await put(places.index, { 'manifest.json': JSON.stringify(manifest) })
  return places
}

describe('an index without a graph', () => {
  it('opens with exact search and finds the same', { skip }, async (t) => {
    const exact = (await openBuilt(await builtWithoutAddon(t), embedder)).vectors
    const places = await workshop(t, { 'a.txt': spring, 'b.txt': autumn })
    await build(places, embedder)
    const hnsw = (await openBuilt(places, embedder)).vectors
    assert.deepEqual([exact.engine, hnsw.engine], ['exact', 'hnsw'])
    const [question] = await embedder.embed(['新建公园'])
    assert.deepEqual(await exact.search(question!.vector, 10), await hnsw.search(question!.vector, 10))
  })

  it('gets its graph with the next build once the addon is there, as the warning promises', { skip }, async (t) => {
    const places = await builtWithoutAddon(t)
    const outcome = await build(places, embedder)
    assert.equal(outcome.embedded, 0)
    assert.equal((await openBuilt(places, embedder)).vectors.engine, 'hnsw')
  })
})
