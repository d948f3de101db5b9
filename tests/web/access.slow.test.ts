import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryState } from '../fakes/state.ts'
import { group, lin, onlyLin, paths, publicUrl, serveLin, stranger } from '../support/closedServer.ts'
import { cookieOf, everybody, initDataOf, json, serve, token, twoReports } from '../support/webServer.ts'

test('without a list of allowed people everybody reads, and nobody gets a cookie', async (context) => {
  const { get, webPages, quote } = await serveLin(context, { access: { ...everybody, admins: [lin] } })
  for (const path of paths.slice(0, -1)) {
    const answered = await get(path)
    assert.deepEqual([answered.status, cookieOf(answered)], [200, null], path)
  }
  assert.ok(!webPages.links!.quote(quote, null).includes('k='))
  // A link from before, when there was a list, is still good for its address.
  const led = await get('/r/spring?q=x&k=old&lang=en')
  assert.deepEqual([led.status, led.headers.location], [303, './spring?q=x&lang=en'])
})

test('with a list nobody reads anything who shows nothing, but what the refusal itself needs', async (context) => {
  const { get, ask } = await serveLin(context)
  for (const path of paths) {
    const { status, headers, body } = await get(path)
    assert.equal(status, 401, path)
    assert.equal(headers['cache-control'], 'no-store')
    assert.ok(!/公园|道路|spring|autumn/u.test(body), `${path} tells of the reports`)
  }
  assert.equal((await ask('/api/selection', json({ report: 'spring', ranges: [[0, 5]] }))).status, 401)
  const search = await get('/api/search?q=a')
  assert.match(search.headers['content-type'] ?? '', /^application\/json/)
  assert.equal(typeof JSON.parse(search.body).error, 'string')
})

test('who is refused is shown the way to the quote in the bot', async (context) => {
  const { get, linkOf, webPages } = await serveLin(context)
  const address = new URLSearchParams(linkOf(lin).split('?')[1]).get('q')!
  assert.ok(!(await get(`/r/spring?q=${address}`)).body.includes('t.me'), 'before the name of the bot is known')
  webPages.introduce({ username: 'wenju_bot', prepare: async () => null })
  assert.ok((await get(`/r/spring?q=${address}`)).body.includes(`https://t.me/wenju_bot?start=${address}`))
  assert.ok((await get('/?q=%22%3E%3Cscript%3E')).body.includes('https://t.me/wenju_bot"'))
})

test('who proves by Telegram’s data to be on the list reads everything, by a cookie that only pages get', async (context) => {
  const { get, open } = await serveLin(context)
  const opened = await open(initDataOf(lin))
  assert.deepEqual([opened.status, opened.body], [204, ''])
  const set = opened.headers['set-cookie']![0]!.split('; ')
  for (const attribute of ['HttpOnly', 'Secure', 'SameSite=None', 'Partitioned', 'Path=/wenju/', 'Max-Age=28800'])
    assert.ok(set.includes(attribute), `${attribute} in ${set}`)
  const cookie = cookieOf(opened)
  for (const path of paths.slice(0, -1)) {
    const { status, headers } = await get(path, cookie)
    assert.equal(status, 200, path)
    assert.match(headers['cache-control'] ?? '', /^private/)
  }
  assert.equal((await get('/r/none', cookie)).status, 404)
})

test('over plain http on the machine itself the cookie does without https', async (context) => {
  const { open } = await serveLin(context, { publicUrl: 'http://127.0.0.1:8080' })
  const [set] = (await open(initDataOf(lin))).headers['set-cookie']!
  assert.match(set!, /; Path=\/; HttpOnly; SameSite=Lax$/)
})

test('admins and people whose chat is listed come in, others are refused and told so', async (context) => {
  const { open } = await serveLin(context, { access: { allowedUsers: [], allowedChats: [9, group], admins: [5] } })
  for (const user of [5, 9]) assert.equal((await open(initDataOf(user))).status, 204, `user ${user}`)
  const refused = await open(initDataOf(stranger))
  assert.deepEqual([refused.status, cookieOf(refused)], [403, null])
})

test('the same data opens once, at whichever replica', async (context) => {
  const state = memoryState()
  const reports = await twoReports()
  const replicas = [1, 2].map(() => serve(context, { ...reports, access: onlyLin, state }))
  const [one, other] = await Promise.all(replicas)
  const data = initDataOf(lin)
  const opened = await one!.ask('/api/session', json({ initData: data }))
  assert.equal(opened.status, 204)
  for (const replica of [one!, other!]) {
    const again = await replica.ask('/api/session', json({ initData: data }))
    assert.deepEqual([again.status, cookieOf(again)], [401, null])
  }
  // What one replica signed the other one reads.
  assert.equal((await other!.ask('/', { headers: { cookie: cookieOf(opened)! } })).status, 200)
})

test('data that Telegram did not sign, or not lately, opens nothing', async (context) => {
  const { open } = await serveLin(context)
  const good = new URLSearchParams(initDataOf(lin))
  const changed = (change: (fields: URLSearchParams) => void) => {
    const fields = new URLSearchParams(good)
    change(fields)
    return String(fields)
  }
  const hash = good.get('hash')!
  const forged: Record<string, unknown> = {
    'of another bot': initDataOf(lin, { signedWith: '123456:another' }),
    'of another person': changed((fields) => fields.set('user', JSON.stringify({ id: lin, is_premium: true }))),
    'with a later date': changed((fields) => fields.set('auth_date', String(Number(fields.get('auth_date')) + 1))),
    'with something added': changed((fields) => fields.set('start_param', 'x')),
    'with something left out': changed((fields) => fields.delete('query_id')),
    'said twice': changed((fields) => fields.append('user', JSON.stringify({ id: lin }))),
    'without a hash': changed((fields) => fields.delete('hash')),
    'with two hashes': changed((fields) => fields.append('hash', hash)),
    'with an empty hash': changed((fields) => fields.set('hash', '')),
    'with half a hash': changed((fields) => fields.set('hash', hash.slice(0, 32))),
    'with a hash and more': changed((fields) => fields.set('hash', `${hash}00`)),
    'with another hash': changed((fields) =>
      fields.set(
        'hash',
        hash.replace(/^./u, (digit) => (digit === '0' ? '1' : '0')),
      ),
    ),
    'in capitals': changed((fields) => fields.set('hash', hash.toUpperCase())),
    'an hour old': initDataOf(lin, { at: Date.now() - 3_602_000 }),
    'of the future': initDataOf(lin, { at: Date.now() + 120_000 }),
    'without a date': initDataOf(lin, { more: { auth_date: '' } }).replace('auth_date=&', ''),
    'with no number for a date': initDataOf(lin, { more: { auth_date: 'NaN' } }),
    'of nobody': initDataOf(lin, { more: { user: '' } }),
    'of a person without an id': initDataOf(lin, { more: { user: '{"id":"7"}' } }),
    'of broken JSON': initDataOf(lin, { more: { user: '{"id":7' } }),
    empty: '',
    'no text': 7,
    absent: undefined,
    'a list': [initDataOf(lin)],
  }
  for (const [kind, data] of Object.entries(forged)) {
    const refused = await open(data)
    assert.deepEqual([refused.status, cookieOf(refused)], [401, null], kind)
    assert.ok(!refused.body.includes(token))
  }
  assert.equal((await open(String(good))).status, 204, 'what was tried with its fields leaves the data itself good')
})

test('data a moment from the future is taken, as clocks differ', async (context) => {
  const { open } = await serveLin(context)
  assert.equal((await open(initDataOf(lin, { at: Date.now() + 20_000 }))).status, 204)
})

test('who is taken off the list reads no more, with a cookie or a link', async (context) => {
  const reports = await twoReports()
  const before = await serve(context, { ...reports, access: onlyLin, publicUrl })
  const cookie = cookieOf(await before.ask('/api/session', json({ initData: initDataOf(lin) })))!
  const after = await serve(context, { ...reports, access: { ...everybody, allowedUsers: [stranger] }, publicUrl })
  assert.equal((await before.ask('/', { headers: { cookie } })).status, 200)
  for (const path of ['/', '/r/spring', '/api/search?q=a'])
    assert.equal((await after.ask(path, { headers: { cookie } })).status, 403, path)
  const quote = (await reports.answerer.answer({ text: '公园' })).quotes[0]!
  const { search } = new URL(before.webPages.links!.quote(quote, lin))
  assert.equal((await after.ask(`/r/spring${search}`)).status, 403)
})

test('a cookie that we did not sign is none', async (context) => {
  const { get, open } = await serveLin(context)
  const cookie = cookieOf(await open(initDataOf(lin)))!
  const [name, value] = cookie.split('=') as [string, string]
  const [body = '', mark = ''] = value.split('.')
  const all = Buffer.from(JSON.stringify({ id: 'x', grants: [{ who: lin, report: null, until: 9e9 }] })).toString(
    'base64url',
  )
  for (const forged of [
    '',
    '.',
    `${body}.`,
    `.${mark}`,
    `${all}.${mark}`,
    `${body}.${mark}.`,
    `${body}.${mark.slice(1)}`,
    `${body}.A${mark.slice(1)}`,
    'x'.repeat(5000),
    '%00',
  ])
    assert.equal((await get('/', `${name}=${forged}`)).status, 401, forged)
  assert.equal((await get('/', cookie)).status, 200)
})

test('a group that became a supergroup keeps its links', async (context) => {
  const state = memoryState()
  const { get, linkOf } = await serveLin(context, { state, access: { ...everybody, allowedChats: [-5] } })
  await state.set('migrated/-1005', '-5')
  assert.equal((await get(linkOf(-1005))).status, 303)
  assert.equal((await get(linkOf(-1006))).status, 403)
})

test('without a bot nobody can prove anything: pages with a list stay closed', async (context) => {
  const { open, get } = await serveLin(context, { token: undefined, state: null })
  assert.equal((await open(initDataOf(lin, { signedWith: '' }))).status, 401)
  assert.equal((await get('/')).status, 401)
})

test('the pages stand at the path of the public address, whether the proxy takes it off or not', async (context) => {
  const { get } = await serveLin(context, { access: everybody })
  for (const path of ['/wenju/r/spring', '/r/spring', '/wenju/', '/']) assert.equal((await get(path)).status, 200, path)
  const led = await get('/wenju?q=a')
  assert.deepEqual([led.status, led.headers.location], [308, '/wenju/?q=a'])
  assert.equal((await get('/wenjur/spring')).status, 404)
})
