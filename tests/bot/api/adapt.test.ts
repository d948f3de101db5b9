import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Transformer } from 'grammy'
import { adaptTransformer } from '../../../src/bot/api/retry.ts'

type Reply = Awaited<ReturnType<Transformer>>

const served = { ok: true, result: { message_id: 1 } } as unknown as Reply
const refusal = (description: string, parameters?: object) =>
  ({
    ok: false,
    error_code: 400,
    description: `Bad Request: ${description}`,
    ...(parameters && { parameters }),
  }) as Reply

/** Makes a call that meets `fates` one after another; what was sent, what came of it, and what was counted. */
async function run(fates: readonly Reply[], method: string, payload: object) {
  const counted: string[] = []
  const sent: unknown[] = []
  const call = async (_: string, payload: unknown) => {
    sent.push(payload)
    return (fates[sent.length - 1] ?? served) as never
  }
  const transformer = adaptTransformer((event) => void counted.push(event))
  const outcome = await transformer(call as never, method as 'sendMessage', payload as never, undefined)
  return { sent, outcome, counted }
}

const message = {
  chat_id: -5,
  text: '桥',
  message_thread_id: 3,
  reply_parameters: { message_id: 1, quote: '修桥', allow_sending_without_reply: true },
}

test('what is served is not touched', async () => {
  assert.deepEqual(await run([], 'sendMessage', message), { sent: [message], outcome: served, counted: [] })
})

test('a group that moved is written to where it is now, without what it does not know', async () => {
  const moved = refusal('group chat was upgraded to a supergroup chat', { migrate_to_chat_id: -1005 })
  const { sent, outcome, counted } = await run([moved], 'sendMessage', message)
  assert.deepEqual([sent[1], outcome, counted], [{ chat_id: -1005, text: '桥' }, served, ['migrated']])
})

test('a quote that no longer fits is left out, once', async () => {
  const invalid = refusal('QUOTE_TEXT_INVALID')
  const { sent, outcome, counted } = await run([invalid], 'sendMessage', message)
  const reply_parameters = { message_id: 1, allow_sending_without_reply: true }
  assert.deepEqual([sent[1], outcome], [{ ...message, reply_parameters }, served])
  assert.deepEqual(counted, ['quote no longer fits'])
  const again = await run([invalid, invalid], 'sendMessage', message)
  assert.deepEqual([again.sent.length, again.outcome], [2, invalid])
  const { quote: _, ...unquoted } = message.reply_parameters
  const other = await run([invalid], 'sendMessage', { ...message, reply_parameters: unquoted })
  assert.deepEqual([other.sent.length, other.outcome], [1, invalid])
})

test('a press or query that waited too long, and an edit that changes nothing, are counted and no failure', async () => {
  const tooOld = refusal('query is too old and response timeout expired or query ID is invalid')
  const unchanged = refusal('message is not modified: specified new message content and reply markup are the same')
  const harmless = [
    ['answerCallbackQuery', tooOld, 'query too old'],
    ['answerInlineQuery', tooOld, 'query too old'],
    ['editMessageText', unchanged, 'nothing to edit'],
    ['editMessageReplyMarkup', unchanged, 'nothing to edit'],
  ] as const
  for (const [method, fate, event] of harmless) {
    const { sent, outcome, counted } = await run([fate], method, {})
    assert.deepEqual([sent.length, outcome.ok, counted], [1, true, [event]], method)
  }
})

test('every other refusal stands, and is not tried again', async () => {
  const fates = [
    ['sendMessage', refusal('TOPIC_CLOSED')],
    ['sendMessage', refusal('message is not modified: ')],
    ['editMessageText', refusal('message to edit not found')],
    ['answerCallbackQuery', refusal('URL_INVALID')],
    ['sendMessage', refusal('query is too old')],
  ] as const
  for (const [method, fate] of fates)
    assert.deepEqual(await run([fate], method, message), { sent: [message], outcome: fate, counted: [] }, method)
})
