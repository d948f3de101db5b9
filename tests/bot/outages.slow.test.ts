import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { before, describe, type TestContext, test } from 'node:test'
import { withBuildLock } from '../../src/indexes/lock.ts'
import { startBotApi } from '../fakes/bot-api.ts'
import { tls } from '../fixtures/tls.ts'
import { buildLibrary, type Library, startTown, type Wenju } from '../support/botProcess.ts'
import { checkFault } from '../support/checkFault.ts'
import { freePort, freePorts } from '../support/ports.ts'
import { token } from '../support/testBot.ts'
import { until } from '../support/testLibrary.ts'

let library: Library
before(async () => {
  library = await buildLibrary()
})

/** The log lines about outages, from a place of the output on. */
const outages = (wenju: Wenju, from = 0) =>
  wenju
    .output()
    .slice(from)
    .match(/cannot be reached: .*|can be reached again/gu) ?? []

async function healthAt(port: number) {
  const response = await fetch(`http://127.0.0.1:${port}/healthz`)
  return { code: response.status, ...((await response.json()) as { status: string; telegram?: string }) }
}

/** A server on the port for as long as `work` takes. */
async function during(port: number, onConnection: (socket: Socket) => void, work: () => Promise<unknown>) {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    onConnection(socket)
  })
  await once(server.listen(port, '127.0.0.1'), 'listening')
  await work()
  for (const socket of open) socket.destroy()
  server.close()
}

/** A port on which connections are taken and never answered. */
async function silentPort(context: TestContext): Promise<number> {
  const server = createServer((socket) => void context.after(() => socket.destroy()))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  context.after(() => server.close())
  return (server.address() as AddressInfo).port
}

describe('a Telegram that cannot be reached', { concurrency: 2 }, () => {
  test('is told while the first index is still to be built', async (context) => {
    const { start, home } = await startTown(context, library)
    const [port] = (await freePorts(1)) as [number]
    const index = join(home, 'empty')
    await mkdir(index)
    // The build waits for another process, here this one.
    await withBuildLock(index, async () => {
      const wenju = start({ environment: { TELEGRAM_API_ROOT: `http://127.0.0.1:${port}`, INDEX_DIR: index } })
      await wenju.prints(/cannot be reached: the connection was refused/u)
      assert.doesNotMatch(wenju.output(), /answers from/u)
      wenju.signal('SIGTERM')
      await wenju.end
    })
  })

  test('is told at the start with its cause, again for another cause, when it is back, and later; health says so', async (context) => {
    const { start } = await startTown(context, library)
    const [port, pages] = (await freePorts(2)) as [number, number]
    const wenju = start({ environment: { TELEGRAM_API_ROOT: `http://127.0.0.1:${port}`, PORT: String(pages) } })
    await wenju.prints(/warn {2}Telegram \(127\.0\.0\.1:\d+\) cannot be reached: the connection was refused/u)
    await wenju.prints(/health and metrics on port/u)
    const { code, status, telegram } = await healthAt(pages)
    assert.deepEqual([code, status], [200, 'no telegram'])
    assert.match(telegram ?? '', /the connection was refused \(ECONNREFUSED\)\. .*TELEGRAM_PROXY.*TELEGRAM_API_ROOT/u)

    const page = 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\nConnection: close\r\n\r\n<p>login<'
    await during(
      port,
      (socket) => void socket.on('error', () => {}).end(page),
      () => wenju.prints(/cannot be reached: what answers is not the Bot API \(200\)/u),
    )
    const api = await startBotApi({ token, port })
    context.after(() => api.close())
    await wenju.prints(/can be reached again[\s\S]*answers from 2 reports/u)
    assert.equal((await healthAt(pages)).status, 'ok')
    const lines = outages(wenju).map((line) => line.replace(/ \(.*/u, ''))
    const [refused, answer, back] = [
      'cannot be reached: the connection was refused',
      'cannot be reached: what answers is not the Bot API',
      'can be reached again',
    ]
    // Between two servers nobody listens, which may be met once more.
    assert.deepEqual([lines[0], lines[1], lines.at(-1)], [refused, answer, back])
    assert.ok(lines.length <= 4, lines.join('\n'))
    const lin = api.user(7)
    const chat = api.privateChat(lin)
    api.say(chat, lin, '方边村得到了什么称号?')
    await api.waitFor('sendMessage')
    await api.drained()

    // A question that was asked meanwhile is answered.
    const told = wenju.output().length
    const later = () => outages(wenju, told)
    api.fail('*', { dropConnection: true, times: 8 })
    api.say(chat, lin, '方边村得到了什么称号?')
    await api.waitFor(() => api.messages(chat).length === 2)
    await until(() => later().length >= 2)
    assert.deepEqual(
      later().map((line) => line.replace(/\..*/u, '')),
      ['cannot be reached: the connection was broken off (ECONNRESET)', 'can be reached again'],
    )

    // SIGTERM ends it also in an outage.
    api.fail('*', { dropConnection: true, times: 1000 })
    await until(() => later().length >= 3)
    wenju.signal('SIGTERM')
    assert.deepEqual(await wenju.end, { code: 0, signal: null })
    assert.doesNotMatch(wenju.output(), /^ +at /mu)
  })

  test('is noticed to be back by webhook, too, where nobody asks anything', async (context) => {
    const { api, lin, chat, start } = await startTown(context, library)
    const port = await freePort()
    api.balance([`http://127.0.0.1:${port}`])
    const wenju = start({ environment: { PORT: String(port), WEBHOOK_URL: 'https://bot.example.org/hook' } })
    await api.waitFor('setMyShortDescription')
    // Neither the answer arrives nor the word that it did not, so that Telegram has to be asked to be found again.
    api.fail('sendMessage', { dropConnection: true, times: 10 })
    api.fail('getMe', { dropConnection: true })
    api.say(chat, lin, '方边村得到了什么称号?')
    await wenju.prints(/cannot be reached: the connection was broken off[\s\S]*can be reached again/u)
    assert.equal((await healthAt(port)).status, 'ok')
    assert.ok(api.calls.filter(({ method }) => method === 'getMe').length > 2)
    wenju.signal('SIGTERM')
    assert.deepEqual(await wenju.end, { code: 0, signal: null })
  })

  test('ends at SIGTERM at once while a connection is being opened', async (context) => {
    const { start } = await startTown(context, library)
    const port = await silentPort(context)
    const wenju = start({ environment: { TELEGRAM_API_ROOT: `https://127.0.0.1:${port}`, LOG_LEVEL: 'info' } })
    await wenju.prints(/cannot be reached: there was no answer in time \(ETIMEDOUT\)/u)
    wenju.signal('SIGTERM')
    assert.deepEqual(await wenju.end, { code: 0, signal: null })
    assert.doesNotMatch(wenju.output(), /^ +at /mu)
  })
})

describe('--check ends with the cause and what to do', { concurrency: 2 }, () => {
  test('where no such name is known', async (context) => {
    const { start } = await startTown(context, library)
    const unknown = { TELEGRAM_API_ROOT: 'https://api.telegram.invalid', DEFAULT_LANGUAGE: 'zh' }
    const wenju = start({ args: ['--check'], environment: unknown })
    assert.deepEqual(await wenju.end, { code: 1, signal: null }, wenju.output())
    assert.doesNotMatch(wenju.output(), /^ +at /mu)
    assert.doesNotMatch(wenju.output(), /^代理/mu)
    assert.match(
      wenju.output().trim().split('\n').at(-1) ?? '',
      /^连不上 Telegram\(api\.telegram\.invalid\):查不到它的域名\(E\w+\)。.*TELEGRAM_PROXY/u,
    )
  })

  test('where nothing listens', async () => {
    const [closed] = await freePorts(1)
    const refused = await checkFault({ TELEGRAM_API_ROOT: `http://127.0.0.1:${closed}` })
    assert.match(refused.en, /^Telegram \(127\.0\.0\.1:\d+\) cannot be reached: the connection was refused/u)
  })

  test('where the certificate is not trusted, and where a web page answers', async (context) => {
    const api = await startBotApi({ token, tls })
    context.after(() => api.close())
    const untrusted = await checkFault({ TELEGRAM_API_ROOT: api.url })
    const told = /no secure connection came about \(DEPTH_ZERO_SELF_SIGNED_CERT\)\. .*NODE_EXTRA_CA_CERTS/u
    assert.match(untrusted.en, told)
    const server = createHttpServer((_, response) => void response.writeHead(404).end('<h1>Not Found</h1>'))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    context.after(() => server.close())
    const page = await checkFault({ TELEGRAM_API_ROOT: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
    assert.match(page.en, /what answers is not the Bot API \(404\)/u)
  })

  test('where nothing answers, without a proxy and with one', async (context) => {
    const port = await silentPort(context)
    const proxy = { TELEGRAM_PROXY: `socks5://127.0.0.1:${port}`, TELEGRAM_API_ROOT: 'https://api.telegram.org' }
    const [silent, proxied] = await Promise.all([
      checkFault({ TELEGRAM_API_ROOT: `https://127.0.0.1:${port}` }),
      checkFault(proxy),
    ])
    assert.match(silent.en, /there was no answer in time \(ETIMEDOUT\).*set TELEGRAM_PROXY/u)
    assert.match(proxied.en, /there was no answer in time \(ETIMEDOUT\).*proxy itself reaches/u)
  })
})
