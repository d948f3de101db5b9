import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { openEmbedder } from '../../src/embeddings/open.ts'
import { ConfigError, ModelError } from '../../src/errors.ts'
import { fetchByProxy } from '../../src/network/fetch.ts'
import { startHttpProxy } from '../fakes/proxies.ts'

const names = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'].flatMap((name) => [name, name.toUpperCase()])

/** Sets these variables, and no others of proxies, until the test ends. */
function setProxies(context: TestContext, environment: Record<string, string>): void {
  const before = names.map((name) => [name, process.env[name]] as const)
  for (const name of names) delete process.env[name]
  Object.assign(process.env, environment)
  context.after(() => {
    for (const [name, value] of before) if (value === undefined) delete process.env[name]
    for (const [name, value] of before) if (value !== undefined) process.env[name] = value
  })
}

/** A hub whose files lie on another host, both of which only the proxy knows. */
async function startHub(context: TestContext) {
  const seen: IncomingMessage[] = []
  const server = createServer((request, response) => {
    seen.push(request)
    response.setHeader('connection', 'close')
    if (request.headers.host === 'files.test') return void response.end(request.headers.range ?? 'weights')
    response.writeHead(302, { location: 'http://files.test/weights' }).end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const proxy = await startHttpProxy({ names: { 'hub.test': port, 'files.test': port } })
  context.after(async () => {
    await proxy.close()
    server.closeAllConnections()
    server.close()
  })
  return { proxy, seen }
}

test('a download goes by the proxy, redirects too, and a key for one host is not told to another', async (context) => {
  const { proxy, seen } = await startHub(context)
  setProxies(context, { HTTP_PROXY: `127.0.0.1:${proxy.port}` })
  const headers = new Headers({ authorization: 'Bearer key', range: 'bytes=0-0' })
  const response = await fetchByProxy('http://hub.test/model/weights', { headers })
  assert.deepEqual([response.status, await response.text()], [200, 'bytes=0-0'])
  assert.deepEqual(proxy.led, ['hub.test', 'files.test'])
  assert.deepEqual(
    seen.map((request) => request.headers.authorization),
    ['Bearer key', undefined],
  )
})

test('without a proxy it is fetched as ever, and a malformed address is told without its password', async (context) => {
  const { proxy, seen } = await startHub(context)
  setProxies(context, { HTTP_PROXY: `127.0.0.1:${proxy.port}`, NO_PROXY: '127.0.0.1' })
  const server = createServer((_, response) => void response.setHeader('connection', 'close').end('direct'))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  context.after(() => server.close())
  const response = await fetchByProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  assert.deepEqual([await response.text(), proxy.led, seen], ['direct', [], []])
  setProxies(context, { HTTP_PROXY: 'vmess://lin:s3cret@127.0.0.1' })
  await assert.rejects(fetchByProxy('http://hub.test/'), (error) => {
    assert.ok(error instanceof ConfigError)
    assert.match(error.text.zh, /^HTTP_PROXY:应为代理网址/u)
    assert.doesNotMatch(JSON.stringify(error.text), /s3cret/u)
    return true
  })
})

test('another model is asked for by the proxy', async (context) => {
  const proxy = await startHttpProxy({ names: { 'huggingface.co': 1 } })
  context.after(() => proxy.close())
  setProxies(context, { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` })
  await assert.rejects(openEmbedder('wenju-tests/no-such-model'), ModelError)
  assert.ok(proxy.led.length > 0 && proxy.led.every((place) => place === 'huggingface.co:443'), proxy.led.join())
})
