import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { test } from 'node:test'
import { assertTellsNothing, sendRaw, serveTwoReports } from '../support/guardedServer.ts'

/** Ways out of the folder, and other addresses that nobody comes upon by a link. */
const strange = [
  '..',
  '../',
  '../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '%2e%2e',
  '%2e%2e%2f',
  '%2e%2e/%2e%2e/etc/passwd',
  '..%5c..%5cwindows',
  '....//',
  '%252e%252e%252f',
  '%00',
  'spring%00',
  'spring%00.txt',
  '%0d%0aset-cookie:a=b',
  '%',
  '%zz',
  '%c0%ae%c0%ae',
  '%ff',
  '%ed%a0%80',
  ';',
  '~',
  '*',
  '/',
  '//',
  '///etc',
  'spring/..',
  'spring/../autumn',
  'spring/../../package.json',
  'spring%2f..%2fautumn',
  'spring.txt',
  './spring',
  '__proto__',
  'constructor',
  'toString',
  '%3Cscript%3Ealert(1)%3C%2Fscript%3E',
  'a'.repeat(7000),
  '%E6%8A%A5'.repeat(700),
  '.env',
  '.git/config',
  'C:%5c',
  'file:%2f%2f%2fetc%2fpasswd',
  'http:%2f%2fx',
  '?',
  '?q=%00',
  '?q=%',
  '?part=-1',
  '?part=1e9',
  `?part=${'9'.repeat(400)}`,
  '?view=%3Cscript%3E',
  '?s=../..',
  '?lang=%22%3E',
]

test('no address leads out of the pages, whatever it holds', async (context) => {
  const { ask, reportsFolder, logged } = await serveTwoReports(context, { publicUrl: 'https://x.example/wenju/' })
  const agent = new Agent({ keepAlive: true })
  context.after(() => agent.destroy())
  let visitors = 0
  for (const prefix of [
    '/',
    '/r/',
    '/wenju/r/',
    '/assets/',
    '/api/',
    '/r/spring/',
    '/api/search?q=',
    '/?tags=',
    '/?q=',
  ])
    for (const path of strange) {
      const headers = { 'x-forwarded-for': `203.0.113.${++visitors % 250}` }
      const answered = await ask(`${prefix}${path}`, { headers, agent })
      const told = `${prefix}${path.slice(0, 60)}: ${answered.status}`
      assert.ok([200, 302, 308, 400, 404, 410, 414].includes(answered.status), told)
      assertTellsNothing(answered, reportsFolder)
      assert.ok(!/root:|"dependencies"|\[core\]/u.test(answered.body), told)
      assert.equal(answered.headers['set-cookie'], undefined, told)
    }
  for (const climbing of ['/..', '/r/..', '/r/%2e%2e', '/r/spring/..', '/r/%00', '/r/%', '/?q=%00%', '/.'])
    assert.equal((await ask(climbing)).status, 400, climbing)
  assert.deepEqual(
    logged.filter((line) => / error /u.test(line)),
    [],
  )
})

test('what is no HTTP is turned away, and the server goes on', async (context) => {
  const { port, ask, reportsFolder } = await serveTwoReports(context)
  for (const bytes of [
    'GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET /r/\\..\\x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'GET http:// HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'GET http://evil/r/../x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: x/../y?\r\nConnection: close\r\n\r\n',
    'GET * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'GET r/spring HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
    'GARBAGE\r\n\r\n',
    'POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: -1\r\n\r\n',
  ]) {
    const all = await sendRaw(port, bytes)
    assert.match(all, /^HTTP\/1\.1 4\d\d /u, JSON.stringify(bytes))
    assertTellsNothing({ status: 0, headers: {}, body: all }, reportsFolder)
  }
  assert.equal((await ask('/')).status, 200)
})
