import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { botTexts } from '../../src/bot/views/texts.ts'
import { buildLibrary, type Library, startTown } from '../support/botProcess.ts'
import { freePort } from '../support/ports.ts'
import { buttonOf, token } from '../support/testBot.ts'
import { initDataOf } from '../support/webServer.ts'

let library: Library
before(async () => {
  library = await buildLibrary()
})

test('from a question in a group to the sentence on its page, for those on the list only', async (context) => {
  const { api, lin, start } = await startTown(context, library)
  const port = await freePort()
  const base = 'https://reports.example.org/wenju/'
  // The reverse proxy in front, which ends TLS.
  const visit = (address: string | URL, init: RequestInit = {}) => {
    const url = new URL(address)
    assert.ok(url.href.startsWith(base), url.href)
    return fetch(`http://127.0.0.1:${port}${url.pathname}${url.search}`, init)
  }
  const environment = { PORT: String(port), PUBLIC_URL: base, ALLOWED_USERS: String(lin.id) }
  const wenju = start({ environment })
  await wenju.prints(/answers from 2 reports/u)
  const group = api.group(-1005, { creator: lin })
  api.say(group, lin, '/ask 安置房交付了多少套?')
  await api.drained()
  const answer = [...group.messages.values()].at(-1)
  const { url } = buttonOf(answer, botTexts.zh.buttons.open)
  assert.ok(url.startsWith(`${base}r/`), url)
  assert.equal((await visit(url.replace(/&k=.*/u, ''))).status, 401)

  const led = await visit(url, { redirect: 'manual' })
  assert.equal(led.status, 303)
  const cookie = led.headers.get('set-cookie')!.split(';')[0]!
  const address = new URL(led.headers.get('location')!, url)
  assert.ok(!address.href.includes('k='))
  const page = await visit(address, { headers: { cookie } })
  const html = await page.text()
  assert.equal(page.status, 200)
  assert.match(html, /<mark[^>]*>(?:(?!<\/p>).)*4124/su)
  assert.equal((await visit(`${base}?q=a`, { headers: { cookie } })).status, 401, 'a link is no search')

  const open = (initData: string) =>
    visit(`${base}api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ initData }),
    })
  const data = initDataOf(lin.id, { signedWith: token })
  const opened = await open(data)
  assert.equal(opened.status, 204)
  const own = { headers: { cookie: opened.headers.get('set-cookie')!.split(';')[0]! } }
  const found = await visit(`${base}api/search?q=${encodeURIComponent('安置房交付了多少套')}`, own)
  assert.match(await found.text(), /4124/u)
  const q = address.searchParams.get('q')
  const headers = { 'content-type': 'application/json', ...own.headers }
  const shared = { report: decodeURIComponent(address.pathname.split('/').at(-1)!), q, initData: data }
  const prepared = await visit(`${base}api/share`, { method: 'POST', headers, body: JSON.stringify(shared) })
  const left = await api.waitFor('savePreparedInlineMessage')
  assert.deepEqual([prepared.status, left.response?.ok, left.params.user_id], [200, true, lin.id])
  assert.match(JSON.stringify(left.params.result), /4124/u)
  assert.equal((await open(data)).status, 401)
  assert.equal((await open(initDataOf(8, { signedWith: token }))).status, 403)
  wenju.signal('SIGTERM')
  assert.deepEqual(await wenju.end, { code: 0, signal: null })
  assert.ok(!/安置房交付|[?&]k=/u.test(wenju.output()), 'neither questions nor links are logged')

  // What opened once stays used after a restart, and who had come in reads on.
  const again = start({ environment })
  await again.prints(/answers from 2 reports/u)
  assert.equal((await open(data)).status, 401)
  assert.equal((await visit(base, own)).status, 200)
})
