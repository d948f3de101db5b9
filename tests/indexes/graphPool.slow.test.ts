import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openPooledGraph } from '../../src/indexes/graphPool.ts'
import { buildHnsw, openHnsw } from '../../src/indexes/hnsw.ts'
import { loadHnsw, readGraph } from '../../src/indexes/hnswAddon.ts'
import { unitVectors } from '../contracts/vectorIndex.ts'
import { typescript } from '../support/typescript.ts'

const addon = await loadHnsw()
const skip = addon === null ? 'hnswlib-node is not compiled on this machine' : false
const searching = fileURLToPath(new URL('graphPoolChild.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'wenju-graphs-'))
after(() => rmSync(folder, { recursive: true }))

/** Vectors on a circle, no two alike. */
function circle(count: number): Float32Array {
  const rows = Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / count
    return [Math.cos(angle), Math.sin(angle), 0, 0]
  })
  return unitVectors(rows, 4)
}

describe('graphs in threads of their own', { skip }, () => {
  const path = join(folder, 'circle.hnsw')
  const vectors = circle(500)
  before(() => buildHnsw(addon!, vectors, 4, path))

  it('find what the graph finds here, many questions at a time, and narrowed', async () => {
    const here = readGraph(addon!, path, 4)
    const there = await Promise.all([
      openPooledGraph(path, 4, 500),
      openPooledGraph(path, 4, 500),
      openPooledGraph(path, 4, 500),
    ])
    const isEven = Uint8Array.from({ length: 500 }, (_, i) => Number(i % 2 === 0))
    const asked = Array.from({ length: 40 }, (_, i) => vectors.subarray(i * 40, i * 40 + 4))
    const found = await Promise.all(
      asked.flatMap((vector, i) => {
        const graph = there[i % there.length]!
        return [graph.search(vector, 12), graph.search(vector, 12, isEven)]
      }),
    )
    const expected = asked.flatMap((vector) => [here.search(vector, 12), here.search(vector, 12, isEven)])
    assert.deepEqual(found, expected)
    assert.ok(found[1]!.places.every((place) => place % 2 === 0))
  })

  it('say when a graph cannot be read, and serve the others on', async () => {
    const there = await openPooledGraph(path, 4, 500)
    await assert.rejects(openPooledGraph(join(folder, 'absent.hnsw'), 4, 1))
    assert.equal((await there.search(vectors.subarray(0, 4), 1)).places[0], 0)
  })

  it('do not keep the process alive', async () => {
    const child = spawn(process.execPath, [...typescript, searching, path])
    let [said, fault] = ['', '']
    child.stdout.on('data', (chunk) => (said += chunk))
    child.stderr.on('data', (chunk) => (fault += chunk))
    assert.deepEqual(await once(child, 'close'), [0, null], fault)
    assert.equal(said, '[0]')
  })

  it('serve a segment of many passages as one of few is served', async () => {
    const many = circle(33_000)
    const large = join(folder, 'large.hnsw')
    await buildHnsw(addon!, many, 4, large)
    const index = await openHnsw(addon!, large, many, 4)
    const near = (place: number) => many.slice(place * 4, place * 4 + 4)
    const found = await Promise.all([0, 7_000, 32_999].map((place) => index.search(near(place), 3)))
    for (const [i, place] of [0, 7_000, 32_999].entries()) {
      const neighbours = [place, (place + 32_999) % 33_000, (place + 1) % 33_000]
      assert.equal(found[i]![0]!.passage, place)
      assert.deepEqual(found[i]!.map(({ passage }) => passage).sort(), neighbours.sort())
    }
  })
})
