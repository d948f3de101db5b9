import assert from 'node:assert/strict'
import { request } from 'node:http'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { createLog } from '../../src/log.ts'
import { createMetrics } from '../../src/metrics.ts'
import type { IntakeSettings } from '../../src/server/intake.ts'
import { startServer } from '../../src/server/server.ts'

const secret = 'Secret_only-for-tests'

async function started(context: TestContext, accept: IntakeSettings['accept'] = async () => 'kept') {
  const logged: string[] = []
  const accepted: object[] = []
  const server = await startServer(0, {
    metrics: createMetrics(),
    log: createLog('debug', [], (line) => void logged.push(line)),
    health: () => ({ isWell: true, details: {} }),
    pages: null,
    intake: {
      path: '/telegram/hook',
      secret,
      accept: (update) => {
        accepted.push(update)
        return accept(update)
      },
    },
  })
  context.after(() => server.close())
  const address = `http://127.0.0.1:${server.port}/telegram/hook`
  const usual = { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret }
  const post = async (body: unknown, headers: Record<string, string> = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(address, { method: 'POST', headers: { ...usual, ...headers }, body: text })
    await response.text()
    return response.status
  }
  return { port: server.port, address, post, usual, accepted, logged }
}

test('an update with the secret is taken in and told so', async (context) => {
  const { post, accepted } = await started(context)
  assert.equal(await post({ update_id: 5, message: { text: '问' } }), 200)
  assert.equal(await post({ update_id: 6 }, { 'content-type': 'application/json; charset=utf-8' }), 200)
  assert.deepEqual(accepted, [{ update_id: 5, message: { text: '问' } }, { update_id: 6 }])
})

test('without the secret nobody gets in, and the secret is in no log', async (context) => {
  const { address, post, accepted, logged } = await started(context)
  for (const wrong of ['', 'x', `${secret}x`, secret.slice(1), secret.toLowerCase()])
    assert.equal(await post({ update_id: 5 }, { 'x-telegram-bot-api-secret-token': wrong }), 401)
  const none = await fetch(address, { method: 'POST', body: '{"update_id":5}' })
  assert.equal(none.status, 401)
  assert.deepEqual(accepted, [])
  assert.ok(!logged.join('').includes(secret))
})

test('who does not know the secret is refused before the body is read', async (context) => {
  const { port } = await started(context)
  const status = await new Promise((resolve, reject) => {
    const path = '/telegram/hook'
    const headers = { 'content-length': '1000', 'content-type': 'application/json' }
    const call = request({ port, path, method: 'POST', headers }, (response) => resolve(response.statusCode))
    call.on('error', reject)
    // Of the body only the beginning is ever sent.
    call.write('{')
  })
  assert.equal(status, 401)
})

test('other methods, types and sizes, and what is no update, are refused', async (context) => {
  const { address, post, accepted, usual } = await started(context)
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const response = await fetch(address, { method, headers: usual })
    assert.deepEqual([response.status, response.headers.get('allow')], [405, 'POST'])
  }
  assert.equal((await fetch(`${address}/x`, { method: 'GET' })).status, 404)
  assert.equal(await post({ update_id: 5 }, { 'content-type': 'text/plain' }), 415)
  for (const body of ['', '{', 'null', '5', '[]', '{}', '{"update_id":"5"}', '{"update_id":1.5}'])
    assert.equal(await post(body), 400, body)
  assert.deepEqual(accepted, [])
})

test('a body of more than a megabyte is refused, whether it says so or not', async (context) => {
  const { address, usual, accepted } = await started(context)
  const large = JSON.stringify({ update_id: 5, text: 'x'.repeat(1024 * 1024) })
  const told = await fetch(address, { method: 'POST', headers: usual, body: large }).then(
    ({ status }) => status,
    // The server does not wait for the rest; a client may see that first.
    () => 413,
  )
  assert.equal(told, 413)
  const chunks = new ReadableStream({
    start(controller) {
      for (let index = 0; index < 20; index++) controller.enqueue(new TextEncoder().encode('x'.repeat(100_000)))
      controller.close()
    },
  })
  const untold = await fetch(address, {
    method: 'POST',
    headers: usual,
    body: chunks,
    duplex: 'half',
  } as RequestInit).then(
    ({ status }) => status,
    () => 413,
  )
  assert.equal(untold, 413)
  assert.deepEqual(accepted, [])
})

test('what is full, closed or cannot be kept is to come again', async (context) => {
  let verdict: () => 'kept' | 'full' | 'closed' = () => 'full'
  const { post, logged } = await started(context, async () => verdict())
  assert.equal(await post({ update_id: 5 }), 503)
  verdict = () => 'closed'
  assert.equal(await post({ update_id: 5 }), 503)
  verdict = () => {
    throw new Error('no space left on device')
  }
  assert.equal(await post({ update_id: 5 }), 500)
  assert.match(logged.join(''), /no space left/)
})

test('who hangs up in the midst of a body is no event', async (context) => {
  const { port, post, logged } = await started(context)
  const socket = connect(port, '127.0.0.1')
  const headers = `x-telegram-bot-api-secret-token: ${secret}\r\ncontent-type: application/json\r\ncontent-length: 100`
  socket.write(`POST /telegram/hook HTTP/1.1\r\nhost: x\r\n${headers}\r\n\r\n{"upd`)
  await new Promise((resolve) => setTimeout(resolve, 50))
  socket.destroy()
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(await post({ update_id: 5 }), 200)
  assert.deepEqual(logged, [])
})
