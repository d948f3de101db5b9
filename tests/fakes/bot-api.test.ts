import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type TestContext, test } from 'node:test'
import { Bot, InlineKeyboard, InputFile } from 'grammy'
import type { BotCommand, Message, Update, WebhookInfo } from 'grammy/types'
import { type BotApiOptions, sentMessage, startBotApi } from './bot-api.ts'

const TOKEN = '123456:TEST-token'
const NOW = 1_800_000_000
type Answer<Result> = { ok: boolean; result: Result; error_code?: number; description?: string; parameters?: object }
type Expected = string | RegExp // a string goes after 'Bad Request: '

async function start(context: TestContext, options: Partial<BotApiOptions> = {}) {
  const server = await startBotApi({ token: TOKEN, now: () => NOW, ...options })
  const bot = new Bot(TOKEN, { client: { apiRoot: server.url } })
  context.after(() => bot.stop().then(server.close))
  const post = async <Result>(method: string, init: RequestInit) => {
    const response = await fetch(`${server.url}/bot${TOKEN}/${method}`, { method: 'POST', ...init })
    return response.json() as Promise<Answer<Result>>
  }
  const call = <Result = Message>(method: string, params: object = {}) =>
    post<Result>(method, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(params) })
  const refuses = async (method: string, params: object, expected: Expected) => {
    const { description } = await call(method, params)
    if (typeof expected === 'string') assert.equal(description, `Bad Request: ${expected}`)
    else assert.match(description ?? '', expected)
  }
  const usual = { chat_id: 7, text: 'text' }
  const send = (more: object) => call('sendMessage', { ...usual, ...more })
  const refusesToSend = (more: object, words: Expected) => refuses('sendMessage', { ...usual, ...more }, words)
  const ann = server.user(7, { first_name: 'Ann' })
  return { server, bot, post, call, refuses, send, refusesToSend, ann, chat: server.privateChat(ann) }
}

test('a grammY bot polls, answers and edits; the fake shows what stands in the chat', async (context) => {
  const { server, bot, ann, chat } = await start(context)
  bot.command('ask', (ctx) => ctx.reply(`re: ${ctx.match}`, { reply_markup: new InlineKeyboard().text('more', 'm') }))
  bot.on('callback_query:data', async (ctx) => {
    await ctx.editMessageText('edited')
    await ctx.answerCallbackQuery()
  })
  void bot.start()
  server.say(chat, ann, '/ask 你好')
  const sent = sentMessage(await server.waitFor('sendMessage'))
  assert.equal(sent.text, 're: 你好')
  server.press(sent, ann, 'm')
  await server.drained()
  const [standing, ...more] = server.messages(chat)
  assert.deepEqual([standing?.text, standing?.reply_markup, more], ['edited', undefined, []])
  assert.throws(() => server.press(sent, ann, 'm'), /no button 'm'/)
  assert.deepEqual(server.violations, [])
  await assert.rejects(server.waitFor('leaveChat', { timeoutMs: 1 }), /sendMessage .* -> ok/)
})

test('duplicated updates come twice, and a call whose answer is lost has taken effect', async (context) => {
  const { server, bot, ann, chat } = await start(context)
  const seen: string[] = []
  bot.on('message:text', (ctx) => void seen.push(ctx.msg.text))
  server.duplicateUpdates(1)
  server.say(chat, ann, 'one')
  server.say(chat, ann, 'two')
  void bot.start()
  await server.drained()
  assert.deepEqual(seen, ['one', 'two', 'one'])
  server.fail('sendMessage', { dropConnection: true, takesEffect: true })
  await assert.rejects(bot.api.sendMessage(7, 'x'), /Network request/)
  assert.equal(server.messages(chat).length, 1)
})

test('getUpdates confirms by offset, forgets by negative offset, and obeys allowed_updates', async (context) => {
  const { server, call, ann, chat } = await start(context)
  const poll = async (params: object) => (await call<Update[]>('getUpdates', params)).result
  const ids = async (params: object) => (await poll(params)).map(({ update_id }) => update_id)
  for (const text of ['a', 'b', 'c']) server.say(chat, ann, text)
  const all = await ids({})
  assert.deepEqual(await ids({ limit: 2 }), all.slice(0, 2), 'unconfirmed ones come again')
  assert.deepEqual(await ids({ offset: all[1] }), all.slice(1))
  assert.deepEqual(await ids({ offset: -1 }), all.slice(2))
  assert.deepEqual(await ids({ offset: all[2]! + 1, allowed_updates: ['inline_query'] }), [])
  server.say(chat, ann, 'unwanted')
  const { id } = server.inline(ann, '土壤')
  const [wanted, ...others] = await poll({})
  assert.deepEqual([wanted?.inline_query?.id, others], [id, []])
})

test('a second getUpdates ends the first with a conflict, and so does a webhook', async (context) => {
  const { server, call } = await start(context)
  const first = call('getUpdates', { timeout: 50 })
  await server.waitFor('getUpdates')
  const second = call('getUpdates', { timeout: 50 })
  assert.match((await first).description ?? '', /^Conflict: terminated by other getUpdates request/)
  await call('setWebhook', { url: 'http://127.0.0.1:9/hook' })
  assert.match((await second).description ?? '', /terminated by setWebhook/)
  assert.equal((await call('getUpdates')).error_code, 409)
})

test('a webhook gets updates in order with the secret, again after an error', async (context) => {
  const { server, call, ann, chat } = await start(context)
  const got: string[] = []
  const hook = createServer(async (request, response) => {
    const update = JSON.parse(Buffer.concat(await request.toArray()).toString())
    got.push(`${request.headers['x-telegram-bot-api-secret-token']} ${update.message.text}`)
    response.writeHead(got.length === 1 ? 500 : 200).end()
  })
  context.after(() => hook.close())
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve))
  server.say(chat, ann, 'one')
  server.say(chat, ann, 'two')
  await call('setWebhook', { url: `http://127.0.0.1:${(hook.address() as { port: number }).port}/`, secret_token: 's' })
  await server.drained()
  assert.deepEqual(got, ['s one', 's one', 's two'])
  const { pending_update_count: left, last_error_message: error } = (await call<WebhookInfo>('getWebhookInfo')).result
  assert.deepEqual([left, error], [0, 'Wrong response from the webhook: 500 Internal Server Error'])
})

test('wrong tokens and unknown methods are refused as Telegram does', async (context) => {
  const { server, call } = await start(context)
  const status = async (path: string) => (await fetch(server.url + path)).status
  assert.deepEqual(await Promise.all(['/bot1:wrong/getMe', '/botx/getMe', '/'].map(status)), [401, 404, 404])
  assert.deepEqual([(await call('sendTelepathy')).error_code, server.violations.length], [404, 1])
  assert.equal((await call<{ username: string }>('GETME')).result.username, 'wenju_bot')
})

test('a Mini App opens from buttons in private chats only, and over https', async (context) => {
  const { server, call, ann, chat, refusesToSend } = await start(context)
  const keyboard = (url: string) => ({ inline_keyboard: [[{ text: 'x', web_app: { url } }]] })
  const [good, bad] = [keyboard('https://x.example/'), keyboard('http://x.example/')]
  assert.ok((await call('sendMessage', { chat_id: chat.id, text: 'a', reply_markup: good })).ok)
  await refusesToSend({ reply_markup: bad }, /FAKE invalid parameter .*web_app\.url/)
  const group = server.group(-1005)
  const refused = await call('sendMessage', { chat_id: group.id, text: 'a', reply_markup: good })
  assert.equal(refused.description, 'Bad Request: BUTTON_TYPE_INVALID')
  const { id } = server.inline(ann, 'q')
  const card = {
    type: 'article',
    id: '1',
    title: 't',
    input_message_content: { message_text: 'm' },
    reply_markup: good,
  }
  const inline = await call('answerInlineQuery', { inline_query_id: id, results: [card] })
  assert.equal(inline.description, 'Bad Request: BUTTON_TYPE_INVALID')
  assert.ok(
    (
      await call('setChatMenuButton', {
        menu_button: { type: 'web_app', text: 'x', web_app: { url: 'https://x.example/' } },
      })
    ).ok,
  )
})

test('unknown and wrong parameters are violations, at any depth', async (context) => {
  const { server, refusesToSend } = await start(context)
  const button = (more: object) => ({ inline_keyboard: [[{ text: 'x', callback_data: 'x', ...more }]] })
  const bold = { type: 'bold', offset: 0, length: 1 }
  await refusesToSend({ extra: 1 }, 'FAKE unknown parameter extra')
  await refusesToSend({ reply_markup: button({ colour: 'red' }) }, /FAKE unknown .*inline_keyboard\.0\.0\.colour$/)
  await refusesToSend({ parse_mode: 'HTML' }, /FAKE invalid parameter parse_mode: /)
  await refusesToSend({ text: 5 }, /FAKE invalid parameter text: /)
  await refusesToSend({ entities: [{ ...bold, type: 'text_link' }] }, /FAKE invalid parameter entities\.0\.url/)
  await refusesToSend({ entities: [{ ...bold, type: 'loud' }] }, /FAKE invalid parameter entities\.0\.type/)
  await refusesToSend({ entities: Array(101).fill(bold) }, /FAKE 101 entities/)
  await refusesToSend({ reply_markup: button({ url: 'https://a.example' }) }, /FAKE .* exactly one action/)
  assert.equal(server.violations.length, 8)
})

test('texts and entities keep the limits and are trimmed', async (context) => {
  const { server, send, refusesToSend, ann, chat } = await start(context)
  const entity = (offset: number, length: number, type = 'blockquote') => ({ type, offset, length })
  const expandable = entity(1, 2, 'expandable_blockquote')
  await refusesToSend({ text: ' \n ' }, 'message text is empty')
  await refusesToSend({ text: '字'.repeat(4097) }, 'message is too long')
  assert.equal((await send({ text: ` ${'字'.repeat(4096)}\n` })).ok, true)
  await refusesToSend({ text: 'abc', entities: [entity(1, 3)] }, /ends after the end of the text at UTF-16 offset 4$/)
  await refusesToSend({ text: '😀a', entities: [entity(1, 2)] }, /entity begins in a middle of a UTF-16 symbol/)
  await refusesToSend({ entities: [entity(0, 4), expandable] }, /FAKE .* nested block quotations/)
  await refusesToSend({ entities: [entity(0, 3), entity(2, 2, 'bold')] }, /FAKE .* overlap in part/)
  const { result } = await send({ text: '\n 引\t文 \n', entities: [entity(3, 3)] })
  assert.deepEqual([result.text, result.entities], ['引 文', [entity(2, 1)]])
  assert.equal(server.say(chat, ann, '/ask@wenju_bot 见 @ann、/ask你好').entities?.length, 2)
})

test('what one member sees is no message of the chat, and has rules of its own', async (context) => {
  const { server, send, refusesToSend, ann } = await start(context)
  const group = server.group(-1005, { title: 'G' })
  const asked = server.say(group, ann, 'q')
  const robot = server.user(9, { is_bot: true })
  server.say(group, robot, 'q')
  const to = (receiver_user_id: number, more: object = {}) => ({
    chat_id: group.id,
    ephemeral_message_parameters: { receiver_user_id },
    reply_parameters: { message_id: asked.message_id, ...more },
  })
  const button = { inline_keyboard: [[{ text: 'b', callback_data: 'd' }]] }
  const { result } = await send({ ...to(ann.id), reply_markup: button })
  assert.deepEqual([result.message_id, result.ephemeral_message_id, result.receiver_user?.id], [0, 1, ann.id])
  assert.deepEqual([server.messages(group), server.ephemerals(group)], [[], [result]])
  assert.equal(server.press(result, ann, 'd').message?.message_id, 0)
  await refusesToSend(to(99), 'USER_NOT_PARTICIPANT')
  await refusesToSend(to(robot.id), /FAKE a bot/)
  await refusesToSend(to(ann.id, { allow_sending_without_reply: true }), /FAKE .* never sent without its reply/)
  await refusesToSend({ ...to(ann.id), chat_id: ann.id }, 'ephemeral messages can be sent only in groups')
  await refusesToSend({ reply_parameters: { message_id: 0 } }, /FAKE invalid parameter reply_parameters\.message_id/)
})

test('buttons that the bot cannot have, and start parameters that clients would drop, are violations', async (context) => {
  const { refusesToSend } = await start(context, { supportsInlineQueries: false })
  const button = (more: object) => ({ reply_markup: { inline_keyboard: [[{ text: 'b', ...more }]] } })
  await refusesToSend(button({ switch_inline_query_current_chat: 'q' }), /FAKE .* switches to inline mode/)
  for (const parameter of ['', '字', 'x'.repeat(65), 'a=b'])
    await refusesToSend(button({ url: `https://t.me/wenju_bot?start=${parameter}` }), /FAKE .* start parameter/)
  await refusesToSend({ reply_markup: { inline_keyboard: [[]] } }, /FAKE an empty row/)
})

test('buttons, callbacks, inline answers and commands keep their limits', async (context) => {
  const { server, call, refuses, refusesToSend, ann } = await start(context)
  const button = (more: object) => ({ reply_markup: { inline_keyboard: [[{ text: 'b', ...more }]] } })
  await refusesToSend(button({ callback_data: '字'.repeat(22) }), 'BUTTON_DATA_INVALID')
  await refusesToSend(button({}), /Text buttons are unallowed/)
  await refusesToSend(button({ url: 'http://localhost' }), /inline keyboard button URL .* is invalid/)
  await refusesToSend(button({ copy_text: { text: 'x'.repeat(257) } }), 'BUTTON_COPY_TEXT_INVALID')
  await refuses('answerCallbackQuery', { callback_query_id: 'none' }, /query is too old and response timeout expired/)
  const article = (id: string) => ({ type: 'article', id, title: 't', input_message_content: { message_text: 'x' } })
  const inline_query_id = server.inline(ann, 'q').id
  const answer = (...ids: string[]) => ({ inline_query_id, results: ids.map(article) })
  await refuses('answerInlineQuery', answer('a', 'a'), 'RESULT_ID_DUPLICATE')
  await refuses('answerInlineQuery', answer('字'.repeat(22)), 'RESULT_ID_INVALID')
  assert.equal((await call('answerInlineQuery', answer('a'))).ok, true)
  await refuses('answerInlineQuery', answer(), /query is too old/)
  await refuses('setMyCommands', { commands: [{ command: '问', description: 'd' }] }, 'BOT_COMMAND_INVALID')
  const commands = [{ command: 'ask', description: '提问' }]
  await call('setMyCommands', { commands, language_code: 'zh' })
  assert.deepEqual((await call<BotCommand[]>('getMyCommands', { language_code: 'zh' })).result, commands)
  await refuses('setMyShortDescription', { short_description: 'x'.repeat(121) }, /FAKE invalid parameter/)
})

test('each standing in a chat has its own refusal', async (context) => {
  const { server, call, send, refusesToSend, ann, chat } = await start(context)
  const group = server.group(-1005, { title: 'G' })
  const inGroup = { chat_id: group.id }
  await refusesToSend({ chat_id: 99 }, 'chat not found')
  server.setMembership(chat, 'blocked', ann)
  await refusesToSend({}, /^Forbidden: bot was blocked by the user$/)
  group.membership = 'muted'
  await refusesToSend(inGroup, 'not enough rights to send text messages to the chat')
  group.membership = 'kicked'
  await refusesToSend(inGroup, /^Forbidden: bot was kicked from the supergroup chat$/)
  group.membership = 'member'
  const moved = server.migrate(group, ann)
  assert.deepEqual((await send(inGroup)).parameters, { migrate_to_chat_id: moved.id })
  const [blocked, , welcome] = (await call<Update[]>('getUpdates')).result
  assert.equal(blocked?.my_chat_member?.new_chat_member.status, 'kicked')
  assert.equal(welcome?.message?.migrate_from_chat_id, group.id)
})

test('replies, quotations and topics land where they should or are refused', async (context) => {
  const { server, send, refusesToSend, ann, chat } = await start(context)
  const asked = server.say(chat, ann, '问题在哪', { entities: [{ type: 'bold', offset: 0, length: 2 }] })
  const reply = (more: object) => ({ reply_parameters: { message_id: asked.message_id, ...more } })
  await refusesToSend(reply({ message_id: 50 }), 'message to be replied not found')
  assert.equal((await send(reply({ message_id: 50, allow_sending_without_reply: true }))).ok, true)
  await refusesToSend(reply({ quote: '答案' }), 'QUOTE_TEXT_INVALID')
  await refusesToSend(reply({ quote: '题在' }), 'QUOTE_TEXT_INVALID') // its bold is missing
  assert.equal((await send(reply({ quote: '在哪' }))).result.quote?.position, 2)
  await refusesToSend({ message_thread_id: 3 }, 'message thread not found')
  const forum = server.group(-1006, { forum: true })
  const topic = server.topic(forum, '论文')
  assert.ok('forum_topic_created' in server.say(forum, ann, 'q', { topic }).reply_to_message!)
  const answer = { chat_id: forum.id, message_thread_id: topic }
  assert.equal((await send(answer)).result.is_topic_message, true)
  forum.topics.get(topic)!.closed = true
  await refusesToSend(answer, 'TOPIC_CLOSED')
})

test('edits and deletions change what stands, or say why not', async (context) => {
  const { call, refuses, send } = await start(context)
  const target = { chat_id: 7, message_id: (await send({})).result.message_id }
  await refuses('editMessageText', { ...target, text: ' text ' }, /^Bad Request: message is not modified: /)
  await refuses('editMessageText', { ...target, message_id: 9, text: 'y' }, 'message to edit not found')
  assert.equal((await call('editMessageText', { ...target, text: 'y' })).result.edit_date, NOW)
  await call('deleteMessage', target)
  await refuses('deleteMessage', target, 'message to delete not found')
})

test('documents go up as form data and come down by path; urlencoded calls work too', async (context) => {
  const { server, bot, post } = await start(context)
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
  const { document } = await bot.api.sendDocument(7, new InputFile(bytes, '报告.bin'), { caption: '12' })
  const { file_path } = await bot.api.getFile(document.file_id)
  const download = await fetch(`${server.url}/file/bot${TOKEN}/${file_path}`)
  assert.deepEqual([document.file_name, new Uint8Array(await download.arrayBuffer())], ['报告.bin', bytes])
  const body = new URLSearchParams({ chat_id: '7', text: '12', reply_markup: '{"force_reply":true}' })
  assert.equal((await post<Message>('sendMessage', { body })).result.text, '12')
  assert.deepEqual([server.calls.at(-1)?.params.chat_id, server.violations], [7, []])
})

test('planned faults strike the calls they were planned for, then end', async (context) => {
  const { server, call, send, chat } = await start(context)
  server.fail('sendMessage', { times: 2, status: 429, retry_after: 3, where: ({ text }) => text === 'x' })
  assert.equal((await send({ text: 'y' })).ok, true)
  const description = 'Too Many Requests: retry after 3'
  const refused = { ok: false, error_code: 429, description, parameters: { retry_after: 3 } }
  assert.deepEqual(await send({ text: 'x' }), refused)
  assert.deepEqual([(await send({ text: 'x' })).ok, (await send({ text: 'x' })).ok], [false, true])
  server.fail('getMe', { dropConnection: true })
  await assert.rejects(call('getMe'))
  server.fail('*', { delayMs: 1 })
  assert.equal((await call('getMe')).ok, true)
  assert.equal(server.messages(chat).length, 2)
})
