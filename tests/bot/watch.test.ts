import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from 'grammy/types'
import { botTexts } from '../../src/bot/views/texts.ts'
import type { PreviewedQuestion } from '../../src/standing/standing.ts'
import { sketch, valueBefore } from '../fakes/standing.ts'
import { answerOf, buttonOf, labels, marks, quoteOf } from '../support/testBot.ts'
import {
  answered,
  groupId,
  nothing,
  passage,
  question,
  reports,
  startForum,
  startWatch,
  towns,
} from '../support/watching.ts'

const { standing: zh } = botTexts.zh
const { standing: en } = botTexts.en

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
