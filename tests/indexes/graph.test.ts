import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { addonPath, loadHnsw } from '../../src/indexes/hnswAddon.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import {
  autumn,
  build,
  manifestOf,
  openBuilt,
  put,
  segmentOf,
  spring,
  type Workshop,
  workshop,
} from '../support/testIndex.ts'

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

describe('the path that hnswlib is given', () => {
  const onWindows = (path: string, workingFolder: string) => addonPath(path, 'win32', workingFolder)

  it('is the way from the working folder on Windows, where a path holds more than ASCII', () => {
    const home = 'C:\\Users\\张三\\wenju'
    assert.equal(onWindows('index\\g-1\\vectors.hnsw', home), 'index\\g-1\\vectors.hnsw')
    assert.equal(onWindows('C:\\Users\\张三\\wenju\\index\\g-1\\vectors.hnsw', home), 'index\\g-1\\vectors.hnsw')
    assert.equal(onWindows('C:\\Users\\张三\\index', home), '..\\index')
    assert.equal(onWindows('D:\\index\\g-1', home), 'D:\\index\\g-1')
  })

  it('is none on Windows where that is not ASCII either, so that exact search serves', () => {
    assert.equal(onWindows('D:\\索引\\g-1', 'C:\\wenju'), null)
    assert.equal(onWindows('索引', 'C:\\wenju'), null)
  })

  it('is the path itself elsewhere, and a folder with a Chinese name holds a graph', { skip }, async (t) => {
    assert.equal(addonPath('/home/张三/索引', 'linux', '/'), '/home/张三/索引')
    const places = await workshop(t, { 'a.txt': spring })
    const chinese = { ...places, index: join(places.root, '索引') }
    await build(chinese, embedder)
    assert.equal((await openBuilt(chinese, embedder)).vectors.engine, 'hnsw')
  })
})
