import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { explained } from '../../src/bot/api/telegram.ts'
import { botTexts } from '../../src/bot/views/texts.ts'
import { TelegramError } from '../../src/errors.ts'
import { type BotApi, type FakeChat, startBotApi } from '../fakes/bot-api.ts'
import { buildLibrary, lastingProcess, startTown, type Wenju } from '../support/botProcess.ts'
import { checkFault } from '../support/checkFault.ts'
import { token } from '../support/testBot.ts'
import { workshop } from '../support/testIndex.ts'
import { startReplica } from './replica.ts'

const question = '方边村得到了什么称号?'
const heldMs = 60_000

const unknown = /^Telegram does not know this token \(401 Unauthorized\)\. Check TELEGRAM_BOT_TOKEN with @BotFather\.$/

const library = await buildLibrary()

/**
 * The end of a process. One that does not end by itself is killed, which shows as signal SIGKILL, so that it fails its
 * test instead of holding up the others; `patienceMs` is more than a healthy one ever needs.
 */
async function ended(wenju: Wenju) {
  const done = new AbortController()
  void sleep(60_000, undefined, { signal: done.signal }).then(
    () => wenju.signal('SIGKILL'),
    () => {},
  )
  const end = await wenju.end
  done.abort()
  return end
}

/** The lines that the process wrote, but for its log of ordinary events, the table of what it read and a missing compiler. */
function complaints(wenju: Wenju): string[] {
  const ordinary = /^$|^\d{4}-\S+ (info|debug) |^(?:kind|plain text) {2,}|hnswlib-node/
  return wenju
    .output()
    .split('\n')
    .filter((line) => !ordinary.test(line))
}

/** The number of answers to each of a person's messages, by its text. */
function answerCounts(api: BotApi, chat: FakeChat): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { text, from } of chat.messages.values()) if (from?.id !== api.bot.id) counts[text ?? ''] = 0
  for (const { reply_to_message: question } of api.messages(chat)) counts[question?.text ?? '']! += 1
  return counts
}

describe('npm start', async () => {
  const town = await startTown({ after }, library)
  const { api, meets } = town
  const running = lastingProcess(town)
  let people = 100
  /** Somebody who said nothing before. */
  const newcomer = () => {
    const person = api.user(people++)
    return { chat: api.privateChat(person), person }
  }
  /** Somebody whose questions the first stop left. */
  let stopped: ReturnType<typeof newcomer>

  test('it answers, and at SIGTERM finishes the question at hand and exits with 0', async () => {
    const { chat, person } = newcomer()
    const sending = meets('sendMessage', { delayMs: 500 })
    for (const text of [question, '第二问', '第三问']) api.say(chat, person, text)
    const wenju = town.start()
    await sending
    wenju.signal('SIGTERM')
    assert.deepEqual(await ended(wenju), { code: 0, signal: null })
    assert.equal(answerCounts(api, chat)[question], 1)
    assert.match(api.messages(chat)[0]?.text ?? '', /全国文明村[\s\S]*\n📄 长管办\(西城街道\)上半年工作 · /)
    assert.deepEqual(complaints(wenju), [])
    assert.match(wenju.output(), / debug update \d+: answered /)
    assert.ok(!wenju.output().includes('方边村'), 'questions are never logged')
    const [poll] = api.calls.filter(({ method }) => method === 'getUpdates')
    assert.deepEqual(poll?.params.allowed_updates, [
      'message',
      'callback_query',
      'inline_query',
      'my_chat_member',
      'guest_message',
    ])
    const published = api.calls.filter(({ method }) => method === 'setMyCommands').map(({ params }) => params)
    const { en, zh } = botTexts
    assert.deepEqual(published, [
      { commands: en.commands.everywhere },
      { commands: zh.commands.everywhere, language_code: 'zh' },
      { commands: en.commands.groups, scope: { type: 'all_group_chats' } },
      { commands: zh.commands.groups, scope: { type: 'all_group_chats' }, language_code: 'zh' },
    ])
    stopped = { chat, person }
  })

  test('what waits when it stops, or comes while it is down, is answered after the restart, each once', async () => {
    const { chat, person } = stopped
    api.say(chat, person, '第四问')
    // A list of commands that Telegram does not take yet holds up no question.
    api.fail('setMyCommands', { status: 429, retry_after: 100 })
    await running()
    assert.deepEqual(answerCounts(api, chat), { [question]: 1, 第二问: 1, 第三问: 1, 第四问: 1 })
  })

  test('a question that a crash interrupted is answered after the restart', async () => {
    const { chat, person } = newcomer()
    const first = await running()
    const sending = meets('sendMessage', { delayMs: heldMs })
    for (const text of ['第一问', '第二问']) api.say(chat, person, text)
    await sending
    first.signal('SIGKILL')
    assert.deepEqual(await ended(first), { code: null, signal: 'SIGKILL' })
    await running()
    assert.deepEqual(answerCounts(api, chat), { 第一问: 1, 第二问: 1 })
  })

  test('a second signal ends it at once; the question cut short is answered after the restart', async () => {
    const { chat, person } = newcomer()
    const first = await running()
    const sending = meets('sendMessage', { delayMs: heldMs })
    api.say(chat, person, question)
    await sending
    first.signal('SIGINT')
    await first.prints(/SIGINT: stopping/)
    // What the first process still has to say to Telegram is to arrive.
    await sleep(200)
    first.signal('SIGTERM')
    assert.deepEqual(await ended(first), { code: 130, signal: null })
    assert.deepEqual(answerCounts(api, chat), { [question]: 0 })
    await running()
    assert.deepEqual(answerCounts(api, chat), { [question]: 1 }, 'lost by the restart')
  })

  test('a token revoked later ends the run in one line', async () => {
    const { chat, person } = newcomer()
    const wenju = await running()
    api.fail('*', { status: 401, times: 1000 })
    api.say(chat, person, '/start')
    assert.deepEqual(await ended(wenju), { code: 1, signal: null })
    assert.match(complaints(wenju).at(-1) ?? '', unknown)
    assert.doesNotMatch(wenju.output(), /^ +at /m)
  })
})

describe('a token or a poller that Telegram refuses', { concurrency: 2 }, () => {
  const revoked = { TELEGRAM_BOT_TOKEN: '123456:AArevoked-token' }

  test('a revoked token ends the start in one line', async (context) => {
    const { start } = await startTown(context, library)
    const wenju = start({ environment: revoked })
    assert.deepEqual(await ended(wenju), { code: 1, signal: null })
    const [line, ...more] = complaints(wenju)
    assert.match(line ?? '', unknown)
    assert.deepEqual(more, [])
    assert.ok(!wenju.output().includes('AArevoked'))
  })

  test('a second poller with the same token ends the run in one line', async (context) => {
    const api = await startBotApi({ token })
    const { root } = await workshop(context)
    api.fail('getUpdates', { status: 409 })
    const replica = await startReplica(api, root, { polls: true })
    context.after(() => api.close())
    context.after(() => replica.stop().catch(() => {}))
    const error = explained(
      await replica.running.then(
        () => assert.fail('it goes on'),
        (cause: unknown) => cause,
      ),
    )
    assert.ok(error instanceof TelegramError, String(error))
    assert.match(error.text.en, /^Another process receives messages with the same token \(409 Conflict\)\.[^\n]*$/)
  })

  test('a token that is none is refused before anything is asked of Telegram, and not repeated', async (context) => {
    const { api, start } = await startTown(context, library)
    const wenju = start({ environment: { TELEGRAM_BOT_TOKEN: 'bot123456 AAmistyped' } })
    assert.deepEqual(await ended(wenju), { code: 1, signal: null })
    assert.match(wenju.output(), /TELEGRAM_BOT_TOKEN: must be the token that @BotFather gave/)
    assert.doesNotMatch(wenju.output(), /AAmistyped|^ +at /m)
    assert.deepEqual(api.calls, [])
  })

  test('--check says that a token was revoked', async (context) => {
    const api = await startBotApi({ token })
    context.after(() => api.close())
    const { en } = await checkFault({ TELEGRAM_API_ROOT: api.url, ...revoked })
    assert.match(en, unknown)
  })
})
