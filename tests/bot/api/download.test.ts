import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Api } from 'grammy'
import { download } from '../../../src/bot/api/download.ts'
import type { BotSettings } from '../../../src/bot/context.ts'
import { downloadFailedText, notSharedText, tooLargeHereText, tooLargeText } from '../../../src/bot/views/fileTexts.ts'
import { ReportError } from '../../../src/errors.ts'
import { type BotApiOptions, startBotApi } from '../../fakes/bot-api.ts'
import { settingsFor } from '../../fakes/settings.ts'

const token = '123456:AAtestSecret_only-for-the-fake'

async function start(context: TestContext, more: Partial<BotApiOptions & BotSettings> = {}) {
  const server = await startBotApi({ token, ...more })
  context.after(() => server.close())
  const api = new Api(token, { apiRoot: server.url })
  const reasons: string[] = []
  const deadline = new AbortController()
  const options = {
    ...settingsFor(server.url),
    localFileBytes: more.localFileBytes ?? null,
    token,
    deadline: deadline.signal,
    onFault: (reason: string) => reasons.push(reason),
  }
  const file = server.addFile('a.txt', new TextEncoder().encode('一份报告'))
  const fetchIt = (timeoutMs = 5000, id = file.file_id) => download(api, id, { ...options, timeoutMs })
  const downloads = () => server.calls.filter(({ method }) => method === 'file').length
  return { server, fetchIt, reasons, downloads, deadline }
}

const failed = (text: { zh: string }) => (error: unknown) => {
  assert.ok(error instanceof ReportError)
  assert.deepEqual([error.text, error.cause], [text, undefined])
  return true
}

test('a file comes whole', async (context) => {
  const { fetchIt, reasons, downloads } = await start(context)
  assert.equal(Buffer.from(await fetchIt()).toString(), '一份报告')
  assert.deepEqual([reasons, downloads()], [[], 1])
})

test('a transfer that never ends is given up, and tried once more', async (context) => {
  const { server, fetchIt, reasons, downloads } = await start(context)
  server.fail('file', { stopsAfter: 3, stop: 'hang' })
  assert.equal(Buffer.from(await fetchIt(100)).toString(), '一份报告')
  server.fail('file', { stopsAfter: 0, stop: 'hang', times: 2 })
  await assert.rejects(fetchIt(50), failed(downloadFailedText))
  assert.deepEqual([reasons, downloads()], [Array(3).fill('it took too long'), 4])
})

test('what fails is told without address and token', async (context) => {
  const { server, fetchIt, reasons } = await start(context)
  const short = { stopsAfter: 3, stop: 'end' } as const
  for (const fault of [{ status: 500 }, { stopsAfter: 3 }, { dropConnection: true }, short]) {
    server.fail('file', { ...fault, times: 2 })
    await assert.rejects(fetchIt(), failed(downloadFailedText))
  }
  await assert.rejects(fetchIt(1000, 'unknown'), failed(downloadFailedText))
  assert.deepEqual(reasons.slice(0, 2), ['status 500', 'status 500'])
  assert.equal(reasons.at(-1), '400 Bad Request: invalid file_id')
  assert.equal(reasons[6], '3 bytes came instead of 12')
  assert.equal(reasons.length, 10)
  assert.doesNotMatch(reasons.join(), /http|AAtestSecret/u)
})

test('a file too big for bots is refused at once', async (context) => {
  const { server, fetchIt, downloads, reasons } = await start(context)
  const { file_id } = server.addFile('big.pdf', new Uint8Array(20_000_001))
  await assert.rejects(fetchIt(1000, file_id), failed(tooLargeText(20)))
  assert.deepEqual([downloads(), reasons], [0, []])
})

test('a stop ends a transfer with an AbortError', async (context) => {
  const { server, fetchIt, deadline, reasons } = await start(context)
  server.fail('file', { stopsAfter: 3, stop: 'hang' })
  const fetching = fetchIt()
  await server.waitFor('file')
  deadline.abort()
  await assert.rejects(fetching, { name: 'AbortError' })
  assert.deepEqual(reasons, [])
})

test('the fake wants the right token and a known path', async (context) => {
  const { server } = await start(context)
  const statusOf = async (path: string) => (await fetch(`${server.url}/file/${path}`)).status
  assert.equal(await statusOf('bot123456:wrong/documents/a.txt'), 401)
  assert.equal(await statusOf(`bot${token}/documents/a.txt`), 404)
})

/** A server in local mode keeps files in a folder that is named by the token. */
async function startLocal(context: TestContext, localFileBytes: number | null) {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-local-'))
  context.after(() => rm(folder, { recursive: true, force: true }))
  const localFolder = join(folder, token)
  return { ...(await start(context, { localFolder, localFileBytes })), localFolder }
}

test('a file of a server in local mode is read from the disk, up to the operator’s own limit', async (context) => {
  const { server, fetchIt, downloads, reasons } = await startLocal(context, 25_000_000)
  assert.equal(Buffer.from(await fetchIt()).toString(), '一份报告')
  const { file_id } = server.addFile('large.pdf', new Uint8Array(22_000_000))
  assert.equal((await fetchIt(5000, file_id)).length, 22_000_000)
  const { file_id: tooLarge } = server.addFile('larger.pdf', new Uint8Array(26_214_401))
  await assert.rejects(fetchIt(5000, tooLarge), failed(tooLargeHereText(25_000_000 / 1024 / 1024)))
  assert.deepEqual([downloads(), reasons], [0, []])
})

test('one that this machine cannot read is told plainly, without the path, as that holds the token', async (context) => {
  const { fetchIt, localFolder, reasons } = await startLocal(context, 25_000_000)
  await rm(localFolder, { recursive: true })
  await assert.rejects(fetchIt(), (error) => {
    assert.ok(failed(notSharedText('ENOENT'))(error))
    assert.doesNotMatch(JSON.stringify((error as ReportError).text), /AAtestSecret|wenju-local/u)
    return true
  })
  assert.deepEqual(reasons, [])
})

test('Telegram’s own server has no say about this machine’s disk', async (context) => {
  const { fetchIt, downloads } = await startLocal(context, null)
  assert.equal(Buffer.from(await fetchIt()).toString(), '一份报告')
  assert.equal(downloads(), 1, 'the path is asked for, not read')
})
