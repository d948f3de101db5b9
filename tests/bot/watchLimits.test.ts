import assert from 'node:assert/strict'
import { test } from 'node:test'
import { botTexts } from '../../src/bot/views/texts.ts'
import { QuestionError } from '../../src/errors.ts'
import { maxOfChat, maxOfPerson } from '../../src/standing/questions.ts'
import { newQuestion } from '../fakes/standing.ts'
import { buttonOf, labels } from '../support/testBot.ts'
import { groupId, question, reports, startForum, startWatch } from '../support/watching.ts'

const { standing: zh } = botTexts.zh
const { standing: en } = botTexts.en

test('the message that opened a topic is nobody’s question', async (context) => {
  const { api, say, push, kept, lin, group } = await startForum(context)
  const topic = api.topic(group, '桥', lin)
  const [answer] = await say(group, lin, `/ask ${question}`, { topic })
  const preview = (await push(answer!, zh.whenFound)).messages[0]!
  // Telegram shows what replies to nothing in a topic as a reply to its first message.
  const { reply_to_message: _, ...root } = group.messages.get(topic)!
  Object.assign(group.messages.get(preview.message_id)!, { reply_to_message: root })
  await push(preview, zh.keep)
  assert.deepEqual(
    (await kept()).map(({ topic, message }) => [topic, message]),
    [[topic, null]],
  )
})

test('under a message that says no question any more nothing is kept, and that is told', async (context) => {
  const { ask, offer, push, press, kept, chat, lin } = await startWatch(context)
  const gone = { notice: { text: zh.questionGone, show_alert: true }, messages: [] }
  const preview = await offer()
  const data = buttonOf(preview, zh.keep).callback_data
  await push(preview, zh.drop)
  assert.deepEqual(await press(preview, lin, data, { stale: true }), gone)
  chat.messages.delete(preview.message_id)
  assert.deepEqual(await press(preview, lin, data, { stale: true }), gone)
  const [answer] = await ask('多少?'.repeat(100))
  const current = chat.messages.get(answer!.message_id)!
  delete current.reply_to_message
  assert.deepEqual(await push(answer!, zh.whenFound), gone)
  assert.deepEqual(await kept(), [])
})

test('a person and a chat keep so many questions, and no more', async (context) => {
  const { standing, say, push, kept, lin, wang, group } = await startForum(context)
  const { questions } = standing
  for (let i = 0; i < maxOfPerson; i++) await questions.add(newQuestion({ chat: -i - 1, person: 7 }))
  const [answer] = await say(group, lin, `/ask ${question}`)
  const preview = (await push(answer!, zh.whenFound)).messages[0]!
  assert.deepEqual(await push(preview, zh.keep), {
    notice: { text: zh.personLimit(maxOfPerson), show_alert: true },
    messages: [],
  })
  for (let i = 0; i < maxOfChat; i++)
    await questions.add(newQuestion({ chat: groupId, text: `问${i}`, person: 100 + Math.floor(i / 10) }))
  assert.deepEqual((await push(preview, zh.keep, wang)).notice, { text: zh.chatLimit(maxOfChat), show_alert: true })
  const [own, ofGroup] = [(await kept())[0]!, (await questions.ofChat(groupId))[0]!]
  await questions.end(own)
  await questions.end(ofGroup)
  assert.deepEqual((await push(preview, zh.keep)).notice, {})
  assert.equal((await questions.ofChat(groupId)).length, maxOfChat)
})

test('a question that is kept twice stands once', async (context) => {
  const { offer, push, press, kept, lin } = await startWatch(context)
  const [first, second] = [await offer(), await offer()]
  const data = buttonOf(first, zh.keep).callback_data
  await push(first, zh.keep)
  await press(first, lin, data, { stale: true })
  await push(second, zh.keep)
  assert.equal((await kept()).length, 1)
})

test('it speaks English too', async (context) => {
  const { standing, ask, offer, push, now } = await startWatch(context)
  await ask('/language en')
  standing.previewed = { spoken: [...reports, ...reports, ...reports], tags: [] }
  const often = await offer(question, en.whenFound)
  const last = en.often(en.timesAndMore(10), 5, '西城街道年报')
  assert.equal(often.text, [en.offer, question, last, en.answered, en.tooOften, en.stored].join('\n'))
  standing.previewed = { spoken: [], tags: [] }
  const preview = await offer(question, en.whenFound)
  assert.equal(preview.text, [en.offer, question, en.never(5), en.stored].join('\n'))
  await push(preview, en.keep)
  assert.equal(now(preview).text, `${question}\n${en.kept}`)
  assert.deepEqual(labels(now(preview)), [[en.endThis]])
})

test('what is wrong with a question is told in place of its preview, and when it is kept', async (context) => {
  const { standing, offer, push, kept } = await startWatch(context)
  const preview = await offer()
  const fault = { zh: `没有报告有这个标签:${'西城街道、'.repeat(60)}`, en: 'No report has this tag.' }
  const { preview: usual } = standing
  standing.preview = () => Promise.reject(new QuestionError(fault))
  const refused = await offer()
  assert.deepEqual([refused.text, labels(refused)], [fault.zh, []])
  const { notice } = await push(preview, zh.keep)
  assert.ok(notice?.text?.startsWith('没有报告有这个标签:西城街道、') && notice.show_alert)
  assert.deepEqual(await kept(), [])
  standing.preview = usual
  await push(preview, zh.keep)
  assert.equal((await kept()).length, 1)
})

test('no question and nobody’s name stands in the log', async (context) => {
  const { offer, push, logged } = await startWatch(context)
  await push(await offer(), zh.keep)
  assert.ok(!logged.join('').includes('桥'))
})
