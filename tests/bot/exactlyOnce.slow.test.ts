import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import type { Message } from 'grammy/types'
import type { ApiCall, FakeChat } from '../fakes/bot-api.ts'
import { buildLibrary, lastingProcess, startTown, type Wenju } from '../support/botProcess.ts'

const town = await startTown({ after }, await buildLibrary())

const running = lastingProcess(town)

interface Asked {
  readonly chat: FakeChat
  readonly message: Message
}

let people = 100

/** Questions of several people, who asked nothing before, in turns: each asks the first, then each the second, and so on. */
function ask(count: number, questions: number): Asked[] {
  const { api } = town
  const chats = Array.from({ length: count }, () => api.privateChat(api.user(people++)))
  return Array.from({ length: questions }, (_, round) =>
    chats.map((chat) => ({
      chat,
      message: api.say(chat, api.user(chat.id), `第${round + 1}次问:方边村得到了什么称号?`),
    })),
  ).flat()
}

const questionOf = ({ params }: ApiCall) => (params.reply_parameters as { message_id?: number } | undefined)?.message_id

/** Answers to these questions that were sent, in order; what was sent as a chat action is none. */
function answered(asked: readonly Asked[]): ApiCall[] {
  const chats = new Set<unknown>(asked.map(({ chat }) => chat.id))
  return town.api.calls.filter(
    ({ method, params, response }) => method === 'sendMessage' && response?.ok && chats.has(params.chat_id),
  )
}

/** The number of answers to each question. */
function counts(asked: readonly Asked[]): number[] {
  return asked.map(
    ({ chat, message }) =>
      town.api.messages(chat).filter(({ reply_to_message }) => reply_to_message?.message_id === message.message_id)
        .length,
  )
}

const once = (asked: readonly Asked[]) => asked.map(() => 1)

/** The questions of each chat in the order of their first answers. */
function assertInOrder(asked: readonly Asked[]): void {
  for (const chat of new Set(asked.map((one) => one.chat))) {
    const own = asked.filter((one) => one.chat === chat)
    const first = [...new Set(answered(own).map(questionOf))]
    const said = own.map(({ message }) => message.message_id)
    assert.deepEqual(first, said, `out of order in chat ${chat.id}`)
  }
}

/** Waits until so many of the questions were answered. */
async function answers(asked: readonly Asked[], count: number): Promise<void> {
  await town.api.waitFor(() => answered(asked).length >= count)
}

async function stop(wenju: Wenju): Promise<void> {
  wenju.signal('SIGTERM')
  assert.deepEqual(await wenju.end, { code: 0, signal: null })
}

async function kill(wenju: Wenju): Promise<void> {
  wenju.signal('SIGKILL')
  assert.deepEqual(await wenju.end, { code: null, signal: 'SIGKILL' })
}

describe('every question is answered once', () => {
  test('also when Telegram hands it out again after it was confirmed', async () => {
    town.api.duplicateUpdates(12)
    const asked = ask(4, 3)
    await running()
    assert.deepEqual(counts(asked), once(asked))
    assertInOrder(asked)
  })

  test('when server faults, dropped connections and floods meet it', async () => {
    for (let index = 0; index < 4; index++) {
      let seen = 0
      const where = () => seen++ % 5 === index
      town.api.fail('sendMessage', { status: [500, 429, 502][index] ?? 504, times: 2, where })
    }
    town.api.fail('sendMessage', { dropConnection: true, times: 2 })
    town.api.fail('getUpdates', { dropConnection: true })
    const asked = ask(6, 4)
    await running()
    assert.deepEqual(counts(asked), once(asked))
    assertInOrder(asked)
  })

  test('while one chat waits out a flood, to the second, and the others are answered meanwhile', async () => {
    await running()
    const [slow, ...rest] = [...ask(1, 2), ...ask(5, 3)] as [Asked, ...Asked[]]
    const ofSlow = ({ params }: ApiCall) => params.chat_id === slow.chat.id
    const where = (params: ApiCall['params']) => params.chat_id === slow.chat.id
    town.api.fail('sendMessage', { status: 429, retry_after: 8, where })
    await town.api.drained()
    const asked = [slow, ...rest]
    assert.deepEqual(counts(asked), once(asked))
    assertInOrder(asked)
    const chats = new Set<unknown>(asked.map(({ chat }) => chat.id))
    const sends = town.api.calls.filter(({ method, params }) => method === 'sendMessage' && chats.has(params.chat_id))
    const [refused, second] = sends.filter(ofSlow)
    assert.ok(second!.at - refused!.at >= 8000, 'asked again too early')
    assert.equal(questionOf(second!), slow.message.message_id, 'its next question waits for its turn')
    const late = sends.filter((call) => !ofSlow(call) && call.at >= second!.at)
    assert.equal(late.length, 0, 'others waited for the one')
  })

  test('also across a SIGTERM in the midst of many, where one waits out a flood and one takes too long', async () => {
    const wenju = await running()
    const refused = town.meets('sendMessage', { status: 429, retry_after: 60 })
    const flooded = ask(1, 1)
    await refused
    const sending = town.meets('sendMessage', { delayMs: 11_500 })
    const late = ask(1, 1)
    await sending
    const many = ask(8, 4)
    await answers(many, 15)
    await stop(wenju)
    assert.ok(answered(many).length < many.length, 'the stop came too late to test anything')
    assert.deepEqual([counts(flooded), counts(late)], [[0], [1]])
    // The asker is told nothing else.
    assert.doesNotMatch(wenju.output(), / error /)
    const asked = [...flooded, ...late, ...many, ...ask(3, 1)]
    await running()
    assert.deepEqual(counts(asked), once(asked))
    assertInOrder(asked)
  })

  test('but for those being sent when it is killed', async () => {
    const wenju = await running()
    const asked = ask(8, 4)
    await answers(asked, 13)
    await kill(wenju)
    const before = answered(asked)
    assert.ok(before.length < asked.length, 'the kill came too late to test anything')
    await running()
    const found = counts(asked)
    assert.ok(Math.min(...found) >= 1, 'a question was lost')
    assert.ok(Math.max(...found) <= 2)
    const twice = asked.filter((_, index) => found[index] === 2)
    for (const { chat, message } of twice) {
      const ofChat = before.filter(({ params }) => params.chat_id === chat.id).map(questionOf)
      assert.ok(!ofChat.slice(0, -1).includes(message.message_id), 'the next one was answered and this not remembered')
    }
    assertInOrder(asked)
  })

  test('also when it comes again after a restart', async () => {
    const wenju = await running()
    // One question is held, so those after it are answered but cannot be confirmed.
    const held = ask(1, 1)
    town.api.fail('sendMessage', { delayMs: 60_000, where: ({ chat_id }) => chat_id === held[0]!.chat.id })
    const others = ask(6, 1)
    await answers(others, others.length)
    // The update is remembered as handled a moment after its answer was sent; one more question takes longer than that.
    await answers(ask(1, 1), 1)
    await kill(wenju)
    await running()
    assert.deepEqual(counts(others), once(others))
    assert.deepEqual(counts(held), [1])
  })
})
