import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Transformer } from 'grammy'
import { ornamentTransformer, withoutAddresses } from '../../../src/bot/api/ornaments.ts'
import { createLog } from '../../../src/log.ts'
import { createMetrics } from '../../../src/metrics.ts'

type Reply = Awaited<ReturnType<Transformer>>

const served = { ok: true, result: { message_id: 1 } } as unknown as Reply
const refusal = (description: string, error_code = 400) =>
  ({ ok: false, error_code, description: `Bad Request: ${description}` }) as Reply

function bot() {
  const logged: string[] = []
  const metrics = createMetrics()
  const log = createLog('debug', [], (line) => void logged.push(line.replace(/^\S+ /u, '').trim()))
  const transformer = ornamentTransformer({ metrics, log })
  /** Makes a call that meets `fates` one after another; what was sent and what came of it. */
  const run = async (fates: readonly Reply[], method: string, payload: object) => {
    const sent: unknown[] = []
    const call = async (_: string, payload: unknown) => {
      sent.push(payload)
      return (fates[sent.length - 1] ?? served) as never
    }
    const outcome = await transformer(call as never, method as 'sendMessage', payload as never, undefined)
    return { sent, outcome }
  }
  return { run, logged, events: async () => (await metrics.summary()).events }
}

const entities = [{ type: 'bold', offset: 0, length: 1 }]
const reply_markup = { inline_keyboard: [[{ text: '原文', url: 'https://x.example/' }]] }
const rest = { chat_id: -5, text: '桥', link_preview_options: { is_disabled: true }, message_thread_id: 3 }
const message = { ...rest, entities, reply_markup }
const withoutButtons = { ...rest, entities }
const withoutEntities = { ...rest, reply_markup }

test('an answer whose buttons are refused is sent once more without them', async () => {
  for (const description of [
    'BUTTON_URL_INVALID',
    'BUTTON_DATA_INVALID',
    'BUTTON_TYPE_INVALID',
    'BUTTON_COPY_TEXT_INVALID',
    'BUTTON_USER_PRIVACY_RESTRICTED',
    'REPLY_MARKUP_TOO_LONG',
    'reply markup is too long',
    'Web App buttons can be used in private chats only',
    "inline keyboard button URL 'http://localhost:8080/r/a?q=1' is invalid: Wrong HTTP URL",
    "inline keyboard button Web App URL 'http://x.example/' is invalid: Only HTTPS links are allowed",
    "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    'object expected as reply markup',
    'field "copy_text" must be of type Object',
  ]) {
    const { run, events } = bot()
    const { sent, outcome } = await run([refusal(description)], 'sendMessage', message)
    assert.deepEqual([sent, outcome], [[message, withoutButtons], served], description)
    assert.deepEqual(await events(), { 'sent without buttons': 1 })
  }
})

test('one whose formatting is refused is sent once more without it, and keeps its buttons', async () => {
  for (const description of [
    'ENTITY_BOUNDS_INVALID',
    'ENTITIES_TOO_LONG',
    "can't parse entities: Can't find end of the entity starting at byte offset 12",
    "entity URL 'https://x' is invalid: Wrong HTTP URL",
  ]) {
    const { run, events } = bot()
    assert.deepEqual((await run([refusal(description)], 'sendMessage', message)).sent, [message, withoutEntities])
    assert.deepEqual(await events(), { 'sent without entities': 1 })
  }
})

test('where the refusal does not say which link it means, buttons go first and then formatting', async () => {
  for (const description of ['wrong HTTP URL', 'URL_INVALID', 'WEBPAGE_CURL_FAILED', 'Unsupported URL protocol']) {
    const { run } = bot()
    const refused = refusal(description)
    assert.deepEqual((await run([refused], 'sendMessage', message)).sent, [message, withoutButtons])
    const { sent, outcome } = await run([refused, refused], 'sendMessage', message)
    assert.deepEqual([sent, outcome], [[message, withoutButtons, rest], served])
    const last = await run([refused, refused, refused], 'sendMessage', message)
    assert.deepEqual([last.sent.length, last.outcome], [3, refused])
  }
})

test('a second ornament that is refused goes, too', async () => {
  const { run } = bot()
  const fates = [refusal('ENTITY_BOUNDS_INVALID'), refusal('BUTTON_DATA_INVALID')]
  assert.deepEqual((await run(fates, 'sendMessage', message)).sent, [message, withoutEntities, rest])
})

test('edits, captions and the results of inline and guest queries lose no more than they must', async () => {
  const refused = refusal('BUTTON_URL_INVALID')
  const { run } = bot()
  assert.deepEqual((await run([refused], 'editMessageText', message)).sent[1], withoutButtons)
  const file = { chat_id: 1, document: new Date(0), caption: '出处', caption_entities: entities, reply_markup }
  const { reply_markup: _, ...plainFile } = file
  assert.deepEqual((await run([refused], 'sendDocument', file)).sent[1], plainFile)
  const content = { message_text: '桥', entities }
  const card = { type: 'article', id: '1', title: '桥', input_message_content: content, reply_markup }
  const { reply_markup: __, ...plainCard } = card
  const inline = { inline_query_id: '1', results: [card, card], cache_time: 0 }
  assert.deepEqual((await run([refused], 'answerInlineQuery', inline)).sent[1], {
    ...inline,
    results: [plainCard, plainCard],
  })
  const guest = { guest_query_id: '1', result: card }
  const { sent } = await run([refused, refusal('ENTITY_BOUNDS_INVALID')], 'answerGuestQuery', guest)
  const bare = { ...plainCard, input_message_content: { message_text: '桥' } }
  assert.deepEqual(sent.slice(1), [
    { ...guest, result: plainCard },
    { ...guest, result: bare },
  ])
})

test('refusals for another reason stand, and so do those of what has no such ornament', async () => {
  const { run, logged, events } = bot()
  for (const [method, payload, fate] of [
    ['sendMessage', message, refusal('chat not found')],
    ['sendMessage', message, refusal('message is too long')],
    ['sendMessage', message, refusal('TOPIC_CLOSED')],
    ['sendMessage', message, refusal('not enough rights to send text messages to the chat')],
    ['sendMessage', message, refusal('message text is empty')],
    ['sendDocument', message, refusal('wrong file identifier/HTTP URL specified')],
    ['sendMessage', message, refusal('BUTTON_URL_INVALID', 403)],
    ['sendMessage', rest, refusal('BUTTON_URL_INVALID')],
    ['editMessageText', message, refusal('message is not modified: … reply markup are exactly the same')],
    ['editMessageReplyMarkup', message, refusal('BUTTON_URL_INVALID')],
    ['setChatMenuButton', { menu_button: {} }, refusal('BUTTON_URL_INVALID')],
    ['answerCallbackQuery', { url: 'https://t.me' }, refusal('URL_INVALID')],
  ] as const)
    assert.deepEqual(await run([fate], method, payload), { sent: [payload], outcome: fate }, method)
  assert.deepEqual([logged, await events()], [[], {}])
})

test('the operator is told once of each kind, without addresses, which may open a report to whoever reads them', async () => {
  const { run, logged, events } = bot()
  const url = "https://x.example/r/a%20b?it's&k=s3cret"
  const wrong = refusal(`inline keyboard button URL '${url}' is invalid: Wrong HTTP URL`)
  for (let i = 0; i < 3; i++) await run([wrong], 'sendMessage', message)
  await run([refusal("can't parse entities: offset 12")], 'sendMessage', message)
  await run([refusal("can't parse entities: offset 99")], 'sendMessage', message)
  assert.deepEqual(logged, [
    'warn  Telegram refused the buttons of a message, which was sent without them: inline keyboard button URL … is invalid: Wrong HTTP URL. Check PUBLIC_URL.',
    "warn  Telegram refused the entities of a message, which was sent without them: can't parse entities: offset 12.",
  ])
  assert.deepEqual(await events(), { 'sent without buttons': 3, 'sent without entities': 2 })
  assert.equal(withoutAddresses("can't do: URL 'a' is 'b'"), "can't do: URL …")
})
