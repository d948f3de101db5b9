import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { botTexts } from '../../src/bot/views/texts.ts'
import {
  answerOf,
  articleOf,
  buttonOf,
  labels,
  marks,
  type StageOptions,
  sends,
  startStage,
  texts,
} from '../support/testBot.ts'

const { zh } = botTexts
const article = articleOf('前文。修桥三座。后文。', '乙段。')
const best = { ...article[0]!, highlights: [[3, 8]] as const }
const shown = '前文。修桥三座。后文。\n📄 工作报告 · 第 1 段'

/** A group in which answers are for the asker only. */
async function startGroup(context: TestContext, options: StageOptions & { forum?: boolean } = {}) {
  const reply = () => answerOf([best])
  const stage = await startStage(context, { modes: { ephemeral: true }, reply, articles: [article], ...options })
  const [lin, wang] = [stage.person(7, 'zh-hans'), stage.person(8, 'zh-hans')]
  const group = stage.api.group(-1005, { title: '读报组', ...(options.forum && { forum: true }) })
  return { ...stage, lin, wang, group }
}

test('only the asker sees the answer, where the question was asked, with a button to share it', async (context) => {
  const { api, say, lin, group } = await startGroup(context, { forum: true })
  const topic = api.topic(group, '桥', lin)
  assert.deepEqual(await say(group, lin, '/ask 修了几座桥?', { topic }), [])
  const [answer, ...more] = api.ephemerals(group)
  assert.deepEqual([answer?.text, answer?.receiver_user?.id, more], [shown, lin.id, []])
  assert.deepEqual([answer?.message_thread_id, answer?.reply_to_message?.text], [topic, '/ask 修了几座桥?'])
  assert.deepEqual(marks(answer), [
    ['blockquote', '前文。修桥三座。后文。'],
    ['bold', '修桥三座。'],
  ])
  assert.deepEqual(labels(answer)[0], [zh.buttons.share])
  assert.deepEqual(sends(api)[0]?.link_preview_options, { is_disabled: true })
})

test('shared, the quote stands in the group for everybody, in the topic', async (context) => {
  const { api, say, press, lin, group } = await startGroup(context, { forum: true })
  const topic = api.topic(group, '桥', lin)
  await say(group, lin, '/ask 修了几座桥?', { topic })
  const [answer] = api.ephemerals(group)
  const { notice, messages } = await press(answer!, lin, buttonOf(answer, zh.buttons.share).callback_data)
  assert.deepEqual([notice, texts(messages)], [{ text: zh.shared }, [shown]])
  assert.deepEqual([marks(messages[0]), messages[0]?.message_thread_id], [marks(answer), topic])
})

test('what is gone cannot be shared, and that is told', async (context) => {
  const articles = [article]
  const { api, say, press, lin, group } = await startGroup(context, { articles })
  await say(group, lin, '/ask 修了几座桥?')
  articles.splice(0)
  const [answer] = api.ephemerals(group)
  const pressed = await press(answer!, lin, buttonOf(answer, zh.buttons.share).callback_data)
  assert.deepEqual(pressed, { notice: { text: zh.gone, show_alert: true }, messages: [] })
})

test('feedback on an answer that one member sees writes nothing', async (context) => {
  const { api, say, press, lin, group } = await startGroup(context)
  await say(group, lin, '/ask 修了几座桥?')
  const [answer] = api.ephemerals(group)
  const pressed = await press(answer!, lin, buttonOf(answer, '👍').callback_data)
  assert.deepEqual(pressed, { notice: { text: zh.thanks }, messages: [] })
})

test('what is not in the reports is for the asker too', async (context) => {
  const reply = () => answerOf([])
  const { api, say, lin, group } = await startGroup(context, { reply })
  assert.deepEqual(await say(group, lin, '/ask 飞船?'), [])
  assert.deepEqual(texts(api.ephemerals(group)), [zh.nothing])
})

test('in a private chat answers are ordinary', async (context) => {
  const { api, say, lin } = await startGroup(context)
  const [answer] = await say(api.privateChat(lin), lin, '修了几座桥?')
  assert.equal(answer?.text, shown)
  assert.ok(!labels(answer).flat().includes(zh.buttons.share))
})

test('everybody sees answers unless the operator wants it otherwise', async (context) => {
  const { api, say, lin, group } = await startGroup(context, { modes: {} })
  const [answer] = await say(group, lin, '/ask 修了几座桥?')
  assert.ok(!labels(answer).flat().includes(zh.buttons.share))
  assert.ok(!('ephemeral_message_parameters' in sends(api)[0]!))
  assert.deepEqual(api.ephemerals(group), [])
})

test('an administrator who stays anonymous is answered for everybody', async (context) => {
  const { api, say, group } = await startGroup(context)
  const anonymous = api.user(1087968824, { is_bot: true, username: 'GroupAnonymousBot' })
  const fields = { sender_chat: group.info }
  assert.deepEqual(texts(await say(group, anonymous, '/ask 修了几座桥?', { fields })), [shown])
})
