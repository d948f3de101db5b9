import type { TestContext } from 'node:test'
import type { Message } from 'grammy/types'
import { memoryState } from '../fakes/state.ts'
import { answerOf, articleOf, buttonOf, type StageOptions, startPrivate, startStage } from '../support/testBot.ts'

/** Every article of these tests has these paragraphs. */
export const paragraphs = ['甲段开头。', '乙段修桥三座。', '丙段种树千棵。', '丁段结尾。', '戊段附记。'] as const

/** A private chat whose answer quotes 乙段, the second of five paragraphs. */
export async function startArticle(context: TestContext, options: StageOptions = {}) {
  const article = articleOf(...paragraphs)
  const state = memoryState()
  const reply = () => answerOf([article[1]!])
  const stage = await startPrivate(context, { reply, articles: [article], state, ...options })
  const [answer] = await stage.ask('修了几座桥?')
  const pressOn = (message: Message | undefined, label: string) =>
    stage.press(message!, stage.lin, buttonOf(message, label).callback_data)
  /** The message as it stands now. */
  const now = (message: Message | undefined) => stage.chat.messages.get(message!.message_id) as Message
  return { ...stage, article, state, answer, pressOn, now }
}

export const sourceOf = (n: number) => `📄 工作报告 · 第 ${n} 段`
export const shown = (n: number) => `${paragraphs[n - 1]}\n${sourceOf(n)}`

/** A group in which 林 (7) and 王 (8) talk, and the answer to 林's question there. */
export async function startGroup(context: TestContext, options: StageOptions = {}) {
  const article = articleOf(...paragraphs)
  const state = memoryState()
  const reply = () => answerOf([1, 0, 2, 3, 4].map((n) => article[n]!))
  const stage = await startStage(context, { reply, articles: [article], state, ...options })
  const [lin, wang] = [stage.person(7, 'zh-hans'), stage.person(8, 'zh-hans')]
  const group = stage.api.group(-1001234567890, { title: '读报组' })
  const [answer] = await stage.say(group, lin, '/ask 修了几座桥?')
  return { ...stage, article, state, lin, wang, group, answer }
}

/** Callback data that no button of the bot has. */
export const garbage = [
  'x',
  'l_',
  'l_fr',
  'q_',
  'q_短',
  'c_0123456789abcdef',
  'c_0123456789abcdef--1',
  'c_0123456789abcdefzzzzz',
  'm_0123456789abcdef0',
  's_0123456789abcdef0',
  'f_0123456789abcdef6',
  'q_0123456789abcdef0',
  'q_0123456789abcdef0500',
  'z_0123456789abcdef',
  'q_0123456789abcde\n',
  '__proto__',
  '字'.repeat(21),
]
