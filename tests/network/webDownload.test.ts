import assert from 'node:assert/strict'
import dns from 'node:dns'
import { createServer as createHttpsServer } from 'node:https'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { NetworkFault } from '../../src/network/fault.ts'
import { DownloadFault, downloadFromWeb, type WebDownloadOptions } from '../../src/network/webDownload.ts'
import { startHttpProxy, startSocksProxy } from '../fakes/proxies.ts'
import { tls } from '../fixtures/tls.ts'
import { freePort } from '../support/ports.ts'
import { startSite } from '../support/webSite.ts'

type Options = Partial<WebDownloadOptions>

/** A fetch of which the test decides what is public: names end in `.test` and lead to this machine. */
const lenient: Options = {
  isAllowed: (address) => address === '127.0.0.1',
  resolve: async () => [{ address: '127.0.0.1', family: 4 }],
}

function get(address: string, options: Options = {}) {
  const { signal } = new AbortController()
  const rest = { maxBytes: 1024 * 1024, environment: {}, isWanted: () => true }
  return downloadFromWeb(address, { signal, ...rest, ...options })
}

async function faultOf(address: string, options: Options = {}): Promise<[string, string]> {
  try {
    const { url } = await get(address, options)
    return assert.fail(`came through: ${url}`)
  } catch (error) {
    if (error instanceof DownloadFault || error instanceof NetworkFault) return [error.kind, error.detail]
    throw error
  }
}

/** A server for which nothing may ask. */
async function untouched(context: TestContext) {
  const { port, requests } = await startSite(context, (_, response) => void response.end('secret'))
  return { port, check: () => assert.deepEqual(requests, [], 'nothing was requested') }
}

test('addresses of this machine and of private networks are refused in every form, and nothing is requested', async (context) => {
  const { port, check } = await untouched(context)
  for (const host of [
    ...['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '127.0.0.1.', '[::1]', '[::ffff:127.0.0.1]'],
    ...[
      '[::ffff:7f00:1]',
      '[::]',
      '0.0.0.0',
      '0',
      'localhost',
      'LOCALHOST',
      'localhost.',
      'a.localhost',
      'a.localhost.',
    ],
    ...[
      'intranet',
      'printer.local',
      'a.internal',
      '169.254.169.254',
      '10.0.0.1',
      '192.168.0.1',
      '[fd00::1]',
      '[fe80::1]',
    ],
    ...['[64:ff9b::127.0.0.1]', '[2002:7f00:1::]', '１２７.0.0.1'],
  ])
    assert.deepEqual(await faultOf(`http://${host}:${port}/`), ['private', ''], host)
  check()
})

test('a name that leads to such an address is refused at the connection, also if only one of its addresses is one', async (context) => {
  const { port, check } = await untouched(context)
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '10.1.2.3', '169.254.169.254']) {
    const found = [
      { address: '1.1.1.1', family: 4 },
      { address, family: address.includes(':') ? 6 : 4 },
    ]
    assert.deepEqual(await faultOf(`http://rebind.test:${port}/`, { resolve: async () => found }), ['private', ''])
  }
  check()
})

test('names are looked up by the system, and one that it leads to this machine is refused', async (context) => {
  const { port, check } = await untouched(context)
  const lookup = context.mock.method(dns.promises, 'lookup', async () => [{ address: '127.0.0.1', family: 4 }])
  assert.deepEqual(await faultOf(`http://inner.example.org:${port}/`), ['private', ''])
  assert.deepEqual(lookup.mock.calls[0]?.arguments, ['inner.example.org', { all: true }])
  const site = await startSite(context, (_, response) => {
    response.writeHead(302, { location: `http://inner.example.org:${port}/` }).end()
  })
  const addresses = async (name: string) => [{ address: name === 'site.test' ? '127.0.0.1' : '127.0.0.2', family: 4 }]
  const options = { ...lenient, resolve: addresses }
  assert.deepEqual(await faultOf(`http://site.test:${site.port}/`, options), ['private', ''])
  check()
})

test('a name is resolved once, so that it cannot change between the check and the connection', async (context) => {
  const { port } = await startSite(context, (_, response) => void response.end('once'))
  const asked: string[] = []
  const resolve = async (name: string) => {
    asked.push(name)
    return [{ address: '127.0.0.1', family: 4 }]
  }
  const { bytes } = await get(`http://site.test.:${port}/`, { ...lenient, resolve })
  assert.deepEqual([Buffer.from(bytes).toString(), asked], ['once', ['site.test']])
})

test('redirects to such addresses are refused, and nothing is requested there', async (context) => {
  const { port, check } = await untouched(context)
  for (const target of [
    ...[`http://127.0.0.2:${port}/`, `http://[::1]:${port}/`, 'http://169.254.169.254/latest/meta-data/'],
    `//localhost:${port}/`,
  ]) {
    const site = await startSite(context, (_, response) => void response.writeHead(302, { location: target }).end())
    assert.deepEqual(await faultOf(`http://site.test:${site.port}/`, lenient), ['private', ''], target)
    assert.equal(site.requests.length, 1)
  }
  check()
})

test('other schemes, logins and ports of other services are refused', async () => {
  for (const address of [
    'file:///etc/passwd',
    'ftp://a.test/',
    'data:text/html,x',
    'gopher://a.test/',
    'no address',
    'http://',
  ])
    assert.deepEqual(await faultOf(address, lenient), ['address', ''], address)
  assert.deepEqual(await faultOf(`http://a.test/${'x'.repeat(5000)}`, lenient), ['address', ''])
  for (const address of ['http://lin:s3cret@a.test/', 'http://lin@a.test/', 'http://:p@a.test/'])
    assert.deepEqual(await faultOf(address, lenient), ['login', ''], address)
  for (const port of ['22', '25', '70', '91', '1023'])
    assert.deepEqual(await faultOf(`http://a.test:${port}/`, lenient), ['port', port])
})

test('a chain of redirects leads to the file, with plain headers and no cookies', async (context) => {
  const { port, requests } = await startSite(context, (request, response) => {
    const step = Number(request.url!.slice(1))
    if (step === 5) return void response.setHeader('content-type', 'TEXT/HTML; Charset="GB2312"').end('there')
    response.writeHead([301, 302, 303, 307, 308][step]!, { location: `/${step + 1}#part`, 'set-cookie': 'a=b' }).end()
  })
  const found = await get(`http://site.test:${port}/0#top`, lenient)
  assert.deepEqual(
    { ...found, url: found.url.href, bytes: Buffer.from(found.bytes).toString() },
    { url: `http://site.test:${port}/5`, bytes: 'there', type: 'text/html', charset: 'gb2312', disposition: null },
  )
  assert.equal(requests.length, 6)
  for (const { headers, method } of requests) {
    assert.equal(method, 'GET')
    assert.deepEqual(Object.keys(headers).sort(), ['accept', 'accept-encoding', 'connection', 'host', 'user-agent'])
    assert.equal(headers['user-agent'], 'Wenju')
  }
})

test('redirects without end are given up, and Chinese letters in one are read', async (context) => {
  const { port, requests } = await startSite(context, ({ url }, response) => {
    if (url === '/cn') response.socket!.end(Buffer.from('HTTP/1.1 302 Found\r\nLocation: /年报.txt\r\n\r\n'))
    else if (url!.endsWith('.txt')) response.end(decodeURI(url!))
    else response.writeHead(302, { location: url! }).end()
  })
  assert.deepEqual(await faultOf(`http://site.test:${port}/a`, lenient), ['redirects', '5'])
  assert.equal(requests.length, 6)
  const { bytes } = await get(`http://site.test:${port}/cn`, lenient)
  assert.equal(Buffer.from(bytes).toString(), '/年报.txt')
})

test('statuses other than 200 are told', async (context) => {
  const { port } = await startSite(context, ({ url }, response) => {
    response.writeHead(Number(url!.slice(1))).end('no')
  })
  for (const status of ['404', '403', '500', '206', '204', '304'])
    assert.deepEqual(await faultOf(`http://site.test:${port}/${status}`, lenient), ['status', status])
})

test('a file beyond the limit is given up: by its stated size, as it comes, and unpacked', async (context) => {
  const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024))
  assert.ok(bomb.length < 100_000)
  let sent = 0
  const { port } = await startSite(context, ({ url }, response) => {
    if (url === '/stated') return void response.setHeader('content-length', '2000000').write('x')
    if (url === '/bomb') return void response.setHeader('content-encoding', 'gzip').end(bomb)
    if (url === '/twice') return void response.setHeader('content-encoding', 'gzip, gzip').end(gzipSync(bomb))
    const more = () => {
      while (!response.destroyed) {
        sent += 65_536
        if (!response.write(Buffer.alloc(65_536))) return
      }
    }
    response.on('drain', more)
    more()
  })
  for (const path of ['stated', 'endless', 'bomb', 'twice'])
    assert.deepEqual(await faultOf(`http://site.test:${port}/${path}`, lenient), ['size', ''], path)
  assert.ok(sent < 32 * 1024 * 1024, `${sent} bytes were sent`)
})

test('contents are unpacked, and such as cannot be are told', async (context) => {
  const words = Buffer.from('全年造桥三座。')
  const packed: Record<string, Buffer> = {
    gzip: gzipSync(words),
    br: brotliCompressSync(words),
    deflate: deflateSync(words),
    'x-gzip': gzipSync(words),
    'gzip, br': brotliCompressSync(gzipSync(words)),
    identity: words,
  }
  const { port } = await startSite(context, ({ url }, response) => {
    const name = decodeURIComponent(url!.slice(1))
    if (name === 'raw') return void response.setHeader('content-encoding', 'deflate').end(deflateRawSync(words))
    if (name === 'broken') return void response.setHeader('content-encoding', 'gzip').end('no gzip')
    response.setHeader('content-encoding', name).end(packed[name] ?? words)
  })
  const at = (name: string) => `http://site.test:${port}/${encodeURIComponent(name)}`
  for (const name of [...Object.keys(packed), 'raw'])
    assert.deepEqual(Buffer.from((await get(at(name), lenient)).bytes), words, name)
  assert.deepEqual(await faultOf(at('broken'), lenient), ['encoding', 'gzip'])
  assert.deepEqual(await faultOf(at('zstd'), lenient), ['encoding', 'zstd'])
})

test('a type that is not wanted is told before the file is read', async (context) => {
  const { port } = await startSite(
    context,
    (_, response) => void response.setHeader('content-type', 'Video/MP4').write('x'),
  )
  const isWanted = (type: string) => type !== 'video/mp4'
  assert.deepEqual(await faultOf(`http://site.test:${port}/`, { ...lenient, isWanted }), ['type', 'video/mp4'])
})

test('the time is one for head, body and redirects together; a transfer that breaks off is told', async (context) => {
  const { port } = await startSite(context, ({ url }, response) => {
    if (url === '/cut')
      return void response.writeHead(200, { 'content-length': '10' }).write('x', () => response.destroy())
    if (url === '/slow') {
      response.write('x')
      const drip = setInterval(() => response.write('x'), 20)
      response.on('close', () => clearInterval(drip))
    } else if (url !== '/silent') setTimeout(() => response.writeHead(302, { location: '/silent' }).end(), 20)
  })
  for (const path of ['silent', 'slow', 'later'])
    assert.deepEqual(
      await faultOf(`http://site.test:${port}/${path}`, { ...lenient, timeoutMs: 300 }),
      ['timeout', 'ETIMEDOUT'],
      path,
    )
  assert.equal((await faultOf(`http://site.test:${port}/cut`, lenient))[0], 'reset')
})

test('a download that is given up ends with the reason of its signal', async (context) => {
  const { port } = await startSite(context, (_, response) => void response.write('x'))
  const giving = new AbortController()
  const reason = new Error('the bot stops')
  const found = get(`http://site.test:${port}/`, { ...lenient, signal: giving.signal })
  setTimeout(() => giving.abort(reason), 50)
  await assert.rejects(found, reason)
})

test('faults on the way have their kinds', async (context) => {
  assert.deepEqual(await faultOf(`http://site.test:${await freePort()}/`, lenient), ['refused', 'ECONNREFUSED'])
  const unknown = async () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }))
  assert.deepEqual(await faultOf('http://nobody.test/', { ...lenient, resolve: unknown }), ['name', 'ENOTFOUND'])
  assert.equal((await faultOf('http://none.test/', { ...lenient, resolve: async () => [] }))[0], 'name')
  const listen = (server: ReturnType<typeof createServer>) =>
    new Promise<number>((resolve) => {
      context.after(() => server.close())
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
    })
  const secure = await listen(createHttpsServer(tls, (_, response) => void response.end()))
  assert.equal((await faultOf(`https://site.test:${secure}/`, lenient))[0], 'tls')
  const hangsUp = await listen(createServer((socket) => socket.destroy()))
  assert.equal((await faultOf(`http://site.test:${hangsUp}/`, lenient))[0], 'reset')
})

test('by a proxy, literal addresses are refused, and names that lead to private ones here; an unknown name is the proxy’s', async (context) => {
  const { port } = await startSite(context, (_, response) => void response.end('by proxy'))
  const names = { 'site.test': port, 'inner.test': port }
  const http = await startHttpProxy({ names })
  const socks = await startSocksProxy({ names })
  for (const proxy of [http, socks]) context.after(() => proxy.close())
  const unknown = async () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }))
  for (const [scheme, proxy] of [
    ['http', http],
    ['socks5', socks],
  ] as const) {
    const environment = { HTTP_PROXY: `${scheme}://127.0.0.1:${proxy.port}` }
    const { bytes } = await get('http://site.test/', { environment, resolve: unknown })
    assert.equal(Buffer.from(bytes).toString(), 'by proxy')
    const led = [...proxy.led]
    assert.equal(led.length, 1)
    const resolve = async () => [{ address: '10.0.0.1', family: 4 }]
    assert.deepEqual(await faultOf('http://inner.test/', { environment, resolve }), ['private', ''])
    for (const host of ['127.0.0.1', '127.1', '[::1]', '169.254.169.254', 'localhost', 'inner'])
      assert.deepEqual(await faultOf(`http://${host}/`, { environment, resolve: unknown }), ['private', ''], host)
    assert.deepEqual(proxy.led, led, 'the proxy was asked for nothing of it')
  }
})
