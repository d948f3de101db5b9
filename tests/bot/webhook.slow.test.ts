import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Update } from 'grammy/types'
import { createInbox } from '../../src/bot/updates/inbox.ts'
import { createLog } from '../../src/log.ts'
import { createMetrics } from '../../src/metrics.ts'
import { openSharedFolder } from '../../src/state/sharedFolder.ts'
import { type BotApi, type FakeChat, startBotApi } from '../fakes/bot-api.ts'
import { fakeLibrary } from '../fakes/library.ts'
import { token } from '../support/testBot.ts'
import { until } from '../support/testLibrary.ts'
import { type Replica, type ReplicaOptions, secret, startReplica } from './replica.ts'

async function startTelegram(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-webhook-'))
  const api = await startBotApi({ token })
  const replicas: Replica[] = []
  context.after(async () => {
    for (const replica of replicas) await replica.stop()
    await api.close()
    await rm(folder, { recursive: true })
    assert.deepEqual(api.violations, [])
  })
  const start = async (options?: ReplicaOptions) => {
    const replica = await startReplica(api, folder, options)
    replicas.push(replica)
    return replica
  }
  return { api, folder, start }
}

function chatsOf(api: BotApi, count: number): FakeChat[] {
  return Array.from({ length: count }, (_, index) => api.privateChat(api.user(100 + index)))
}

/** Waits until so many answers were sent, and a little longer for one too many. */
async function answered(api: BotApi, chats: readonly FakeChat[], count: number): Promise<void> {
  const answers = () => chats.flatMap((chat) => api.messages(chat))
  await api.waitFor(() => answers().length >= count)
  await api.drained()
  await sleep(300)
  const questions = answers().map(({ chat, reply_to_message }) => `${chat.id}/${reply_to_message?.message_id}`)
  assert.equal(questions.length, count)
  assert.equal(new Set(questions).size, count, 'one was answered twice')
}

async function assertNothingLeft(folder: string): Promise<void> {
  for (let look = 0; look < 50 && (await readdir(join(folder, 'keys', 'inbox'))).length > 0; look++) await sleep(20)
  assert.deepEqual(await readdir(join(folder, 'keys', 'inbox')), [])
}

const inboxOf = async (folder: string) => {
  const state = await openSharedFolder(folder)
  const log = createLog('error', [], () => {})
  return { state, inbox: createInbox({ state, log, metrics: createMetrics() }) }
}

/** The update of a question that Telegram does not deliver by itself. */
function questionIn(api: BotApi, chat: FakeChat, update_id: number): Update {
  api.balance([])
  const message = api.say(chat, api.user(chat.id), '安置房交付了多少套?')
  return { update_id, message } as Update
}

async function post({ address }: Replica, update: object): Promise<number> {
  const headers = { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret }
  const response = await fetch(`${address}/hook`, { method: 'POST', headers, body: JSON.stringify(update) })
  await response.text()
  return response.status
}

test('Telegram is told the address, the secret and what to send, and loses nothing that waits', async (context) => {
  const { api, start } = await startTelegram(context)
  const [chat] = chatsOf(api, 1)
  api.say(chat!, api.user(100), '早先的问题')
  const replica = await start()
  api.balance([replica.address])
  await answered(api, [chat!], 1)
  const { params } = await api.waitFor('setWebhook')
  assert.deepEqual(params, {
    url: 'http://127.0.0.1/hook',
    secret_token: secret,
    allowed_updates: ['message', 'callback_query', 'inline_query', 'my_chat_member', 'guest_message'],
    max_connections: 40,
  })
  await replica.stop()
  assert.ok(!api.calls.some(({ method }) => method === 'deleteWebhook'))
  assert.ok(!replica.logged.join('').includes('早先'), 'questions are never logged')
})

test('of two replicas one answers each question, also what is delivered twice to both', async (context) => {
  const { api, folder, start } = await startTelegram(context)
  const replicas = await Promise.all([1, 2].map(() => start({ think: () => sleep(5) })))
  api.balance(replicas.map(({ address }) => address))
  const chats = chatsOf(api, 10)
  api.duplicateUpdates(60)
  for (let round = 0; round < 6; round++) for (const chat of chats) api.say(chat, api.user(chat.id), `第${round}问?`)
  await answered(api, chats, 60)
  const events = await Promise.all(replicas.map((replica) => replica.events()))
  assert.equal(events[0]!.duplicate! + events[1]!.duplicate!, 60)
  await assertNothingLeft(folder)
})

test('one replica keeps the order of a chat', async (context) => {
  const { api, start } = await startTelegram(context)
  const replica = await start({ think: () => sleep(Math.random() * 10) })
  api.balance([replica.address])
  const [chat] = chatsOf(api, 1)
  const asked = Array.from({ length: 10 }, (_, index) => api.say(chat!, api.user(100), `第${index}问?`).message_id)
  await answered(api, [chat!], 10)
  assert.deepEqual(
    api.messages(chat!).map(({ reply_to_message }) => reply_to_message?.message_id),
    asked,
  )
})

test('what a killed replica had accepted another answers, but for what was already on its way', async (context) => {
  const { api, folder, start } = await startTelegram(context)
  const chats = chatsOf(api, 3)
  // One that accepted three updates and never said that it lives.
  const { state, inbox: killed } = await inboxOf(folder)
  const updates = chats.map((chat, index) => questionIn(api, chat, 1000 + index))
  for (const update of updates) assert.equal(await killed.accept(update), true)
  const claim = await killed.mark(updates[1]!).prepare()
  assert.equal(claim.make(), true)
  const replica = await start()
  // In the fake these three wait in a queue of its own as well; that is not looked at here.
  await api.waitFor(() => api.messages(chats[0]!).length + api.messages(chats[2]!).length === 2)
  await sleep(300)
  assert.deepEqual(
    chats.map((chat) => api.messages(chat).length),
    [1, 0, 1],
  )
  const events = await replica.events()
  assert.deepEqual([events['taken over'], events['taken as answered']], [2, 1])
  assert.match(replica.logged.join(''), /a replica ended after it answered an update/)
  // Telegram, which never heard that they were accepted, sends them again.
  for (const update of updates) assert.equal(await post(replica, update), 200)
  await sleep(300)
  assert.deepEqual(
    chats.map((chat) => api.messages(chat).length),
    [1, 0, 1],
  )
  await assertNothingLeft(folder)
  await state.close()
})

test('what replicas accepted and did not answer is answered by a bot that was set to poll', async (context) => {
  const { api, folder, start } = await startTelegram(context)
  const chats = chatsOf(api, 2)
  const { state, inbox: killed } = await inboxOf(folder)
  const message = (chat: FakeChat) => ({
    message_id: 1,
    date: Date.now() / 1000,
    chat: chat.info,
    from: api.user(chat.id),
  })
  const updates = chats.map((chat, index) => {
    return { update_id: 1000 + index, message: { ...message(chat), text: '安置房交付了多少套?' } } as Update
  })
  for (const update of updates) await killed.accept(update)
  assert.equal((await killed.mark(updates[0]!).prepare()).make(), true)
  await start({ polls: true })
  await api.waitFor(() => api.messages(chats[1]!).length > 0)
  await assertNothingLeft(folder)
  assert.deepEqual(
    chats.map((chat) => api.messages(chat).length),
    [0, 1],
  )
  await state.close()
})

test('a replica that was slow and is overtaken sends nothing', async (context) => {
  const { api, folder, start } = await startTelegram(context)
  const [chat] = chatsOf(api, 1)
  const { state, inbox: other } = await inboxOf(folder)
  let goOn = () => {}
  const thinking = new Promise<void>((resolve) => (goOn = resolve))
  const replica = await start({ think: () => thinking })
  const update = questionIn(api, chat!, 1000)
  assert.equal(await post(replica, update), 200)
  assert.equal((await other.mark(update).prepare()).make(), true)
  goOn()
  await sleep(500)
  assert.equal(api.messages(chat!).length, 0)
  assert.doesNotMatch(replica.logged.join(''), / (?:warn|error) /)
  await state.close()
})

test('a call that Telegram refuses is made again, and the question answered once', async (context) => {
  const { api, start } = await startTelegram(context)
  const [chat] = chatsOf(api, 1)
  api.fail('sendMessage', { status: 429, retry_after: 3 })
  api.fail('sendMessage', { status: 502 })
  api.fail('sendMessage', { dropConnection: true })
  let held = 0
  const replica = await start()
  api.balance([replica.address])
  api.say(chat!, api.user(100), '问?')
  await api.waitFor(({ method, response }) => method === 'sendMessage' && response?.ok === false)
  await sleep(150)
  // While it waits out the flood nobody holds the right to answer: should it be killed, another may.
  for (let look = 0; look < 10; look++, await sleep(20)) held += (await replica.state.keys('handled')).length
  assert.equal(held, 0)
  await answered(api, [chat!], 1)
})

test('what cannot be kept is not accepted, and comes again', async (context) => {
  const { api, start } = await startTelegram(context)
  const [chat] = chatsOf(api, 1)
  let failures = 2
  const change: NonNullable<ReplicaOptions['change']> = (state) => ({
    ...state,
    async claim(key, ...rest) {
      if (key.startsWith('inbox/') && failures-- > 0) throw new Error('ENOSPC: no space left on device')
      return state.claim(key, ...rest)
    },
  })
  const replica = await start({ change })
  api.balance([replica.address])
  api.say(chat!, api.user(100), '问?')
  await answered(api, [chat!], 1)
  assert.match(replica.logged.join(''), /could not be kept.*no space left/)
})

test('a stop finishes what was begun and hands the rest to another at once', async (context) => {
  const { api, start } = await startTelegram(context)
  const chats = chatsOf(api, 2)
  let goOn = () => {}
  const thinking = new Promise<void>((resolve) => (goOn = resolve))
  let begun = 0
  const think = () => {
    begun++
    return thinking
  }
  const first = await start({ think })
  api.balance([first.address])
  for (let round = 0; round < 8; round++) for (const chat of chats) api.say(chat, api.user(chat.id), `第${round}问?`)
  await api.drained()
  await until(() => begun === 2)
  const second = await start()
  const stopped = first.stop()
  assert.equal((await first.health()).state, 'stopping')
  assert.equal(await post(first, { update_id: 1 }), 503)
  goOn()
  await stopped
  await answered(api, chats, 16)
  assert.equal(begun, 2)
  assert.equal((await second.events())['taken over'], 14)
  assert.equal((await second.events())['taken as answered'], undefined)
})

test('with a thousand waiting Telegram is told to hold on', async (context) => {
  const { api, start } = await startTelegram(context)
  let goOn = () => {}
  const thinking = new Promise<void>((resolve) => (goOn = resolve))
  // Keeping a thousand on the disk is not what this is about.
  const change: NonNullable<ReplicaOptions['change']> = (state) => ({
    ...state,
    claim: async (key, ...rest) => key.startsWith('inbox/') || state.claim(key, ...rest),
    set: async (key, ...rest) => (key.startsWith('inbox/') ? undefined : state.set(key, ...rest)),
  })
  const replica = await start({ think: () => thinking, change })
  const [chat] = chatsOf(api, 1)
  const message = { message_id: 1, date: Date.now() / 1000, chat: chat!.info, from: api.user(100), text: '问?' }
  const give = (update_id: number) => post(replica, { update_id, message })
  try {
    // No more connections at once than Telegram makes.
    for (let first = 1; first <= 1000; first += 40) {
      const statuses = await Promise.all(Array.from({ length: 40 }, (_, index) => give(first + index)))
      assert.deepEqual(new Set(statuses), new Set([200]))
    }
    assert.equal(await give(1001), 503)
    assert.deepEqual(await replica.health(), { status: 503, state: 'busy' })
  } finally {
    goOn()
  }
})

test('the files of an album that reach several replicas are told of in one message', async (context) => {
  const { api, start } = await startTelegram(context)
  const admin = api.user(42)
  const chat = api.privateChat(admin)
  const library = fakeLibrary()
  const replicas = await Promise.all([1, 2].map(() => start({ library, admins: [admin.id] })))
  api.balance(replicas.map(({ address }) => address))
  const files = ['a', 'b', 'c', 'd'].map((name) => ({ name: `${name}.txt`, bytes: Buffer.from(`报告${name}`) }))
  api.sendAlbum(chat, admin, files)
  const text = () => api.messages(chat).at(-1)?.text ?? ''
  await api.waitFor(() => files.every(({ name }) => text().includes(name)))
  await sleep(500)
  assert.equal(api.messages(chat).length, 1)
})
