import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type ApiParameters, startBotApi } from '../fakes/bot-api.ts'
import { labels, marks, sends, startPrivate, texts, token, usualAnswer } from '../support/testBot.ts'
import { startReplica } from './replica.ts'

const hasButtons = ({ reply_markup }: ApiParameters) => reply_markup !== undefined
const badButton = { status: 400, description: 'Bad Request: BUTTON_URL_INVALID', where: hasButtons, times: 99 }

test('an answer arrives without its buttons where Telegram takes none of them', async (context) => {
  const { api, ask, logged } = await startPrivate(context)
  api.fail('sendMessage', badButton)
  const [answer, ...more] = await ask('多少套?')
  assert.deepEqual([answer?.text, labels(answer), more], [usualAnswer, [], []])
  assert.deepEqual(
    marks(answer).map(([type]) => type),
    ['blockquote', 'bold'],
  )
  assert.deepEqual(texts(await ask('再问')), [usualAnswer])
  const warnings = logged.filter((line) => / warn /u.test(line))
  assert.equal(warnings.length, 1, warnings.join(''))
  assert.match(warnings[0]!, /refused the buttons of a message, which was sent without them: BUTTON_URL_INVALID/u)
})

test('an answer arrives bare where Telegram takes neither buttons nor formatting', async (context) => {
  const { api, ask } = await startPrivate(context)
  const where = ({ reply_markup, entities }: ApiParameters) => (reply_markup ?? entities) !== undefined
  api.fail('sendMessage', { status: 400, description: 'Bad Request: wrong HTTP URL', where, times: 99 })
  const [answer, ...more] = await ask('多少套?')
  assert.deepEqual([answer?.text, labels(answer), marks(answer), more], [usualAnswer, [], [], []])
  assert.equal(sends(api).length, 3)
})

test('of two replicas one sends what was refused once more', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-ornaments-'))
  const api = await startBotApi({ token })
  const replicas = await Promise.all([startReplica(api, folder), startReplica(api, folder)])
  context.after(async () => {
    for (const replica of replicas) await replica.stop()
    await api.close()
    await rm(folder, { recursive: true })
  })
  api.fail('sendMessage', badButton)
  api.balance(replicas.map(({ address }) => address))
  const chats = Array.from({ length: 6 }, (_, index) => api.privateChat(api.user(100 + index)))
  api.duplicateUpdates(chats.length)
  for (const chat of chats) api.say(chat, api.user(chat.id), '多少套?')
  await api.waitFor(() => chats.every((chat) => api.messages(chat).length > 0))
  await api.drained()
  for (const replica of replicas) await replica.stop()
  assert.deepEqual(
    chats.map((chat) => api.messages(chat).length),
    chats.map(() => 1),
  )
  assert.deepEqual(labels(api.messages(chats[0]!)[0]), [])
})
