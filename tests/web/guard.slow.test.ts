import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ReportAnswerer } from '../../src/answer/answerer.ts'
import { IndexError } from '../../src/errors.ts'
import { maxWaiting } from '../../src/photograph/photographer.ts'
import { assertTellsNothing, sendRaw, serveTwoReports } from '../support/guardedServer.ts'
import { until } from '../support/testLibrary.ts'
import { everybody, json, serve, token } from '../support/webServer.ts'

/** The same answerer, but for what a test changes. */
function changed(answerer: ReportAnswerer, change: Partial<ReportAnswerer>): ReportAnswerer {
  const { reportsMatching, answer, quote, paragraph, report, locate, locateSelection, indexedFile } = answerer
  const own = { reportsMatching, answer, quote, paragraph, report, locate, locateSelection, indexedFile, ...change }
  return Object.defineProperty(own, 'reports', { get: () => answerer.reports }) as ReportAnswerer
}

test('every answer keeps the browser from doing more than show it', async (context) => {
  const { ask } = await serveTwoReports(context, { access: { ...everybody, allowedUsers: [7] } })
  const open = await serveTwoReports(context)
  const answers = [
    await open.ask('/'),
    await open.ask('/r/spring'),
    await open.ask('/r/none'),
    await open.ask('/r/spring/file'),
    await open.ask('/api/search?q=a'),
    await open.ask('/assets/none'),
    await open.ask('/', { method: 'DELETE' }),
    await open.ask('/../x'),
    await ask('/'),
    await ask('/api/session', json({})),
  ]
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200, 404, 405, 400, 401]))
  for (const { headers, status } of answers) {
    const policy = String(headers['content-security-policy'])
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
      'frame-ancestors https://web.telegram.org',
    ])
      assert.ok(policy.split('; ').includes(rule), `${rule} at ${status}`)
    assert.ok(!/unsafe|\*|data:|http:/u.test(policy))
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin')
    assert.match(String(headers['permissions-policy']), /camera=\(\)/)
  }
})

test('only reading, and only our own page’s questions', async (context) => {
  const { ask } = await serveTwoReports(context)
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND', 'TRACE']) {
    const { status, headers } = await ask('/r/spring', { method })
    assert.deepEqual([status, headers.allow], [405, 'GET, HEAD, POST'], method)
  }
  for (const path of ['/', '/r/spring', '/assets/x']) assert.equal((await ask(path, json({}))).status, 405, path)
  const head = await ask('/r/spring', { method: 'HEAD' })
  assert.deepEqual([head.status, head.body], [200, ''])
  const select = (more: object) => ask('/api/selection', { ...json({ report: 'spring', ranges: [[0, 3]] }), ...more })
  assert.equal((await select({})).status, 200)
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
  ])
    assert.equal((await select({ headers: { 'content-type': type } })).status, 415, type)
  assert.equal((await select({ headers: {} })).status, 415)
  for (const site of ['cross-site', 'same-site', 'none'])
    assert.equal(
      (await select({ headers: { 'content-type': 'application/json', 'sec-fetch-site': site } })).status,
      403,
    )
  assert.equal(
    (await select({ headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' } })).status,
    200,
  )
})

test('what is too long is not taken', async (context) => {
  const { ask, port } = await serveTwoReports(context)
  assert.equal((await ask(`/?q=${'a'.repeat(9000)}`)).status, 414)
  assert.equal((await ask(`/r/${'a'.repeat(9000)}`)).status, 414)
  assert.equal((await ask(`/${'a/'.repeat(3000)}`)).status, 404)
  assert.equal((await ask('/', { headers: { 'x-long': 'a'.repeat(20_000) } })).status, 431)
  const large = await ask('/api/selection', json({ report: 'a'.repeat(33_000) }))
  assert.equal(large.status, 413)
  assert.match(JSON.parse(large.body).error, /32 KB/u)
  // One that does not say how long it is.
  const sending = request({
    port,
    method: 'POST',
    path: '/api/session',
    headers: { 'content-type': 'application/json' },
  })
  sending.on('error', () => {})
  const answered = once(sending, 'response') as Promise<[{ statusCode: number; resume(): void }]>
  for (let i = 0; i < 20; i++) sending.write('a'.repeat(10_000))
  const [response] = await answered
  assert.equal(response.statusCode, 413)
  response.resume()
  sending.destroy()
})

test('ten thousand rapid requests of one visitor: answered or told when to come back, in bounded memory', async (context) => {
  // Nothing comes back while one counts.
  context.mock.timers.enable({ apis: ['Date'] })
  const { ask, answerer } = await serveTwoReports(context)
  let searches = 0
  const counting = changed(answerer, {
    answer(question) {
      searches++
      return answerer.answer(question)
    },
  })
  const served = await serve(context, { answerer: counting })
  const counts: Record<number, number> = {}
  const paths = ['/', '/r/spring', '/api/search?q=a', '/r/none', '/?q=b']
  global.gc?.()
  const before = process.memoryUsage().heapUsed
  // Requests that do not wait for each other's answers cost a client least.
  const visit = async () => {
    for (let i = 0; i < 10; i++) {
      const requests = Array.from(
        { length: 100 },
        (_, next) => `GET ${paths[next % paths.length]} HTTP/1.1\r\nHost: x\r\n`,
      )
      const all = await sendRaw(served.port, `${requests.join('\r\n')}Connection: close\r\n\r\n`, false)
      for (const [head, status] of all.matchAll(/HTTP\/1\.1 (\d+) .*?\r\n\r\n/gsu)) {
        counts[Number(status)] = (counts[Number(status)] ?? 0) + 1
        if (status === '429') assert.match(head, /^retry-after: [1-9]\d*\r$/imu)
      }
    }
  }
  await Promise.all(Array.from({ length: 10 }, visit))
  assert.equal(
    Object.values(counts).reduce((sum, count) => sum + count),
    10_000,
  )
  assert.deepEqual(Object.keys(counts), ['200', '404', '429'])
  assert.ok(counts[429]! > 9000, JSON.stringify(counts))
  assert.ok(searches <= 250, `${searches} searches`)
  assert.ok(process.memoryUsage().heapUsed - before < 150e6)
  assert.equal((await served.ask('/healthz')).status, 200)
  assert.equal((await ask('/')).status, 200, 'of the other server nobody asked too much')
})

test('each visitor that the proxy names has a limit of his own, searches a tighter one', async (context) => {
  // Nothing comes back while one counts.
  context.mock.timers.enable({ apis: ['Date'] })
  const { ask } = await serveTwoReports(context, { publicUrl: 'https://x.example/' })
  const as = (address: string) => ({ headers: { 'x-forwarded-for': address } })
  const spend = async (path: string, address: string) => {
    for (let i = 0; i < 500; i++) if ((await ask(path, as(address))).status === 429) return i
    return 500
  }
  const [searches, pages] = [await spend('/api/search?q=a', '203.0.113.1'), await spend('/r/spring', '203.0.113.2')]
  assert.ok(searches >= 20 && searches < pages, `${searches} searches, ${pages} pages`)
  assert.equal((await ask('/?q=a', as('203.0.113.1'))).status, 429, 'the same search without a script')
  assert.equal((await ask('/r/spring', as('203.0.113.1'))).status, 200)
  assert.equal((await ask('/api/search?q=a', as('203.0.113.3'))).status, 200)
})

test('one visitor cannot fill the queue of pictures', async (context) => {
  let asked = 0
  const page = async () => {
    asked++
    return { bytes: Uint8Array.of(1), width: 1, height: 1 }
  }
  const none = async () => null
  const photographer = { kindOf: () => 'page' as const, page, photograph: none, findFont: none, close: () => undefined }
  const { ask } = await serveTwoReports(context, { photographer })
  context.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  for (let i = 0; i < 2 * maxWaiting; i++) await ask('/r/spring/page/1')
  assert.ok(asked > 0 && asked < maxWaiting, `${asked} pictures`)
  assert.equal((await ask('/r/spring/page/1')).status, 429)
})

test('without a public address nobody can name another visitor', async (context) => {
  const { ask } = await serveTwoReports(context)
  let last = 0
  for (let i = 0; i < 200 && last !== 429; i++)
    last = (await ask('/api/search?q=a', { headers: { 'x-forwarded-for': `203.0.113.${i}` } })).status
  assert.equal(last, 429)
})

test('few searches happen at once, and who hangs up makes room', async (context) => {
  const { answerer } = await serveTwoReports(context)
  const waiting: (() => void)[] = []
  let inside = 0
  let most = 0
  const slow = changed(answerer, {
    async answer(question) {
      most = Math.max(most, ++inside)
      await new Promise<void>((resolve) => void waiting.push(resolve))
      inside--
      return answerer.answer(question)
    },
  })
  const { ask, port } = await serve(context, { answerer: slow })
  const leaving = request({ port, path: '/api/search?q=c' }).on('error', () => {})
  const [first, second] = [ask('/api/search?q=a'), ask('/?q=b')]
  await until(() => waiting.length === 2)
  leaving.end()
  const third = ask('/api/search?q=d')
  assert.equal((await ask('/r/spring')).status, 200, 'pages do not wait for searches')
  await sleep(100) // for a third one that should not be let in
  leaving.destroy()
  await sleep(500) // until the server has heard of it
  for (let done = 0; done < 3; done++) {
    await until(() => waiting.length > 0)
    waiting.shift()!()
  }
  assert.deepEqual(
    (await Promise.all([first, second, third])).map(({ status }) => status),
    [200, 200, 200],
  )
  assert.equal(most, 2)
})

test('a defect is noted and not told, and an index that cannot be used is told to pass', async (context) => {
  const { answerer, reportsFolder } = await serveTwoReports(context)
  let error: Error = new TypeError(`no such thing as ${reportsFolder} ${token}`)
  const fail = async () => {
    throw error
  }
  const broken = changed(answerer, { report: fail, answer: fail })
  const { ask, logged } = await serve(context, { answerer: broken })
  for (const path of ['/r/spring', '/api/search?q=secretquestion', '/?q=secretquestion']) {
    const answered = await ask(path)
    assert.equal(answered.status, 500, path)
    assertTellsNothing(answered, reportsFolder)
  }
  assert.equal(logged.filter((line) => /error .*\n?.*no such thing/u.test(line)).length, 3)
  assert.ok(!logged.join('').includes('secretquestion'))
  error = new IndexError({ zh: '连不上 10.0.0.1', en: 'Qdrant at 10.0.0.1 is away' })
  const passing = await ask('/r/spring')
  assert.equal(passing.status, 503)
  assert.ok(!passing.body.includes('10.0.0.1'))
})
