import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { InlineQueryResultArticle, User } from 'grammy/types'
import { botTexts } from '../../src/bot/views/texts.ts'
import { QuestionError } from '../../src/errors.ts'
import type { SayOptions } from '../fakes/bot-api.ts'
import { answerOf, type StageOptions, sends, startStage, usualAnswer } from '../support/testBot.ts'

const { zh, en } = botTexts

/** A group that the bot is not in, where it is called by name. */
async function startGuest(context: TestContext, options: StageOptions = {}) {
  const botOptions = { supportsGuestQueries: true }
  const stage = await startStage(context, { modes: { guest: true }, botOptions, ...options })
  const { api } = stage
  const lin = stage.person(7, 'zh-hans')
  const group = api.group(-1009, { title: '别家群' })
  group.membership = 'left'
  /** The one result that a call is answered with, null where it is met with silence. */
  const call = async (text: string, user: User = lin, more: SayOptions = {}) => {
    await api.drained()
    const after = api.calls.length
    api.say(group, user, text, { guest: true, ...more })
    await api.drained()
    const calls = api.calls.slice(after).filter(({ method }) => method !== 'getUpdates')
    assert.ok(calls.length <= 1)
    if (calls.length === 0) return null
    assert.deepEqual([calls[0]?.method, calls[0]?.response?.ok], ['answerGuestQuery', true])
    return calls[0]!.params.result as InlineQueryResultArticle
  }
  return { ...stage, lin, group, call }
}

const saidBy = (result: InlineQueryResultArticle | null) =>
  (result?.input_message_content as { message_text: string } | undefined)?.message_text

test('called by name where it is no member, the bot answers once, with quote, source and link', async (context) => {
  const { api, asked, call } = await startGuest(context)
  const result = await call('@wenju_bot 安置房交付了多少套?')
  assert.equal(saidBy(result), usualAnswer)
  assert.deepEqual(result?.reply_markup?.inline_keyboard[0]?.[0], {
    text: zh.buttons.open,
    url: 'https://t.me/wenju_bot?start=q_0123456789abcdef000b',
  })
  const { link_preview_options } = result!.input_message_content as { link_preview_options?: object }
  assert.deepEqual(link_preview_options, { is_disabled: true })
  assert.deepEqual([asked, sends(api)], [['安置房交付了多少套?'], []])
})

test('guest mode is off unless the operator turns it on', async (context) => {
  const { asked, call } = await startGuest(context, { modes: {} })
  assert.deepEqual([await call('@wenju_bot 多少套?'), asked], [null, []])
})

test('called without a question it answers what the message replied to asks, or wants one', async (context) => {
  const { api, asked, group, call, person } = await startGuest(context)
  const wang = person(8, 'zh-hans')
  const word = api.say(group, wang, '拆了多少房屋?', { guest: true })
  await api.drained()
  asked.splice(0)
  assert.equal(saidBy(await call('@Wenju_Bot', wang, { replyTo: word })), usualAnswer)
  assert.equal(saidBy(await call(' @wenju_bot ')), zh.askNeedsQuestion)
  assert.deepEqual(asked, ['拆了多少房屋?'])
})

test('what it cannot answer it says, in the language of the caller', async (context) => {
  let reply: StageOptions['reply'] = () => answerOf([])
  const { call, person } = await startGuest(context, { reply: (question) => reply!(question) })
  const ann = person(9, 'en')
  assert.equal(saidBy(await call('@wenju_bot 多少?')), zh.nothing)
  assert.equal(saidBy(await call('@wenju_bot why', ann)), en.nothing)
  reply = () => {
    throw new QuestionError({ zh: '问题太长,请缩短。', en: 'Too long, shorten it.' })
  }
  assert.equal(saidBy(await call('@wenju_bot why', ann)), 'Too long, shorten it.')
})

test('strangers meet silence, allowed people are answered', async (context) => {
  const { asked, call, person } = await startGuest(context, { access: { allowedUsers: [7] } })
  assert.equal(await call('@wenju_bot 多少?', person(8, 'zh-hans')), null)
  assert.equal(saidBy(await call('@wenju_bot 多少?')), usualAnswer)
  assert.equal(asked.length, 1)
})

test('a call that waited too long does not trouble the bot', async (context) => {
  const { api, call, group, lin, meanwhile } = await startGuest(context)
  meanwhile(() => {
    const [message] = [...group.messages.values()].slice(-1)
    api.expireQuery(message!.guest_query_id!)
  })
  api.say(group, lin, '@wenju_bot 多少?', { guest: true })
  await api.drained()
  assert.equal(saidBy(await call('@wenju_bot 多少?')), usualAnswer)
})

test('other bots call in vain', async (context) => {
  const { api, call } = await startGuest(context)
  assert.equal(await call('@wenju_bot 多少?', api.user(99, { is_bot: true, username: 'robot_bot' })), null)
})

test('a question longer than an inline query is answered too', async (context) => {
  const { call } = await startGuest(context)
  assert.equal(saidBy(await call(`@wenju_bot ${'问'.repeat(257)}`)), usualAnswer)
})

test('a bot without inline mode answers without the button that needs it', async (context) => {
  const botOptions = { supportsGuestQueries: true, supportsInlineQueries: false }
  const { call } = await startGuest(context, { botOptions })
  assert.equal(saidBy(await call('@wenju_bot 多少?')), usualAnswer)
})
