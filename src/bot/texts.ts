import { type AnswerTexts, answerTexts } from '../answer/texts.ts'
import type { Language } from '../errors.ts'

/** Everything the bot says itself; quotes are never among it. Complete in both languages, checked by the type. */
export interface BotTexts extends AnswerTexts {
  readonly start: string
  help(username: string): string
  readonly reportsTitle: (count: number) => string
  readonly moreReports: (count: number) => string
  readonly nearest: string
  withheld(files: string): string
  readonly askNeedsQuestion: string
  readonly tooOld: string
  readonly notAllowed: string
  readonly failed: string
  readonly commands: readonly { readonly command: string; readonly description: string }[]
}

const zh: BotTexts = {
  ...answerTexts.zh,
  start:
    '你好,我是问据。直接发来问题,我会从报告里找出原文段落,标出回答的句子并注明出处;报告里没有的,我会如实说没有。\n\n/reports 查看报告 · /help 使用说明',
  help: (username) =>
    `私聊:直接发问题,例如「安置房交付了多少套?」\n群里:发送 /ask 问题;或回复我的消息继续问;也可以用 /ask 回复别人的消息。\n/reports 列出全部报告。\n\n我只引用原文,不改写、不编造。把我加进群后用 /ask@${username} 提问。`,
  reportsTitle: (count) => `共有 ${count} 份报告:`,
  moreReports: (count) => `……另有 ${count} 份`,
  nearest: '最接近的段落:',
  withheld: (files) => `${files} 在建立索引之后被改动或移走,暂不引用。`,
  askNeedsQuestion: '请把问题写在 /ask 后面,例如:/ask 安置房交付了多少套?',
  tooOld: '抱歉,这条问题发来时我不在线,已经过去太久。如果还需要答案,请再发一次。',
  notAllowed: '抱歉,这个机器人只对指定的人和群开放。',
  failed: '抱歉,刚才出了点问题,没有查成。请稍后再问一次。',
  commands: [
    { command: 'ask', description: '提问:/ask 安置房交付了多少套?' },
    { command: 'reports', description: '列出报告' },
    { command: 'help', description: '使用说明' },
  ],
}

const en: BotTexts = {
  ...answerTexts.en,
  start:
    'Hello, I am Wenju. Send me a question and I will quote the passage of the reports that answers it, mark the answering sentence and name the source. What the reports do not hold, I will say so.\n\n/reports lists the reports · /help tells more',
  help: (username) =>
    `In private: just send a question, for example 安置房交付了多少套?\nIn groups: send /ask and the question, reply to one of my messages, or reply /ask to somebody's message.\n/reports lists all reports.\n\nI only quote, I never rephrase or make things up. In a group ask with /ask@${username}.`,
  reportsTitle: (count) => (count === 1 ? 'There is one report:' : `There are ${count} reports:`),
  moreReports: (count) => `… and ${count} more`,
  nearest: 'The nearest passage:',
  withheld: (files) => `${files} changed or vanished after indexing and is not quoted.`,
  askNeedsQuestion: 'Write the question after /ask, for example: /ask 安置房交付了多少套?',
  tooOld: 'Sorry, your question came while I was away, too long ago. If you still need the answer, send it again.',
  notAllowed: 'Sorry, this bot only serves certain people and groups.',
  failed: 'Sorry, something went wrong and I could not look it up. Please ask again in a moment.',
  commands: [
    { command: 'ask', description: 'Ask: /ask 安置房交付了多少套?' },
    { command: 'reports', description: 'List the reports' },
    { command: 'help', description: 'How to use this bot' },
  ],
}

export const botTexts: Readonly<Record<Language, BotTexts>> = { zh, en }
