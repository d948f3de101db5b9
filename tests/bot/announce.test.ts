import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Quote } from '../../src/answer/types.ts'
import type { Access, BotDependencies } from '../../src/bot/context.ts'
import { botTexts } from '../../src/bot/views/texts.ts'
import type { Report } from '../../src/reports/types.ts'
import type { Finding } from '../../src/standing/types.ts'
import { valueBefore } from '../fakes/standing.ts'
import {
  findingOf,
  groupId,
  longDue,
  marked,
  people,
  source,
  startAnnouncer,
  three,
  two,
} from '../support/announcing.ts'
import { articleOf, buttonOf, labels, marks, reportOf, sends, texts } from '../support/testBot.ts'

const { standing: zh } = botTexts.zh
const { standing: en } = botTexts.en

test('all that is found for a chat is told in one message, which replies to the question', async (context) => {
  const { api, set, keep, said, round } = await startAnnouncer(context)
  const asked = api.say(api.chat(7), api.user(7), '修了几座桥?')
  const bridges = await set({ message: asked.message_id })
  const count = await set({ text: '人口多少?' })
  await keep({ findings: [findingOf(bridges, three), findingOf(count, people), findingOf(bridges, two)] })
  await round()
  await round()
  const [message, ...more] = said()
  assert.deepEqual(more, [])
  const quoted = [`今年修桥三座。\n${source(1)}`, `去年修桥两座。\n${source(2)}`, `人口三万。\n${source(3)}`]
  const lines = [zh.found, `❓ 1 修了几座桥?\n${quoted[0]}`, quoted[1], `❓ 2 人口多少?\n${quoted[2]}`]
  assert.equal(message?.text, lines.join('\n\n'))
  assert.deepEqual(marks(message), [
    ['bold', zh.found],
    ['blockquote', '今年修桥三座。'],
    ['bold', '今年修桥三座'],
    ['expandable_blockquote', '去年修桥两座。'],
    ['bold', '去年修桥两座'],
    ['blockquote', '人口三万。'],
    ['bold', '人口三万'],
  ])
  assert.equal(message?.reply_to_message?.message_id, asked.message_id)
  const { open } = botTexts.zh.buttons
  assert.deepEqual(labels(message), [
    [`1 ${open}`, `1 ${zh.endThis}`],
    [`2 ${open}`, `2 ${zh.endThis}`],
  ])
  assert.equal(buttonOf(message, `2 ${zh.endThis}`).callback_data, `n_2${count.id}`)
  assert.deepEqual(sends(api)[0]?.link_preview_options, { is_disabled: true })
})

test('it arrives in the topic, also when the question was deleted', async (context) => {
  const { api, set, keep, said, round } = await startAnnouncer(context)
  const group = api.group(groupId, { forum: true })
  const topic = api.topic(group, '桥')
  const place = { chat: groupId, topic }
  const question = await set({ ...place, message: 99 })
  await keep({ ...place, findings: [findingOf(question, three)] })
  await round()
  const [message, ...more] = said(groupId)
  assert.deepEqual([message?.message_thread_id, message?.reply_to_message, more], [topic, undefined, []])
  assert.deepEqual(labels(message), [[botTexts.zh.buttons.open, zh.endThis]])
})

test('another value stands beside the one that was known', async (context) => {
  const { set, keep, said, round } = await startAnnouncer(context)
  const question = await set({ answered: valueBefore(two.passage) })
  await keep({ findings: [findingOf(question, three, two)] })
  await round()
  const told = `❓ 修了几座桥?\n今年修桥三座。\n${source(1)}`
  assert.deepEqual(texts(said()), [`${zh.changed}\n\n${told}\n\n${zh.before}\n去年修桥两座。\n${source(2)}`])
})

test('a digest gathers the answers, and the new reports with their headlines and figures', async (context) => {
  const article = (headline: string) => ({ headline: { text: headline } }) as Report['articles'][number]
  const report = { ...reportOf('西城街道年报'), articles: [article('西城街道年报'), article('修桥'), article('人口')] }
  const { standing, questions, set, keep, said, round } = await startAnnouncer(context, { reports: [report] })
  standing.figuresOf = async () => [marked(people)]
  const digest = { chat: 7, topic: null, every: 'day', tags: ['西城街道'], person: 7, locale: 'en' } as const
  await questions.setDigest(digest)
  const question = await set({})
  const gathered = { isDigest: true, reports: [report.id, 'gone'] }
  await keep({ ...gathered, findings: [findingOf(question, three)] })
  await keep({ ...gathered, due: longDue + 1 })
  await round()
  const reportLines = `西城街道年报\n修桥\n人口\n人口三万。\n${source(3)}`
  const parts = [zh.digestTitle, `❓ 修了几座桥?\n今年修桥三座。\n${source(1)}`, zh.newReports(1), reportLines]
  // Without a question the digest decides the language.
  const [own, alone] = texts(said())
  assert.equal(own, parts.join('\n\n'))
  assert.ok(alone?.startsWith([en.digestTitle, en.newReports(1), '西城街道年报\n修桥\n人口\n'].join('\n\n')), alone)
})

test('what finds no room in a message is counted', async (context) => {
  const found = articleOf(...Array.from({ length: 16 }, (_, i) => `${i}号桥${'很长'.repeat(110)}。`))
  const { set, keep, said, round } = await startAnnouncer(context, { found })
  const questions = await Promise.all(found.map((_, i) => set({ text: `${i}号桥在哪里?` })))
  const first = await set({ text: '桥的问题?' })
  await keep({
    findings: [
      ...found.slice(0, 3).map((quote) => findingOf(first, quote)),
      ...questions.slice(1).map((question, i) => findingOf(question, found[i]!)),
    ],
  })
  await round()
  const [told, ...more] = said()
  assert.deepEqual(more, [])
  const shown = told!.text!.split('❓').length - 1
  assert.ok(shown > 3 && told!.text!.endsWith(`\n\n${zh.further(16 - shown)}`), String(shown))
  assert.equal(labels(told).length, Math.min(5, shown))
})

test('a message has at most a hundred entities, however many marks its quotes have', async (context) => {
  const text = '桥1座。'.repeat(8)
  const found = articleOf(...Array.from({ length: 12 }, (_, i) => `${i}${text}`))
  const { set, keep, said, round } = await startAnnouncer(context, { found })
  const findings: Finding[] = []
  for (const quote of found) {
    const finding = findingOf(await set({ text: `桥${quote.passage}?` }), quote)
    const highlights = Array.from({ length: 8 }, (_, i) => [i * 4 + 1, i * 4 + 4] as const)
    findings.push({ ...finding, found: { ...finding.found, highlights } })
  }
  await keep({ findings })
  await round()
  const [told, ...more] = said()
  assert.deepEqual(more, [])
  assert.ok(told!.entities!.length > 80 && told!.entities!.length <= 100)
  assert.ok(/还有 \d+ 个问题/u.test(told!.text!))
})

test('who may not ask any more is not told, and who still may is', async (context) => {
  const access: Partial<Access> = { allowedUsers: [8], allowedChats: [groupId, -5] }
  const { api, state, set, keep, said, round } = await startAnnouncer(context, { access })
  const moved = -1_000_000_000_005
  for (const id of [groupId, -1006, moved]) api.group(id)
  await state.set(`migrated/${moved}`, '-5')
  const chats = [
    { chat: 7, person: 7 },
    { chat: 8, person: 8 },
    { chat: groupId, person: 7 },
    { chat: -1006, person: 7 },
    { chat: -1006, person: 8, text: '人口多少?' },
    { chat: moved, person: 7 },
  ]
  for (const place of chats) await keep({ chat: place.chat, findings: [findingOf(await set(place), three)] })
  await round()
  assert.deepEqual(
    [7, 8, groupId, -1006, moved].map((chat) => said(chat).length),
    [0, 1, 1, 1, 1],
  )
  assert.ok(said(-1006)[0]!.text!.includes('❓ 人口多少?'))
})

test('links to pages carry the right of who is told', async (context) => {
  const access: Partial<Access> = { allowedUsers: [8], allowedChats: [groupId, -5] }
  const pages = { quote: (_: Quote, who: number | null) => `https://pages.example/${who}` } as BotDependencies['pages']
  const { api, state, set, keep, said, round } = await startAnnouncer(context, { access, pages })
  const moved = -1_000_000_000_005
  for (const id of [groupId, -1006, moved]) api.group(id)
  await state.set(`migrated/${moved}`, '-5')
  const chats = [
    [8, 8, 8],
    [groupId, 7, groupId],
    [-1006, 8, 8],
    [moved, 7, moved],
  ] as const
  for (const [chat, person] of chats) await keep({ chat, findings: [findingOf(await set({ chat, person }), three)] })
  await round()
  for (const [chat, , right] of chats) {
    const link = said(chat)[0]?.entities?.find(({ type }) => type === 'text_link')
    assert.equal(link && 'url' in link && link.url, `https://pages.example/${right}`)
  }
})

test('a question that was paused or ended meanwhile is not told of, now or later', async (context) => {
  const { questions, set, keep, said, round } = await startAnnouncer(context)
  const [paused, ended] = [await set({}), await set({ text: '人口多少?' })]
  await keep({ findings: [findingOf(paused, three)] })
  await keep({ findings: [findingOf(ended, people)] })
  await questions.change(paused, { isPaused: true })
  await questions.end(ended)
  await round()
  await questions.change(paused, { isPaused: false })
  await set({ text: '人口多少?' })
  await round()
  assert.deepEqual(said(), [])
})

test('what waits for a group goes to the supergroup that it became', async (context) => {
  const { api, state, questions, set, keep, said, round } = await startAnnouncer(context)
  const group = api.group(-5, { type: 'group' })
  const question = await set({ chat: -5, message: 3 })
  await keep({ id: '-5.0.a', chat: -5, findings: [findingOf(question, three)] })
  await round()
  await keep({ id: '-5.0.b', chat: -5, isDigest: true, findings: [findingOf(question, two)] })
  const moved = api.migrate(group, api.user(7))
  await questions.moveChat(-5, moved.id)
  await round()
  assert.deepEqual([said(-5).length, said(moved.id).length], [1, 1])
  assert.ok(said(moved.id)[0]!.text!.includes('去年修桥两座。'))
  assert.equal((await state.keys('announcement')).length, 3)
})
