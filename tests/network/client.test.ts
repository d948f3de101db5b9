import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import dns from 'node:dns'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { type TestContext, test } from 'node:test'
import { createClient } from '../../src/network/client.ts'
import { NetworkFault } from '../../src/network/fault.ts'
import { type ProxyServer, readProxy } from '../../src/network/proxy.ts'
import { startHttpProxy, startSocksProxy } from '../fakes/proxies.ts'
import { tls } from '../fixtures/tls.ts'
import { freePort } from '../support/ports.ts'

async function listening(context: TestContext, server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  context.after(() => server.close())
  return (server.address() as AddressInfo).port
}

/** A server that answers every request with its own words and ends no connection. */
function hello(context: TestContext): Promise<number> {
  const server = createHttpServer((request, response) => void response.end(`hello ${request.url}`))
  context.after(() => server.closeAllConnections())
  return listening(context, server)
}

const proxyAt = (address: string): ProxyServer => readProxy({ variable: 'ALL_PROXY', value: address })!

async function get(address: string, proxy: string | null, signal = new AbortController().signal): Promise<string> {
  const url = new URL(address)
  const send = createClient(url.protocol === 'https:', proxy === null ? null : proxyAt(proxy))
  // The agent keeps connections alive, which would hold up the close of a fake.
  const response = await send(url, { method: 'GET', headers: { connection: 'close' }, signal })
  const chunks = await response.toArray()
  return Buffer.concat(chunks).toString()
}

/** Kind and detail of the fault that a request meets. */
async function faultOf(address: string, proxy: string | null = null): Promise<[string, string]> {
  try {
    return assert.fail(`came through: ${await get(address, proxy)}`)
  } catch (error) {
    assert.ok(error instanceof NetworkFault, String(error))
    assert.doesNotMatch(error.message, /s3cret/u)
    return [error.kind, error.detail]
  }
}

const login = { user: 'lin', password: 's3cret/@' }
const userInfo = 'lin:s3cret%2F%40@'

test('requests go by way of each kind of proxy, which looks the name up', async (context) => {
  const port = await hello(context)
  const names = { 'telegram.test': port }
  for (const [scheme, proxy] of [
    ['http', await startHttpProxy({ login, names })],
    ['socks5', await startSocksProxy({ login, names })],
    ['socks5h', await startSocksProxy({ login, names })],
  ] as const) {
    context.after(() => proxy.close())
    const address = `${scheme}://${userInfo}127.0.0.1:${proxy.port}`
    assert.equal(await get('http://telegram.test/a?b=1', address), 'hello /a?b=1', scheme)
    assert.deepEqual(proxy.led, [scheme === 'http' ? 'telegram.test' : 'telegram.test:80'])
  }
})

test('a proxy that does not accept the login, or lacks one, is told apart from one that is not there', async (context) => {
  const http = await startHttpProxy({ login })
  const socks = await startSocksProxy({ login })
  for (const proxy of [http, socks]) context.after(() => proxy.close())
  for (const [scheme, { port }] of [
    ['http', http],
    ['socks5', socks],
  ] as const)
    for (const user of ['lin:s3cret-wrong@', ''])
      assert.equal((await faultOf('https://telegram.test/', `${scheme}://${user}127.0.0.1:${port}`))[0], 'proxy login')
  // A request by plain HTTP is passed on by the proxy, whose own answer comes in place of the server's.
  assert.deepEqual(await faultOf('http://telegram.test/', `http://127.0.0.1:${http.port}`), ['proxy login', '407'])
  const closed = await freePort()
  assert.deepEqual(await faultOf('https://telegram.test/', `http://127.0.0.1:${closed}`), ['proxy', 'ECONNREFUSED'])
  assert.deepEqual(await faultOf('https://telegram.test/', `socks5://127.0.0.1:${closed}`), ['proxy', 'ECONNREFUSED'])
})

test('a proxy that does not lead to the server says so, and one of another kind is no proxy', async (context) => {
  const names = { 'telegram.test': await freePort() }
  const http = await startHttpProxy({ names })
  const socks = await startSocksProxy({ names })
  for (const proxy of [http, socks]) context.after(() => proxy.close())
  const address = 'https://telegram.test/'
  assert.deepEqual(await faultOf(address, `http://127.0.0.1:${http.port}`), ['proxy refusal', '502'])
  assert.equal((await faultOf(address, `socks5://127.0.0.1:${socks.port}`))[0], 'proxy refusal')
  assert.equal((await faultOf(address, `http://127.0.0.1:${socks.port}`))[0], 'proxy')
  assert.equal((await faultOf(address, `socks5://127.0.0.1:${http.port}`))[0], 'proxy')
})

test('faults on the direct way have their kinds', async (context) => {
  assert.deepEqual(await faultOf(`http://127.0.0.1:${await freePort()}/`), ['refused', 'ECONNREFUSED'])
  assert.equal((await faultOf('http://nobody.invalid/'))[0], 'name')
  const hangsUp = createServer((socket) => socket.destroy())
  assert.equal((await faultOf(`http://127.0.0.1:${await listening(context, hangsUp)}/`))[0], 'reset')
  const port = await listening(
    context,
    createHttpsServer(tls, (_, response) => void response.end()),
  )
  assert.deepEqual(await faultOf(`https://127.0.0.1:${port}/`), ['tls', 'DEPTH_ZERO_SELF_SIGNED_CERT'])
  assert.equal((await faultOf(`https://127.0.0.1:${await hello(context)}/`))[0], 'tls')
})

/** A secure server on the port, and others behind proxies on it. */
const waysTo = (port: number) =>
  [
    [`https://127.0.0.1:${port}/`, null],
    ['https://telegram.test/', `http://127.0.0.1:${port}`],
    ['https://telegram.test/', `socks5://127.0.0.1:${port}`],
  ] as const

test('a server or proxy that takes the connection and says nothing is given up after the bound, long before a call is', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const silent = createServer(() => {})
  const port = await listening(context, silent)
  for (const [address, proxy] of waysTo(port)) {
    const fault = faultOf(address, proxy)
    const [socket] = await once(silent, 'connection')
    await once(socket, 'data')
    context.mock.timers.tick(10_000)
    assert.deepEqual(await fault, ['timeout', 'ETIMEDOUT'])
    await once(socket, 'close')
  }
})

test('a request that is given up while its connection is being opened ends at once, and so does the connection', async (context) => {
  const silent = createServer(() => {})
  const port = await listening(context, silent)
  for (const [address, proxy] of waysTo(port)) {
    const givingUp = new AbortController()
    const got = get(address, proxy, givingUp.signal)
    const [socket] = await once(silent, 'connection')
    givingUp.abort()
    await assert.rejects(got, { name: 'AbortError' })
    socket.resume()
    await once(socket, 'close')
  }
})

/**
 * A server whose accept queue is full loses the first packet of a connection, which is sent again after a second: that is
 * longer than the 250 ms after which Node would turn to the next address, which leads nowhere.
 */
test('a connection that takes a second beside a dead address comes about', async (context) => {
  if (process.platform !== 'linux') return context.skip('only Linux drops packets of a full queue')
  const program = `const server = require('node:http').createServer((_, response) => response.end('late'))
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port))`
  const server = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  context.after(() => server.kill('SIGKILL'))
  const [line] = await once(server.stdout, 'data')
  const port = Number(line)
  server.kill('SIGSTOP')
  // The queue holds one connection more than it is said to.
  const waiting = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
  for (const socket of waiting) context.after(() => socket.destroy())
  await Promise.all(waiting.map((socket) => once(socket, 'connect')))
  context.mock.method(dns, 'lookup', (_name: string, _options: object, callback: (...given: unknown[]) => void) => {
    callback(null, [
      { address: '127.0.0.1', family: 4 },
      { address: '2001:db8::1', family: 6 },
    ])
    // By now the first packet is lost.
    setImmediate(() => server.kill('SIGCONT'))
  })
  assert.equal(await get(`http://telegram.test:${port}/`, null), 'late')
})
