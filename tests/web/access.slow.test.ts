import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Quote } from '../../src/answer/types.ts'
import { memoryState } from '../fakes/state.ts'
import {
  type Answered,
  cookieOf,
  everybody,
  initDataOf,
  json,
  type ServedSettings,
  serve,
  token,
  twoReports,
} from '../support/webServer.ts'

const lin = 7
const stranger = 8
const group = -1001234567890
const publicUrl = 'https://reports.example.org/wenju/'
const onlyLin = { ...everybody, allowedUsers: [lin] }

/** Everything that shows something of reports. */
const paths = ['/', '/?q=公园', '/r/spring', '/r/autumn', '/r/spring/file', '/api/search?q=公园', '/r/none'].map(
  encodeURI,
)

/** A server that answers Lin only, and how its people come in. */
async function started(context: TestContext, settings: Partial<ServedSettings> = {}) {
  const reports = await twoReports()
  const served = await serve(context, { ...reports, publicUrl, access: onlyLin, ...settings })
  let visitors = 0
  // Each from another address, so that nobody tries too often.
  const open = (initData: unknown) =>
    served.ask('/api/session', json({ initData }, { 'x-forwarded-for': `203.0.113.${++visitors}` }))
  const [quote] = (await reports.answerer.answer({ text: '公园建了几座' })).quotes as [Quote]
  assert.equal(quote.source.report, 'spring')
  const linkOf = (who: number) =>
    new URL(served.webPages.links!.quote(quote, who)).pathname.slice('/wenju'.length) +
    new URL(served.webPages.links!.quote(quote, who)).search
  const get = (path: string, cookie: string | null = null) =>
    served.ask(path, cookie === null ? {} : { headers: { cookie } })
  return { ...reports, ...served, open, get, linkOf, quote }
}

const statuses = (all: readonly Answered[]) => all.map(({ status }) => status)

test('without a list of allowed people everybody reads, and nobody gets a cookie', async (context) => {
  const { get, webPages, quote } = await started(context, { access: { ...everybody, admins: [lin] } })
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
  const { get, ask } = await started(context)
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
  const { get, linkOf, webPages } = await started(context)
  const address = new URLSearchParams(linkOf(lin).split('?')[1]).get('q')!
  assert.ok(!(await get(`/r/spring?q=${address}`)).body.includes('t.me'), 'before the name of the bot is known')
  webPages.introduce({ username: 'wenju_bot', prepare: async () => null })
  assert.ok((await get(`/r/spring?q=${address}`)).body.includes(`https://t.me/wenju_bot?start=${address}`))
  assert.ok((await get('/?q=%22%3E%3Cscript%3E')).body.includes('https://t.me/wenju_bot"'))
})

test('who proves by Telegram’s data to be on the list reads everything, by a cookie that only pages get', async (context) => {
  const { get, open } = await started(context)
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
  const { open } = await started(context, { publicUrl: 'http://127.0.0.1:8080' })
  const [set] = (await open(initDataOf(lin))).headers['set-cookie']!
  assert.match(set!, /; Path=\/; HttpOnly; SameSite=Lax$/)
})

test('admins and people whose chat is listed come in, others are refused and told so', async (context) => {
  const { open } = await started(context, { access: { allowedUsers: [], allowedChats: [9, group], admins: [5] } })
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
  const { open } = await started(context)
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
  const { open } = await started(context)
  assert.equal((await open(initDataOf(lin, { at: Date.now() + 20_000 }))).status, 204)
})

test('a link opens its report, and goes out of the address', async (context) => {
  const { get, ask, linkOf, quote } = await started(context, { access: { ...everybody, allowedChats: [group] } })
  const link = linkOf(group)
  assert.match(link, /^\/r\/spring\?q=q_[\w-]+&k=[\w-]{38}$/)
  const led = await get(link)
  assert.deepEqual([led.status, led.body], [303, ''])
  assert.match(led.headers.location!, /^\.\/spring\?q=q_[\w-]+$/)
  const cookie = cookieOf(led)
  assert.ok(cookie)
  for (const path of ['/r/spring', '/r/spring?view=original', '/r/spring/file'])
    assert.equal((await get(path, cookie)).status, 200, path)
  const select = (report: unknown) => ask('/api/selection', json({ report, ranges: quote.ranges }, { cookie }))
  assert.equal((await select('spring')).status, 200)
  for (const report of ['autumn', null, ['spring']]) assert.equal((await select(report)).status, 401)
  for (const path of [
    '/',
    '/?q=a',
    '/api/search?q=a',
    '/r/autumn',
    '/r/autumn/file',
    '/r/none',
    '/r/spring2',
    '/r/',
    '/r',
  ])
    assert.equal((await get(path, cookie)).status, 401, path)
})

test('a page that a link opened shows nothing that its visitor is refused', async (context) => {
  const { get, linkOf, open, answerer } = await started(context)
  const cookie = cookieOf(await get(linkOf(lin)))
  const whole = cookieOf(await open(initDataOf(lin)))
  for (const path of ['/r/spring', '/r/spring?view=original', '/r/spring?q=nonsense']) {
    const [own, all] = [(await get(path, cookie)).body, (await get(path, whole)).body]
    assert.doesNotMatch(own, /<form|href="\.\.\/(?:[?"])|data-home/u, path)
    assert.match(all, /<form[\s\S]*data-report|data-home="\.\.\/"/u, path)
  }
  // Words of another report are told of to nobody who may not read that.
  const [other] = (await answerer.answer({ text: '安置房交付了多少套' })).quotes as [Quote]
  assert.equal(other.source.report, 'autumn')
  const query = `?q=q_${other.passage.slice(2)}`
  const elsewhere = await get(`/r/spring${query}`, cookie)
  const nowhere = await get('/r/spring?q=q_AAAAAAAAAAAAAAAA', cookie)
  assert.deepEqual([elsewhere.status, elsewhere.headers.location], [410, undefined])
  assert.equal(elsewhere.body, nowhere.body)
  const led = await get(`/r/spring${query}`, whole)
  assert.deepEqual([led.status, led.headers.location?.split('?')[0]], [302, './autumn'])
})

test('who is refused is told so in Traditional characters too', async (context) => {
  const { ask } = await started(context)
  const headers = { 'accept-language': 'zh-TW' }
  assert.match((await ask('/', { headers })).body, /請從 Telegram/u)
  assert.match(JSON.parse((await ask('/api/search?q=a', { headers })).body).error, /機器人/u)
})

test('a link is refused that was altered, is of another report or person, or expired', async (context) => {
  const { get, linkOf, quote, webPages, answerer } = await started(context)
  const url = new URL(linkOf(lin), 'http://x')
  const k = url.searchParams.get('k')!
  const refused = async (path: string, status = 401) => {
    const answered = await get(path)
    assert.deepEqual([answered.status, cookieOf(answered)], [status, null], path)
  }
  for (let i = 0; i < k.length; i++) {
    const letter = k[i] === 'A' ? 'B' : 'A'
    await refused(`/r/spring?k=${k.slice(0, i)}${letter}${k.slice(i + 1)}`)
  }
  for (const other of ['', 'k', k.slice(1), `${k}A`, `${k}=`, 'A'.repeat(38), '%00', k.split('').reverse().join('')])
    await refused(`/r/spring?k=${other}`)
  await refused(`/r/autumn?k=${k}`)
  await refused(`/?k=${k}`)
  await refused(`/api/search?q=a&k=${k}`)
  const ofStranger = new URL(webPages.links!.quote(quote, stranger)).search
  await refused(`/r/spring${ofStranger}`, 403)
  assert.equal((await answerer.answer({ text: '安置房' })).quotes[0]?.source.report, 'autumn')
})

test('a link holds for a week, its session for hours', async (context) => {
  context.mock.timers.enable({ apis: ['Date'], now: 1_800_000_000_000 })
  const { get, linkOf } = await started(context)
  const link = linkOf(lin)
  const hour = 3_600_000
  context.mock.timers.tick(7 * 24 * hour - 2 * hour)
  const cookie = cookieOf(await get(link))
  assert.equal((await get('/r/spring', cookie)).status, 200)
  context.mock.timers.tick(hour)
  assert.equal((await get('/r/spring', cookie)).status, 200)
  context.mock.timers.tick(hour)
  const [session, anew] = [await get('/r/spring', cookie), await get(link)]
  assert.deepEqual(statuses([session, anew]), [401, 401], 'no longer than the link itself')
  const later = linkOf(lin)
  const fresh = cookieOf(await get(later))
  context.mock.timers.tick(8 * hour)
  assert.equal((await get('/r/spring', fresh)).status, 401)
  assert.equal((await get(later)).status, 303)
})

test('a session collects what links opened, and data of Telegram’s is worth more', async (context) => {
  const { get, open, webPages, answerer, linkOf, quote } = await started(context)
  const [other] = (await answerer.answer({ text: '安置房交付了多少套' })).quotes as [Quote]
  const autumnUrl = new URL(webPages.links!.quote(other, lin))
  const first = cookieOf(await get(linkOf(lin)))
  const both = cookieOf(await get(`/r/autumn${autumnUrl.search}`, first))
  for (const report of ['spring', 'autumn']) assert.equal((await get(`/r/${report}`, both)).status, 200, report)
  // Who reads everything keeps that when a link is opened.
  const whole = cookieOf(await open(initDataOf(lin)))
  const led = await get(linkOf(lin), whole)
  assert.deepEqual([led.status, cookieOf(led)], [303, null])
  // A cookie is bounded, whatever is opened.
  let cookie = first
  for (let i = 0; i < 20; i++) {
    const name = `${quote.source.report}${i}`
    const { search } = new URL(webPages.links!.quote({ ...quote, source: { ...quote.source, report: name } }, lin))
    cookie = cookieOf(await get(`/r/${name}${search}`, cookie)) ?? cookie
  }
  assert.ok(cookie!.length < 1500, `${cookie!.length} characters`)
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
  const { get, open } = await started(context)
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
  const { get, linkOf } = await started(context, { state, access: { ...everybody, allowedChats: [-5] } })
  await state.set('migrated/-1005', '-5')
  assert.equal((await get(linkOf(-1005))).status, 303)
  assert.equal((await get(linkOf(-1006))).status, 403)
})

test('without a bot nobody can prove anything: pages with a list stay closed', async (context) => {
  const { open, get } = await started(context, { token: undefined, state: null })
  assert.equal((await open(initDataOf(lin, { signedWith: '' }))).status, 401)
  assert.equal((await get('/')).status, 401)
})

test('the pages stand at the path of the public address, whether the proxy takes it off or not', async (context) => {
  const { get } = await started(context, { access: everybody })
  for (const path of ['/wenju/r/spring', '/r/spring', '/wenju/', '/']) assert.equal((await get(path)).status, 200, path)
  const led = await get('/wenju?q=a')
  assert.deepEqual([led.status, led.headers.location], [308, '/wenju/?q=a'])
  assert.equal((await get('/wenjur/spring')).status, 404)
})
