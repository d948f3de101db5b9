import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { botTexts } from '../../src/bot/views/texts.ts'
import { answerOf, articleOf, type StageOptions, sends, startStage, texts, usualAnswer } from '../support/testBot.ts'

const groupId = -1001234567890

/** A stage with a group in which 林 (7) and 王 (8) talk; a forum if asked for. */
async function startGroup(context: TestContext, options: StageOptions & { forum?: boolean } = {}) {
  const stage = await startStage(context, options)
  const lin = stage.person(7, 'zh-hans')
  const wang = stage.person(8, 'zh-hans')
  const group = stage.api.group(groupId, { title: '读报组', ...(options.forum && { forum: true }) })
  return { ...stage, lin, wang, group }
}

test('ordinary talk in a group is none of the bot’s business', async (context) => {
  const { api, asked, say, lin, wang, group } = await startGroup(context)
  const word = api.say(group, wang, '安置房交付了多少套?')
  const talk = [
    '大家好',
    '安置房交付了多少套?',
    '@wenju_bot是谁?',
    '请用 /ask 提问',
    '/unknown',
    '/ask@other_bot 多少套?',
    '/asked',
  ]
  for (const text of talk) assert.deepEqual(await say(group, lin, text), [], text)
  assert.deepEqual(await say(group, lin, '同问', { replyTo: word }), [])
  assert.deepEqual(asked, [])
})

test('/ask in a group is answered in one message that replies to it', async (context) => {
  const { asked, say, lin, group } = await startGroup(context)
  for (const text of ['/ask 多少套?', '/ask@wenju_bot 多少套?', '/ask多少套?']) {
    const [answer, ...more] = await say(group, lin, text)
    assert.deepEqual([answer?.text, answer?.reply_to_message?.text, more], [usualAnswer, text, []])
  }
  assert.deepEqual(asked, ['多少套?', '多少套?', '多少套?'])
})

test('/ask in reply to somebody’s message asks what that message says', async (context) => {
  const { api, asked, say, send, lin, wang, group } = await startGroup(context)
  const word = api.say(group, wang, ' 安置房交付了多少套? ')
  const [answer] = await say(group, lin, '/ask', { replyTo: word })
  assert.deepEqual([answer?.text, answer?.reply_to_message?.text], [usualAnswer, '/ask'])
  const photo = [{ file_id: 'f', file_unique_id: 'u', width: 1, height: 1 }]
  await send(group, { from: wang, photo, caption: '拆了多少房屋?' })
  const pictured = [...group.messages.values()].at(-1)!
  await say(group, lin, '/ask@wenju_bot', { replyTo: pictured })
  await say(group, lin, '/ask 自己的问题', { replyTo: word })
  assert.deepEqual(asked, ['安置房交付了多少套?', '拆了多少房屋?', '自己的问题'])
})

test('/ask in reply to nothing that can be asked wants a question', async (context) => {
  const { asked, say, send, lin, wang, group } = await startGroup(context)
  await send(group, { from: wang, location: { latitude: 31.7, longitude: 119.6 } })
  const place = [...group.messages.values()].at(-1)!
  const [answer] = await say(group, lin, '/ask 多少套?')
  for (const replyTo of [undefined, place, answer]) {
    assert.deepEqual(texts(await say(group, lin, '/ask', { replyTo })), [botTexts.zh.askNeedsQuestion])
  }
  assert.deepEqual(asked, ['多少套?'])
})

test('a reply to the bot is a question, a reply to a person who quotes it is not', async (context) => {
  const { asked, say, lin, wang, group } = await startGroup(context)
  const [answer] = await say(group, lin, '/ask 多少套?')
  const [second] = await say(group, wang, '那拆了多少?', { replyTo: answer })
  assert.deepEqual([second?.text, second?.reply_to_message?.text], [usualAnswer, '那拆了多少?'])
  const followUp = [...group.messages.values()].find(({ text }) => text === '那拆了多少?')
  assert.deepEqual(await say(group, lin, '真不少', { replyTo: followUp }), [])
  assert.deepEqual(asked, ['多少套?', '那拆了多少?'])
})

test('an answer lands in the topic of its question', async (context) => {
  const { api, say, lin, group } = await startGroup(context, { forum: true })
  const topic = api.topic(group, '安置房', lin)
  const [answer] = await say(group, lin, '/ask 多少套?', { topic })
  assert.deepEqual([answer?.text, answer?.message_thread_id, answer?.is_topic_message], [usualAnswer, topic, true])
  assert.equal(sends(api)[0]?.message_thread_id, topic)
})

test('an answer finds its topic also when its question was deleted', async (context) => {
  const { api, say, meanwhile, lin, group } = await startGroup(context, { forum: true })
  const topic = api.topic(group, '安置房', lin)
  meanwhile(() => group.messages.delete(group.lastMessageId))
  const [answer] = await say(group, lin, '/ask 多少套?', { topic })
  assert.deepEqual([answer?.text, answer?.message_thread_id, answer?.reply_to_message], [usualAnswer, topic, undefined])
})

test('an answer in the General topic names no topic', async (context) => {
  const { api, say, lin, group } = await startGroup(context, { forum: true })
  const [answer] = await say(group, lin, '/ask 多少套?')
  assert.equal(answer?.text, usualAnswer)
  const [again] = await say(group, lin, '再问', { replyTo: answer, fields: { message_thread_id: 1 } })
  assert.equal(again?.text, usualAnswer)
  assert.ok(sends(api).every((params) => !('message_thread_id' in params)))
})

test('the thread that replies form in a plain supergroup is not taken for a topic', async (context) => {
  const { api, say, lin, wang, group } = await startGroup(context)
  const word = api.say(group, wang, '安置房交付了多少套?')
  const [answer] = await say(group, lin, '/ask', { replyTo: word })
  assert.equal(answer?.text, usualAnswer)
  assert.ok(!('message_thread_id' in sends(api)[0]!))
})

test('in a topic that the bot itself opened, talk is still talk', async (context) => {
  const { api, asked, say, lin, group } = await startGroup(context, { forum: true })
  const topic = api.topic(group, '问据', api.bot)
  assert.deepEqual(await say(group, lin, '大家好', { topic }), [])
  assert.deepEqual(texts(await say(group, lin, '/ask', { topic })), [botTexts.zh.askNeedsQuestion])
  const [answer] = await say(group, lin, '/ask 多少套?', { topic })
  assert.deepEqual(texts(await say(group, lin, '拆了多少?', { topic, replyTo: answer })), [usualAnswer])
  assert.deepEqual(asked, ['多少套?', '拆了多少?'])
})

test('other bots are never answered', async (context) => {
  const { asked, api, say, lin, group } = await startGroup(context)
  const robot = api.user(99, { is_bot: true, username: 'robot_bot' })
  const [answer] = await say(group, lin, '/ask 多少套?')
  for (const text of ['/ask 多少套?', '/ask@wenju_bot 多少套?', '/help'])
    assert.deepEqual(await say(group, robot, text), [])
  assert.deepEqual(await say(group, robot, '多少套?', { replyTo: answer }), [])
  assert.deepEqual(asked, ['多少套?'])
})

test('an administrator who stays anonymous is answered', async (context) => {
  const { api, say, group } = await startGroup(context)
  const anonymous = api.user(1087968824, { is_bot: true, username: 'GroupAnonymousBot' })
  const [answer] = await say(group, anonymous, '/ask 多少套?', { fields: { sender_chat: group.info } })
  assert.equal(answer?.text, usualAnswer)
})

test('channel posts, their automatic forwards and people who write as a channel are ignored', async (context) => {
  const { asked, api, say, send, group } = await startGroup(context)
  const info = { id: -1009, type: 'channel', title: '报' } as const
  const channel = api.group(-1009, { title: '报' })
  const post = { chat: info, sender_chat: info, text: '/ask 多少套?' }
  assert.deepEqual(await send(channel, post, 'channel_post'), [])
  assert.deepEqual(await send(channel, post, 'edited_channel_post'), [])
  const telegram = api.user(777000)
  const forwarded = { sender_chat: info, is_automatic_forward: true as const }
  assert.deepEqual(await say(group, telegram, '/ask 多少套?', { fields: forwarded }), [])
  const channelBot = api.user(136817688, { is_bot: true, username: 'Channel_Bot' })
  assert.deepEqual(await say(group, channelBot, '/ask 多少套?', { fields: { sender_chat: info } }), [])
  assert.deepEqual(asked, [])
})

test('an edited message is not answered, in groups either', async (context) => {
  const { asked, api, say, lin, group } = await startGroup(context)
  const word = api.say(group, lin, '多少套?')
  assert.deepEqual(await say(group, lin, '/ask 多少套?', { edited: word }), [])
  assert.deepEqual(asked, [])
})

test('a question that waited too long is passed over in a group and apologised for in private', async (context) => {
  const access = { maxQuestionAgeSeconds: 60 }
  const { asked, api, say, lin, group } = await startGroup(context, { access })
  const chat = api.privateChat(lin)
  const date = Math.floor(Date.now() / 1000) - 3600
  assert.deepEqual(await say(group, lin, '/ask 多少套?', { date }), [])
  assert.deepEqual(texts(await say(chat, lin, '多少套?', { date })), [botTexts.zh.tooOld])
  assert.deepEqual(asked, [])
  assert.deepEqual(texts(await say(group, lin, '/ask 多少套?')), [usualAnswer])
})

test('with the age limit 0 no question is too old', async (context) => {
  const { say, lin, group } = await startGroup(context, { access: { maxQuestionAgeSeconds: 0 } })
  assert.deepEqual(texts(await say(group, lin, '/ask 多少套?', { date: 1 })), [usualAnswer])
})

test('joins, leaves, pins, votes and other events of a group are not talk', async (context) => {
  const { api, asked, send, lin, wang, group } = await startGroup(context)
  const from = { from: lin }
  const events = [
    { new_chat_members: [wang] },
    { new_chat_members: [api.bot] },
    { left_chat_member: wang },
    { new_chat_title: '读报' },
    { pinned_message: { chat: group.info, message_id: 1, date: 0 } },
    { group_chat_created: true },
    { poll: { id: 'p', question: '/ask 多少套?', options: [] } },
  ]
  for (const event of events) assert.deepEqual(await send(group, { ...from, ...event }), [], JSON.stringify(event))
  const message_reaction = { chat: group.info, message_id: 1, user: lin, date: 0, old_reaction: [], new_reaction: [] }
  api.pushUpdate({ message_reaction })
  await api.drained()
  assert.deepEqual([api.messages(group), asked], [[], []])
})

test('an answer in a group is one message, its further quotes folded up', async (context) => {
  const reply = () => answerOf(articleOf('一。', '二。', '三。', '四。', '五。'))
  const { say, lin, group } = await startGroup(context, { reply })
  const [answer, ...more] = await say(group, lin, '/ask 多少套?')
  const kinds = answer!.entities!.map(({ type }) => type).filter((type) => type.endsWith('blockquote'))
  assert.deepEqual([kinds, more], [['blockquote', 'expandable_blockquote', 'expandable_blockquote'], []])
})

test('people of one group are answered in turn, each under their own question', async (context) => {
  const { api, say, lin, wang, group } = await startGroup(context)
  api.say(group, lin, '/ask 一')
  api.say(group, wang, '/ask 二')
  await say(group, lin, '/ask 三')
  assert.deepEqual(
    api.messages(group).map(({ reply_to_message }) => reply_to_message?.text),
    ['/ask 一', '/ask 二', '/ask 三'],
  )
})
