import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { after, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { IndexError } from '../../../src/errors.ts'
import { UnreachableError } from '../../../src/indexes/qdrant/faults.ts'
import { connectServers, statusOf } from '../../../src/indexes/qdrant/servers.ts'
import { assertAnswers, compared } from '../../contracts/openIndex.ts'
import { meanLength, randomModel, randomNumbers, realReports } from '../../support/indexedReports.ts'
import { noServer, startQdrant } from '../../support/qdrantCluster.ts'
import { connectQdrant, drift, publishAll, settingsFor } from './publishing.ts'

const key = 'a key for tests'
const server = noServer === false ? await startQdrant(1, { QDRANT__SERVICE__API_KEY: key }) : null
after(() => server?.stop())

/** What a proxy does with a request: passes it on, or fails it before or after the server handled it. */
type Fault = 'none' | 'lost' | 'answer lost' | 'busy' | 'broken' | 'of 1.15'

/** A proxy in front of the server; `next` says what becomes of each request. */
async function startProxy(next: (path: string) => Fault): Promise<{ url: string; proxy: Server }> {
  const proxy = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    const fault = next(incoming.url!)
    if (fault === 'lost') return incoming.socket.destroy()
    if (fault === 'busy') return outgoing.writeHead(429, { 'retry-after': '0' }).end('{}')
    if (fault === 'broken') return outgoing.writeHead(503).end('{}')
    if (fault === 'of 1.15') return outgoing.writeHead(200).end('{"title":"qdrant","version":"1.15.5"}')
    const { method, headers, url } = incoming
    const passed = request(`${server!.urls[0]}${url}`, { method, headers }, (answer) => {
      if (fault === 'answer lost') return incoming.socket.destroy()
      outgoing.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(outgoing)
    })
    // The server closes a connection that was idle for seconds, as it may be on a busy machine, also where a request is on its way.
    passed.on('error', () => incoming.socket.destroy())
    incoming.pipe(passed)
  })
  await once(proxy.listen(0, '127.0.0.1'), 'listening')
  return { url: `http://127.0.0.1:${(proxy.address() as { port: number }).port}`, proxy }
}

function close({ proxy }: { proxy: Server }): void {
  proxy.closeAllConnections()
  proxy.close()
}

describe('Qdrant behind a connection that fails', { skip: noServer }, () => {
  it('publishes and answers whatever is lost, refused or broken on the way', async (t) => {
    const random = randomNumbers(11)
    const faults: Fault[] = ['lost', 'answer lost', 'busy', 'broken']
    let failed = 0
    let inRow = 0
    const next = () => {
      // Not so often in a row that a question would be given up.
      inRow = random() < 0.3 && inRow < 3 ? inRow + 1 : 0
      if (inRow > 0) failed++
      return inRow > 0 ? faults[Math.floor(random() * faults.length)]! : 'none'
    }
    const stage = await startProxy(next)
    t.after(() => close(stage))
    const reports = await realReports()
    const qdrant = connectQdrant(settingsFor([stage.url], 'flaky', { apiKey: key }))
    await publishAll(qdrant, reports.slice(1))
    const mean = meanLength(reports) * drift
    await publishAll(qdrant, reports, { meanLength: mean })
    await qdrant.removeReplaced(0)
    await assertAnswers(await compared(await qdrant.open(randomModel), reports, mean), 2e-5)
    assert.ok(failed > 10, `${failed} requests failed`)
  })

  it('writes nothing into a server that is too old, and says so', async (t) => {
    const asked: string[] = []
    const old = await startProxy((path) => {
      asked.push(path)
      return path === '/' ? 'of 1.15' : 'none'
    })
    t.after(() => close(old))
    const qdrant = connectQdrant(settingsFor([server!.urls[0]!, old.url], 'old', { apiKey: key }))
    await assert.rejects(publishAll(qdrant, await realReports()), (error) => {
      assert.ok(error instanceof IndexError)
      assert.match(error.text.en, /^Qdrant at http\S+ is too old: expected 1\.16 or later, found 1\.15\.5\. Upgrade/u)
      assert.ok(error.text.en.includes(old.url) && error.text.zh.includes('1.15.5'))
      return true
    })
    assert.deepEqual(asked, ['/'])
  })

  it('asks the next address when one does not answer, and stays with one that does', async (t) => {
    let asked = 0
    const good = await startProxy(() => {
      asked++
      return 'none'
    })
    let lost = 0
    const bad = await startProxy(() => {
      lost++
      return 'lost'
    })
    t.after(() => [good, bad].map(close))
    const servers = connectServers(['http://127.0.0.1:1', bad.url, good.url], key)
    const list = () => servers.read((api, init) => api.getCollections({}, init))
    await list()
    const [first, inVain] = [asked, lost]
    for (let i = 0; i < 5; i++) await list()
    assert.equal(asked, first + 5, 'one request each, to the address that answered')
    assert.ok(inVain > 0)
    assert.equal(lost, inVain, 'and none to another')
    const answers = await servers.each((api, init) => api.getCollections({}, init))
    assert.deepEqual(
      answers.map((answer) => answer !== null),
      [false, false, true],
    )
  })

  it('does not use a node before that says it is ready', async (t) => {
    let isReady = false
    const paths: string[] = []
    const late = await startProxy((path) => {
      paths.push(path)
      return path === '/readyz' && !isReady ? 'broken' : 'none'
    })
    t.after(() => close(late))
    const servers = connectServers([late.url], key)
    const asking = servers.read((api, init) => api.getCollections({}, init))
    await wait(300)
    assert.deepEqual(new Set(paths), new Set(['/readyz']))
    isReady = true
    await asking
    assert.equal(paths.at(-1), '/collections')
  })

  it('tells of a wrong key at once, and of what Qdrant refuses as it is', async () => {
    for (const apiKey of ['wrong', undefined]) {
      const qdrant = connectQdrant(settingsFor(server!.urls, 'keyless', { apiKey }))
      const begin = performance.now()
      await assert.rejects(qdrant.open(randomModel), (error) => {
        assert.ok(error instanceof IndexError && !(error instanceof UnreachableError))
        assert.match(error.text.en, /refuses access \(40[13]\).*QDRANT_API_KEY/u)
        assert.ok(!error.text.en.includes('wrong') && !error.text.zh.includes('wrong'))
        return true
      })
      assert.ok(performance.now() - begin < 2000, 'without trying again')
    }
    const servers = connectServers(server!.urls, key)
    const missing = servers.read((api, init) => api.getCollection({ collection_name: 'none' }, init))
    await assert.rejects(missing, (error: Error) => statusOf(error) === 404 && /none/u.test(error.message))
  })

  it('gives a change up at once when it is told to', async () => {
    const servers = connectServers(['http://127.0.0.1:1'], key)
    const given = new AbortController()
    setTimeout(() => given.abort(), 250)
    const begin = performance.now()
    const changing = servers.write((api, init) => api.deleteCollection({ collection_name: 'none' }, init), given.signal)
    await assert.rejects(changing, { name: 'AbortError' })
    assert.ok(performance.now() - begin < 2000)
  })
})
