import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Message, MessageEntity, Update, User } from 'grammy/types'
import type { Answerer } from '../../src/answer/answerer.ts'
import type { Answer, Quote, Source } from '../../src/answer/types.ts'
import type { Access, BotDependencies, Modes } from '../../src/bot/context.ts'
import { createBot } from '../../src/bot/createBot.ts'
import { notifyAdmins } from '../../src/bot/features/faults.ts'
import { poll } from '../../src/bot/updates/polling.ts'
import type { Language } from '../../src/errors.ts'
import { createLog } from '../../src/log.ts'
import { createMetrics } from '../../src/metrics.ts'
import type { Photographer } from '../../src/photograph/photographer.ts'
import type { Report } from '../../src/reports/types.ts'
import type { StateStore } from '../../src/state/types.ts'
import { fakeAnswerer, type MadeUpAnswers } from '../fakes/answerer.ts'
import {
  type ApiCall,
  type BotApi,
  type BotApiOptions,
  type FakeChat,
  type SayOptions,
  startBotApi,
} from '../fakes/bot-api.ts'
import { answeredBy, type FakeLibrary, fakeLibrary } from '../fakes/library.ts'
import { settingsFor, token } from '../fakes/settings.ts'
import { type FakeStanding, fakeStanding } from '../fakes/standing.ts'
import { memoryState } from '../fakes/state.ts'

export { token }

export interface StageOptions {
  readonly answerer?: Answerer
  readonly reply?: MadeUpAnswers['reply']
  readonly reports?: readonly Report[]
  readonly library?: FakeLibrary
  readonly photographer?: Photographer
  readonly language?: Language
  readonly access?: Partial<Access>
  readonly modes?: Partial<Modes>
  /** The articles, by their paragraphs, that buttons and links can open. A test may take one out. */
  readonly articles?: readonly (readonly Quote[])[]
  readonly reportsFolder?: string
  /** Links to the reports' pages; there are no pages unless given. */
  readonly pages?: BotDependencies['pages']
  /** Fetches web addresses that admins send; off unless given. */
  readonly fetchLink?: BotDependencies['fetchLink']
  readonly botOptions?: Partial<BotApiOptions>
  readonly state?: StateStore
  /** False for a log that does not replace the token, to see that it is never written in the first place. */
  readonly hideToken?: boolean
}

/** A bot that polls a fake Bot API server, with everything that a test looks at from outside. */
export interface Stage {
  readonly api: BotApi
  readonly library: FakeLibrary
  readonly standing: FakeStanding
  /** Questions as the answerer got them. */
  readonly asked: string[]
  /** The question before each of `asked`, where it follows up on an answer. */
  readonly previous: (string | undefined)[]
  /** Lines of the log, all levels. */
  readonly logged: string[]
  /** Runs `act` while the next question is being looked up. */
  meanwhile(act: () => void): void
  /** Somebody of that language; undefined when Telegram does not tell it. */
  person(id: number, languageCode?: string): User
  /** Sends something that `say` cannot: a photo, a sticker, a post of a channel. Returns the bot's new messages. */
  send(chat: FakeChat, content: object, kind?: keyof Update): Promise<Message[]>
  /** Presses the button of that data. Returns the notice for the presser, and the new messages in the chat. */
  press(message: Message, user: User, data: string, options?: { stale?: boolean }): Promise<Pressed>
  /** Ends the bot and starts another one over the same Telegram and the same state. */
  restart(): Promise<void>
  /** Lets people act and returns the bot's new messages in that chat once it has nothing left to do. */
  during(chat: FakeChat, act: () => void): Promise<Message[]>
  /** Says `text` and returns the bot's new messages in that chat once it has nothing left to do. */
  say(chat: FakeChat, user: User, text: string, options?: SayOptions): Promise<Message[]>
}

export interface Pressed {
  /** The one answer to the press; null when it was not answered. */
  readonly notice: { text?: string; show_alert?: boolean; url?: string } | null
  readonly messages: Message[]
}

/**
 * Starts the bot against a fake server. When the test ends the bot stops, and must have broken no rule of the Bot API
 * and written its token nowhere.
 */
export async function startStage(context: TestContext, options: StageOptions = {}): Promise<Stage> {
  const {
    reply = () => answerOf([quoteOf('安置房交付4124套。')]),
    reports = [],
    language = 'zh',
    hideToken = true,
  } = options
  const api = await startBotApi({ token, sendsAllUpdates: true, ...options.botOptions })
  const asked: string[] = []
  const previously: (string | undefined)[] = []
  const logged: string[] = []
  let interlude: (() => void) | undefined
  const made = fakeAnswerer({ reply, reports, articles: options.articles ?? [] }, ({ text, previous }) => {
    asked.push(text)
    previously.push(previous)
    const act = interlude
    interlude = undefined
    act?.()
  })
  const answerer = options.answerer ?? made
  const log = createLog('debug', hideToken ? [token] : [], (line) => void logged.push(line))
  const access: Access = {
    allowedUsers: [],
    allowedChats: [],
    admins: [],
    maxQuestionsPerMinute: 0,
    maxQuestionAgeSeconds: 86_400,
    ...options.access,
  }
  const modes: Modes = { guest: false, ephemeral: false, storeQuestions: false, ...options.modes }
  const state = options.state ?? memoryState()
  const metrics = createMetrics()
  const { reportsFolder = 'reports', library = fakeLibrary() } = options
  const { pages = null, photographer = null, fetchLink = null } = options
  const standing = fakeStanding(state, reports)
  const parts = { language, log, access, modes, state, standing, metrics, pages, photographer, fetchLink }
  const dependencies = { library: answeredBy(library, answerer, reportsFolder), ...parts }
  const launch = () => {
    const deadline = new AbortController()
    const stopping = new AbortController()
    const bot = createBot(settingsFor(api.url, log), dependencies, deadline.signal)
    const endReports = notifyAdmins(bot.api, dependencies)
    const running = bot.init().then(() => poll(bot, dependencies, stopping.signal))
    // A bot that breaks down is seen when it is ended.
    running.catch(() => {})
    return async () => {
      endReports()
      deadline.abort()
      stopping.abort()
      await running
    }
  }
  let end = launch()
  context.after(async () => {
    try {
      await end()
    } finally {
      await api.close()
    }
    assert.deepEqual(api.violations, [])
    assert.ok(!logged.join('').includes(token), 'the token stands in the log')
    assert.ok(!JSON.stringify(api.calls).includes(token), 'the token was sent to somebody')
  })
  const newMessages = async (chat: FakeChat, act: () => void) => {
    const before = api.messages(chat).length
    act()
    await api.drained()
    return api.messages(chat).slice(before)
  }
  return {
    api,
    library,
    standing,
    asked,
    previous: previously,
    logged,
    meanwhile(act) {
      interlude = act
    },
    person(id, languageCode) {
      const user = api.user(id)
      delete user.language_code
      return languageCode === undefined ? user : Object.assign(user, { language_code: languageCode })
    },
    send(chat, content, kind = 'message') {
      const message = { message_id: chat.lastMessageId + 1, date: Date.now() / 1000, chat: chat.info, ...content }
      return newMessages(chat, () => api.pushUpdate({ [kind]: message }))
    },
    async press(message, user, data, more) {
      const chat = api.chat(message.chat.id)
      let id: string | undefined
      const messages = await newMessages(chat, () => {
        id = api.press(message, user, data, more).id
      })
      const answers = api.calls.filter(({ params }) => params.callback_query_id === id)
      assert.ok(answers.length <= 1, 'a press is answered once')
      const { callback_query_id: _, ...notice } = answers[0]?.params ?? {}
      return { notice: answers.length === 0 ? null : notice, messages }
    },
    async restart() {
      await end()
      end = launch()
    },
    during: newMessages,
    say: (chat, user, text, more) => newMessages(chat, () => api.say(chat, user, text, more)),
  }
}

/** A stage with one Chinese speaker in a private chat. */
export async function startPrivate(context: TestContext, options: StageOptions = {}) {
  const stage = await startStage(context, options)
  const lin = stage.person(7, 'zh-hans')
  const chat = stage.api.privateChat(lin)
  return { ...stage, lin, chat, ask: (text: string, more?: SayOptions) => stage.say(chat, lin, text, more) }
}

export function answerOf(quotes: readonly Quote[], more: Partial<Answer> = {}): Answer {
  const answered = more.answered ?? quotes.length > 0
  const band = answered ? 'answer' : quotes.length > 0 ? 'unsure' : 'none'
  return {
    answered,
    band,
    confidence: 0.9,
    quotes,
    alternatives: [],
    otherValues: [],
    missing: [],
    withheld: [],
    elapsedMs: 1,
    ...more,
  }
}

/** A quote of made-up words; `highlight` is the part of them that answers, all of them unless given. */
export function quoteOf(text: string, highlight = text, source: Partial<Source> = {}): Quote {
  const start = text.indexOf(highlight)
  assert.ok(start >= 0, `'${highlight}' is not in '${text}'`)
  return {
    text,
    highlights: [[start, start + highlight.length]],
    figures: [],
    visible: [[0, text.length]],
    isShown: true,
    ranges: [[0, text.length]],
    score: 1,
    passage: 'p-0123456789abcdef',
    source: {
      report: 'a',
      file: 'a.txt',
      title: '工作报告',
      setting: { place: null, year: null, isYearInferred: false },
      article: null,
      section: null,
      paragraph: 2,
      page: null,
      date: null,
      period: null,
      isDoubtful: false,
      isInUncertainTable: false,
      ...source,
    },
    sources: [],
  }
}

/** Quotes of paragraphs of one article, each with an id of its own. */
export function articleOf(...texts: readonly string[]): Quote[] {
  return texts.map((text, i) => ({
    ...quoteOf(text, text, { paragraph: i + 1 }),
    passage: `p-${text.codePointAt(0)!.toString(16).padStart(8, '0')}-_${String(i).padStart(6, '0')}`,
  }))
}

/** The labels of the buttons of a message, in rows. */
export function labels(message: Message | undefined): string[][] {
  return message?.reply_markup?.inline_keyboard.map((row) => row.map(({ text }) => text)) ?? []
}

/** The button of that label. */
export function buttonOf(message: Message | undefined, label: string) {
  const found = message?.reply_markup?.inline_keyboard.flat().find(({ text }) => text === label)
  assert.ok(found, `no button '${label}' among ${JSON.stringify(labels(message))}`)
  return found as unknown as { callback_data: string; url: string; copy_text: { text: string } }
}

/** The data of every button of a message that is pressed, not followed. */
export function pressable(message: Message | undefined): string[] {
  const buttons = message?.reply_markup?.inline_keyboard.flat() ?? []
  return buttons.flatMap((button) => ('callback_data' in button ? [button.callback_data] : []))
}

export function reportOf(title: string, more: Partial<Report['metadata']> = {}): Report {
  return {
    id: title,
    file: `${title}.txt`,
    format: 'text',
    pages: [],
    doubtful: [],
    uncertainTables: [],
    notes: [],
    metadata: { title, ...more },
    text: title,
    articles: [],
    dropped: [],
  }
}

/** The formatting of a message as pairs of kind and words. */
export function marks(message: Message | undefined): [MessageEntity['type'], string][] {
  const { text = '', entities = [] } = message ?? {}
  return entities.map(({ type, offset, length }) => [type, text.slice(offset, offset + length)])
}

export function texts(messages: readonly Message[]): (string | undefined)[] {
  return messages.map(({ text }) => text)
}

/** Parameters of the calls that sent messages, in order, whatever came of them. */
export function sends(api: BotApi): ApiCall['params'][] {
  return api.calls.filter(({ method }) => method === 'sendMessage').map(({ params }) => params)
}

/** The answer that the stages' answerer gives to everything, as a message. */
export const usualAnswer = '安置房交付4124套。\n📄 工作报告 · 第 2 段'
