import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Message, MessageEntity, Update, User } from 'grammy/types'
import type { Answerer } from '../../src/answer/answerer.ts'
import type { Answer, Quote, Source } from '../../src/answer/types.ts'
import type { Access } from '../../src/bot/context.ts'
import { createBot } from '../../src/bot/createBot.ts'
import type { Language } from '../../src/errors.ts'
import { createLog } from '../../src/log.ts'
import type { Report } from '../../src/reports/types.ts'
import { type ApiCall, type BotApi, type FakeChat, type SayOptions, startBotApi } from '../fakes/bot-api.ts'

/** Long and unlike any other text, so that it can be looked for in everything the bot writes. */
export const token = '123456:AAtestSecret_only-for-the-fake-0123456789'

/** What answers in place of a model. */
type Reply = (question: string) => Answer | Promise<Answer>

export interface StageOptions {
  readonly answerer?: Answerer
  readonly reply?: Reply
  readonly reports?: readonly Report[]
  readonly language?: Language
  readonly access?: Partial<Access>
  /** The operator's log replaces the token; without that it must not be there in the first place. */
  readonly hideToken?: boolean
}

/** A bot that polls a fake Bot API server, and everything to look at it from outside. */
export interface Stage {
  readonly api: BotApi
  /** Questions as the answerer got them. */
  readonly asked: string[]
  /** Lines of the log, all levels. */
  readonly logged: string[]
  /** Lets `act` happen while the next question is being looked up. */
  meanwhile(act: () => void): void
  /** Somebody of that language; undefined when Telegram does not tell it. */
  person(id: number, languageCode?: string): User
  /** Sends something that `say` cannot: a photo, a sticker, a post of a channel. Returns the bot's new messages. */
  send(chat: FakeChat, content: object, kind?: keyof Update): Promise<Message[]>
  /** Says `text` and returns the bot's new messages in that chat once it has nothing left to do. */
  say(chat: FakeChat, user: User, text: string, options?: SayOptions): Promise<Message[]>
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
  const api = await startBotApi({ token })
  const asked: string[] = []
  const logged: string[] = []
  let interlude: (() => void) | undefined
  const answerer: Answerer = options.answerer ?? {
    reports,
    async answer({ text }) {
      asked.push(text)
      const act = interlude
      interlude = undefined
      act?.()
      return reply(text)
    },
  }
  const log = createLog('debug', hideToken ? [token] : [], (line) => void logged.push(line))
  const access = { allowedUsers: [], allowedChats: [], maxQuestionAgeSeconds: 86_400, ...options.access }
  const bot = createBot({ token, apiRoot: api.url }, { answerer, language, log, access })
  // All kinds of updates, not only those the bot asks Telegram for: whatever comes must not trouble it.
  const running = bot.start({ allowed_updates: [] })
  // A bot that breaks down is seen when the test ends.
  running.catch(() => {})
  context.after(async () => {
    try {
      await bot.stop()
      await running
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
    asked,
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
  return { answered, band, confidence: 0.9, quotes, missing: [], withheld: [], elapsedMs: 1, ...more }
}

/** A quote of made-up words; `highlight` is the part of them that answers, all of them unless told. */
export function quoteOf(text: string, highlight = text, source: Partial<Source> = {}): Quote {
  const start = text.indexOf(highlight)
  assert.ok(start >= 0, `'${highlight}' is not in '${text}'`)
  return {
    text,
    highlights: [[start, start + highlight.length]],
    ranges: [[0, text.length]],
    score: 1,
    passage: 'p-0123456789abcdef',
    source: {
      report: 'a',
      file: 'a.txt',
      title: '工作报告',
      article: null,
      section: null,
      paragraph: 2,
      page: null,
      date: null,
      ...source,
    },
  }
}

export function reportOf(title: string, more: Partial<Report['metadata']> = {}): Report {
  return {
    id: title,
    file: `${title}.txt`,
    format: 'text',
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
