import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { ReportAnswerer } from '../../src/answer/answerer.ts'
import type { Quote } from '../../src/answer/types.ts'
import type { Access, BotDependencies } from '../../src/bot/context.ts'
import { createBot } from '../../src/bot/createBot.ts'
import { startAnnouncing } from '../../src/bot/features/announce.ts'
import { createSendGuard } from '../../src/bot/updates/sendGuard.ts'
import { createLog } from '../../src/log.ts'
import { createMetrics } from '../../src/metrics.ts'
import type { Report } from '../../src/reports/types.ts'
import { narrow } from '../../src/search/question/tags.ts'
import { keepAnnouncement } from '../../src/standing/announcements.ts'
import type { NewQuestion } from '../../src/standing/questions.ts'
import type { Announcement, Finding, MarkedPassage, StandingQuestion } from '../../src/standing/types.ts'
import type { StateStore } from '../../src/state/types.ts'
import { type BotApi, startBotApi } from '../fakes/bot-api.ts'
import { answeredBy, fakeLibrary } from '../fakes/library.ts'
import { settingsFor, token } from '../fakes/settings.ts'
import { fakeStanding, newQuestion } from '../fakes/standing.ts'
import { memoryState } from '../fakes/state.ts'
import { articleOf, reportOf } from './testBot.ts'

export const quotes = articleOf('今年修桥三座。', '去年修桥两座。', '人口三万。')
export const [three, two, people] = quotes as [Quote, Quote, Quote]
export const source = (paragraph: number) => `📄 工作报告 · 第 ${paragraph} 段`
export const groupId = -1005
/** Long enough ago for no replica to be waited for. */
export const longDue = Math.floor(Date.now() / 1000) - 3600

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
export async function startTelegram(context: TestContext): Promise<BotApi> {
  const api = await startBotApi({ token })
  context.after(async () => {
    await api.close()
    assert.deepEqual(api.violations, [])
  })
  for (const id of [7, 8]) api.privateChat(api.user(id))
  return api
}

/** A bot that announces what its state holds, over an index of made-up quotes. */
export async function startAnnouncer(context: TestContext, options: Options = {}) {
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
export function announcementOf(more: Partial<Announcement>): Announcement {
  const id = `announcement.${announcements++}`
  return { id, chat: 7, topic: null, due: longDue, isDigest: false, findings: [], reports: [], ...more }
}

export function marked({ passage, text }: Quote): MarkedPassage {
  return { passage, highlights: [[0, text.length - 1]], figures: [], visible: [[0, text.length]] }
}

export function findingOf({ id }: Pick<StandingQuestion, 'id'>, quote: Quote, before: Quote | null = null): Finding {
  return { question: id, report: 'a', confidence: 0.9, found: marked(quote), before: before && marked(before) }
}
