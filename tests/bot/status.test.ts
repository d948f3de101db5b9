import assert from 'node:assert/strict'
import { test } from 'node:test'
import { botTexts } from '../../src/bot/views/texts.ts'
import { answerOf, buttonOf, quoteOf, reportOf, startPrivate, startStage, texts } from '../support/testBot.ts'

const { zh, en } = botTexts
const access = { admins: [7] }
const linesOf = (replies: readonly (string | undefined)[]) => replies.join('').split('\n')

test('/status tells an admin about index, answers, refusals and time, and nobody’s words', async (context) => {
  let quotes = [quoteOf('桥。')]
  const options = {
    access: { ...access, allowedUsers: [8] },
    reports: [reportOf('甲'), reportOf('乙')],
    reply: () => answerOf(quotes, { elapsedMs: 40 }),
  }
  const { api, ask, say, press, person, lin } = await startPrivate(context, options)
  assert.deepEqual(linesOf(texts(await ask('/status'))), [
    zh.status.title,
    zh.status.index('12 × made up, fake', 2),
    zh.status.uptime(0, 0),
    zh.status.answers('0'),
    // The command itself is being handled.
    zh.status.waiting(1),
    zh.status.feedback(0),
  ])
  const [answer] = await ask('多少座桥?')
  await press(answer!, lin, buttonOf(answer, '👍').callback_data)
  quotes = []
  await ask('飞船?')
  await ask('火箭?')
  api.inline(person(8, 'zh-hans'), '潜艇')
  const stranger = person(9, 'zh-hans')
  for (let i = 0; i < 3; i++) await say(api.privateChat(stranger), stranger, '多少?')
  const replies = texts(await ask('/status'))
  const lines = linesOf(replies)
  assert.ok(lines.includes(zh.status.answers('answer 1, none 2, inline none 1')), lines.join('\n'))
  assert.ok(lines.includes(zh.status.latency(40, 40)))
  assert.match(lines.find((line) => line.startsWith('其他'))!, /not allowed 3/)
  assert.ok(lines.includes(zh.status.feedback(1)))
  assert.doesNotMatch(replies.join(''), /桥|飞船|火箭|潜艇/)
})

test('/status speaks the admin’s language, in a group as well', async (context) => {
  const { api, person, say } = await startStage(context, { access: { admins: [9] } })
  const ann = person(9, 'en')
  for (const chat of [api.privateChat(ann), api.group(-1005)]) {
    const [first] = linesOf(texts(await say(chat, ann, '/status')))
    assert.equal(first, en.status.title)
  }
})

test('/status reveals nothing to others, and is silent in groups', async (context) => {
  const { api, asked, ask, say, lin, person } = await startPrivate(context, { access: { admins: [1] } })
  assert.deepEqual(texts(await ask('/status')), [zh.onlyAdmins])
  const ann = person(9, 'en')
  assert.deepEqual(texts(await say(api.privateChat(ann), ann, '/status')), [en.onlyAdmins])
  assert.deepEqual(await say(api.group(-1005), lin, '/status'), [])
  assert.deepEqual(asked, [])
})

test('without admins nobody is one', async (context) => {
  const { ask } = await startPrivate(context)
  assert.deepEqual(texts(await ask('/status')), [zh.onlyAdmins])
})

test('what Telegram refuses is counted by its reason', async (context) => {
  const { api, ask, say, meanwhile, person } = await startPrivate(context, { access })
  const wang = person(8, 'zh-hans')
  const chat = api.privateChat(wang)
  meanwhile(() => api.setMembership(chat, 'blocked', wang))
  await say(chat, wang, '多少?')
  const group = api.group(-1005)
  const losses = [
    ['muted', () => api.setMembership(group, 'muted')],
    ['kicked', () => api.setMembership(group, 'kicked')],
  ] as const
  for (const [, happens] of losses) {
    meanwhile(happens)
    await say(group, wang, '/ask 多少?')
  }
  meanwhile(() => {
    throw new Error('the index fell off the shelf')
  })
  await ask('多少?')
  const replies = texts(await ask('/status')).join('')
  for (const reason of ['blocked 1', 'muted 1', 'kicked 1', 'defect 1']) assert.ok(replies.includes(reason), replies)
})
