import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { ReportError } from '../../src/errors.ts'
import { createLinkFetcher, type LinkOptions } from '../../src/links/fetchLink.ts'
import { startHttpProxy } from '../fakes/proxies.ts'
import { startSite } from '../support/webSite.ts'

const signal = new AbortController().signal
/** Names lead to this machine. */
const lenient: LinkOptions = {
  maxBytes: 2 * 1024 * 1024,
  environment: {},
  isAllowed: (address) => address === '127.0.0.1',
  resolve: async () => [{ address: '127.0.0.1', family: 4 }],
}

async function told(address: string, options: Partial<LinkOptions> = {}): Promise<{ zh: string; en: string }> {
  const error = await createLinkFetcher({ ...lenient, ...options })(address, signal).then(
    ({ name }) => assert.fail(`came through: ${name}`),
    (error: unknown) => error,
  )
  assert.ok(error instanceof ReportError, String(error))
  assert.match(error.text.zh, /\p{Script=Han}.*。$/u)
  assert.match(error.text.en, /\.$/u)
  assert.doesNotMatch(error.text.en, /\p{Script=Han}/u)
  return error.text
}

/** 年度工作报告 in GBK. */
const gbkTitle = Buffer.from([0xc4, 0xea, 0xb6, 0xc8, 0xb9, 0xa4, 0xd7, 0xf7, 0xb1, 0xa8, 0xb8, 0xe6])

test('a file comes with its bytes as they were sent, its name, and where it is from', async (context) => {
  const pdf = Buffer.from('%PDF-1.7\nnot much of one\n')
  const { port } = await startSite(context, ({ url }, response) => {
    if (url === '/go') return void response.writeHead(302, { location: '/d?id=1' }).end()
    response.setHeader('content-disposition', "attachment; filename*=UTF-8''2026%E5%B9%B4%E6%8A%A5.pdf")
    response.setHeader('content-encoding', 'gzip').setHeader('content-type', 'application/pdf').end(gzipSync(pdf))
  })
  const before = Date.now()
  const { name, bytes, origin } = await createLinkFetcher(lenient)(`http://site.test:${port}/go`, signal)
  assert.deepEqual([name, Buffer.from(bytes)], ['2026年报.pdf', pdf])
  assert.equal(origin.url, `http://site.test:${port}/d?id=1`)
  assert.equal(origin.charset, undefined)
  const fetched = Date.parse(origin.fetched)
  assert.ok(fetched >= before && fetched <= Date.now())
  assert.match(origin.fetched, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/u)
})

test('a page in GBK keeps its bytes, and the encoding that only the server states', async (context) => {
  const page = Buffer.concat([Buffer.from('<html><title>'), gbkTitle, Buffer.from('</title>')])
  const { port } = await startSite(
    context,
    (_, response) => void response.setHeader('content-type', 'text/html;charset=GB2312').end(page),
  )
  const { name, bytes, origin } = await createLinkFetcher(lenient)(`http://site.test:${port}/`, signal)
  assert.deepEqual([name, Buffer.from(bytes), origin.charset], ['年度工作报告.html', page, 'gb2312'])
})

test('every fault is told in both languages, with what to do', async (context: TestContext) => {
  const { port } = await startSite(context, ({ url }, response) => {
    if (url === '/video') response.setHeader('content-type', 'video/mp4').end('x')
    else if (url === '/json') response.setHeader('content-type', 'application/json; charset=utf-8').end('{}')
    else if (url === '/large') response.setHeader('content-length', String(3 * 1024 * 1024)).write('x')
    else if (url === '/packed') response.setHeader('content-encoding', 'gzip').end('x')
    else if (url === '/a.rar') response.end('Rar!\x1a\x07\0')
    else if (url === '/silent') return
    else response.writeHead(Number(url!.slice(1)) || 302, { location: url! }).end()
  })
  const at = (path: string) => `http://site.test:${port}/${path}`
  for (const [address, options, zh, en] of [
    ['http://127.0.0.1/', { isAllowed: () => false }, /本机或内网/u, /private network/u],
    ['ftp://a.test/', {}, /应为 http\(s\) 网址/u, /expected an http\(s\) address/u],
    ['http://lin:s3cret@a.test/', {}, /用户名或密码/u, /user or a password/u],
    ['http://a.test:25/', {}, /端口 25/u, /port 25/u],
    [at('round'), {}, /5 次以上/u, /more than 5 times/u],
    [at('404'), {}, /没有这个文件\(HTTP 404\)/u, /no such file \(HTTP 404\)/u],
    [at('403'), {}, /不允许.*HTTP 403/u, /HTTP 403/u],
    [at('500'), {}, /HTTP 500/u, /HTTP 500/u],
    [at('video'), {}, /video\/mp4/u, /sent video\/mp4/u],
    [at('json'), {}, /application\/json/u, /application\/json/u],
    [at('large'), {}, /上限 2 MB/u, /at most 2 MB/u],
    [at('packed'), {}, /无法解开\(gzip\)/u, /cannot be unpacked \(gzip\)/u],
    [at('a.rar'), {}, /解压/u, /Unpack/u],
    [at('silent'), { timeoutMs: 200 }, /限定时间/u, /in time/u],
  ] as const) {
    const text = await told(address, options)
    assert.match(text.zh, zh, address)
    assert.match(text.en, en, address)
    assert.doesNotMatch(text.zh + text.en, /s3cret/u)
  }
  const resolve = async () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }))
  assert.match((await told('http://nobody.test/', { resolve })).zh, /找不到这个网站\(ENOTFOUND\)/u)
})

test('a proxy that asks for a login is told as such, not as the site', async (context) => {
  const proxy = await startHttpProxy({ login: { user: 'lin', password: 's3cret' } })
  context.after(() => proxy.close())
  const environment = { HTTP_PROXY: `http://lin:wrong@127.0.0.1:${proxy.port}` }
  const { zh, en } = await told('http://site.test/a.pdf', { environment })
  assert.match(zh, /^代理服务器不接受用户名和密码\(407\)。请管理机器的人检查代理设置/u)
  assert.match(en, /^the proxy does not accept user and password \(407\)\. Whoever runs the machine/u)
})

test('the real fetcher refuses this machine', async (context) => {
  const { port, requests } = await startSite(context, (_, response) => void response.end('secret'))
  const fetchLink = createLinkFetcher({ maxBytes: 1024, environment: {} })
  for (const host of ['127.0.0.1', '[::1]', 'localhost', '169.254.169.254', '0x7f.1'])
    await assert.rejects(fetchLink(`http://${host}:${port}/`, signal), ReportError)
  assert.deepEqual(requests, [])
})
