import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Quote } from '../../src/answer/types.ts'
import { group, lin, serveLin, statuses, stranger } from '../support/closedServer.ts'
import { cookieOf, everybody, initDataOf, json } from '../support/webServer.ts'

test('a link opens its report, and goes out of the address', async (context) => {
  const { get, ask, linkOf, quote } = await serveLin(context, { access: { ...everybody, allowedChats: [group] } })
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
  const { get, linkOf, open, answerer } = await serveLin(context)
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
  const { ask } = await serveLin(context)
  const headers = { 'accept-language': 'zh-TW' }
  assert.match((await ask('/', { headers })).body, /請從 Telegram/u)
  assert.match(JSON.parse((await ask('/api/search?q=a', { headers })).body).error, /機器人/u)
})

test('a link is refused that was altered, is of another report or person, or expired', async (context) => {
  const { get, linkOf, quote, webPages, answerer } = await serveLin(context)
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
  const { get, linkOf } = await serveLin(context)
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
  const { get, open, webPages, answerer, linkOf, quote } = await serveLin(context)
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
