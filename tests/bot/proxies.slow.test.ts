import assert from 'node:assert/strict'
import { before, describe, type TestContext, test } from 'node:test'
import { botTexts } from '../../src/bot/views/texts.ts'
import { type FakeProxy, startHttpProxy, startSocksProxy } from '../fakes/proxies.ts'
import { tls } from '../fixtures/tls.ts'
import { buildLibrary, type Library, startTown, type Wenju } from '../support/botProcess.ts'
import { freePort } from '../support/ports.ts'
import { buttonOf } from '../support/testBot.ts'

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

const ways: readonly [string, StartProxy, boolean, (proxy: FakeProxy) => Record<string, string>][] = [
  ['HTTP_PROXY', startHttpProxy, false, ({ port }) => ({ HTTP_PROXY: `http://${userInfo}127.0.0.1:${port}` })],
  ['HTTPS_PROXY', startHttpProxy, true, ({ port }) => ({ HTTPS_PROXY: `http://${userInfo}127.0.0.1:${port}` })],
  [
    'https_proxy, which is spoken to over TLS',
    (options) => startHttpProxy({ ...options, isSecure: true }),
    true,
    ({ port }) => ({ https_proxy: `https://${userInfo}localhost:${port}` }),
  ],
  ['ALL_PROXY', startSocksProxy, true, ({ port }) => ({ ALL_PROXY: `socks5://${userInfo}127.0.0.1:${port}` })],
  [
    'TELEGRAM_PROXY, whatever the others say',
    startSocksProxy,
    false,
    ({ port }) => ({
      TELEGRAM_PROXY: `socks5h://${userInfo}127.0.0.1:${port}`,
      HTTP_PROXY: 'http://127.0.0.1:1',
      NO_PROXY: '*',
    }),
  ],
]

describe('a bot behind a proxy', { concurrency: 2 }, () => {
  for (const [name, startProxy, isSecure, environmentOf] of ways) {
    test(`polls, answers, sends and takes in files by ${name}`, async (context) => {
      const { api, lin, chat, proxy, start } = await startBehind(context, startProxy, isSecure)
      const wenju = start({ ...environmentOf(proxy), ADMIN_USERS: String(lin.id) })
      await wenju.prints(/answers from 2 reports/u)
      api.say(chat, lin, '方边村得到了什么称号?')
      await api.drained()
      const answer = api.messages(chat).at(-1)
      assert.match(answer?.text ?? '', /全国文明村/u)
      api.press(answer!, lin, buttonOf(answer, botTexts.zh.buttons.source).callback_data)
      await api.waitFor('sendDocument')
      api.sendDocument(chat, lin, { name: '桥.txt', bytes: new TextEncoder().encode('今年造桥三座,修路四条。\n') })
      await api.waitFor(({ method, params }) => method === 'editMessageText' && /✅/u.test(params.text ?? ''))
      assert.ok(api.calls.some(({ method }) => method === 'file'))
      await stop(wenju)
      assert.deepEqual([...new Set(proxy.led.map((place) => place.replace(/:\d+$/u, '')))], ['telegram.test'])
      assert.match(wenju.output(), new RegExp(`by way of the proxy \\S+:${proxy.port} \\(\\w+\\)`, 'u'))
    })
  }

  test('replicas answer by the proxy, too', async (context) => {
    const { api, lin, chat, proxy, start } = await startBehind(context, startHttpProxy, true)
    const port = await freePort()
    const hook = { PORT: String(port), WEBHOOK_URL: 'https://bot.example.org/hook' }
    api.balance([`http://127.0.0.1:${port}`])
    const wenju = start({ ...hook, HTTPS_PROXY: `http://${userInfo}127.0.0.1:${proxy.port}` })
    await api.waitFor('setWebhook')
    api.say(chat, lin, '方边村得到了什么称号?')
    await api.waitFor('sendMessage')
    assert.match(api.messages(chat).at(-1)?.text ?? '', /全国文明村/u)
    await stop(wenju)
  })

  test('what NO_PROXY lists is asked directly, and so is everything with TELEGRAM_PROXY=off', async (context) => {
    const { api, start } = await startTown(context, library)
    const closed = `http://127.0.0.1:${await freePort()}`
    for (const direct of [{ NO_PROXY: 'localhost,127.0.0.0/8' }, { TELEGRAM_PROXY: 'off' }]) {
      const wenju = start({ args: ['--check'], environment: { HTTP_PROXY: closed, ALL_PROXY: closed, ...direct } })
      assert.deepEqual(await wenju.end, { code: 0, signal: null }, wenju.output())
      assert.match(wenju.output(), /^token {2}in order: @wenju_bot$/mu)
      assert.doesNotMatch(wenju.output(), /^proxy/mu)
    }
    assert.equal(api.calls.length, 4)
  })
})

describe('--check behind a proxy', { concurrency: 2 }, () => {
  test('says by which proxy Telegram was asked, without its login', async (context) => {
    const { proxy, start } = await startBehind(context, startSocksProxy, true)
    const wenju = start({ TELEGRAM_PROXY: `socks5://${userInfo}127.0.0.1:${proxy.port}` }, ['--check'])
    assert.deepEqual(await wenju.end, { code: 0, signal: null }, wenju.output())
    const line = `^proxy  Telegram is asked by way of 127\\.0\\.0\\.1:${proxy.port} \\(TELEGRAM_PROXY\\)$`
    assert.match(wenju.output(), new RegExp(line, 'mu'))
    assert.match(wenju.output(), /^token {2}in order: @wenju_bot$/mu)
  })

  test('says that the proxy does not accept a password', async (context) => {
    for (const [start, scheme] of [
      [startHttpProxy, 'http'],
      [startSocksProxy, 'socks5'],
    ] as const) {
      const town = await startBehind(context, start, true)
      const proxied = { HTTPS_PROXY: `${scheme}://lin:wr0ng-password@127.0.0.1:${town.proxy.port}` }
      const wenju = town.start(proxied, ['--check'])
      assert.deepEqual(await wenju.end, { code: 1, signal: null }, wenju.output())
      const fault = `by the proxy 127\\.0\\.0\\.1:${town.proxy.port}\\) cannot be reached: the proxy does not accept the user or password`
      assert.match(wenju.output(), new RegExp(fault, 'u'))
      assert.doesNotMatch(wenju.output(), /wr0ng|^ +at /mu)
      assert.deepEqual(town.api.calls, [])
    }
  })

  test('refuses an address that is none, before anything is asked, and does not repeat it', async (context) => {
    const { api, start } = await startTown(context, library)
    for (const [name, value] of [
      ['TELEGRAM_PROXY', 'vmess://lin:s3cret@127.0.0.1:1'],
      ['http_proxy', 'http://lin:s3cret#1@127.0.0.1:1'],
    ] as const) {
      const wenju = start({ environment: { [name]: value } })
      assert.deepEqual(await wenju.end, { code: 1, signal: null }, wenju.output())
      assert.match(wenju.output(), new RegExp(`^ {2}${name}: must be the address of a proxy, like http://`, 'mu'))
      assert.doesNotMatch(wenju.output(), /s3cret|vmess|^ +at /mu)
    }
    assert.deepEqual(api.calls, [])
  })
})
