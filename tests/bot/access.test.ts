import assert from 'node:assert/strict'
import { test } from 'node:test'
import { botTexts } from '../../src/bot/views/texts.ts'
import { answerOf, articleOf, buttonOf, startStage, texts, usualAnswer } from '../support/testBot.ts'

const groupId = -1001234567890

test('with a list of users only those are answered, anywhere; others are refused in private only', async (context) => {
  const { api, asked, person, say } = await startStage(context, { access: { allowedUsers: [7] } })
  const [lin, wang, ann] = [person(7, 'zh-hans'), person(8, 'zh-hans'), person(9, 'en')]
  const group = api.group(groupId)
  assert.deepEqual(texts(await say(api.privateChat(lin), lin, '多少套?')), [usualAnswer])
  assert.deepEqual(texts(await say(group, lin, '/ask 多少套?')), [usualAnswer])
  for (const text of ['多少套?', '/start', '/reports', '/ask 多少套?', '/language en', '/status']) {
    const refusal = text === '多少套?' ? [botTexts.zh.notAllowed] : []
    assert.deepEqual(texts(await say(api.privateChat(wang), wang, text)), refusal, text)
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

test('a refusal is told once, also across a restart', async (context) => {
  const { api, asked, person, say, restart } = await startStage(context, { access: { allowedUsers: [7] } })
  const wang = person(8, 'zh-hans')
  const chat = api.privateChat(wang)
  await say(chat, wang, '多少套?')
  await restart()
  assert.deepEqual(await say(chat, wang, '多少套?'), [])
  assert.deepEqual([texts(api.messages(chat)), asked], [[botTexts.zh.notAllowed], []])
})

test('admins need not be on a list', async (context) => {
  const { api, person, say } = await startStage(context, { access: { allowedUsers: [1], admins: [7] } })
  const lin = person(7, 'zh-hans')
  assert.deepEqual(texts(await say(api.privateChat(lin), lin, '多少套?')), [usualAnswer])
  assert.deepEqual(texts(await say(api.group(groupId), lin, '/ask 多少套?')), [usualAnswer])
})

test('an allowed group is served after it became a supergroup, again and after a restart', async (context) => {
  const { api, person, say, restart } = await startStage(context, { access: { allowedChats: [-5] } })
  const lin = person(7, 'zh-hans')
  let group = api.group(-5, { type: 'group' })
  for (const id of [-1005, -1006]) {
    group = api.migrate(group, lin, id)
    assert.deepEqual(texts(await say(group, lin, '/ask 多少套?')), [usualAnswer])
    await restart()
    assert.deepEqual(texts(await say(group, lin, '/ask 多少套?')), [usualAnswer])
  }
  const stranger = api.migrate(api.group(-6, { type: 'group' }), lin, -1007)
  assert.deepEqual(await say(stranger, lin, '/ask 多少套?'), [])
})

test('buttons in an allowed group work after it became a supergroup', async (context) => {
  const { api, person, say, press } = await startStage(context, { access: { allowedChats: [-5] } })
  const lin = person(7, 'zh-hans')
  const group = api.migrate(api.group(-5, { type: 'group' }), lin, -1005)
  const [answer] = await say(group, lin, '/ask 多少套?')
  const { notice } = await press(answer!, lin, buttonOf(answer, '👍').callback_data)
  assert.deepEqual(notice, { text: botTexts.zh.thanks })
})

test('who may ask in a group may follow its buttons, and press no others in private', async (context) => {
  const article = articleOf('修桥三座。')
  const options = { access: { allowedChats: [groupId] }, reply: () => answerOf(article), articles: [article] }
  const { api, person, press, say } = await startStage(context, options)
  const lin = person(7, 'zh-hans')
  const [answer] = await say(api.group(groupId), lin, '/ask 多少套?')
  const parameter = new URL(buttonOf(answer, botTexts.zh.buttons.open).url).searchParams.get('start')
  const [quote] = await say(api.privateChat(lin), lin, `/start ${parameter}`)
  assert.match(quote?.text ?? '', /^修桥三座。/)
  const { messages } = await press(quote!, lin, `q_${article[0]!.passage.slice(2)}`, { stale: true })
  assert.match(messages[0]?.text ?? '', /^修桥三座。/)
  for (const letter of ['d', 'k', 'r', 'b', 'T', 'B', 'x', 'l']) {
    const data = letter === 'l' ? 'l_en' : `${letter}_0123456789abcdef`
    const { notice } = await press(quote!, lin, data, { stale: true })
    assert.deepEqual(notice, { text: botTexts.zh.notAllowed, show_alert: true }, data)
  }
})
