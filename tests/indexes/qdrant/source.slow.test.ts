import assert from 'node:assert/strict'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import { join } from 'node:path'
import { after, describe, it, type TestContext } from 'node:test'
import { connectQdrant } from '../../../src/indexes/qdrant/qdrant.ts'
import { qdrantSource } from '../../../src/indexes/qdrant/source.ts'
import { fakeEmbedder } from '../../fakes/embedder.ts'
import { noServer, startQdrant } from '../../support/qdrantCluster.ts'
import { autumn, build, put, spring, workshop } from '../../support/testIndex.ts'

const server = noServer === false ? await startQdrant() : null
after(() => server?.stop())

/** An index folder of two reports, and two that publish it, one of them through a proxy that counts. */
async function stage(t: TestContext, name: string) {
  const places = await workshop(t, { 'a.txt': spring, 'b.txt': autumn })
  const embedder = fakeEmbedder()
  await build(places, embedder)
  const asked: string[] = []
  const proxy = createServer((incoming, outgoing) => {
    const { method, headers, url } = incoming
    asked.push(`${method} ${url}`)
    const passed = request(`${server!.urls[0]}${url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(passed)
  })
  await once(proxy.listen(0, '127.0.0.1'), 'listening')
  t.after(() => {
    proxy.closeAllConnections()
    proxy.close()
  })
  const through = (url: string) =>
    qdrantSource(connectQdrant({ urls: [url], name, shards: 1, replicas: 1 }), places.index, embedder.model)
  const counted = through(`http://127.0.0.1:${(proxy.address() as { port: number }).port}`)
  return {
    places,
    embedder,
    source: counted,
    other: through(server!.urls[0]!),
    /** What Qdrant was asked for by one call of `publish`. */
    async asks() {
      asked.length = 0
      await counted.publish()
      return [...asked]
    },
    points: async () =>
      (await server!.call<{ count: number }>(0, 'POST', `/collections/${name}/points/count`, { exact: true })).count,
  }
}

const isWrite = (one: string) => /^(?:PUT|PATCH|DELETE)|\/points\/delete/u.test(one)
const grace = 10 * 60_000 + 1

describe('an index source in Qdrant', { skip: noServer }, () => {
  it('publishes once what does not change, and asks for hardly anything afterwards', async (t) => {
    const { source, asks, places, embedder } = await stage(t, 'ticks')
    await source.publish()
    for (let tick = 0; tick < 3; tick++) {
      const asked = await asks()
      assert.deepEqual(asked.filter(isWrite), [])
      assert.ok(asked.length <= 2, asked.join(', '))
    }
    await put(places.reports, { 'c.txt': autumn.replace('秋天', '冬天') })
    await build(places, embedder)
    assert.ok((await asks()).some(isWrite), 'what is new is published')
    assert.deepEqual([...(await source.open(null)).reports.keys()], ['a', 'b', 'c'])
    assert.ok((await asks()).length <= 2)
  })

  it('removes what is no longer in force when its time is over, though nothing changes', async (t) => {
    const { source, asks, points, places, embedder } = await stage(t, 'leftovers')
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
    await source.publish()
    t.mock.timers.tick(grace)
    await asks()
    await rm(join(places.reports, 'b.txt'))
    await build(places, embedder)
    await source.publish()
    const before = await points()
    assert.ok((await asks()).length <= 2, 'its time is not over')
    assert.equal(await points(), before)
    t.mock.timers.tick(grace)
    await asks()
    assert.ok((await points()) < before)
    t.mock.timers.tick(grace)
    assert.ok((await asks()).length <= 2, 'nothing is left')
  })

  it('puts its own in force again when another one did with an older folder', async (t) => {
    const { source, other, asks, places, embedder } = await stage(t, 'others')
    await other.publish()
    await put(places.reports, { 'c.txt': autumn.replace('秋天', '冬天') })
    await build(places, embedder)
    await source.publish()
    const token = await source.token()
    const elsewhere = await stage(t, 'others')
    await elsewhere.other.publish()
    assert.notEqual(await source.token(), token)
    assert.ok((await asks()).some(isWrite))
    assert.deepEqual([...(await source.open(null)).reports.keys()], ['a', 'b', 'c'])
  })
})
