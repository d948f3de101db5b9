import assert from 'node:assert/strict'
import { test } from 'node:test'
import { botTexts } from '../../src/bot/texts.ts'
import { startStage, texts, usualAnswer } from './harness.ts'

const groupId = -1001234567890

test('with a list of users only those are answered, anywhere; others are refused in private only', async (context) => {
  const { api, asked, person, say } = await startStage(context, { access: { allowedUsers: [7] } })
  const [lin, wang, ann] = [person(7, 'zh-hans'), person(8, 'zh-hans'), person(9, 'en')]
  const group = api.group(groupId)
  assert.deepEqual(texts(await say(api.privateChat(lin), lin, '多少套?')), [usualAnswer])
  assert.deepEqual(texts(await say(group, lin, '/ask 多少套?')), [usualAnswer])
  for (const text of ['多少套?', '/start', '/reports', '/ask 多少套?']) {
    assert.deepEqual(texts(await say(api.privateChat(wang), wang, text)), [botTexts.zh.notAllowed], text)
    assert.deepEqual(await say(group, wang, text), [], text)
  }
  assert.deepEqual(texts(await say(api.privateChat(ann), ann, 'why')), [botTexts.en.notAllowed])
  assert.equal(asked.length, 2)
})

test('with a list of chats everybody there is answered and nobody elsewhere', async (context) => {
  const { api, asked, person, say } = await startStage(context, { access: { allowedChats: [groupId] } })
  const lin = person(7, 'zh-hans')
  const anonymous = api.user(1087968824, { is_bot: true, username: 'GroupAnonymousBot' })
  const group = api.group(groupId)
  const stranger = api.group(groupId - 1)
  assert.deepEqual(texts(await say(group, lin, '/ask 多少套?')), [usualAnswer])
  const fields = { sender_chat: group.info }
  assert.deepEqual(texts(await say(group, anonymous, '/ask 多少套?', { fields })), [usualAnswer])
  assert.deepEqual(await say(stranger, lin, '/ask 多少套?'), [])
  assert.deepEqual(await say(stranger, anonymous, '/ask 多少套?', { fields: { sender_chat: stranger.info } }), [])
  assert.deepEqual(texts(await say(api.privateChat(lin), lin, '多少套?')), [botTexts.zh.notAllowed])
  assert.equal(asked.length, 2)
})

test('one of the two lists is enough', async (context) => {
  const access = { allowedUsers: [7], allowedChats: [groupId] }
  const { api, person, say } = await startStage(context, { access })
  const [lin, wang] = [person(7, 'zh-hans'), person(8, 'zh-hans')]
  assert.deepEqual(texts(await say(api.group(groupId), wang, '/ask 多少套?')), [usualAnswer])
  assert.deepEqual(texts(await say(api.group(groupId - 1), lin, '/ask 多少套?')), [usualAnswer])
  assert.deepEqual(await say(api.group(groupId - 1), wang, '/ask 多少套?'), [])
})
