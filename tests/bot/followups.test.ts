import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Message } from 'grammy/types'
import { botTexts } from '../../src/bot/views/texts.ts'
import {
  answerOf,
  quoteOf,
  type StageOptions,
  startPrivate,
  startStage,
  texts,
  usualAnswer,
} from '../support/testBot.ts'

const { zh } = botTexts
const reply = () => answerOf([quoteOf('前文。安置房交付4124套。', '安置房交付4124套。')])

async function startGroup(context: TestContext, options: StageOptions = {}) {
  const stage = await startStage(context, options)
  const [lin, wang] = [stage.person(7, 'zh-hans'), stage.person(8, 'zh-hans')]
  const group = stage.api.group(-1005, { title: '读报组' })
  /** The message that stands last in the group. */
  const last = () => [...group.messages.values()].at(-1)!
  return { ...stage, lin, wang, group, last }
}

test('a reply to an answer is read together with the question that it answered', async (context) => {
  const { asked, previous, ask } = await startPrivate(context)
  const [first] = await ask('2020年安置房交付了多少套?')
  const [second] = await ask('那2021年呢?', { replyTo: first })
  await ask('为什么?', { replyTo: second })
  await ask('拆了多少房屋?')
  await ask('那2019年呢?', { replyTo: first })
  assert.deepEqual(asked, ['2020年安置房交付了多少套?', '那2021年呢?', '为什么?', '拆了多少房屋?', '那2019年呢?'])
  assert.deepEqual(previous, [undefined, asked[0], asked[1], undefined, asked[0]])
})

test('the chain is Telegram’s own: it holds after a restart and nothing of it is kept', async (context) => {
  const { previous, ask, restart, logged } = await startPrivate(context)
  const [first] = await ask('2020年安置房交付了多少套?')
  await restart()
  await ask('那2021年呢?', { replyTo: first })
  assert.equal(previous[1], '2020年安置房交付了多少套?')
  assert.ok(!logged.join('').includes('安置房'))
})

test('in a group a reply, /ask and a mention follow up, whoever asked before', async (context) => {
  const { previous, say, lin, wang, group } = await startGroup(context)
  const [first] = await say(group, lin, '/ask 2020年交付了多少套?')
  await say(group, wang, '那2021年呢?', { replyTo: first })
  await say(group, wang, '/ask@wenju_bot 那2022年呢?', { replyTo: first })
  await say(group, lin, '@wenju_bot 那2023年呢?', { replyTo: first })
  assert.deepEqual(previous.slice(1), Array(3).fill('2020年交付了多少套?'))
})

test('where no button carries the question, the words that answered stand in for it', async (context) => {
  const { previous, ask } = await startPrivate(context, { reply, botOptions: { supportsInlineQueries: false } })
  const [first] = await ask('交付了多少套?')
  await ask('那2021年呢?', { replyTo: first })
  assert.deepEqual(previous, [undefined, '安置房交付4124套。'])
})

test('a reply to what the bot said otherwise follows up on nothing', async (context) => {
  const { asked, previous, ask } = await startPrivate(context)
  const [help] = await ask('/help')
  await ask('交付了多少套?', { replyTo: help })
  assert.deepEqual([asked, previous], [['交付了多少套?'], [undefined]])
})

test('a reply to a person follows up on nothing', async (context) => {
  const { api, asked, previous, say, lin, wang, group } = await startGroup(context)
  const word = api.say(group, wang, '安置房交付得真快', { entities: [{ type: 'bold', offset: 0, length: 3 }] })
  await say(group, lin, '/ask 交付了多少套?', { replyTo: word })
  await say(group, lin, '@wenju_bot 交付了多少套?', { replyTo: word })
  assert.deepEqual([asked, previous], [Array(2).fill('交付了多少套?'), [undefined, undefined]])
})

test('a mention asks, wherever it stands', async (context) => {
  const { asked, say, lin, group } = await startGroup(context)
  const forms = ['@wenju_bot 多少套?', '多少套? @wenju_bot', '@Wenju_Bot\n多少套?', ' @wenju_bot 多少套?@wenju_bot']
  for (const form of forms) {
    const [answer] = await say(group, lin, form)
    assert.deepEqual([answer?.text, answer?.reply_to_message?.text], [usualAnswer, form])
  }
  await say(group, lin, '请问@wenju_bot 多少套?', { entities: [{ type: 'mention', offset: 2, length: 10 }] })
  assert.deepEqual(asked, [...Array(4).fill('多少套?'), '请问  多少套?'])
})

test('a mention of others is none of the bot’s business', async (context) => {
  const { api, asked, say, lin, wang, group } = await startGroup(context)
  const word = api.say(group, wang, '多少套?')
  for (const text of ['@wenju_bot2 多少套?', '@other_bot 多少套?', 'wenju_bot 多少套?', 'a@wenju_bot'])
    assert.deepEqual(await say(group, lin, text, { replyTo: word }), [], text)
  assert.deepEqual(asked, [])
})

test('a bare mention as a reply asks what the message or its selected part says', async (context) => {
  const { api, asked, say, lin, wang, group } = await startGroup(context)
  const word = api.say(group, wang, '大家好。安置房交付了多少套?谢谢!')
  for (const text of ['@wenju_bot', '/ask']) {
    await say(group, lin, text, { replyTo: word })
    await say(group, lin, text, { replyTo: word, quote: '安置房交付了多少套?' })
    assert.deepEqual(texts(await say(group, lin, text)), [zh.askNeedsQuestion])
  }
  assert.deepEqual(asked, Array(2).fill(['大家好。安置房交付了多少套?谢谢!', '安置房交付了多少套?']).flat())
})

test('the selected part of an answer is not asked again', async (context) => {
  const { asked, previous, say, lin, group } = await startGroup(context, { reply })
  const [answer] = await say(group, lin, '/ask 交付了多少套?')
  const quote = '安置房交付'
  assert.deepEqual(texts(await say(group, lin, '/ask', { replyTo: answer, quote })), [zh.askNeedsQuestion])
  await say(group, lin, '哪一年?', { replyTo: answer, quote })
  assert.deepEqual([asked.slice(1), previous.slice(1)], [['哪一年?'], ['交付了多少套?']])
})

const photo = [{ file_id: 'f', file_unique_id: 'u', width: 1, height: 1 }]

test('a caption is a question in private; in a group only one that calls the bot', async (context) => {
  const { api, asked, send, lin, group, last } = await startGroup(context)
  const chat = api.privateChat(lin)
  const [answer] = await send(chat, { from: lin, photo, caption: '安置房交付了多少套?' })
  assert.equal(answer?.text, usualAnswer)
  assert.deepEqual(await send(group, { from: lin, photo, caption: '安置房交付了多少套?' }), [])
  assert.equal((await send(group, { from: lin, photo, caption: '/ask 拆了多少?' }))[0]?.text, usualAnswer)
  const caption_entities = [{ type: 'mention', offset: 0, length: 10 }]
  await send(group, { from: lin, photo, caption: '@wenju_bot 种了多少?', caption_entities })
  const reply_to_message = last()
  await send(group, { from: lin, photo, caption: '修了多少?', reply_to_message })
  assert.deepEqual(asked, ['安置房交付了多少套?', '拆了多少?', '种了多少?', '修了多少?'])
})

test('a long chain costs nothing: only the question before is read', async (context) => {
  const { previous, ask } = await startPrivate(context)
  let answer: Message | undefined
  for (let i = 0; i < 5; i++) [answer] = await ask(`第${i}问`, { replyTo: answer })
  assert.deepEqual(previous, [undefined, '第0问', '第1问', '第2问', '第3问'])
})

test('a card that somebody inserts by way of the bot is no question', async (context) => {
  const { api, asked, say, lin, group } = await startGroup(context)
  const via_bot = api.bot
  assert.deepEqual(await say(api.privateChat(lin), lin, usualAnswer, { via_bot }), [])
  const [answer] = await say(group, lin, '/ask 多少套?')
  assert.deepEqual(await say(group, lin, usualAnswer, { via_bot, replyTo: answer }), [])
  assert.deepEqual(asked, ['多少套?'])
})
