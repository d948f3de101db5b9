import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { InlineQueryResultArticle, User } from 'grammy/types'
import { botTexts } from '../../src/bot/views/texts.ts'
import { QuestionError } from '../../src/errors.ts'
import { answerOf, articleOf, quoteOf, type StageOptions, sends, startStage, texts } from '../support/testBot.ts'

const { zh, en } = botTexts
const article = articleOf('甲段修桥三座。', '乙段种树千棵。', '丙段。', '丁段。', '戊段。')

interface Answered {
  readonly results: InlineQueryResultArticle[]
  readonly cache_time: number
  readonly is_personal: boolean
  readonly next_offset?: string
  readonly button?: { text: string; start_parameter: string }
}

/** A stage on which queries are typed; the answer to each comes as Telegram got it. */
async function startTyping(context: TestContext, options: StageOptions = {}) {
  const stage = await startStage(context, { reply: () => answerOf(article), articles: [article], ...options })
  const { api, person } = stage
  const lin = person(7, 'zh-hans')
  const answerTo = async (act: () => unknown): Promise<Answered> => {
    await api.drained()
    const after = api.calls.length
    act()
    await api.drained()
    const [call, ...more] = api.calls.slice(after).filter(({ method }) => method !== 'getUpdates')
    assert.deepEqual([call?.method, call?.response?.ok, more], ['answerInlineQuery', true, []])
    return call!.params as unknown as Answered
  }
  const type = (query: string, offset = '', user: User = lin) => answerTo(() => api.inline(user, query, offset))
  return { ...stage, lin, type, answerTo }
}

const cards = ({ results }: Answered) => results.map(({ title }) => title)
const shownBy = ({ results, button }: Answered) => [results, button?.text]

test('a card inserts its quote with the source, and says both beforehand', async (context) => {
  const best = quoteOf('前文。修桥三座。后文。', '修桥三座。', { date: '2020' })
  const { api, asked, type } = await startTyping(context, { reply: () => answerOf([best]) })
  const { results, next_offset, button } = await type(' 修了几座桥? ')
  const source = '工作报告 · 第 2 段 · 2020'
  const [card, ...more] = results
  assert.deepEqual([more, next_offset ?? '', button], [[], '', undefined])
  const { input_message_content, reply_markup, ...face } = card!
  assert.deepEqual(face, { type: 'article', id: best.passage, title: '修桥三座。', description: source })
  assert.deepEqual(input_message_content, {
    message_text: `前文。修桥三座。后文。\n📄 ${source}`,
    entities: [
      { type: 'blockquote', offset: 0, length: 11 },
      { type: 'bold', offset: 3, length: 5 },
    ],
    link_preview_options: { is_disabled: true },
  })
  assert.deepEqual(reply_markup?.inline_keyboard, [
    [
      { text: zh.buttons.open, url: 'https://t.me/wenju_bot?start=q_0123456789abcdef0308' },
      { text: zh.inline.refine, switch_inline_query_current_chat: '修了几座桥?' },
    ],
  ])
  assert.deepEqual([asked, sends(api)], [['修了几座桥?'], []])
})

test('the link of a card opens its quote', async (context) => {
  const { api, lin, say, type } = await startTyping(context)
  const [card] = (await type('桥')).results
  const [open] = card!.reply_markup!.inline_keyboard[0] as { url: string }[]
  const parameter = new URL(open!.url).searchParams.get('start')
  assert.deepEqual(texts(await say(api.privateChat(lin), lin, `/start ${parameter}`)), [
    '甲段修桥三座。\n📄 工作报告 · 第 1 段',
  ])
})

test('further cards come by offset until there are no more', async (context) => {
  const { type } = await startTyping(context)
  const seen: string[] = []
  let offset = ''
  do {
    const page = await type('桥', offset)
    seen.push(...page.results.map(({ id }) => id))
    offset = page.next_offset ?? ''
  } while (offset !== '' && seen.length < 50)
  assert.deepEqual(
    seen,
    article.map(({ passage }) => passage),
  )
  for (const id of seen) assert.ok(Buffer.byteLength(id) <= 64)
})

test('a page that takes the last card promises no further one', async (context) => {
  const { type } = await startTyping(context, { reply: () => answerOf(article.slice(0, 3)) })
  const { results, next_offset = '' } = await type('桥')
  assert.deepEqual([results.length, next_offset], [3, ''])
})

test('an offset beyond the end or of nobody’s making does no harm', async (context) => {
  const { type, logged } = await startTyping(context)
  for (const offset of ['5', '1000000', '-3', 'abc', '1e9', '0.5', '字'.repeat(21)]) {
    const { results, next_offset = '' } = await type('桥', offset)
    assert.ok(results.length <= 5 && Buffer.byteLength(next_offset) <= 64, offset)
  }
  assert.deepEqual((await type('桥', '5')).results, [])
  assert.ok(!logged.some((line) => / (warn|error) /.test(line)), logged.join(''))
})

test('an empty query gets a hint, in the language of who types', async (context) => {
  const { asked, type, person } = await startTyping(context)
  assert.deepEqual(shownBy(await type('')), [[], zh.inline.empty])
  assert.deepEqual(shownBy(await type(' \n ')), [[], zh.inline.empty])
  const { results, button } = await type('', '', person(9, 'en'))
  assert.deepEqual([results, button], [[], { text: en.inline.empty, start_parameter: 'help' }])
  assert.deepEqual(asked, [])
})

test('a query of 256 characters is answered, a longer one guided', async (context) => {
  const { asked, lin, api, type, answerTo } = await startTyping(context)
  assert.equal((await type('桥'.repeat(256))).results.length, 3)
  const inline_query = { id: 'long', from: lin, query: '桥'.repeat(257), offset: '' }
  assert.deepEqual(shownBy(await answerTo(() => api.pushUpdate({ inline_query }))), [[], zh.inline.tooLong])
  assert.equal(asked.length, 1)
})

test('what is not in the reports, or no question, is said', async (context) => {
  let reply: StageOptions['reply'] = () => answerOf([])
  const { type, person } = await startTyping(context, { reply: (question) => reply!(question) })
  assert.deepEqual(shownBy(await type('桥')), [[], zh.inline.nothing])
  reply = () => answerOf(article, { answered: false, band: 'none' })
  assert.deepEqual(shownBy(await type('桥', '', person(9, 'en'))), [[], en.inline.nothing])
  reply = () => {
    throw new QuestionError({ zh: '请写出要问的内容。'.repeat(20), en: 'Write a question.' })
  }
  const { results, button } = await type('?')
  assert.deepEqual([results, button!.text.length <= 64], [[], true])
  assert.ok(button!.text.startsWith('请写出要问的内容。'))
  assert.deepEqual(shownBy(await type('?', '', person(9, 'en'))), [[], 'Write a question.'])
  reply = () => answerOf(article, { answered: false, band: 'unsure' })
  assert.equal(cards(await type('桥')).length, 3, 'the closest passages can be judged by who inserts them')
})

test('results are everybody’s where everybody may ask', async (context) => {
  const { type } = await startTyping(context)
  for (const query of ['桥', '']) assert.equal((await type(query)).is_personal, false)
})

test('with an allow-list nothing is shared or kept, and strangers learn nothing', async (context) => {
  for (const access of [{ allowedUsers: [7] }, { allowedUsers: [7], allowedChats: [-1005] }]) {
    const { asked, type, person } = await startTyping(context, { access })
    const stranger = person(8, 'zh-hans')
    const answers = [await type('桥'), await type(''), await type('桥', '3'), await type('桥', '', stranger)]
    for (const { is_personal, cache_time } of answers) assert.deepEqual([is_personal, cache_time], [true, 0])
    assert.deepEqual(shownBy(answers[3]!), [[], zh.inline.notAllowed])
    assert.deepEqual(shownBy(await type('', '', stranger)), [[], zh.inline.notAllowed])
    assert.equal(asked.length, 2)
  }
})

test('a list of chats alone lets nobody search from elsewhere', async (context) => {
  const { asked, type } = await startTyping(context, { access: { allowedChats: [-1005] } })
  const answer = await type('桥')
  assert.deepEqual([shownBy(answer), answer.is_personal, asked], [[[], zh.inline.notAllowed], true, []])
})

test('an admin may search', async (context) => {
  const { type } = await startTyping(context, { access: { allowedUsers: [1], admins: [7] } })
  assert.equal((await type('桥')).results.length, 3)
})

test('what a card says beforehand is short, its quote is whole', async (context) => {
  const long = quoteOf('桥'.repeat(240), '桥'.repeat(240), { title: '题'.repeat(400) })
  const { type } = await startTyping(context, { reply: () => answerOf([long]) })
  const [card] = (await type('桥')).results
  assert.ok(card!.title.length <= 100 && card!.description!.length <= 160)
  const { message_text } = card!.input_message_content as { message_text: string }
  assert.ok(message_text.startsWith(`${long.text}\n`) && message_text.length <= 4096)
})

test('a query that waited too long is no failure', async (context) => {
  const { api, lin, logged, type } = await startTyping(context)
  api.expireQuery(api.inline(lin, '桥').id)
  await api.drained()
  assert.ok(!logged.some((line) => / (warn|error) /.test(line)), logged.join(''))
  assert.equal((await type('桥')).results.length, 3)
})

test('when looking up fails the next query is answered', async (context) => {
  const { api, lin, logged, meanwhile, type } = await startTyping(context)
  meanwhile(() => {
    throw new Error('the index fell off the shelf')
  })
  api.inline(lin, '方边村')
  await api.drained()
  assert.match(logged.join(''), / error .*fell off the shelf/)
  assert.ok(!logged.join('').includes('方边村'))
  assert.equal((await type('桥')).results.length, 3)
})
