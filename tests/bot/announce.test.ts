import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { ReportAnswerer } from '../../src/answer/answerer.ts'
import type { Quote } from '../../src/answer/types.ts'
import type { Access, BotDependencies } from '../../src/bot/context.ts'
import { createBot } from '../../src/bot/createBot.ts'
import { startAnnouncing } from '../../src/bot/features/announce.ts'
import { createSendGuard } from '../../src/bot/updates/sendGuard.ts'
import { botTexts } from '../../src/bot/views/texts.ts'
import { createLog } from '../../src/log.ts'
import { createMetrics } from '../../src/metrics.ts'
import type { Report } from '../../src/reports/types.ts'
import { narrow } from '../../src/search/question/tags.ts'
import { keepAnnouncement } from '../../src/standing/announcements.ts'
import type { NewQuestion } from '../../src/standing/questions.ts'
import type { Announcement, Finding, MarkedPassage, StandingQuestion } from '../../src/standing/types.ts'
import { openSharedFolder } from '../../src/state/sharedFolder.ts'
import type { StateStore } from '../../src/state/types.ts'
import { emptyFolder } from '../contracts/stateStore.ts'
import { type BotApi, startBotApi } from '../fakes/bot-api.ts'
import { answeredBy, fakeLibrary } from '../fakes/library.ts'
import { settingsFor, token } from '../fakes/settings.ts'
import { fakeStanding, newQuestion, valueBefore } from '../fakes/standing.ts'
import { memoryState } from '../fakes/state.ts'
import { articleOf, buttonOf, labels, marks, quoteOf, reportOf, sends, texts } from '../support/testBot.ts'

const { standing: zh } = botTexts.zh
const { standing: en } = botTexts.en
const quotes = articleOf('今年修桥三座。', '去年修桥两座。', '人口三万。')
const [three, two, people] = quotes as [Quote, Quote, Quote]
const source = (paragraph: number) => `📄 工作报告 · 第 ${paragraph} 段`
const groupId = -1005
/** Long enough ago for no replica to be waited for. */
const longDue = Math.floor(Date.now() / 1000) - 3600

interface Options {
  readonly state?: StateStore
  readonly access?: Partial<Access>
  readonly pages?: BotDependencies['pages']
  readonly reports?: readonly Report[]
  /** The quotes of the index in force; a test may change them. */
  readonly found?: Quote[]
  readonly api?: BotApi
}

/** A Bot API server that ends with the test, which must have broken none of its rules. */
async function startTelegram(context: TestContext): Promise<BotApi> {
  const api = await startBotApi({ token })
  context.after(async () => {
    await api.close()
    assert.deepEqual(api.violations, [])
  })
  for (const id of [7, 8]) api.privateChat(api.user(id))
  return api
}

/** A bot that announces what its state holds, over an index of made-up quotes. */
async function startAnnouncer(context: TestContext, options: Options = {}) {
  const { state = memoryState(), pages = null, reports = [], found = [...quotes] } = options
  const api = options.api ?? (await startTelegram(context))
  const logged: string[] = []
  const log = createLog('debug', [token], (line) => void logged.push(line))
  const located = ({ passage, highlights, figures }: MarkedPassage) => {
    const quote = found.find((one) => one.passage === passage)
    return quote ? { quote: { ...quote, highlights, figures }, report: reportOf('a'), highlights, figures } : null
  }
  const answerer: ReportAnswerer = {
    reports,
    reportsMatching: (tags) => narrow(reports, tags),
    answer: () => Promise.reject(new Error('nobody asks')),
    quote: async () => null,
    paragraph: async () => null,
    report: async (id) => reports.find((report) => report.id === id) ?? null,
    locate: async (passage, more) => located({ passage, visible: [], ...more }),
    locateSelection: async () => null,
    indexedFile: async () => null,
  }
  const everybody = { allowedUsers: [], allowedChats: [], admins: [] }
  const access = { ...everybody, maxQuestionsPerMinute: 0, maxQuestionAgeSeconds: 0, ...options.access }
  const standing = fakeStanding(state, reports)
  const dependencies: BotDependencies = {
    library: answeredBy(fakeLibrary(), answerer),
    language: 'zh',
    log,
    metrics: createMetrics(),
    state,
    access,
    modes: { guest: false, ephemeral: false, storeQuestions: false },
    pages,
    standing,
    photographer: null,
    fetchLink: null,
  }
  const guard = createSendGuard()
  const deadline = new AbortController()
  const bot = createBot(settingsFor(api.url, log), dependencies, deadline.signal, guard)
  await bot.init()
  const announcer = startAnnouncing(bot.api, bot.botInfo, guard, dependencies)
  const end = async () => {
    deadline.abort()
    await announcer.end()
    assert.ok(!/桥|人口|Wenju_secret/u.test(logged.join('')), 'somebody’s words stand in the log')
    assert.ok(!logged.join('').includes(token), 'the token stands in the log')
  }
  context.after(end)
  const { questions } = standing
  const set = async (more: Partial<NewQuestion> = {}) => {
    const question = await questions.add(newQuestion(more))
    assert.ok(typeof question !== 'string', String(question))
    return question
  }
  const keep = (more: Partial<Announcement>) => keepAnnouncement(state, announcementOf(more))
  const said = (chat = 7) => api.messages(api.chat(chat))
  return { api, state, standing, questions, found, logged, bot, set, keep, said, end, round: announcer.round }
}

let announcements = 0
function announcementOf(more: Partial<Announcement>): Announcement {
  const id = `announcement.${announcements++}`
  return { id, chat: 7, topic: null, due: longDue, isDigest: false, findings: [], reports: [], ...more }
}

function marked({ passage, text }: Quote): MarkedPassage {
  return { passage, highlights: [[0, text.length - 1]], figures: [], visible: [[0, text.length]] }
}

function findingOf({ id }: Pick<StandingQuestion, 'id'>, quote: Quote, before: Quote | null = null): Finding {
  return { question: id, report: 'a', confidence: 0.9, found: marked(quote), before: before && marked(before) }
}

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

test('a group that became a supergroup unnoticed is told where it is now', async (context) => {
  const { api, set, keep, said, round } = await startAnnouncer(context)
  const group = api.group(-5, { type: 'group' })
  const moved = api.migrate(group, api.user(7))
  await keep({ chat: -5, findings: [findingOf(await set({ chat: -5, message: 3 }), three)] })
  await round()
  await round()
  assert.deepEqual([said(-5).length, said(moved.id).length], [0, 1])
})

test('all of a chat that cannot be reached is ended, and nothing of others', async (context) => {
  const { api, questions, set, keep, said, round, logged } = await startAnnouncer(context)
  api.chat(7).membership = 'blocked'
  api.group(groupId).membership = 'kicked'
  api.group(-1006).membership = 'left'
  api.group(-1007).membership = 'muted'
  for (const chat of [7, 8, groupId, -1006, -1007, -1008]) {
    await questions.setDigest({ chat, topic: null, every: 'day', tags: [], person: 7, locale: 'zh' })
    await keep({ chat, findings: [findingOf(await set({ chat }), three)] })
    await set({ chat, text: '人口多少?' })
  }
  await round()
  await round()
  const left = (await questions.all()).map(({ chat }) => chat)
  assert.deepEqual(new Set(left), new Set([8, -1007]))
  assert.deepEqual(new Set((await questions.digests()).map(({ chat }) => chat)), new Set([8, -1007]))
  assert.deepEqual([said(7).length, said(8).length], [0, 1])
  assert.equal(sends(api).length, 6)
  assert.equal(logged.filter((line) => line.includes('Telegram refused an announcement')).length, 5)
})

test('floods, faults of the server and connections that break delay a message, and double none', async (context) => {
  context.mock.method(Math, 'random', () => 0)
  const { api, set, keep, said, round } = await startAnnouncer(context)
  const question = await set({})
  const faults = [{ status: 429, retry_after: 0 }, { status: 502 }, { dropConnection: true }]
  for (const fault of faults) {
    api.fail('sendMessage', fault)
    await keep({ findings: [findingOf(question, three)] })
    await round()
  }
  await round()
  assert.equal(said().length, faults.length)
  assert.equal(sends(api).length, 2 * faults.length)
})

test('what could not be sent in one round is sent in the next, once', async (context) => {
  context.mock.method(Math, 'random', () => 0)
  const { api, questions, set, keep, said, round } = await startAnnouncer(context)
  const question = await set({})
  for (const fault of [
    { status: 429, retry_after: 600, times: 1 },
    { status: 500, times: 5 },
  ]) {
    api.fail('sendMessage', fault)
    await keep({ findings: [findingOf(question, three)] })
    const before = said().length
    await round()
    assert.equal(said().length, before)
    await round()
    await round()
    assert.equal(said().length, before + 1)
  }
  assert.equal((await questions.all()).length, 1)
})

test('of two replicas over one state one tells each thing, also where calls fail', async (context) => {
  context.mock.method(Math, 'random', () => 0)
  const api = await startTelegram(context)
  const folder = await emptyFolder(context)
  const states = [await openSharedFolder(folder), await openSharedFolder(folder)]
  context.after(() => Promise.all(states.map((state) => state.close())))
  const [one, two] = [
    await startAnnouncer(context, { api, state: states[0]! }),
    await startAnnouncer(context, { api, state: states[1]! }),
  ]
  // The faults are asked in this order, and the first of them counts the calls.
  let calls = 0
  api.fail('sendMessage', { status: 500, times: Infinity, where: () => ++calls % 40 === 10 })
  api.fail('sendMessage', { status: 429, retry_after: 0, times: Infinity, where: () => calls % 40 === 20 })
  api.fail('sendMessage', { dropConnection: true, times: Infinity, where: () => calls % 40 === 30 })
  const question = await one.set({})
  const count = 40
  for (let i = 0; i < count; i++) await one.keep({ findings: [findingOf(question, three)] })
  await Promise.all([one.round(), two.round()])
  await Promise.all([one.round(), two.round()])
  assert.equal(one.said().length, count)
})

test('what was kept and not sent before a restart is sent after it, and nothing again', async (context) => {
  const first = await startAnnouncer(context)
  const { api, state, said } = first
  const question = await first.set({})
  await first.keep({ findings: [findingOf(question, three)] })
  await first.round()
  await first.end()
  await first.keep({ findings: [findingOf(question, two)] })
  await first.round()
  assert.equal(said().length, 1)
  const second = await startAnnouncer(context, { api, state })
  await second.round()
  assert.deepEqual(
    said().map(({ text }) => text?.includes('今年')),
    [true, false],
  )
})

test('nothing is told before it is due', async (context) => {
  const { state, set, keep, said, round } = await startAnnouncer(context)
  const findings = [findingOf(await set({}), three)]
  await keep({ id: 'later', due: longDue + 7200, findings })
  await round()
  assert.deepEqual(said(), [])
  await state.set('announcement/later', null)
  await keep({ id: 'later', findings })
  await round()
  assert.equal(said().length, 1)
})

test('a quote that the index does not hold yet is waited for; one that is gone is not told', async (context) => {
  const { found, set, keep, said, round } = await startAnnouncer(context)
  const question = await set({})
  found.splice(0, 1)
  const due = Math.floor(Date.now() / 1000)
  await keep({ due, findings: [findingOf(question, three), findingOf(question, two)] })
  await round()
  assert.deepEqual(said(), [])
  found.push(three)
  await round()
  assert.equal(said()[0]?.text?.split(source(1)).length, 2)
  found.splice(0)
  await keep({ findings: [findingOf(question, people)] })
  await round()
  found.push(people)
  await round()
  assert.equal(said().length, 1)
})

test('a report that the index does not hold yet is waited for', async (context) => {
  const reports: Report[] = []
  const { questions, keep, said, round } = await startAnnouncer(context, { reports })
  await questions.setDigest({ chat: 7, topic: null, every: 'day', tags: ['西城街道'], person: 7, locale: 'zh' })
  await keep({ isDigest: true, due: Math.floor(Date.now() / 1000), reports: ['西城街道年报'] })
  await round()
  assert.deepEqual(said(), [])
  reports.push(reportOf('西城街道年报'))
  await round()
  assert.deepEqual(texts(said()), [`${zh.digestTitle}\n\n${zh.newReports(1)}\n\n西城街道年报`])
})

test('a look that fails keeps nothing that was found before from being told', async (context) => {
  const { standing, set, keep, said, round, logged } = await startAnnouncer(context)
  standing.onLook = () => Promise.reject(new Error('no index'))
  await keep({ findings: [findingOf(await set({}), three)] })
  await round()
  assert.equal(said().length, 1)
  assert.ok(logged.some((line) => line.includes('no index')))
})

test('a chat is told in the language that it chose, else in that of the question', async (context) => {
  const { state, set, keep, said, round } = await startAnnouncer(context)
  const tell = async (chat: number, locale: StandingQuestion['locale']) => {
    await keep({ chat, findings: [findingOf(await set({ chat, locale, text: `桥 ${locale}?` }), three)] })
    await round()
    return said(chat).at(-1)!.text!.split('\n')[0]
  }
  assert.equal(await tell(7, 'zh-Hant'), botTexts['zh-Hant'].standing.found)
  assert.notEqual(botTexts['zh-Hant'].standing.found, zh.found)
  assert.equal(await tell(7, 'en'), en.found)
  await state.set('language/7', 'en')
  assert.equal(await tell(7, 'zh'), en.found)
  await state.set('language/8', 'zh')
  assert.equal(await tell(8, 'en'), zh.found)
  assert.equal(await tell(8, 'zh-Hant'), botTexts['zh-Hant'].standing.found)
})

test('a quote with marks that no longer fit its words is told as it is', async (context) => {
  const short = quoteOf('修桥。')
  const { set, keep, said, round } = await startAnnouncer(context, { found: [short] })
  const finding = findingOf(await set({}), short)
  await keep({ findings: [{ ...finding, found: { ...finding.found, highlights: [], visible: [[0, 99]] } }] })
  await round()
  assert.ok(said()[0]?.text?.includes('\n修桥。\n'))
})
