import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Bot } from 'grammy'
import type { BotCommand } from 'grammy/types'
import type { BotContext } from '../../src/bot/context.ts'
import { publishProfile } from '../../src/bot/profile.ts'
import { renderQuotes } from '../../src/bot/views/render.ts'
import { botTexts } from '../../src/bot/views/texts.ts'
import { startBotApi } from '../fakes/bot-api.ts'
import {
  answerOf,
  buttonOf,
  labels,
  marks,
  quoteOf,
  startPrivate,
  startStage,
  texts,
  token,
} from '../support/testBot.ts'

const { zh, en } = botTexts
const access = { allowedUsers: [], allowedChats: [], admins: [], maxQuestionsPerMinute: 0, maxQuestionAgeSeconds: 0 }
const about = { access, language: 'zh', pages: null } as const
const nothing = { reply: () => answerOf([]) }

/** A group with an admin (7, Chinese) and a member (8, English), where nothing is ever found. */
async function startGroup(context: TestContext, access = {}) {
  const stage = await startStage(context, { ...nothing, access })
  const [lin, ann] = [stage.person(7, 'zh-hans'), stage.person(8, 'en')]
  const group = stage.api.group(-1005, { title: '读报组', creator: lin })
  return { ...stage, lin, ann, group }
}

test('/language zh or en is kept for the chat, also after a restart', async (context) => {
  const { ask, restart } = await startPrivate(context, nothing)
  for (const command of ['/language en', '/language EN', '/language@wenju_bot  en '])
    assert.deepEqual(texts(await ask(command)), [en.languageChosen], command)
  assert.deepEqual(texts(await ask('多少?')), [en.nothing])
  assert.deepEqual(labels((await ask('多少?'))[0]), [[en.buttons.again], [en.standing.whenFound]])
  await restart()
  assert.deepEqual(texts(await ask('/help')), [en.help('wenju_bot')])
  assert.deepEqual(texts(await ask('/language zh')), [zh.languageChosen])
  assert.deepEqual(texts(await ask('多少?')), [zh.nothing])
})

test('/language alone, or with a language that there is not, offers both as buttons', async (context) => {
  const { ask, press, lin, chat } = await startPrivate(context, nothing)
  for (const command of ['/language', '/language fr', '/language english']) {
    const [offer] = await ask(command)
    assert.deepEqual([offer?.text, labels(offer)], [zh.chooseLanguage, [['中文', 'English']]], command)
  }
  const [offer] = await ask('/language')
  const pressed = await press(offer!, lin, buttonOf(offer, 'English').callback_data)
  assert.deepEqual(pressed, { notice: { text: en.languageChosen }, messages: [] })
  const now = chat.messages.get(offer!.message_id)!
  assert.deepEqual([now.text, labels(now)], [en.languageChosen, []])
  assert.deepEqual(texts(await ask('多少?')), [en.nothing])
})

test('the choice of one chat is that of no other', async (context) => {
  const { api, ask, say, lin, person } = await startPrivate(context, nothing)
  await ask('/language en')
  const wang = person(8, 'zh-hans')
  assert.deepEqual(texts(await say(api.privateChat(wang), wang, '多少?')), [zh.nothing])
  assert.deepEqual(texts(await say(api.group(-1005), lin, '/ask 多少?')), [zh.nothing])
})

test('in a group everybody is answered in their own language until an admin chooses one', async (context) => {
  const { say, lin, ann, group } = await startGroup(context)
  const answers = async () => [...(await say(group, lin, '/ask 问')), ...(await say(group, ann, '/ask why'))]
  assert.deepEqual(texts(await answers()), [zh.nothing, en.nothing])
  assert.deepEqual(texts(await say(group, lin, '/language en')), [en.languageChosen])
  assert.deepEqual(texts(await answers()), [en.nothing, en.nothing])
})

test('in a group only its admins choose, by word or by button', async (context) => {
  const { say, press, lin, ann, group } = await startGroup(context)
  for (const command of ['/language zh', '/language'])
    assert.deepEqual(texts(await say(group, ann, command)), [en.onlyAdminsChoose])
  const [offer] = await say(group, lin, '/language')
  const { callback_data } = buttonOf(offer, 'English')
  const refused = await press(offer!, ann, callback_data)
  assert.deepEqual(refused, { notice: { text: en.onlyAdminsChoose, show_alert: true }, messages: [] })
  assert.deepEqual(group.messages.get(offer!.message_id)?.text, zh.chooseLanguage)
  assert.deepEqual(texts(await say(group, lin, '/ask 问')), [zh.nothing])
  assert.deepEqual(await press(offer!, lin, callback_data), { notice: { text: en.languageChosen }, messages: [] })
  assert.deepEqual(texts(await say(group, lin, '/ask 问')), [en.nothing])
})

test('anonymous admins and the operator’s admins choose too', async (context) => {
  const { api, say, ann, group } = await startGroup(context, { admins: [8] })
  assert.deepEqual(texts(await say(group, ann, '/language en')), [en.languageChosen])
  const anonymous = api.user(1087968824, { is_bot: true, username: 'GroupAnonymousBot' })
  const fields = { sender_chat: group.info }
  assert.deepEqual(texts(await say(group, anonymous, '/language zh', { fields })), [zh.languageChosen])
})

test('a press on a language that there is not chooses nothing', async (context) => {
  const { ask, press, lin } = await startPrivate(context, nothing)
  const [offer] = await ask('/language')
  const { notice } = await press(offer!, lin, 'l_fr', { stale: true })
  assert.deepEqual(notice, { text: zh.noSuchButton, show_alert: true })
  assert.deepEqual(texts(await ask('问')), [zh.nothing])
})

test('a group keeps its language when it becomes a supergroup', async (context) => {
  const { api, say, lin, group } = await startGroup(context)
  await say(group, lin, '/language en')
  const moved = api.migrate(group, lin)
  assert.deepEqual(texts(await say(moved, lin, '/ask 问')), [en.nothing])
})

test('the bot’s page describes it in both languages', async (context) => {
  const api = await startBotApi({ token })
  context.after(() => api.close())
  const bot = new Bot<BotContext>(token, { client: { apiRoot: api.url } })
  await publishProfile(bot, about)
  const shown = async (language_code?: 'zh') => {
    const of = { ...(language_code && { language_code }) }
    const { short_description } = await bot.api.getMyShortDescription(of)
    return [(await bot.api.getMyDescription(of)).description, short_description]
  }
  assert.deepEqual(await shown('zh'), [zh.description, zh.shortDescription])
  assert.deepEqual(await shown(), [en.description, en.shortDescription])
  assert.deepEqual(api.violations, [])
})

test('commands are published for each scope in both languages, /status for admins only', async (context) => {
  const api = await startBotApi({ token })
  context.after(() => api.close())
  const admin = api.user(1)
  api.privateChat(admin)
  const bot = new Bot<BotContext>(token, { client: { apiRoot: api.url } })
  await publishProfile(bot, { ...about, access: { ...access, admins: [admin.id] } })
  const of = (scope?: Parameters<typeof bot.api.getMyCommands>[0]) => bot.api.getMyCommands(scope)
  const names = (commands: readonly BotCommand[]) => commands.map(({ command }) => command)
  for (const scope of [undefined, { type: 'all_group_chats' }, { type: 'chat', chat_id: admin.id }] as const) {
    const [english, chinese] = [
      await of({ ...(scope && { scope }) }),
      await of({ ...(scope && { scope }), language_code: 'zh' }),
    ]
    assert.deepEqual(names(english), names(chinese))
    for (const name of ['ask', 'reports', 'language', 'help']) assert.ok(names(english).includes(name), name)
    assert.equal(names(english).includes('status'), scope?.type === 'chat')
    assert.match(chinese[0]!.description, /\p{Script=Han}{2}/u)
    assert.match(english[0]!.description, /^Ask/u)
  }
  assert.deepEqual(api.violations, [])
})

test('an admin who never wrote to the bot does not keep others from their commands', async (context) => {
  const api = await startBotApi({ token })
  context.after(() => api.close())
  const admin = api.user(2)
  api.privateChat(admin)
  const bot = new Bot<BotContext>(token, { client: { apiRoot: api.url } })
  await publishProfile(bot, { ...about, access: { ...access, admins: [1, admin.id] } }).catch(() => undefined)
  const scope = { type: 'chat', chat_id: admin.id } as const
  assert.ok((await bot.api.getMyCommands({ scope })).some(({ command }) => command === 'status'))
})

test('a question in English is answered in English where nothing was chosen, and in the chosen language where it was', async (context) => {
  const { ask } = await startPrivate(context, nothing)
  const question = 'How many flats did they hand over?'
  const [answer] = await ask(question)
  assert.deepEqual([answer?.text, labels(answer)], [en.nothing, [[en.buttons.again], [en.standing.whenFound]]])
  assert.deepEqual(texts(await ask('多少?')), [zh.nothing], 'the next question stands for itself')
  await ask('/language zh')
  assert.deepEqual(texts(await ask(question)), [zh.nothing])
})

test('what the buttons under an answer show is in the language of its question', async (context) => {
  const { ask, press, lin } = await startPrivate(context, { reply: () => answerOf([quoteOf('交付4124套。')]) })
  const [answer] = await ask('How many flats did they hand over?')
  assert.match(answer?.text ?? '', /¶ 2$/u)
  const pressed = await press(answer!, lin, buttonOf(answer, '👎').callback_data)
  assert.equal(pressed.notice?.text, en.whatWasWrong)
})

test('a question in Traditional characters is answered in them, the report quoted as it is', async (context) => {
  const quote = quoteOf('交付4124套。', '交付4124套。', { title: '工作报告', page: 3 })
  const { ask } = await startPrivate(context, { reply: () => answerOf([quote], { band: 'unsure' }) })
  const [answer] = await ask('安置房交付了幾套?')
  assert.equal(answer?.text, '下面的段落最接近,但不一定回答了問題:\n\n交付4124套。\n📄 工作报告 · 第 2 段 · 第 3 頁')
  assert.ok(labels(answer).flat().includes('✏️ 改一改再問'), labels(answer).join())
  await ask('/language en')
  assert.match((await ask('安置房交付了幾套?'))[0]?.text ?? '', /^These passages/u)
})

test('people who ask in English get a gloss below the quote, never inside it', async (context) => {
  const gloss = [
    { word: '交付', meaning: 'to hand over' },
    { word: '4124套', meaning: '' },
  ]
  const { ask } = await startPrivate(context, { reply: () => answerOf([{ ...quoteOf('交付4124套。'), gloss }]) })
  const [answer] = await ask('How many flats did they hand over?')
  const lines = answer?.text?.split('\n') ?? []
  assert.deepEqual(lines.slice(0, 2), [
    '交付4124套。',
    '🔤 Word by word (dictionary CC-CEDICT): 交付 to hand over · 4124套',
  ])
  assert.deepEqual(marks(answer), [
    ['blockquote', '交付4124套。'],
    ['bold', '交付4124套。'],
  ])
})

test('a gloss never makes a message too long', () => {
  const gloss = Array.from({ length: 300 }, () => ({ word: '交付', meaning: 'to hand over' }))
  for (let length = 2900; length < 4300; length += 7) {
    const quotes = [
      { ...quoteOf('桥'.repeat(length)), gloss },
      { ...quoteOf('修桥1座。'), gloss },
    ]
    const { text } = renderQuotes(quotes, 'en')
    assert.ok(text.length <= 4096, `${length}: ${text.length}`)
    assert.match(text, /📄/u)
  }
})
