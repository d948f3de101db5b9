import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createLog } from '../../src/log.ts'
import { createMetrics } from '../../src/metrics.ts'
import { type ServerDependencies, startServer } from '../../src/server/server.ts'

/** A server on a free port, and how to ask it. */
async function started(
  context: TestContext,
  health: ServerDependencies['health'] = () => ({ isWell: true, details: {} }),
  pages: ServerDependencies['pages'] = null,
) {
  const metrics = createMetrics()
  const logged: string[] = []
  const log = createLog('debug', [], (line) => void logged.push(line))
  const server = await startServer(0, { metrics, log, health, intake: null, pages })
  context.after(() => server.close())
  const ask = (path: string, method = 'GET', headers = {}) =>
    fetch(`http://127.0.0.1:${server.port}${path}`, { method, headers })
  return { server, metrics, logged, ask }
}

test('health is 200 when all is well and 503 when it is not, with the state as JSON', async (context) => {
  let isWell = true
  const { ask } = await started(context, () => ({ isWell, details: { status: isWell ? 'ok' : 'busy', n: 3 } }))
  const well = await ask('/healthz')
  assert.deepEqual([well.status, await well.json()], [200, { status: 'ok', n: 3 }])
  assert.equal(well.headers.get('content-type'), 'application/json')
  assert.equal(well.headers.get('cache-control'), 'no-store')
  isWell = false
  const ill = await ask('/healthz?probe=1')
  assert.deepEqual([ill.status, await ill.json()], [503, { status: 'busy', n: 3 }])
})

/** A line of Prometheus' text format that is no comment: name, perhaps labels, a number, perhaps a time. */
const sample =
  /^[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_]\w*="(\\[\\"n]|[^\\"\n])*",?)*\})? ([+-]?Inf|Na[Nn]|[+-]?[\d.]+(e[+-]?\d+)?)( \d+)?$/

test('metrics are Prometheus text', async (context) => {
  const { ask, metrics } = await started(context)
  metrics.answered('answer', 12)
  metrics.counted('odd "name" \\ \n here')
  const response = await ask('/metrics')
  assert.equal(response.status, 200)
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
  const text = await response.text()
  assert.ok(text.endsWith('\n'))
  const types = new Map<string, string>()
  const samples = new Map<string, number>()
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [, name, type] = /^# TYPE (\S+) (counter|gauge|histogram|summary)$/.exec(line) ?? []
    if (name !== undefined && type !== undefined) {
      assert.ok(!types.has(name), `${name} is typed twice`)
      types.set(name, type)
    } else if (!line.startsWith('# HELP ')) {
      assert.match(line, sample)
      samples.set(line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1)))
    }
  }
  assert.equal(types.get('wenju_answers_total'), 'counter')
  assert.equal(types.get('wenju_answer_seconds'), 'histogram')
  assert.equal(samples.get('wenju_answers_total{band="answer"}'), 1)
  assert.ok(samples.get('wenju_process_resident_memory_bytes')! > 1e6)
})

test('HEAD says what GET would, without the body', async (context) => {
  const { ask } = await started(context)
  for (const path of ['/healthz', '/metrics']) {
    const response = await ask(path, 'HEAD')
    assert.deepEqual([response.status, await response.text()], [200, ''])
  }
})

test('what is not there is 404, what only reads is not written to', async (context) => {
  const { ask } = await started(context)
  for (const path of ['/', '/health', '/metrics/', '/healthz/x', '//', '/%', '/..%2fmetrics'])
    assert.equal((await ask(path)).status, 404, path)
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
    for (const path of ['/metrics', '/healthz', '/nowhere']) assert.equal((await ask(path, method)).status, 405, method)
})

test('pages take what is neither health nor metrics', async (context) => {
  const seen: string[] = []
  const listener: NonNullable<ServerDependencies['pages']>['listener'] = async ({ method, url }, response) => {
    seen.push(`${method} ${url}`)
    response.end('a page')
  }
  const { ask } = await started(context, undefined, { listener, isPublished: false })
  for (const path of ['/', '/r/a?q=b', '/metrics/', '/healthz/x'])
    assert.equal(await (await ask(path)).text(), 'a page')
  await ask('/api', 'POST')
  assert.deepEqual(seen, ['GET /', 'GET /r/a?q=b', 'GET /metrics/', 'GET /healthz/x', 'POST /api'])
  assert.deepEqual([(await ask('/healthz')).status, (await ask('/metrics', 'POST')).status], [200, 405])
  assert.equal((await ask('/metrics', 'GET', { 'x-forwarded-for': '203.0.113.9' })).status, 200, 'not published')
})

test('once pages are published, metrics are not given to whom a proxy brings', async (context) => {
  const { ask } = await started(context, undefined, {
    listener: async (_, response) => void response.end(),
    isPublished: true,
  })
  assert.equal((await ask('/metrics')).status, 200, 'as Prometheus asks from the machine or network')
  for (const name of ['X-Forwarded-For', 'X-Real-IP', 'Forwarded', 'Via', 'X-Forwarded-Host'])
    assert.equal((await ask('/metrics', 'GET', { [name]: 'for=203.0.113.9' })).status, 404, name)
  assert.equal((await ask('/healthz', 'GET', { 'X-Forwarded-For': '203.0.113.9' })).status, 200)
})

test('a fault while answering is noted, and the next request is answered', async (context) => {
  let isBroken = true
  const { ask, logged } = await started(context, () => {
    if (isBroken) throw new Error('no health today')
    return { isWell: true, details: {} }
  })
  await assert.rejects(ask('/healthz'))
  assert.match(logged.join(''), /no health today/)
  isBroken = false
  assert.equal((await ask('/healthz')).status, 200)
})

test('a taken port is refused, and a closed server frees it', async (context) => {
  const { server, metrics } = await started(context)
  const dependencies: ServerDependencies = {
    metrics,
    log: createLog('error', [], () => {}),
    health: () => ({ isWell: true, details: {} }),
    intake: null,
    pages: null,
  }
  await assert.rejects(startServer(server.port, dependencies), { code: 'EADDRINUSE' })
  // Also while somebody keeps a connection open.
  await (await fetch(`http://127.0.0.1:${server.port}/healthz`)).text()
  await server.close()
  const next = await startServer(server.port, dependencies)
  assert.equal(next.port, server.port)
  await next.close()
})
