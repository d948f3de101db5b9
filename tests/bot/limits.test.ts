import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { botTexts } from '../../src/bot/views/texts.ts'
import { type StageOptions, startPrivate, startStage, texts, usualAnswer } from '../support/testBot.ts'

const { zh, en } = botTexts
const limited = (perMinute: number): StageOptions => ({ access: { maxQuestionsPerMinute: perMinute } })

/** A clock that stands until it is set forward. */
function stopClock(context: TestContext) {
  context.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  return (seconds: number) => context.mock.timers.setTime(Date.now() + seconds * 1000)
}

test('who asks too much is told once, politely, then met with silence for the rest of the minute', async (context) => {
  const forward = stopClock(context)
  const { asked, ask } = await startPrivate(context, limited(2))
  const answers = []
  for (let i = 0; i < 5; i++) answers.push(...texts(await ask('多少?')))
  assert.deepEqual(answers, [usualAnswer, usualAnswer, zh.limited(2)])
  forward(59)
  assert.deepEqual(await ask('多少?'), [])
  forward(2)
  assert.deepEqual(texts(await ask('多少?')), [usualAnswer])
  assert.equal(asked.length, 3)
})

test('who asks too much again later is told again', async (context) => {
  const forward = stopClock(context)
  const { ask } = await startPrivate(context, limited(1))
  for (let i = 0; i < 2; i++) {
    assert.deepEqual(texts(await ask('多少?')), [usualAnswer])
    assert.deepEqual(texts(await ask('多少?')), [zh.limited(1)])
    assert.deepEqual(await ask('多少?'), [])
    forward(61)
  }
})

test('the notice is in the asker’s language, and a reply to the question', async (context) => {
  const { api, person, say } = await startStage(context, limited(1))
  const ann = person(9, 'en')
  const chat = api.privateChat(ann)
  await say(chat, ann, 'one')
  const [notice] = await say(chat, ann, 'two')
  assert.deepEqual([notice?.text, notice?.reply_to_message?.text], [en.limited(1), 'two'])
})

test('one person’s haste is nobody else’s', async (context) => {
  const { api, ask, say, person } = await startPrivate(context, limited(1))
  await ask('一')
  await ask('二')
  const wang = person(8, 'zh-hans')
  assert.deepEqual(texts(await say(api.privateChat(wang), wang, '三')), [usualAnswer])
})

test('a person’s questions count in all chats, a chat’s from all people', async (context) => {
  const { api, person, say } = await startStage(context, limited(2))
  const [lin, wang, ann] = [person(7, 'zh-hans'), person(8, 'zh-hans'), person(9, 'en')]
  const [group, other] = [api.group(-1005), api.group(-1006)]
  await say(group, lin, '/ask 一')
  await say(group, wang, '/ask 二')
  assert.deepEqual(texts(await say(group, ann, '/ask three')), [en.limited(2)])
  assert.deepEqual(await say(group, lin, '/ask 四'), [], 'the chat was told')
  assert.deepEqual(texts(await say(other, lin, '/ask 五')), [usualAnswer])
  assert.deepEqual(texts(await say(other, lin, '/ask 六')), [zh.limited(2)])
})

test('talk that is none of the bot’s business counts for nothing', async (context) => {
  const { api, person, say } = await startStage(context, limited(1))
  const lin = person(7, 'zh-hans')
  const group = api.group(-1005)
  for (const text of ['大家好', '/ask', '/help', '/reports']) await say(group, lin, text)
  assert.deepEqual(texts(await say(group, lin, '/ask 多少?')), [usualAnswer])
})

test('0 is no limit', async (context) => {
  const { asked, ask } = await startPrivate(context, limited(0))
  for (let i = 0; i < 40; i++) await ask('多少?')
  assert.equal(asked.length, 40)
})

test('questions too old to be answered count for nothing', async (context) => {
  const access = { maxQuestionsPerMinute: 1, maxQuestionAgeSeconds: 60 }
  const { api, person, say } = await startStage(context, { access })
  const lin = person(7, 'zh-hans')
  const group = api.group(-1005)
  const date = Math.floor(Date.now() / 1000) - 3600
  for (const text of ['/ask 一', '/ask 二']) assert.deepEqual(await say(group, lin, text, { date }), [], text)
  assert.deepEqual(texts(await say(group, lin, '/ask 三')), [usualAnswer])
})

test('anonymous admins of two groups are two', async (context) => {
  const { api, say } = await startStage(context, limited(1))
  const anonymous = api.user(1087968824, { is_bot: true, username: 'GroupAnonymousBot' })
  for (const id of [-1005, -1006]) {
    const group = api.group(id)
    const fields = { sender_chat: group.info }
    assert.deepEqual(texts(await say(group, anonymous, '/ask 多少?', { fields })), [usualAnswer])
  }
})
