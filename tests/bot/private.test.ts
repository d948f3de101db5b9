import assert from 'node:assert/strict'
import { test } from 'node:test'
import { botTexts } from '../../src/bot/views/texts.ts'
import { QuestionError } from '../../src/errors.ts'
import { reportOf, sends, startPrivate, startStage, texts, usualAnswer } from '../support/testBot.ts'

const { zh, en } = botTexts
const speakers = [
  ['zh-hans', zh],
  ['zh-hant', zh],
  ['zh', zh],
  ['en', en],
  ['de', en],
] as const

test('any text is a question, in the words in which it was asked', async (context) => {
  const { asked, ask } = await startPrivate(context)
  const questions = ['安置房交付了多少套?', '4124', '第一行\n第二行', '收到/ask了吗?', '😀套']
  for (const question of questions) assert.deepEqual(texts(await ask(question)), [usualAnswer])
  assert.deepEqual(asked, questions)
})

test('an answer is one message without link preview, in reply to its question', async (context) => {
  const { api, chat, lin, ask } = await startPrivate(context)
  const [answer] = await ask('安置房交付了多少套?')
  const question = [...chat.messages.values()].find(({ from }) => from?.id === lin.id)!
  assert.equal(answer?.reply_to_message?.message_id, question.message_id)
  assert.deepEqual(sends(api), [
    {
      chat_id: lin.id,
      text: usualAnswer,
      entities: [
        { type: 'blockquote', offset: 0, length: 11 },
        { type: 'bold', offset: 0, length: 11 },
      ],
      link_preview_options: { is_disabled: true },
      reply_parameters: { message_id: question.message_id, allow_sending_without_reply: true },
      reply_markup: answer.reply_markup,
    },
  ])
})

test('a question deleted before its answer is answered all the same', async (context) => {
  const { meanwhile, chat, ask } = await startPrivate(context)
  meanwhile(() => chat.messages.clear())
  const [answer] = await ask('安置房交付了多少套?')
  assert.equal(answer?.text, usualAnswer)
  assert.equal(answer.reply_to_message, undefined)
})

test('commands are answered in the language that the asker uses Telegram in', async (context) => {
  const { api, person, say } = await startStage(context, { reports: [reportOf('工作报告')] })
  for (const [i, [code, words]] of speakers.entries()) {
    const user = person(100 + i, code)
    const chat = api.privateChat(user)
    const expected = { '/start': words.start, '/start from-a-link': words.start, '/help': words.help('wenju_bot') }
    for (const [command, text] of Object.entries(expected)) {
      assert.deepEqual(texts(await say(chat, user, command)), [text], `${command} in ${code}`)
    }
    const [listed] = await say(chat, user, '/reports')
    assert.equal(listed?.text, `${words.reportsTitle(1)}\n1. 工作报告`)
  }
})

for (const [language, words] of Object.entries({ zh, en }) as ['zh' | 'en', typeof zh][]) {
  test(`an asker of unknown language is spoken to in the operator's, ${language}`, async (context) => {
    const { api, person, say } = await startStage(context, { language })
    const user = person(9)
    const chat = api.privateChat(user)
    assert.deepEqual(texts(await say(chat, user, '/start')), [words.start])
    assert.deepEqual(texts(await say(chat, user, '/ask')), [words.askNeedsQuestion])
  })
}

test('an unknown command brings up the help and is no question', async (context) => {
  const { asked, ask } = await startPrivate(context)
  for (const command of ['/settings', '/asked', '/ask_2020', '/START']) {
    assert.deepEqual(texts(await ask(command)), [zh.help('wenju_bot')], command)
  }
  assert.deepEqual(asked, [])
})

test('/ask works with, without and with other white space before the question', async (context) => {
  const { asked, ask } = await startPrivate(context)
  const forms = [
    '/ask 多少套?',
    '/ask多少套?',
    '/ask\n多少套?',
    '/ask@wenju_bot 多少套?',
    '/ask@wenju_bot多少套?',
    '/ASK 多少套?',
  ]
  for (const form of forms) assert.deepEqual(texts(await ask(form)), [usualAnswer], form)
  assert.deepEqual(asked, Array(forms.length).fill('多少套?'))
})

test('/ask without a question asks for one', async (context) => {
  const { asked, ask } = await startPrivate(context)
  for (const form of ['/ask', '/ask@wenju_bot', '/ask \n ']) {
    assert.deepEqual(texts(await ask(form)), [zh.askNeedsQuestion], JSON.stringify(form))
  }
  assert.deepEqual(asked, [])
})

test('/ask for another bot is left to that bot', async (context) => {
  const { asked, ask } = await startPrivate(context)
  for (const form of ['/ask@other_bot 多少套?', '/ask@wenju_bot2 多少套?', '/ask@other_bot']) {
    assert.deepEqual(await ask(form), [], form)
  }
  assert.deepEqual(asked, [])
})

test('what is wrong with a question is told in the language of the asker, and the next is answered', async (context) => {
  const fault = new QuestionError({ zh: '问题太长,请缩短。', en: 'Too long, shorten it.' })
  const { api, logged, person, say, meanwhile } = await startStage(context)
  for (const [i, [code, words]] of speakers.entries()) {
    const user = person(100 + i, code)
    const chat = api.privateChat(user)
    meanwhile(() => {
      throw fault
    })
    assert.deepEqual(texts(await say(chat, user, '问')), [words === zh ? fault.text.zh : fault.text.en], code)
    const [answer] = await say(chat, user, '再问')
    assert.match(answer?.text ?? '', /^安置房交付4124套。\n/)
  }
  assert.ok(!logged.some((line) => / (warn|error) /.test(line)), 'no fault of the bot')
})

test('edits get no answer, stickers and other things one hint, and none of them troubles the bot', async (context) => {
  const { asked, logged, chat, lin, ask, send } = await startPrivate(context)
  const from = { from: lin }
  const file = { file_id: 'f', file_unique_id: 'u', width: 1, height: 1 }
  const sticker = { ...file, type: 'regular', is_animated: false, is_video: false }
  assert.deepEqual(await ask('安置房交付了多少套呢?', { edited: true }), [])
  const others = [
    { sticker },
    { location: { latitude: 31.7, longitude: 119.6 } },
    { contact: { phone_number: '1', first_name: '林' } },
    { pinned_message: { chat: chat.info, message_id: 1, date: 0 } },
  ]
  const answers = []
  for (const content of others) answers.push(...(await send(chat, { ...from, ...content })))
  assert.deepEqual(texts(answers), [botTexts.zh.unreadable])
  assert.deepEqual(texts(await ask('安置房交付了多少套?')), [usualAnswer])
  assert.deepEqual(asked, ['安置房交付了多少套?'])
  assert.ok(!logged.some((line) => / (warn|error) /.test(line)), logged.join(''))
})

test('a result sent by way of an inline bot does not trouble the bot', async (context) => {
  const { logged, ask, person } = await startPrivate(context)
  const gif = { ...person(555), is_bot: true, username: 'gif' }
  await ask('一段引文', { via_bot: gif })
  assert.deepEqual(texts(await ask('安置房交付了多少套?')), [usualAnswer])
  assert.ok(!logged.some((line) => / (warn|error) /.test(line)), logged.join(''))
})
