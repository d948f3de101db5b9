import type { TestContext } from 'node:test'
import type { Message } from 'grammy/types'
import { botTexts } from '../../src/bot/views/texts.ts'
import {
  answerOf,
  buttonOf,
  quoteOf,
  reportOf,
  type Stage,
  type StageOptions,
  startPrivate,
  startStage,
} from './testBot.ts'

const { standing: zh } = botTexts.zh
export const question = '修了几座桥?'
export const nothing = () => answerOf([])
export const answered = () => answerOf([quoteOf('修桥三座。')])
export const { passage } = quoteOf('修桥三座。')
export const towns = ['西城街道', '东城街道', '南城街道', '北城街道', '中城街道']
export const reports = towns.map((district, i) => reportOf(`${district}年报`, { district, date: `202${i}` }))
export const groupId = -1005

/** Presses buttons by their labels, on messages as they stand now. */
function pushing({ api, press, person }: Stage) {
  const now = (message: Message) => api.chat(message.chat.id).messages.get(message.message_id)!
  const push = (message: Message, label: string, user = person(7, 'zh-hans')) =>
    press(message, user, buttonOf(now(message), label).callback_data)
  return { now, push }
}

/** 林 (7) in private; `offer` asks, and returns the preview that the 🔔 under the answer leads to. */
export async function startWatch(context: TestContext, options: StageOptions = {}) {
  const stage = await startPrivate(context, { reply: nothing, reports, ...options })
  const { push, now } = pushing(stage)
  const offer = async (text = question, label = zh.whenFound) => {
    const [answer] = await stage.ask(text)
    return (await push(answer!, label)).messages[0]!
  }
  return { ...stage, push, now, offer, kept: () => stage.standing.questions.all() }
}

/** 林 (7) and 王 (8) in a group that is a forum. */
export async function startForum(context: TestContext, options: StageOptions = {}) {
  const stage = await startStage(context, { reply: nothing, reports, ...options })
  const [lin, wang] = [stage.person(7, 'zh-hans'), stage.person(8, 'zh-hans')]
  const group = stage.api.group(groupId, { forum: true })
  return { ...stage, ...pushing(stage), lin, wang, group, kept: () => stage.standing.questions.all() }
}
