import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { encodeAddress } from '../../src/bot/views/address.ts'
import { botTexts } from '../../src/bot/views/texts.ts'
import {
  answerOf,
  articleOf,
  buttonOf,
  labels,
  marks,
  type StageOptions,
  startPrivate,
  startStage,
  texts,
} from '../support/testBot.ts'

const { zh, en } = botTexts
const paragraphs = ['甲段开头。修桥三座。', '乙段种树千棵。', '丙段结尾。'] as const
const article = articleOf(...paragraphs)
const passage = article[0]!.passage
const shown = (n: number) => `${paragraphs[n - 1]}\n📄 工作报告 · 第 ${n} 段`

async function startReader(context: TestContext, options: StageOptions = {}) {
  const stage = await startPrivate(context, { articles: [article], ...options })
  return { ...stage, open: (parameter: string) => stage.ask(`/start ${parameter}`) }
}

test('a link opens exactly its quote, with the answering words bold', async (context) => {
  const { api, open, asked } = await startReader(context)
  for (let i = 0; i < 2; i++) {
    const [quote, ...more] = await open(encodeAddress({ kind: 'quote', passage, highlights: [[5, 10]], figures: [] }))
    assert.deepEqual([quote?.text, more], [shown(1), []])
    assert.deepEqual(marks(quote), [
      ['blockquote', paragraphs[0]],
      ['bold', '修桥三座。'],
    ])
    assert.deepEqual(labels(quote), [
      [zh.buttons.before, zh.buttons.after],
      [zh.buttons.source, zh.buttons.copy],
    ])
  }
  assert.deepEqual(asked, [], 'a link is no question')
  const sent = api.calls.filter(({ method }) => method === 'sendMessage')
  for (const { params } of sent) assert.deepEqual(params.link_preview_options, { is_disabled: true })
})

test('a link without a highlight opens the quote plain', async (context) => {
  const { open } = await startReader(context)
  assert.deepEqual(marks((await open(`q_${passage.slice(2)}`))[0]), [['blockquote', paragraphs[0]]])
})

test('the link that a group’s answer gives opens the quote that it shows, also after a restart', async (context) => {
  const best = { ...article[0]!, highlights: [[5, 10]] as const }
  const reply = () => answerOf([best, ...article.slice(1), ...article.slice(1).map((quote) => ({ ...quote }))])
  const { api, lin, say, restart, open } = await startReader(context, { reply })
  const [answer] = await say(api.group(-1005), lin, '/ask 修了几座桥?')
  const parameterOf = (label: string) => new URL(buttonOf(answer, label).url).searchParams.get('start')!
  await restart()
  const [quote] = await open(parameterOf(zh.buttons.open))
  assert.deepEqual([quote?.text, marks(quote)], [shown(1), marks(answer).slice(0, 2)])
  const [more] = await open(parameterOf(zh.buttons.more(2)))
  assert.equal(more?.text, [shown(2), shown(3)].join('\n\n'))
})

test('paging goes on from what a link opened', async (context) => {
  const { open, press, lin, chat } = await startReader(context)
  const [quote] = await open(`q_${passage.slice(2)}`)
  await press(quote!, lin, buttonOf(quote, zh.buttons.after).callback_data)
  assert.equal(chat.messages.get(quote!.message_id)?.text, shown(2))
})

test('links open paragraphs and files too', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-links-'))
  context.after(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'a.txt'), '桥')
  const { open } = await startReader(context, { reportsFolder: folder })
  assert.deepEqual(texts(await open(encodeAddress({ kind: 'paragraph', passage, steps: 2 }))), [shown(3)])
  assert.deepEqual(texts(await open(encodeAddress({ kind: 'paragraph', passage, steps: 3 }))), [zh.endOfArticle])
  const [file] = await open(encodeAddress({ kind: 'source', passage }))
  assert.deepEqual([file?.document?.file_name, file?.caption], ['a.txt', '工作报告 · 第 1 段'])
})

test('a link whose words are gone says why, in the language of the reader', async (context) => {
  const { api, open, person, say } = await startReader(context, { articles: [] })
  const addresses = [
    { kind: 'quote', passage, highlights: [[0, 5]], figures: [] },
    { kind: 'paragraph', passage, steps: -1 },
    { kind: 'quotes', passages: [passage] },
    { kind: 'source', passage },
  ] as const
  const ann = person(9, 'en')
  for (const address of addresses) {
    const parameter = encodeAddress(address)
    assert.deepEqual(texts(await open(parameter)), [zh.gone], parameter)
    assert.deepEqual(texts(await say(api.privateChat(ann), ann, `/start ${parameter}`)), [en.gone])
  }
})

test('a start parameter that is no link is greeted', async (context) => {
  const { open, asked } = await startReader(context)
  for (const parameter of ['', 'help', 'q_', 'q_短', 'c_0123456789abcdef', `q_${passage.slice(2)}0500`, 'x'.repeat(64)])
    assert.deepEqual(texts(await open(parameter)), [zh.start], parameter)
  assert.deepEqual(asked, [])
})

test('a link that waited too long is not opened, but buttons below an old message work', async (context) => {
  const { ask, chat, open, lin, press } = await startReader(context, { access: { maxQuestionAgeSeconds: 60 } })
  const parameter = `q_${passage.slice(2)}`
  assert.deepEqual(texts(await ask(`/start ${parameter}`, { date: Math.floor(Date.now() / 1000) - 61 })), [zh.tooOld])
  const [quote] = await open(parameter)
  chat.messages.get(quote!.message_id)!.date -= 61
  assert.deepEqual(texts((await press(quote!, lin, parameter, { stale: true })).messages), [shown(1)])
})

test('links open nothing to strangers', async (context) => {
  const { open } = await startReader(context, { access: { allowedUsers: [8] } })
  assert.deepEqual(texts(await open(`q_${passage.slice(2)}`)), [zh.notAllowed])
})

test('in a group a link is greeted, not opened', async (context) => {
  const { api, person, say } = await startStage(context, { articles: [article] })
  const messages = await say(api.group(-1005), person(7, 'zh-hans'), `/start@wenju_bot q_${passage.slice(2)}`)
  assert.deepEqual(texts(messages), [zh.start])
})
