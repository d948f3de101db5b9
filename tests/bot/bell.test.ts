import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Message } from 'grammy/types'
import { pressing } from '../../src/bot/views/keyboard.ts'
import { botTexts } from '../../src/bot/views/texts.ts'
import { maxOfChat, type NewQuestion, standingQuestions } from '../../src/standing/questions.ts'
import { newQuestion, valueBefore } from '../fakes/standing.ts'
import { memoryState } from '../fakes/state.ts'
import { buttonOf, labels, marks, type StageOptions, startPrivate, startStage, texts } from '../support/testBot.ts'

const { zh, en } = botTexts
const { standing: say } = zh
const groupId = -1005
const today = new Date().toISOString().slice(0, 10)

/** A stage with 林 (7), 王 (8) and an admin (9) in a group, and a way to set questions and press buttons by their labels. */
async function startGroup(context: TestContext, options: StageOptions & { forum?: boolean } = {}) {
  const state = memoryState()
  const stage = await startStage(context, { ...options, state })
  const { api, standing, person, press } = stage
  // Each question is set at a time of its own, so that their order is known.
  let time = Date.parse(today)
  const { add } = standingQuestions(state, () => time++)
  const [lin, wang, admin] = [person(7, 'zh-hans'), person(8, 'zh-hans'), person(9, 'zh-hans')]
  const group = api.group(groupId, { administrators: [admin], ...(options.forum && { forum: true }) })
  const now = (message: Message) => api.chat(message.chat.id).messages.get(message.message_id)!
  const push = (message: Message, label: string, user = lin) =>
    press(message, user, buttonOf(now(message), label).callback_data)
  const set = async (more: Partial<NewQuestion> = {}) => {
    const question = await add(newQuestion({ chat: groupId, ...more }))
    assert.ok(typeof question !== 'string', String(question))
    return question
  }
  const kept = async () => (await standing.questions.all()).map(({ text, isPaused }) => (isPaused ? `⏸ ${text}` : text))
  return { ...stage, lin, wang, admin, group, now, push, set, kept }
}

test('/bell lists the questions of a chat, each with its day and its kind, and its digests', async (context) => {
  const { api, say: ask, set, standing, lin, group } = await startGroup(context)
  const [empty] = await ask(group, lin, '/bell')
  assert.deepEqual([empty?.text, labels(empty)], [say.list(0), []])
  await set({ text: '修了几座桥?' })
  await set({ text: '人口多少? #西城街道', isExact: true, answered: valueBefore('p-0123456789abcdef'), person: 8 })
  await set({ text: '别处的问题?', chat: 7 })
  await standing.questions.setDigest({
    chat: groupId,
    topic: null,
    every: 'week',
    tags: ['西城街道', '2024'],
    person: 8,
    locale: 'zh',
  })
  const [list] = await ask(group, lin, '/bell@wenju_bot')
  const lines = [
    say.list(2),
    `1. 修了几座桥?\n${today} 起`,
    `2. 人口多少? #西城街道(逐字相符)\n${today} 起 · 只报变化`,
    '摘要:每周一早上 8 点 #西城街道 #2024',
  ]
  assert.equal(list?.text, lines.join('\n\n'))
  assert.deepEqual(marks(list)[0], ['bold', say.list(2)])
  assert.deepEqual(labels(list), [['1 ⏸', '1 ✖', '2 ⏸', '2 ✖']])
  const chat = api.privateChat(lin)
  assert.ok((await ask(chat, lin, '/bell'))[0]?.text?.includes('\n\n1. 别处的问题?\n'))
})

test('a question is paused, resumed and ended in the list, which shows that at once', async (context) => {
  const { say: ask, set, now, push, kept, lin, group } = await startGroup(context)
  await set({ text: '修了几座桥?' })
  await set({ text: '人口多少?' })
  const [list] = await ask(group, lin, '/bell')
  assert.deepEqual((await push(list!, '1 ⏸')).notice, { text: say.paused })
  assert.ok(now(list!).text?.includes(`1. 修了几座桥?\n${today} 起,已暂停\n`))
  assert.deepEqual([labels(now(list!)), await kept()], [[['1 ▶', '1 ✖', '2 ⏸', '2 ✖']], ['⏸ 修了几座桥?', '人口多少?']])
  assert.deepEqual((await push(list!, '1 ▶')).notice, { text: say.resumed })
  assert.deepEqual(await kept(), ['修了几座桥?', '人口多少?'])
  assert.deepEqual((await push(list!, '1 ✖')).notice, { text: say.ended })
  assert.deepEqual([labels(now(list!)), await kept()], [[['1 ⏸', '1 ✖']], ['人口多少?']])
  await push(list!, '1 ✖')
  assert.deepEqual([now(list!).text, labels(now(list!)), await kept()], [say.list(0), [], []])
})

test('only who set a question, the admins of the group and those of the bot may change it', async (context) => {
  const {
    say: ask,
    set,
    push,
    kept,
    person,
    lin,
    wang,
    admin,
    group,
  } = await startGroup(context, {
    access: { admins: [1] },
  })
  const setters = [7, 7, 7, 8, 9]
  for (const [i, setter] of setters.entries()) await set({ text: `问${i}?`, person: setter })
  const [list] = await ask(group, lin, '/bell')
  const refused = { notice: { text: say.onlySetter, show_alert: true }, messages: [] }
  for (const label of ['1 ⏸', '1 ✖', '5 ✖']) assert.deepEqual(await push(list!, label, wang), refused)
  assert.deepEqual(await push(list!, '4 ✖', lin), refused)
  assert.equal((await kept()).length, setters.length)
  await push(list!, '5 ✖', admin)
  await push(list!, '4 ✖', wang)
  await push(list!, '3 ✖', person(1))
  await push(list!, '2 ✖', admin)
  await push(list!, '1 ✖', lin)
  assert.deepEqual(await kept(), [])
})

test('a question that was ended meanwhile is told to be ended', async (context) => {
  const { say: ask, set, push, press, standing, lin, wang, group, now } = await startGroup(context)
  const question = await set({})
  await set({ text: '人口多少?' })
  const [list] = await ask(group, lin, '/bell')
  await standing.questions.end(question)
  assert.deepEqual((await push(list!, '1 ⏸', wang)).notice, { text: say.ended })
  assert.deepEqual(labels(now(list!)), [['1 ⏸', '1 ✖']])
  group.messages.delete(list!.message_id)
  const { notice } = await press(list!, lin, `n_2${question.id}`, { stale: true })
  assert.deepEqual(notice, { text: zh.noSuchButton, show_alert: true })
})

test('under a confirmation and an announcement the button goes, and the words and the others stay', async (context) => {
  const { api, set, push, kept, now, group } = await startGroup(context)
  const questions = [await set({ text: '问一?' }), await set({ text: '问二?' })]
  const end = (i: number) => pressing(`${i + 1} 🔕`, { kind: 'standing', id: questions[i]!.id, action: 'end' })
  const open = { text: '打开', url: 'https://t.me/wenju_bot?start=x' }
  const post = (rows: ReturnType<typeof pressing>[][]) => {
    const message = {
      message_id: group.lastMessageId + 1,
      date: Date.now() / 1000,
      chat: group.info,
      from: api.bot,
      text: '说过的话',
      reply_markup: { inline_keyboard: rows },
    } as Message
    group.lastMessageId = message.message_id
    group.messages.set(message.message_id, message)
    return message
  }
  const announcement = post([
    [{ ...open, text: '1 打开' }, end(0)],
    [{ ...open, text: '2 打开' }, end(1)],
  ])
  const confirmation = post([[end(1)]])
  await push(announcement, '1 🔕')
  assert.deepEqual(labels(now(announcement)), [['1 打开'], ['2 打开', '2 🔕']])
  assert.deepEqual([now(announcement).text, await kept()], ['说过的话', ['问二?']])
  await push(confirmation, '2 🔕')
  assert.deepEqual([now(confirmation).text, labels(now(confirmation)), await kept()], ['说过的话', [], []])
  await push(announcement, '2 🔕')
  assert.deepEqual(labels(now(announcement)), [['1 打开'], ['2 打开']])
})

test('a long list keeps within a message, counts what found no room and acts on what it shows', async (context) => {
  const { say: ask, set, standing, push, now, lin, group } = await startGroup(context)
  for (let i = 0; i < maxOfChat; i++) {
    const person = 100 + Math.floor(i / 10)
    // Every fifth is short, so that some would find room behind one that finds none.
    const text = i % 5 === 4 ? `短${i}?` : `第${i}个问题${'很长'.repeat(100)}?`
    await set({ text, person, isExact: true, answered: valueBefore('p-0123456789abcdef') })
  }
  for (const topic of [null, 1, 2, 3, 4]) {
    const tags = Array.from({ length: 20 }, (_, i) => `一个很长的标签${i}`)
    await standing.questions.setDigest({ chat: groupId, topic, every: 'day', tags, person: 7, locale: 'zh' })
  }
  const [list] = await ask(group, lin, '/bell')
  const numbers = [...list!.text!.matchAll(/^(\d+)\. (?:第|短)(\d+)/gmu)].map(([, shown, own]) => [shown, own])
  assert.ok(numbers.length > 10)
  assert.deepEqual(
    numbers,
    numbers.map((_, i) => [String(i + 1), String(i)]),
  )
  assert.ok(list!.text!.includes(say.unlisted(maxOfChat - numbers.length)))
  assert.equal(labels(list).flat().length, 2 * numbers.length)
  const last = numbers.length
  const shown = (await standing.questions.ofChat(groupId))[last - 1]!
  await push(list!, `${last} ✖`, { ...lin, id: shown.person! })
  assert.equal(await standing.questions.get(groupId, shown.id), null)
  assert.ok(now(list!).text!.includes(say.unlisted(maxOfChat - 1 - numbers.length)))
})

test('many short questions are listed as far as there are buttons', async (context) => {
  const { say: ask, set, lin, group } = await startGroup(context)
  for (let i = 0; i < maxOfChat; i++) await set({ text: `问${i}?`, person: 100 + Math.floor(i / 10) })
  const [list] = await ask(group, lin, '/bell')
  assert.equal(labels(list).flat().length, 80)
  assert.ok(list!.text!.endsWith(say.unlisted(10)))
})

test('/bell daily and weekly set the digest, off ends it, other words are told the usage', async (context) => {
  const { standing, ask, chat } = await startPrivate(context)
  const digests = async () =>
    (await standing.questions.digestsOf(chat.id)).map(({ every, tags, topic, person, locale }) => ({
      every,
      tags,
      topic,
      person,
      locale,
    }))
  const own = { topic: null, person: 7, locale: 'zh' }
  assert.deepEqual(texts(await ask('/bell daily')), [say.digestKept(say.daily)])
  assert.deepEqual(await digests(), [{ every: 'day', tags: [], ...own }])
  assert.deepEqual(texts(await ask('/bell Weekly #西城街道 #2024')), [say.digestKept(say.weekly)])
  assert.deepEqual(await digests(), [{ every: 'week', tags: ['西城街道', '2024'], ...own }])
  for (const words of ['monthly', '#西城街道', 'daily 西城街道', '有哪些?', 'daily off'])
    assert.deepEqual(texts(await ask(`/bell ${words}`)), [say.digestUsage], words)
  assert.equal((await digests()).length, 1)
  assert.deepEqual(texts(await ask('/bell off')), [say.digestEnded])
  assert.deepEqual(await digests(), [])
})

test('the digest of a group may be changed by who set it, and by admins', async (context) => {
  const { say: ask, standing, person, lin, wang, admin, group } = await startGroup(context)
  const setters = async () => (await standing.questions.digestsOf(groupId)).map(({ person, every }) => [person, every])
  await ask(group, lin, '/bell daily')
  for (const words of ['off', 'weekly'])
    assert.deepEqual(texts(await ask(group, wang, `/bell ${words}`)), [say.onlySetter])
  assert.deepEqual(await setters(), [[7, 'day']])
  await ask(group, lin, '/bell weekly')
  assert.deepEqual(await setters(), [[7, 'week']])
  await ask(group, admin, '/bell daily')
  assert.deepEqual(await setters(), [[9, 'day']])
  const anonymous = Object.assign(person(1087968824), { is_bot: true, username: 'GroupAnonymousBot' })
  await ask(group, anonymous, '/bell weekly', { fields: { sender_chat: group.info } })
  assert.deepEqual(await setters(), [[null, 'week']])
  assert.deepEqual(texts(await ask(group, lin, '/bell off')), [say.onlySetter])
  await ask(group, anonymous, '/bell off', { fields: { sender_chat: group.info } })
  assert.deepEqual(await setters(), [])
})

test('each topic has a digest of its own, and the list is that of the group', async (context) => {
  const { api, say: ask, set, standing, lin, wang, group } = await startGroup(context, { forum: true })
  const topic = api.topic(group, '桥', lin)
  await set({ topic })
  await set({ topic: null, text: '人口多少?' })
  await ask(group, lin, '/bell daily', { topic })
  await ask(group, wang, '/bell weekly')
  const digests = (await standing.questions.digestsOf(groupId)).map(({ topic, every }) => [topic, every])
  assert.deepEqual(new Set(digests.map(String)), new Set([`${topic},day`, ',week']))
  const [list] = await ask(group, lin, '/bell', { topic })
  assert.deepEqual([list?.message_thread_id, labels(list).flat().length], [topic, 4])
  await ask(group, lin, '/bell off', { topic })
  assert.deepEqual(
    (await standing.questions.digestsOf(groupId)).map(({ topic }) => topic),
    [null],
  )
})

test('a group that becomes a supergroup keeps its questions and digests, and may change them there', async (context) => {
  const stage = await startGroup(context, { access: { allowedChats: [-5] } })
  const { api, say: ask, set, standing, push, lin, kept } = stage
  const group = api.group(-5, { type: 'group' })
  const question = await set({ chat: -5, message: 3, told: ['甲'] })
  await ask(group, lin, '/bell daily #2024')
  const moved = api.migrate(group, lin)
  await api.drained()
  assert.deepEqual(await standing.questions.all(), [{ ...question, chat: moved.id, message: null }])
  assert.deepEqual(
    (await standing.questions.digests()).map(({ chat, tags }) => [chat, tags]),
    [[moved.id, ['2024']]],
  )
  const [list] = await ask(moved, lin, '/bell')
  await push(list!, '1 ✖')
  assert.deepEqual(await kept(), [])
})

test('who may not ask may not list, pause or end either', async (context) => {
  const { api, say: ask, set, press, kept, wang } = await startGroup(context, { access: { allowedUsers: [7] } })
  const chat = api.privateChat(wang)
  const question = await set({ chat: 8, person: 8 })
  assert.deepEqual(texts(await ask(chat, wang, '/bell')), [zh.notAllowed])
  const { notice } = await press(api.messages(chat)[0]!, wang, `n_2${question.id}`, { stale: true })
  assert.deepEqual([notice, await kept()], [{ text: zh.notAllowed, show_alert: true }, [question.text]])
})

test('it speaks English too', async (context) => {
  const { standing, ask } = await startPrivate(context)
  await standing.questions.add(newQuestion({ isExact: true, answered: valueBefore('p-0123456789abcdef') }))
  await ask('/language en')
  assert.deepEqual(texts(await ask('/bell what')), [en.standing.digestUsage])
  assert.deepEqual(texts(await ask('/bell weekly #2024')), [en.standing.digestKept(en.standing.weekly)])
  const [list] = await ask('/bell')
  const line = `1. 修了几座桥? (these very words)\nsince ${today} · changes only`
  assert.equal(list?.text, [en.standing.list(1), line, 'Digest: every Monday at 8 a.m. #2024'].join('\n\n'))
  assert.deepEqual(texts(await ask('/bell off')), [en.standing.digestEnded])
})
