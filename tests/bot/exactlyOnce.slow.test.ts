import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Message } from 'grammy/types'
import type { ApiCall, BotApi, FakeChat } from '../fakes/bot-api.ts'
import { buildLibrary, type Library, startTown, type Town, type Wenju } from '../support/botProcess.ts'

let library: Library
before(async () => {
  library = await buildLibrary()
})

interface Asked {
  readonly chat: FakeChat
  readonly message: Message
}

/** Questions of several people, in turns: each asks the first, then each the second, and so on. */
function ask({ api }: Town, people: number, questions: number, firstPerson = 100): Asked[] {
  const chats = Array.from({ length: people }, (_, index) => api.privateChat(api.user(firstPerson + index)))
  return Array.from({ length: questions }, (_, round) =>
    chats.map((chat) => ({
      chat,
      message: api.say(chat, api.user(chat.id), `第${round + 1}次问:方边村得到了什么称号?`),
    })),
  ).flat()
}

const questionOf = ({ params }: ApiCall) => (params.reply_parameters as { message_id?: number } | undefined)?.message_id

/** Answers that were sent, in order; what was sent as a chat action is none. */
function answered(api: BotApi): ApiCall[] {
  return api.calls.filter(({ method, response }) => method === 'sendMessage' && response?.ok)
}

/** The number of answers to each question. */
function counts(api: BotApi, asked: readonly Asked[]): number[] {
  return asked.map(
    ({ chat, message }) =>
      api.messages(chat).filter(({ reply_to_message }) => reply_to_message?.message_id === message.message_id).length,
  )
}

const once = (asked: readonly Asked[]) => asked.map(() => 1)

/** The questions of each chat in the order of their first answers. */
function assertInOrder(api: BotApi, asked: readonly Asked[]): void {
  for (const chat of new Set(asked.map((one) => one.chat))) {
    const own = answered(api).filter(({ params }) => params.chat_id === chat.id)
    const first = [...new Set(own.map(questionOf))]
    const said = asked.filter((one) => one.chat === chat).map(({ message }) => message.message_id)
    assert.deepEqual(first, said, `out of order in chat ${chat.id}`)
  }
}

/** Waits until so many answers were sent. */
async function answers({ api }: Town, count: number): Promise<void> {
  await api.waitFor(() => answered(api).length >= count)
}

async function stop(wenju: Wenju): Promise<void> {
  wenju.signal('SIGTERM')
  assert.deepEqual(await wenju.end, { code: 0, signal: null })
}

/** Waits until every update was taken and confirmed. */
async function settled({ api }: Town, wenju: Wenju): Promise<void> {
  await wenju.prints(/answers from 2 reports/)
  await api.drained()
}

describe('every question is answered once', { concurrency: 2 }, () => {
  test('also when Telegram hands it out again after it was confirmed', async (context) => {
    const town = await startTown(context, library)
    town.api.duplicateUpdates(12)
    const asked = ask(town, 4, 3)
    const wenju = town.start()
    await settled(town, wenju)
    assert.deepEqual(counts(town.api, asked), once(asked))
    assertInOrder(town.api, asked)
    await stop(wenju)
  })

  test('also when it comes again after a restart', async (context) => {
    const town = await startTown(context, library)
    // One question is held, so those after it are answered but cannot be confirmed.
    const [held, ...others] = [...ask(town, 1, 1), ...ask(town, 6, 1, 200)] as [Asked, ...Asked[]]
    town.api.fail('sendMessage', { delayMs: 60_000, where: ({ chat_id }) => chat_id === held.chat.id })
    const wenju = town.start()
    await answers(town, others.length)
    // What is handled is remembered a moment after it was sent; one more question takes longer than that.
    others.push(...ask(town, 1, 1, 300))
    await answers(town, others.length)
    wenju.signal('SIGKILL')
    await wenju.end
    const again = town.start()
    await settled(town, again)
    await stop(again)
    const remembered = others.slice(0, -1)
    assert.deepEqual(counts(town.api, remembered), once(remembered))
    assert.deepEqual(counts(town.api, [held]), [1])
  })

  test('also across a SIGTERM in the midst of many', async (context) => {
    const town = await startTown(context, library)
    const asked = ask(town, 12, 4)
    const wenju = town.start()
    await answers(town, 15)
    await stop(wenju)
    const before = answered(town.api).length
    assert.ok(before < asked.length, 'the stop came too late to test anything')
    asked.push(...ask(town, 3, 1, 300))
    const again = town.start()
    await settled(town, again)
    assert.deepEqual(counts(town.api, asked), once(asked))
    assertInOrder(town.api, asked)
    await stop(again)
  })

  test('but for those being sent when it is killed', async (context) => {
    const town = await startTown(context, library)
    const asked = ask(town, 10, 4)
    const wenju = town.start()
    await answers(town, 13)
    wenju.signal('SIGKILL')
    assert.deepEqual(await wenju.end, { code: null, signal: 'SIGKILL' })
    const before = answered(town.api)
    assert.ok(before.length < asked.length, 'the kill came too late to test anything')
    const again = town.start()
    await settled(town, again)
    const found = counts(town.api, asked)
    assert.ok(Math.min(...found) >= 1, 'a question was lost')
    assert.ok(Math.max(...found) <= 2)
    const twice = asked.filter((_, index) => found[index] === 2)
    for (const { chat, message } of twice) {
      const ofChat = before.filter(({ params }) => params.chat_id === chat.id).map(questionOf)
      assert.ok(!ofChat.slice(0, -1).includes(message.message_id), 'the next one was answered and this not remembered')
    }
    assertInOrder(town.api, asked)
    await stop(again)
  })

  test('when server faults, dropped connections and floods meet it', async (context) => {
    const town = await startTown(context, library)
    for (let index = 0; index < 4; index++) {
      let seen = 0
      const where = () => seen++ % 5 === index
      town.api.fail('sendMessage', { status: [500, 429, 502][index] ?? 504, times: 2, where })
    }
    town.api.fail('sendMessage', { dropConnection: true, times: 2 })
    town.api.fail('getUpdates', { dropConnection: true })
    const asked = ask(town, 6, 4)
    const wenju = town.start()
    await settled(town, wenju)
    assert.deepEqual(counts(town.api, asked), once(asked))
    assertInOrder(town.api, asked)
    await stop(wenju)
  })
})

test('while one chat waits out a flood, to the second, the others are answered', async (context) => {
  const town = await startTown(context, library)
  const [slow, ...rest] = [...ask(town, 1, 2), ...ask(town, 5, 3, 200)] as [Asked, ...Asked[]]
  const ofSlow = ({ params }: ApiCall) => params.chat_id === slow.chat.id
  const where = (params: ApiCall['params']) => params.chat_id === slow.chat.id
  town.api.fail('sendMessage', { status: 429, retry_after: 8, where })
  const wenju = town.start()
  await settled(town, wenju)
  const asked = [slow, ...rest]
  assert.deepEqual(counts(town.api, asked), once(asked))
  assertInOrder(town.api, asked)
  const sends = town.api.calls.filter(({ method }) => method === 'sendMessage')
  const [refused, second] = sends.filter(ofSlow)
  assert.ok(second!.at - refused!.at >= 8000, 'asked again too early')
  assert.equal(questionOf(second!), slow.message.message_id, 'its next question waits for its turn')
  const late = sends.filter((call) => !ofSlow(call) && call.at >= second!.at)
  assert.equal(late.length, 0, 'others waited for the one')
  await stop(wenju)
})

describe('a stop that is not given enough time', { concurrency: 2 }, () => {
  test('leaves a question that waits out a flood to the next start, and tells the asker nothing else', async (context) => {
    const town = await startTown(context, library)
    const refused = town.meets('sendMessage', { status: 429, retry_after: 60 })
    const asked = ask(town, 1, 1)
    const wenju = town.start()
    await refused
    await stop(wenju)
    const again = town.start()
    await settled(town, again)
    assert.deepEqual(counts(town.api, asked), once(asked))
    await stop(again)
    assert.doesNotMatch(wenju.output(), / error /)
  })

  test('does not answer again what arrived late but well', async (context) => {
    const town = await startTown(context, library)
    const sending = town.meets('sendMessage', { delayMs: 11_500 })
    const asked = ask(town, 1, 1)
    const wenju = town.start()
    await sending
    await stop(wenju)
    assert.deepEqual(counts(town.api, asked), once(asked))
    const again = town.start()
    await settled(town, again)
    assert.deepEqual(counts(town.api, asked), once(asked))
    await stop(again)
  })
})
