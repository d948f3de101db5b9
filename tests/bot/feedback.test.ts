import assert from 'node:assert/strict'
import { test } from 'node:test'
import { botTexts } from '../../src/bot/views/texts.ts'
import { buttonOf, labels } from '../support/testBot.ts'
import { startArticle, startGroup } from './articleStage.ts'

const { zh } = botTexts

test('👍 is thanked for and kept once, without name or question', async (context) => {
  const { answer, pressOn, state, now } = await startArticle(context)
  for (let i = 0; i < 2; i++)
    assert.deepEqual(await pressOn(answer, '👍'), { notice: { text: zh.thanks }, messages: [] })
  const [record, ...more] = state.lists.get('feedback') ?? []
  const { at, ...kept } = record as { at: string }
  assert.deepEqual([kept, more], [{ passage: 'p-00004e59-_000001', verdict: 'good' }, []])
  assert.ok(!Number.isNaN(Date.parse(at)))
  assert.deepEqual(labels(now(answer)), labels(answer))
})

test('two people have two voices', async (context) => {
  const { answer, press, lin, wang, state } = await startGroup(context)
  for (const user of [lin, wang, lin]) await press(answer!, user, buttonOf(answer, '👍').callback_data)
  assert.equal(state.lists.get('feedback')?.length, 2)
})

const verdicts = Object.entries(zh.verdicts)
for (const [verdict, label] of verdicts) {
  test(`👎 asks for the reason in place of the buttons, and takes “${label}”`, async (context) => {
    const { answer, pressOn, state, now } = await startArticle(context)
    assert.deepEqual(await pressOn(answer, '👎'), { notice: { text: zh.whatWasWrong }, messages: [] })
    const reasons = labels(answer).slice(0, -1)
    assert.deepEqual(labels(now(answer)), [...reasons, ...verdicts.map(([, text]) => [text])])
    assert.deepEqual(await pressOn(now(answer), label), { notice: { text: zh.thanks }, messages: [] })
    assert.deepEqual([now(answer).text, labels(now(answer))], [answer?.text, labels(answer)])
    const records = state.lists.get('feedback') as { verdict: string }[]
    assert.equal(records.at(-1)?.verdict, verdict)
    assert.ok(!JSON.stringify(records).includes('桥'), 'the question is not kept')
  })
}

test('feedback is kept with its question only where the operator wants it', async (context) => {
  const modes = { storeQuestions: true }
  const { answer, pressOn, state, now } = await startArticle(context, { modes })
  await pressOn(answer, '👎')
  await pressOn(now(answer), zh.verdicts.wrong)
  const records = state.lists.get('feedback') as { verdict: string; question?: string }[]
  assert.deepEqual(
    records.map(({ verdict, question }) => [verdict, question]),
    [
      ['bad', '修了几座桥?'],
      ['wrong', '修了几座桥?'],
    ],
  )
})

test('👎 pressed twice before its reasons showed is no trouble', async (context) => {
  const { answer, press, lin, logged, now } = await startArticle(context)
  const { callback_data } = buttonOf(answer, '👎')
  await press(answer!, lin, callback_data)
  await press(answer!, lin, callback_data, { stale: true })
  assert.equal(labels(now(answer)).length, 4 + verdicts.length)
  assert.ok(!logged.some((line) => / (warn|error) /.test(line)), logged.join(''))
})

test('👎 in a group asks for the reason in private', async (context) => {
  const { api, answer, press, say, wang, state } = await startGroup(context)
  const { notice } = await press(answer!, wang, buttonOf(answer, '👎').callback_data)
  const chat = api.privateChat(wang)
  const [asked] = await say(chat, wang, `/start ${new URL(notice!.url!).searchParams.get('start')}`)
  assert.equal(asked?.text, zh.whatWasWrong)
  assert.deepEqual(
    labels(asked),
    verdicts.map(([, label]) => [label]),
  )
  await press(asked!, wang, buttonOf(asked, zh.verdicts.outdated).callback_data)
  const now = chat.messages.get(asked!.message_id)!
  assert.deepEqual([now.text, labels(now)], [zh.thanks, []])
  const records = state.lists.get('feedback') as { verdict: string; passage: string }[]
  assert.deepEqual(
    records.map(({ verdict, passage }) => [verdict, passage]),
    [
      ['bad', 'p-00004e59-_000001'],
      ['outdated', 'p-00004e59-_000001'],
    ],
  )
})
