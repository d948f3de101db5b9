import assert from 'node:assert/strict'
import { before, describe, type TestContext, test } from 'node:test'
import type { User } from 'grammy/types'
import { createConnection } from '../../src/bot/api/connection.ts'
import { checkBot } from '../../src/bot/api/telegram.ts'
import type { BotSettings } from '../../src/bot/context.ts'
import { botTexts } from '../../src/bot/views/texts.ts'
import { readConfig } from '../../src/config.ts'
import { createLog } from '../../src/log.ts'
import { type BotApi, type FakeChat, startBotApi } from '../fakes/bot-api.ts'
import { type FakeProxy, startHttpProxy, startSocksProxy } from '../fakes/proxies.ts'
import { tls } from '../fixtures/tls.ts'
import { buildLibrary, type Library, startTown, type Wenju } from '../support/botProcess.ts'
import { checkFault } from '../support/checkFault.ts'
import { freePort } from '../support/ports.ts'
import { buttonOf, quoteOf, token } from '../support/testBot.ts'
import { workshop } from '../support/testIndex.ts'
import { startReplica } from './replica.ts'

const login = { user: 'lin', password: 's3cret-of-the-proxy/@' }
const userInfo = `lin:${encodeURIComponent(login.password)}@`

let library: Library
before(async () => {
  library = await buildLibrary()
})

type StartProxy = typeof startHttpProxy

/** A town whose Telegram has a name that only the proxy knows, so nothing reaches it but by way of the proxy. */
async function startBehind(context: TestContext, start: StartProxy, isSecure = false) {
  const town = await startTown(context, library, isSecure ? { tls } : {})
  const proxy = await start({ login, names: { 'telegram.test': town.api.port } })
  const started: Wenju[] = []
  context.after(async () => {
    await proxy.close()
    for (const wenju of started) assertNoPassword(wenju.output())
  })
  const root = { TELEGRAM_API_ROOT: `${isSecure ? 'https' : 'http'}://telegram.test` }
  return {
    ...town,
    proxy,
    start(environment: Record<string, string>, args: readonly string[] = []) {
      const wenju = town.start({ environment: { ...root, ...environment }, args })
      started.push(wenju)
      return wenju
    },
  }
}

function assertNoPassword(text: string): void {
  const basic = Buffer.from(`${login.user}:${login.password}`).toString('base64')
  for (const form of [login.password, encodeURIComponent(login.password), basic]) assert.ok(!text.includes(form), text)
}

async function stop(wenju: Wenju): Promise<void> {
  wenju.signal('SIGTERM')
  assert.deepEqual(await wenju.end, { code: 0, signal: null }, wenju.output())
}

type Way = readonly [name: string, StartProxy, (proxy: FakeProxy) => Record<string, string>]

/** Ways to a Telegram that is spoken to over TLS. */
const secureWays: readonly Way[] = [
  [
    'https_proxy, which is spoken to over TLS',
    (options) => startHttpProxy({ ...options, isSecure: true }),
    ({ port }) => ({ https_proxy: `https://${userInfo}localhost:${port}` }),
  ],
  ['ALL_PROXY', startSocksProxy, ({ port }) => ({ ALL_PROXY: `socks5://${userInfo}127.0.0.1:${port}` })],
]

const plainWays: readonly Way[] = [
  ['HTTP_PROXY', startHttpProxy, ({ port }) => ({ HTTP_PROXY: `http://${userInfo}127.0.0.1:${port}` })],
  [
    'TELEGRAM_PROXY, whatever the others say',
    startSocksProxy,
    ({ port }) => ({
      TELEGRAM_PROXY: `socks5h://${userInfo}127.0.0.1:${port}`,
      HTTP_PROXY: 'http://127.0.0.1:1',
      NO_PROXY: '*',
    }),
  ],
]

/** Lets a person ask, have the source sent, and send a report. */
async function useBot(api: BotApi, chat: FakeChat, lin: User, answer: RegExp): Promise<void> {
  api.say(chat, lin, '方边村得到了什么称号?')
  await api.waitFor('sendMessage')
  const sent = api.messages(chat).at(-1)
  assert.match(sent?.text ?? '', answer)
  api.press(sent!, lin, buttonOf(sent, botTexts.zh.buttons.source).callback_data)
  await api.waitFor('sendDocument')
  api.sendDocument(chat, lin, { name: '桥.txt', bytes: new TextEncoder().encode('今年造桥三座,修路四条。\n') })
  await api.waitFor(({ method, params }) => method === 'editMessageText' && /✅/u.test(params.text ?? ''))
  assert.ok(api.calls.some(({ method }) => method === 'file'))
}

/** Everything went by the proxy, and to Telegram. */
function assertLed({ led }: FakeProxy): void {
  assert.deepEqual([...new Set(led.map((place) => place.replace(/:\d+$/u, '')))], ['telegram.test'])
}

describe('a bot behind a proxy', { concurrency: 2 }, () => {
  for (const [name, startProxy, environmentOf] of secureWays) {
    test(`polls, answers, sends and takes in files by ${name}`, async (context) => {
      const { api, lin, chat, proxy, start } = await startBehind(context, startProxy, true)
      const wenju = start({ ...environmentOf(proxy), ADMIN_USERS: String(lin.id) })
      await useBot(api, chat, lin, /全国文明村/u)
      await stop(wenju)
      assertLed(proxy)
      assert.match(wenju.output(), new RegExp(`by way of the proxy \\S+:${proxy.port} \\(\\w+\\)`, 'u'))
    })
  }

  test('replicas answer, send and take in files by HTTPS_PROXY, too', async (context) => {
    const { api, lin, chat, proxy, start } = await startBehind(context, startHttpProxy, true)
    const port = await freePort()
    const hook = { PORT: String(port), WEBHOOK_URL: 'https://bot.example.org/hook', ADMIN_USERS: String(lin.id) }
    api.balance([`http://127.0.0.1:${port}`])
    const wenju = start({ ...hook, HTTPS_PROXY: `http://${userInfo}127.0.0.1:${proxy.port}` })
    await api.waitFor('setWebhook')
    await useBot(api, chat, lin, /全国文明村/u)
    await stop(wenju)
    assertLed(proxy)
  })

  // The whole program takes much longer to start, and speaks to its proxy in the same way.
  for (const [name, startProxy, environmentOf] of plainWays) {
    test(`polls, answers, sends and takes in files by ${name}`, async (context) => {
      const api = await startBotApi({ token })
      const proxy = await startProxy({ login, names: { 'telegram.test': api.port } })
      const places = await workshop(context, { 'a.txt': '安置房交付4124套。\n' })
      const environment = { TELEGRAM_API_ROOT: 'http://telegram.test', ...environmentOf(proxy) }
      const logged: string[] = []
      const lin = api.user(7)
      const quote = async () => quoteOf('安置房交付4124套。')
      const options = { polls: true, admins: [lin.id], quote, reportsFolder: places.reports }
      const replica = await startReplica(api, places.root, { ...options, settings: settingsOf(environment, logged) })
      context.after(async () => {
        await replica.stop()
        await proxy.close()
        await api.close()
        assert.deepEqual(api.violations, [])
        assertNoPassword([...replica.logged, ...logged].join('\n'))
      })
      await useBot(api, api.privateChat(lin), lin, /安置房交付4124套/u)
      assertLed(proxy)
    })
  }
})

/** The settings of a bot with such an environment. @param logged gets the lines about its connection */
function settingsOf(environment: Record<string, string>, logged: string[]): BotSettings {
  const { apiRoot, proxy } = readConfig({ TELEGRAM_BOT_TOKEN: token, ...environment }).telegram
  const connection = createConnection({
    apiRoot,
    proxy,
    language: 'en',
    log: createLog('debug', [], (line) => void logged.push(line)),
  })
  return { token, apiRoot, connection, localFileBytes: null }
}

describe('--check', { concurrency: 2 }, () => {
  test('names the bot and the proxy by which it was asked, without its login, and starts nothing', async (context) => {
    const { api, proxy, start } = await startBehind(context, startSocksProxy, true)
    const wenju = start({ TELEGRAM_PROXY: `socks5://${userInfo}127.0.0.1:${proxy.port}` }, ['--check'])
    assert.deepEqual(await wenju.end, { code: 0, signal: null }, wenju.output())
    const line = `^proxy  Telegram is asked by way of 127\\.0\\.0\\.1:${proxy.port} \\(TELEGRAM_PROXY\\)$`
    assert.match(wenju.output(), new RegExp(line, 'mu'))
    assert.match(wenju.output(), /^token {2}in order: @wenju_bot$/mu)
    assert.deepEqual(
      api.calls.map(({ method }) => method),
      ['getMe', 'getWebhookInfo'],
    )
  })

  test('asks directly what NO_PROXY lists, and everything with TELEGRAM_PROXY=off', async (context) => {
    const api = await startBotApi({ token })
    context.after(() => api.close())
    const closed = `http://127.0.0.1:${await freePort()}`
    for (const direct of [{ NO_PROXY: 'localhost,127.0.0.0/8' }, { TELEGRAM_PROXY: 'off' }]) {
      const environment = { TELEGRAM_API_ROOT: api.url, HTTP_PROXY: closed, ALL_PROXY: closed, ...direct }
      const { apiRoot, proxy } = readConfig({ TELEGRAM_BOT_TOKEN: token, ...environment }).telegram
      assert.equal(proxy, null)
      assert.equal((await checkBot(token, apiRoot, proxy)).username, 'wenju_bot')
    }
    assert.equal(api.calls.length, 4)
  })

  test('says that the proxy does not accept a password', async (context) => {
    for (const [start, scheme] of [
      [startHttpProxy, 'http'],
      [startSocksProxy, 'socks5'],
    ] as const) {
      const proxy = await start({ login })
      context.after(() => proxy.close())
      const HTTPS_PROXY = `${scheme}://lin:wr0ng-password@127.0.0.1:${proxy.port}`
      const { en, zh } = await checkFault({ TELEGRAM_API_ROOT: 'https://telegram.test', HTTPS_PROXY })
      const fault = `by the proxy 127\\.0\\.0\\.1:${proxy.port}\\) cannot be reached: the proxy does not accept the user or password`
      assert.match(en, new RegExp(fault, 'u'))
      assert.doesNotMatch(en + zh, /wr0ng/u)
      assert.deepEqual([...new Set(proxy.led)], ['refused'])
    }
  })
})

test('a start refuses addresses of proxies that are none, before anything is asked, and does not repeat them', async (context) => {
  const { api, start } = await startTown(context, library)
  const faulty = { TELEGRAM_PROXY: 'vmess://lin:s3cret@127.0.0.1:1', http_proxy: 'http://lin:s3cret#1@127.0.0.1:1' }
  for (const [name, value] of Object.entries(faulty)) {
    const wenju = start({ environment: { [name]: value } })
    assert.deepEqual(await wenju.end, { code: 1, signal: null }, wenju.output())
    assert.match(wenju.output(), new RegExp(`^ {2}${name}: must be the address of a proxy, like http://`, 'mu'))
    assert.doesNotMatch(wenju.output(), /s3cret|vmess|^ +at /mu)
  }
  assert.deepEqual(api.calls, [])
})
