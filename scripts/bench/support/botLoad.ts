import { join } from 'node:path'
import type { Message } from 'grammy/types'
import { botTexts } from '../../../src/bot/views/texts.ts'
import type { ApiCall, BotApi, FakeChat } from '../../../tests/fakes/bot-api.ts'
import type { Wenju } from '../../../tests/support/botProcess.ts'
import { token } from '../../../tests/support/testBot.ts'
import { shuffled } from '../../training/sets.ts'

/** Many people asking a real bot over a fake Telegram. */

/** The most questions in a row by one person, who does not wait for the answers. */
const maxBurst = 4

export interface Said {
  /** The questions before this one. */
  readonly number: number
  readonly chat: number
  readonly at: number
  /** The times at which its answers came. */
  readonly answers: number[]
}

export interface Asking {
  readonly questions: readonly string[]
  /** The share of updates that come a second time. */
  readonly twice: number
}

/** Lets the next in turn ask one question or a few in a row, at most so many. */
export function askerOf(
  api: BotApi,
  chats: readonly FakeChat[],
  said: Map<string, Said>,
  random: () => number,
  { questions, twice }: Asking,
) {
  const any = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!
  const turns = shuffled(chats, random)
  let turn = 0
  return (atMost: number) => {
    const chat = turns[turn++ % turns.length]!
    const burst = 1 + Math.floor(random() * Math.min(maxBurst, atMost))
    for (let count = 0; count < burst; count++) {
      if (random() < twice) api.duplicateUpdates(1)
      const { message_id } = api.say(chat, api.user(chat.id), `${any(questions)}(${said.size + 1})`)
      said.set(`${chat.id}/${message_id}`, { number: said.size, chat: chat.id, at: Date.now(), answers: [] })
    }
  }
}

/**
 * Reads answers from the calls that came since the last look.
 * @param onAnswer is told the first answer to each question
 */
export function answerReader(
  api: BotApi,
  said: ReadonlyMap<string, Said>,
  onAnswer: (question: Said, answer: Message) => void = () => undefined,
) {
  let looked = 0
  let unserved: ApiCall[] = []
  const latest = new Map<number, number>()
  const reader = {
    answered: 0,
    outOfOrder: 0,
    /** Reads the answers; true when there were any. */
    read(): boolean {
      const before = reader.answered
      const fresh = [...unserved, ...api.calls.slice(looked)]
      looked = api.calls.length
      unserved = fresh.filter(({ method, response }) => method === 'sendMessage' && response === undefined)
      for (const { method, params, response, at } of fresh) {
        if (method !== 'sendMessage' || !response?.ok || params.text === botTexts.zh.failed) continue
        const { message_id } = params.reply_parameters as { message_id: number }
        const question = said.get(`${params.chat_id}/${message_id}`)
        if (!question) throw new Error(`an answer to no question: ${JSON.stringify(params)}`)
        if (question.answers.push(at) > 1) continue
        reader.answered++
        onAnswer(question, response.result as Message)
        if (message_id < (latest.get(question.chat) ?? 0)) reader.outOfOrder++
        latest.set(question.chat, message_id)
      }
      return reader.answered > before
    },
  }
  return reader
}

export function environmentOf(folder: string, apiRoot: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    TELEGRAM_BOT_TOKEN: token,
    TELEGRAM_API_ROOT: apiRoot,
    REPORTS_DIR: join(folder, 'reports'),
    INDEX_DIR: join(folder, 'index'),
    STATE_DIR: join(folder, 'state'),
    DEFAULT_LANGUAGE: 'en',
    MAX_QUESTIONS_PER_MINUTE: '0',
  }
}

/** @throws when it does not end well */
export async function stop(bot: Wenju): Promise<void> {
  bot.signal('SIGTERM')
  const { code, signal } = await bot.end
  if (code !== 0) throw new Error(`the bot ended with ${code ?? signal}:\n${bot.output()}`)
}
