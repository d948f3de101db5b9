import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Message } from 'grammy/types'
import { botTexts } from '../../src/bot/views/texts.ts'
import { QuestionError } from '../../src/errors.ts'
import { maxOfChat, maxOfPerson } from '../../src/standing/questions.ts'
import type { PreviewedQuestion } from '../../src/standing/standing.ts'
import { newQuestion, sketch, valueBefore } from '../fakes/standing.ts'
import {
  answerOf,
  buttonOf,
  labels,
  marks,
  quoteOf,
  reportOf,
  type Stage,
  type StageOptions,
  startPrivate,
  startStage,
} from '../support/testBot.ts'

const { standing: zh } = botTexts.zh
const { standing: en } = botTexts.en
const question = '修了几座桥?'
const nothing = () => answerOf([])
const answered = () => answerOf([quoteOf('修桥三座。')])
const { passage } = quoteOf('修桥三座。')
const towns = ['西城街道', '东城街道', '南城街道', '北城街道', '中城街道']
const reports = towns.map((district, i) => reportOf(`${district}年报`, { district, date: `202${i}` }))
const groupId = -1005

/** Presses buttons by their labels, on messages as they stand now. */
function pushing({ api, press, person }: Stage) {
  const now = (message: Message) => api.chat(message.chat.id).messages.get(message.message_id)!
  const push = (message: Message, label: string, user = person(7, 'zh-hans')) =>
    press(message, user, buttonOf(now(message), label).callback_data)
  return { now, push }
}

/** 林 (7) in private; `offer` asks, and returns the preview that the 🔔 under the answer leads to. */
async function startWatch(context: TestContext, options: StageOptions = {}) {
  const stage = await startPrivate(context, { reply: nothing, reports, ...options })
  const { push, now } = pushing(stage)
  const offer = async (text = question, label = zh.whenFound) => {
    const [answer] = await stage.ask(text)
    return (await push(answer!, label)).messages[0]!
  }
  return { ...stage, push, now, offer, kept: () => stage.standing.questions.all() }
}

/** 林 (7) and 王 (8) in a group that is a forum. */
async function startForum(context: TestContext, options: StageOptions = {}) {
  const stage = await startStage(context, { reply: nothing, reports, ...options })
  const [lin, wang] = [stage.person(7, 'zh-hans'), stage.person(8, 'zh-hans')]
  const group = stage.api.group(groupId, { forum: true })
  return { ...stage, ...pushing(stage), lin, wang, group, kept: () => stage.standing.questions.all() }
}

test('a refusal has a 🔔 for the first answer, an answer one for another value', async (context) => {
  let reply = nothing
  const { api, ask, say, lin, person } = await startWatch(context, { reply: () => reply() })
  const group = api.group(groupId, { forum: true })
  const topic = api.topic(group, '桥', lin)
  const bellsOf = (messages: readonly Message[]) =>
    labels(messages[0])
      .flat()
      .filter((label) => label.startsWith('🔔'))
  const everywhere = async () => [
    ...bellsOf(await ask(question)),
    ...bellsOf(await say(group, lin, `/ask ${question}`)),
    ...bellsOf(await say(group, lin, `/ask ${question}`, { topic })),
  ]
  assert.deepEqual(await everywhere(), Array(3).fill(zh.whenFound))
  reply = answered
  assert.deepEqual(await everywhere(), Array(3).fill(zh.whenOtherwise))
  reply = () => answerOf([quoteOf('也许。')], { answered: false })
  assert.deepEqual(await everywhere(), Array(3).fill(zh.whenFound))
  const ann = person(9, 'en')
  assert.deepEqual(bellsOf(await say(api.privateChat(ann), ann, question)), [en.whenFound])
})

test('no 🔔 stands under a follow-up, a question that is too long, and what one person sees', async (context) => {
  const { ask } = await startWatch(context)
  const [first] = await ask(question)
  assert.deepEqual(labels((await ask('那2021年呢?', { replyTo: first }))[0]), [[botTexts.zh.buttons.again]])
  assert.deepEqual(labels((await ask('桥'.repeat(501)))[0]), [])
  const { api, say, lin, group } = await startForum(context, { modes: { ephemeral: true } })
  await say(group, lin, `/ask ${question}`)
  assert.deepEqual(labels(api.ephemerals(group)[0]), [[botTexts.zh.buttons.again]])
})

test('the preview replies to the question and says how often it would have been told', async (context) => {
  const { standing, offer } = await startWatch(context)
  const preview = await offer()
  assert.equal(preview.reply_to_message?.text, question)
  assert.equal(preview.text, [zh.offer, question, zh.never(5), zh.stored].join('\n'))
  assert.deepEqual(marks(preview), [['blockquote', question]])
  assert.deepEqual(labels(preview), [[zh.keep, zh.drop]])
  standing.previewed = { spoken: reports.slice(0, 2), tags: ['西城街道'] }
  const seldom = await offer()
  assert.equal(
    seldom.text,
    [zh.offer, question, zh.often(zh.times(2), 5, '西城街道年报'), zh.answered, zh.stored].join('\n'),
  )
  assert.deepEqual(labels(seldom), [[zh.keep, zh.drop]])
  standing.previewed = { spoken: reports, tags: towns }
  const often = await offer()
  assert.equal(
    often.text,
    [zh.offer, question, zh.often(zh.times(5), 5, '西城街道年报'), zh.answered, zh.narrow, zh.stored].join('\n'),
  )
  assert.deepEqual(labels(often), [
    ['#西城街道', '#东城街道', '#南城街道'],
    ['#北城街道', '#中城街道'],
    [zh.exact],
    [zh.keep, zh.drop],
  ])
})

test('a question that would be told of too often has to be narrowed before it is kept', async (context) => {
  const { standing, offer, push, now } = await startWatch(context)
  standing.previewed = { spoken: Array.from({ length: 11 }, () => reports[0]!), tags: ['西城街道'] }
  const preview = await offer()
  assert.match(preview.text!, /会提醒 10 多次.*\n提醒太多/su)
  assert.deepEqual(labels(preview), [['#西城街道'], [zh.exact], [zh.drop]])
  standing.previewed = { spoken: [], tags: [] }
  await push(preview, '#西城街道')
  assert.deepEqual(labels(now(preview)), [[zh.keep, zh.drop]])
})

test('a tag and exact words narrow the question in the same message', async (context) => {
  const { standing, offer, push, now, kept, chat, api } = await startWatch(context, { reply: answered })
  const previewed: PreviewedQuestion[] = []
  const { preview: usual } = standing
  standing.preview = (asked) => {
    previewed.push(asked)
    return usual(asked)
  }
  standing.previewed = { spoken: reports.slice(0, 4), tags: ['西城街道'] }
  const preview = await offer(question, zh.whenOtherwise)
  const count = api.messages(chat).length
  await push(preview, '#西城街道')
  const narrowed = `${question} #西城街道`
  assert.match(now(preview).text!, new RegExp(`^${zh.offerOtherwise.replace('?', '.')}`, 'u'))
  assert.deepEqual(marks(now(preview)), [['blockquote', narrowed]])
  await push(preview, zh.exact)
  assert.deepEqual(marks(now(preview)), [['blockquote', narrowed]])
  assert.ok(now(preview).text?.includes(`${narrowed}${zh.isExact}`))
  assert.ok(!labels(now(preview)).flat().includes(zh.exact))
  await push(preview, zh.keep)
  const whole = { answered: passage }
  assert.deepEqual(previewed, [
    { ...whole, text: question, isExact: false },
    { ...whole, text: narrowed, isExact: false },
    { ...whole, text: narrowed, isExact: true },
    { ...whole, text: narrowed, isExact: true },
  ])
  assert.deepEqual(
    (await kept()).map(({ text, isExact }) => [text, isExact]),
    [[narrowed, true]],
  )
  assert.equal(api.messages(chat).length, count)
})

test('what is kept is the question with its place, its setter and the reports there were', async (context) => {
  const { api, say, standing, push, now, kept, lin, wang, group } = await startForum(context, { reply: answered })
  const topic = api.topic(group, '桥', lin)
  const [answer] = await say(group, lin, `/ask ${question}`, { topic })
  standing.previewed = { spoken: reports.slice(0, 2), tags: [] }
  const preview = (await push(answer!, zh.whenOtherwise, wang)).messages[0]!
  assert.equal(preview.message_thread_id, topic)
  const { messages } = await push(preview, zh.keep, wang)
  assert.deepEqual(messages, [])
  const [{ id, at, ...rest } = assert.fail(), ...others] = await kept()
  assert.deepEqual(others, [])
  assert.match(at, /^\d{4}-\d\d-\d\dT/u)
  assert.deepEqual(rest, {
    chat: groupId,
    topic,
    message: answer!.reply_to_message!.message_id,
    person: 8,
    locale: 'zh',
    text: question,
    isExact: false,
    answered: valueBefore(passage),
    isPaused: false,
    told: ['西城街道年报', '东城街道年报'],
    sketch,
    nearest: 1,
  })
  assert.equal(now(preview).text, `${question}\n${zh.keptOtherwise}`)
  assert.deepEqual(labels(now(preview)), [[zh.endThis]])
  assert.equal(buttonOf(now(preview), zh.endThis).callback_data, `n_2${id}`)
})

test('a report that answers and came after the preview is told when the question is kept', async (context) => {
  const { offer, standing, push, now } = await startWatch(context)
  const preview = await offer()
  standing.previewed = { spoken: reports.slice(0, 1), tags: [] }
  await push(preview, zh.keep)
  const { text } = now(preview)!
  assert.ok(text!.endsWith(`\n${zh.kept}\n${zh.answeredAlready}`), text)
})

test('what is dropped is not kept', async (context) => {
  const { offer, push, now, kept } = await startWatch(context)
  const preview = await offer()
  await push(preview, zh.drop)
  assert.deepEqual([now(preview).text, labels(now(preview)), await kept()], [zh.dropped, [], []])
})

test('a question longer than an inline query is read from the message that asked it', async (context) => {
  const { offer, push, kept } = await startWatch(context)
  const long = `${'很'.repeat(300)}长的问题?`
  await push(await offer(long), zh.keep)
  const stage = await startForum(context, { botOptions: { supportsInlineQueries: false } })
  for (const asked of [`/ask@wenju_bot ${long}`, `@Wenju_Bot ${long}`]) {
    const [answer] = await stage.say(stage.group, stage.lin, asked)
    const { messages } = await stage.push(answer!, zh.whenFound)
    assert.deepEqual(marks(messages[0]), [['blockquote', long]])
  }
  assert.deepEqual(
    (await kept()).map(({ text }) => text),
    [long],
  )
})

test('a question that was deleted is told of without a reply', async (context) => {
  const { ask, push, kept, chat } = await startWatch(context)
  const [answer] = await ask(question)
  chat.messages.delete(answer!.reply_to_message!.message_id)
  const [preview] = (await push(answer!, zh.whenFound)).messages
  assert.deepEqual([marks(preview), preview?.reply_to_message], [[['blockquote', question]], undefined])
  await push(preview!, zh.keep)
  assert.deepEqual(
    (await kept()).map(({ text, message }) => [text, message]),
    [[question, null]],
  )
})

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
