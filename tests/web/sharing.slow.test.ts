import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Api } from 'grammy'
import type { InlineQueryResultArticle } from 'grammy/types'
import { encodeQuote } from '../../src/answer/address.ts'
import type { Quote } from '../../src/answer/types.ts'
import { quotePreparer } from '../../src/bot/prepareQuote.ts'
import { createLog } from '../../src/log.ts'
import { createMetrics } from '../../src/metrics.ts'
import { encodeSelection } from '../../src/web/selectionLink.ts'
import { startBotApi } from '../fakes/bot-api.ts'
import {
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
const publicUrl = 'https://reports.example.org/wenju/'

/** The pages with a bot at a fake Bot API server, which knows Lin and the stranger. */
async function started(context: TestContext, settings: Partial<ServedSettings> = {}) {
  const api = await startBotApi({ token })
  context.after(() => api.close())
  for (const id of [lin, stranger]) api.user(id)
  const reports = await twoReports()
  const served = await serve(context, { ...reports, publicUrl, ...settings })
  const counted: string[] = []
  const logged: string[] = []
  const metrics = { ...createMetrics(), counted: (event: string) => void counted.push(event) }
  const log = createLog('debug', [], (line) => void logged.push(line))
  const prepare = quotePreparer(new Api(token, { apiRoot: api.url }), 'wenju_bot', { metrics, log })
  served.webPages.introduce({ username: 'wenju_bot', prepare })
  const [quote] = (await reports.answerer.answer({ text: '公园建了几座' })).quotes as [Quote]
  assert.equal(quote.source.report, 'spring')
  let visitors = 0
  const share = (content: object, headers: Readonly<Record<string, string>> = {}) =>
    served.ask('/api/share', json(content, { 'x-forwarded-for': `203.0.113.${++visitors}`, ...headers }))
  const own = { report: 'spring', q: encodeQuote(quote) }
  return { ...reports, ...served, api, quote, own, share, counted, log: logged }
}

/** The message that was left with Telegram last. */
function leftWith({ calls }: Awaited<ReturnType<typeof startBotApi>>) {
  const call = calls.at(-1)!
  assert.deepEqual([call.method, call.response?.ok], ['savePreparedInlineMessage', true])
  const result = call.params.result as InlineQueryResultArticle
  const { message_text: text } = result.input_message_content as { message_text: string }
  const [[open]] = result.reply_markup!.inline_keyboard as unknown as [[{ url: string }]]
  return { user: call.params.user_id, result, text, url: open!.url, response: call.response }
}

test('a quote and a selection are left with Telegram for whoever opened the page, each with its link', async (context) => {
  const { api, quote, own, share, answerer } = await started(context)
  const answered = await share({ initData: initDataOf(lin), ...own })
  const { user, text, url, response } = leftWith(api)
  assert.deepEqual([answered.status, user], [200, lin])
  assert.deepEqual(JSON.parse(answered.body), { id: (response as { result: { id: string } }).result.id })
  assert.ok(text.startsWith(`${quote.text}\n📄 `), text)
  assert.equal(url, `${publicUrl}r/spring?q=${own.q}`)

  const { text: canonical } = (await answerer.report('spring'))!
  const from = canonical.indexOf('公园')
  const placed = (await answerer.locateSelection('spring', [[from, from + 4]]))!
  const s = encodeSelection(placed.quote.ranges, placed.quote.text)
  assert.equal((await share({ initData: initDataOf(lin), report: 'spring', s })).status, 200)
  const selected = leftWith(api)
  assert.ok(selected.text.startsWith(`${canonical.slice(from, from + 4)}\n📄 `), selected.text)
  assert.equal(selected.url, `${publicUrl}r/spring?s=${s}`)
  // The same data shares again, as it opens nothing.
  const data = initDataOf(lin)
  for (let i = 0; i < 2; i++) assert.equal((await share({ initData: data, ...own })).status, 200)
})

test('with a list only those on it share, what they may read, and the link carries their right', async (context) => {
  const { api, own, share, ask } = await started(context, { access: { ...everybody, allowedUsers: [lin] } })
  assert.equal((await share({ initData: initDataOf(lin), ...own })).status, 401, 'without a session')
  const opened = await ask('/api/session', json({ initData: initDataOf(lin) }))
  const cookie = cookieOf(opened)!
  const sharing = (content: object) => share(content, { cookie })
  assert.equal((await sharing({ initData: initDataOf(stranger), ...own })).status, 401, 'data of another person')
  assert.equal(api.calls.length, 0)
  assert.equal((await sharing({ initData: initDataOf(lin), ...own })).status, 200)
  const link = new URL(leftWith(api).url)
  assert.equal(link.searchParams.get('k')?.length, 38)
  const led = await ask(`/r/spring${link.search}`)
  assert.deepEqual([led.status, led.headers.location], [303, `./spring?q=${own.q}`])

  // A link to one report shares its words, and no others.
  const inReport = cookieOf(led)!
  const [autumn, spring] = [{ report: 'autumn', q: own.q }, own]
  assert.equal((await share({ initData: initDataOf(lin), ...autumn }, { cookie: inReport })).status, 401)
  assert.equal((await share({ initData: initDataOf(lin), ...spring }, { cookie: inReport })).status, 200)
})

test('who does not show Telegram’s statement, or asks for words that are gone, is told so', async (context) => {
  const { api, own, share } = await started(context)
  const refusal = async (content: object, lang = 'zh') => {
    const { status, body } = await share(content, { 'accept-language': lang })
    return [status, JSON.parse(body).error]
  }
  for (const initData of [undefined, '', 7, 'hash=1', initDataOf(lin, { at: Date.now() - 3_602_000 })]) {
    const [status, error] = await refusal({ initData, ...own })
    assert.equal(status, 401)
    assert.match(error, /重新点「原文」/u)
  }
  for (const words of [{}, { q: 7 }, { q: 'q_AAAAAAAAAAAAAAAA' }, { s: 'x' }, { s: '0-5.AAAAAAAAAA.5-1' }]) {
    const [status, error] = await refusal({ initData: initDataOf(lin), report: 'spring', ...words }, 'en')
    assert.equal(status, 410, JSON.stringify(words))
    assert.match(error, /search again/u)
  }
  assert.equal(api.calls.length, 0)
})

test('where Telegram refuses, or there is no bot yet, the visitor is told what else to do', async (context) => {
  const { api, own, share, webPages, counted, log } = await started(context)
  const ask = async (user: number) => {
    const { status, body } = await share({ initData: initDataOf(user), ...own })
    return [status, JSON.parse(body).error]
  }
  const refused = [502, '机器人现在无法转发。请稍后再试,或复制链接粘贴到聊天里。']
  assert.deepEqual(await ask(99), refused)
  assert.deepEqual([api.calls.at(-1)?.response?.ok, counted], [false, ['refused 400']])
  assert.match(log.join('\n'), /USER_ID_INVALID/u)
  assert.doesNotMatch(log.join('\n'), new RegExp(token, 'u'))
  webPages.introduce({ username: 'wenju_bot', prepare: async () => null })
  assert.deepEqual(await ask(lin), refused)
})

test('one visitor shares ten quotes at once, and is then held back', async (context) => {
  const { own, share } = await started(context)
  const statuses: number[] = []
  while (statuses.at(-1) !== 429 && statuses.length < 40) {
    const { status } = await share({ initData: initDataOf(lin), ...own }, { 'x-forwarded-for': '198.51.100.9' })
    statuses.push(status)
  }
  assert.deepEqual([new Set(statuses.slice(0, 10)), statuses.at(-1)], [new Set([200]), 429])
})
