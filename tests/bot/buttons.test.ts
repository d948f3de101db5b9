import assert from 'node:assert/strict'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Api } from 'grammy'
import type { Quote } from '../../src/answer/types.ts'
import { botTexts } from '../../src/bot/views/texts.ts'
import {
  answerOf,
  articleOf,
  buttonOf,
  labels,
  marks,
  pressable,
  quoteOf,
  sends,
  startPrivate,
  texts,
  token,
} from '../support/testBot.ts'
import { garbage, paragraphs, shown, sourceOf, startArticle, startGroup } from './articleStage.ts'

const { zh, en } = botTexts
const { buttons } = zh

test('an answer in a private chat has its buttons', async (context) => {
  const { answer } = await startArticle(context)
  assert.deepEqual(labels(answer), [
    [buttons.before, buttons.after],
    [buttons.source, buttons.copy],
    [buttons.again],
    [zh.standing.whenOtherwise],
    ['👍', '👎'],
  ])
  const again = buttonOf(answer, buttons.again)
  assert.deepEqual(again, { text: buttons.again, switch_inline_query_current_chat: '修了几座桥?' })
})

test('the buttons speak the language of the asker', async (context) => {
  const { api, person, say } = await startArticle(context)
  const ann = person(9, 'en')
  const [answer] = await say(api.privateChat(ann), ann, 'How many bridges?')
  assert.deepEqual(labels(answer).slice(0, 2), [
    [en.buttons.before, en.buttons.after],
    [en.buttons.source, en.buttons.copy],
  ])
})

test('◀ ▶ show the paragraphs around below the answer, which stays', async (context) => {
  const { answer, pressOn, now } = await startArticle(context)
  const { notice, messages } = await pressOn(answer, buttons.before)
  assert.deepEqual([notice, texts(messages)], [{}, [shown(1)]])
  assert.deepEqual(marks(messages[0]), [['blockquote', paragraphs[0]]])
  assert.equal(messages[0]?.reply_to_message?.message_id, answer?.message_id)
  assert.deepEqual(texts((await pressOn(answer, buttons.after)).messages), [shown(3)])
  assert.deepEqual([now(answer).text, labels(now(answer))], [answer?.text, labels(answer)])
})

test('a page turns in place, to both ends of the article, without link preview', async (context) => {
  const { api, answer, pressOn, now } = await startArticle(context)
  const { messages } = await pressOn(answer, buttons.after)
  const page = () => now(messages[0])
  const steps = [
    [buttons.after, 4],
    [buttons.after, 5],
    [buttons.before, 4],
    [buttons.before, 3],
    [buttons.before, 2],
    [buttons.before, 1],
  ] as const
  for (const [label, n] of steps) {
    const pressed = await pressOn(page(), label)
    assert.deepEqual([page().text, pressed.notice, pressed.messages], [shown(n), {}, []])
    const row = [...(n === 1 ? [] : [buttons.before]), ...(n === 5 ? [] : [buttons.after])]
    assert.deepEqual(labels(page()), [row, [buttons.source, buttons.copy]], `${n}`)
  }
  const edits = api.calls.filter(({ method }) => method === 'editMessageText')
  assert.equal(edits.length, steps.length)
  for (const { params } of edits) assert.deepEqual(params.link_preview_options, { is_disabled: true })
})

test('where the article ends is said, and nothing is written', async (context) => {
  const article = articleOf('独段。')
  const { ask, lin, press } = await startPrivate(context, { reply: () => answerOf(article), articles: [article] })
  const [answer] = await ask('问')
  for (const label of [buttons.before, buttons.after]) {
    const pressed = await press(answer!, lin, buttonOf(answer, label).callback_data)
    assert.deepEqual(pressed, { notice: { text: zh.endOfArticle }, messages: [] })
  }
})

test('an article of one paragraph has no ◀ ▶ once that is known', async (context) => {
  const article = articleOf('独段。')
  const { ask, lin, press } = await startPrivate(context, { reply: () => answerOf(article), articles: [article] })
  const [answer] = await ask('问')
  const data = buttonOf(answer, buttons.before).callback_data.replace(/-1$/u, '0')
  const { messages } = await press(answer!, lin, data, { stale: true })
  assert.deepEqual(labels(messages[0]), [[buttons.source, buttons.copy]])
})

test('the source is the report’s file, byte for byte, with its place for a caption', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-buttons-'))
  context.after(() => rm(folder, { recursive: true }))
  const bytes = Buffer.from([0xff, 0xfe, 0, 10, 13, 65])
  await writeFile(join(folder, '二〇二〇.txt'), bytes)
  const article: Quote[] = articleOf(...paragraphs).map((quote) => ({
    ...quote,
    source: { ...quote.source, file: '二〇二〇.txt' },
  }))
  const options = { reply: () => answerOf([article[1]!]), articles: [article], reportsFolder: folder }
  const { api, answer, pressOn } = await startArticle(context, options)
  const { notice, messages } = await pressOn(answer, buttons.source)
  const [sent, ...more] = messages
  assert.deepEqual([notice, sent?.document?.file_name, more], [{}, '二〇二〇.txt', []])
  assert.equal(`📄 ${sent?.caption}`, sourceOf(2))
  assert.equal(sent?.reply_to_message?.message_id, answer?.message_id)
  const { file_path } = await new Api(token, { apiRoot: api.url }).getFile(sent!.document!.file_id)
  const file = await fetch(`${api.url}/file/bot${token}/${file_path}`)
  assert.deepEqual(Buffer.from(await file.arrayBuffer()), bytes)
})

test('a file that Telegram would not take is not sent, and the reason is told', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-buttons-'))
  context.after(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'a.txt'), '')
  await truncate(join(folder, 'a.txt'), 50_000_001)
  const { api, answer, pressOn } = await startArticle(context, { reportsFolder: folder })
  const pressed = await pressOn(answer, buttons.source)
  assert.deepEqual(pressed, { notice: { text: zh.fileTooLarge, show_alert: true }, messages: [] })
  assert.ok(!api.calls.some(({ method }) => method === 'sendDocument'))
})

test('quotes that the answer does not show stand behind a button', async (context) => {
  const article = articleOf(...paragraphs)
  const { answer, pressOn } = await startArticle(context, { reply: () => answerOf(article), articles: [article] })
  assert.equal(answer?.text, [shown(1), shown(2), shown(3)].join('\n\n'))
  const { notice, messages } = await pressOn(answer, buttons.more(2))
  assert.deepEqual([notice, texts(messages)], [{}, [[shown(4), shown(5)].join('\n\n')]])
  assert.deepEqual(marks(messages[0]), [
    ['blockquote', paragraphs[3]],
    ['expandable_blockquote', paragraphs[4]],
  ])
})

test('what is not in the reports says so, with the nearest passages behind a button', async (context) => {
  const article = articleOf(...paragraphs)
  const reply = () => answerOf(article, { answered: false, band: 'none', missing: ['飞船'] })
  const { answer, pressOn } = await startArticle(context, { reply, articles: [article] })
  assert.equal(answer?.text, `${zh.nothing}\n${zh.missing(['飞船'])}`)
  assert.deepEqual(labels(answer), [[buttons.nearest], [buttons.again], [zh.standing.whenFound]])
  const { notice, messages } = await pressOn(answer, buttons.nearest)
  assert.deepEqual([notice, texts(messages)], [{}, [[shown(1), shown(2), shown(3)].join('\n\n')]])
})

test('where there is nothing at all the question can be put anew', async (context) => {
  const { answer } = await startArticle(context, { reply: () => answerOf([]) })
  assert.deepEqual(labels(answer), [[buttons.again], [zh.standing.whenFound]])
})

test('a bot without inline mode, or a question longer than a query, has no button to ask again', async (context) => {
  const botOptions = { supportsInlineQueries: false }
  const { answer, ask } = await startArticle(context, { botOptions })
  assert.deepEqual(labels(answer).at(-3), [buttons.source, buttons.copy])
  const reply = () => answerOf([])
  const { ask: askAnother } = await startArticle(context, { reply })
  assert.deepEqual(labels((await askAnother('问'.repeat(256)))[0]), [[buttons.again], [zh.standing.whenFound]])
  assert.deepEqual(labels((await askAnother('问'.repeat(257)))[0]), [[zh.standing.whenFound]])
  assert.equal((await ask('再问')).length, 1)
})

test('places are asked for only where they have buttons', async (context) => {
  const tags = ['西城街道', '东岭镇'].map((tag) => ({ kind: 'district' as const, tag }))
  const reply = () => answerOf([quoteOf('修桥三座。')], { alternatives: tags })
  const { ask } = await startPrivate(context, { reply })
  const [asked] = await ask('修了几座桥?')
  assert.ok(asked?.text?.endsWith(`🧭 ${zh.whichOne.district}${zh.narrow}`), asked?.text)
  assert.ok(labels(asked).some((row) => row.join() === '#西城街道,#东岭镇'))
  // The question about the longer name does not fit into an inline query any more.
  const [partly] = await ask('问'.repeat(251))
  assert.ok(
    partly?.text?.endsWith(`🧭 ${zh.whichOne.district}${zh.narrow}`) &&
      labels(partly).some((row) => row.join() === '#东岭镇'),
  )
  const [none] = await ask('问'.repeat(255))
  assert.ok(!none?.text?.includes(zh.whichOne.district), none?.text)
  const { ask: askAnother } = await startPrivate(context, { reply, botOptions: { supportsInlineQueries: false } })
  const [plain] = await askAnother('修了几座桥?')
  assert.ok(!plain?.text?.includes(zh.whichOne.district) && !labels(plain).flat().includes('#西城街道'), plain?.text)
})

test('a citation is what answers between quotation marks, with the source and the quote’s link', async (context) => {
  const quotes = [quoteOf('前文。修桥三座,种树千棵。后文。', '修桥三座,种树千棵。', { date: '2020' })]
  const { api, ask, person, say } = await startPrivate(context, { reply: () => answerOf(quotes) })
  const [answer] = await ask('问')
  const cited = buttonOf(answer, buttons.copy).copy_text.text
  const [source, link = ''] = cited.split(' https://')
  assert.equal(source, '“修桥三座,种树千棵。”(工作报告 · 第 2 段 · 2020)')
  assert.match(link, /^t\.me\/wenju_bot\?start=q_[\w-]{20}$/u)
  const ann = person(9, 'en')
  const [hers] = await say(api.privateChat(ann), ann, 'why')
  assert.equal(
    buttonOf(hers, en.buttons.copy).copy_text.text,
    `“修桥三座,种树千棵。” (工作报告 · ¶ 2 · 2020) https://${link}`,
  )
})

test('a citation holds what Telegram copies, with its source whole', async (context) => {
  for (const long of ['桥'.repeat(300), '😀'.repeat(200), '桥,'.repeat(150), `${'桥'.repeat(230)}4124567890套`]) {
    const { ask } = await startPrivate(context, { reply: () => answerOf([quoteOf(long)]) })
    const [answer] = await ask('问')
    const { text } = buttonOf(answer, buttons.copy).copy_text
    const [, words = ''] = /^“(.+)…”\(工作报告 · 第 2 段\) https:\S+$/u.exec(text) ?? []
    assert.ok(text.length <= 256 && words.length > 130 && long.startsWith(words), text)
    assert.doesNotMatch(words, /\p{Cs}|4/u)
  }
})

test('in a group the buttons open the private chat, but for feedback and the 🔔', async (context) => {
  const { answer } = await startGroup(context)
  assert.deepEqual(labels(answer), [
    [buttons.open, buttons.more(2), buttons.copy],
    ['👍', '👎', buttons.again],
    [zh.standing.whenOtherwise],
  ])
  const link = /^https:\/\/t\.me\/wenju_bot\?start=[A-Za-z0-9_-]{1,64}$/u
  for (const label of [buttons.open, buttons.more(2)]) assert.match(buttonOf(answer, label).url, link)
  assert.deepEqual(
    pressable(answer).map((data) => data[0]),
    ['f', 'f', 'w'],
  )
})

test('a question that several places or years answer is narrowed by buttons, where the bot answers inline queries', async (context) => {
  const tags = (kind: 'year' | 'district', ...names: string[]) => names.map((tag) => ({ kind, tag }))
  const given = [tags('year', '2031', '2029'), tags('district', '临港市', '海西市', '河东市', '山阳市')]
  const startOf = (supportsInlineQueries: boolean) => {
    const replies = given.map((alternatives) => answerOf([quoteOf('全年收入62.9亿元。')], { alternatives }))
    return startPrivate(context, { reply: () => replies.shift()!, botOptions: { supportsInlineQueries } })
  }
  const { ask } = await startOf(true)
  const [years] = await ask('收入多少?')
  assert.match(years!.text!, /🧭 各年的报告给出的数字不同。点一个标签,就只查带这个标签的报告。$/u)
  assert.deepEqual(labels(years).at(-3), ['#2031', '#2029'])
  assert.deepEqual(buttonOf(years, '#2029'), { text: '#2029', switch_inline_query_current_chat: '收入多少? #2029' })
  const [places] = await ask('收入多少?')
  assert.match(places!.text!, /🧭 几个地方的报告都可能回答。/u)
  assert.deepEqual(labels(places).slice(-4, -2), [['#临港市', '#海西市', '#河东市'], ['#山阳市']])
  const deaf = await startOf(false)
  const [plain] = await deaf.ask('收入多少?')
  assert.doesNotMatch(plain!.text!, /🧭/u)
  assert.doesNotMatch(labels(plain).flat().join(), /#/u)
})

test('in a group nothing is written or changed when buttons are pressed', async (context) => {
  const { api, answer, press, group, lin, wang, state } = await startGroup(context)
  const before = structuredClone(group.messages)
  const bad = buttonOf(answer, '👎').callback_data
  for (const user of [lin, wang]) {
    assert.deepEqual((await press(answer!, user, buttonOf(answer, '👍').callback_data)).notice, { text: zh.thanks })
    const { notice } = await press(answer!, user, bad)
    assert.deepEqual(notice, { url: `https://t.me/wenju_bot?start=${bad}` })
  }
  for (const data of ['c_0123456789abcdef1', 's_0123456789abcdef', 'q_0123456789abcdef', 'm_0123456789abcdef']) {
    const { notice } = await press(answer!, wang, data, { stale: true })
    assert.deepEqual(notice, { url: `https://t.me/wenju_bot?start=${data}` })
  }
  for (const data of garbage) await press(answer!, wang, data, { stale: true })
  assert.deepEqual(group.messages, before)
  assert.equal(sends(api).length, 1)
  assert.equal(state.lists.get('feedback')?.length, 4)
})

test('a stranger’s press is refused and does nothing', async (context) => {
  const access = { allowedUsers: [7] }
  const { answer, press, wang, state } = await startGroup(context, { access })
  for (const data of pressable(answer)) {
    const pressed = await press(answer!, wang, data)
    assert.deepEqual(pressed, { notice: { text: zh.notAllowed, show_alert: true }, messages: [] })
  }
  assert.equal(state.lists.get('feedback'), undefined)
})
