import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderQuotes } from '../../src/bot/views/render.ts'
import { botTexts } from '../../src/bot/views/texts.ts'
import {
  answerOf,
  articleOf,
  buttonOf,
  labels,
  marks,
  quoteOf,
  reportOf,
  startPrivate,
  texts,
} from '../support/testBot.ts'

const { zh } = botTexts
const place = { title: '西城街道工作报告', article: '回顾', section: '一、项目', paragraph: 4, page: 3, date: '2020' }
const placeLine = '📄 西城街道工作报告 · 回顾 › 一、项目 · 第 4 段 · 第 3 页 · 2020'

test('the best quote stands open with its answer bold, two others folded up, each with its source', async (context) => {
  const quotes = ['一', '二', '三', '四', '五'].map((n) => quoteOf(`前文。${n}是答案。后文。`, `${n}是答案。`, place))
  const { ask } = await startPrivate(context, { reply: () => answerOf(quotes) })
  const [message, ...more] = await ask('问')
  assert.deepEqual(more, [])
  const part = (n: string) => `前文。${n}是答案。后文。\n${placeLine}`
  assert.equal(message?.text, [part('一'), part('二'), part('三')].join('\n\n'))
  assert.deepEqual(marks(message), [
    ['blockquote', '前文。一是答案。后文。'],
    ['bold', '一是答案。'],
    ['expandable_blockquote', '前文。二是答案。后文。'],
    ['bold', '二是答案。'],
    ['expandable_blockquote', '前文。三是答案。后文。'],
    ['bold', '三是答案。'],
  ])
})

test('no word of a quote turns into formatting, and bold never parts an emoji', async (context) => {
  const hostile = '**粗** _斜_ `码` <b>x</b> [链](https://a.example) 😀答案😀 &amp; \\*'
  const { ask } = await startPrivate(context, { reply: () => answerOf([quoteOf(hostile, '😀答案😀')]) })
  const [message] = await ask('问')
  assert.equal(message?.text?.split('\n')[0], hostile)
  assert.deepEqual(marks(message), [
    ['blockquote', hostile],
    ['bold', '😀答案😀'],
  ])
})

test('an answer that may not be one says so before its quotes', async (context) => {
  const reply = () => answerOf([quoteOf('也许。')], { answered: false })
  const { ask } = await startPrivate(context, { reply })
  const [message] = await ask('问')
  assert.equal(message?.text, `${zh.unsure}\n\n也许。\n📄 工作报告 · 第 2 段`)
  assert.deepEqual(marks(message), [
    ['blockquote', '也许。'],
    ['bold', '也许。'],
  ])
})

test('nothing found is said plainly, in the language of the asker', async (context) => {
  const { api, ask, person, say } = await startPrivate(context, { reply: () => answerOf([]) })
  assert.deepEqual(texts(await ask('问')), ['报告里没有这个问题的答案。'])
  const ann = person(8, 'en')
  assert.deepEqual(texts(await say(api.privateChat(ann), ann, 'why')), ['The reports do not answer this.'])
})

test('files that changed after indexing are named before the quotes of others', async (context) => {
  const withheld = ['a.txt', 'b.md']
  let quotes = [quoteOf('答案。')]
  const { ask } = await startPrivate(context, { reply: () => answerOf(quotes, { withheld }) })
  const notice = '⚠️ a.txt, b.md 在建立索引之后被改动或移走,暂不引用。\n\n'
  const [message] = await ask('问')
  assert.equal(message?.text, `${notice}答案。\n📄 工作报告 · 第 2 段`)
  assert.deepEqual(marks(message)[0], ['blockquote', '答案。'])
  quotes = []
  assert.deepEqual(texts(await ask('再问')), [`${notice}${zh.nothing}`])
})

test('a notice about very many changed files leaves room for the quote', async (context) => {
  const withheld = Array.from({ length: 500 }, (_, i) => `folder/😀 report ${i}.txt`)
  const { ask } = await startPrivate(context, { reply: () => answerOf([quoteOf('答案。')], { withheld }) })
  const [message] = await ask('问')
  assert.match(message?.text ?? '', /^⚠️ folder\/😀 report 0\.txt, .*…\n\n答案。\n📄 工作报告 · 第 2 段$/u)
})

test('quotes that do not fit into one message are left out whole, never cut', async (context) => {
  const quotes = ['甲', '乙', '丙'].map((letter) => quoteOf(letter.repeat(1900)))
  const { ask } = await startPrivate(context, { reply: () => answerOf(quotes) })
  const [message, ...more] = await ask('问')
  assert.deepEqual(more, [])
  const source = '\n📄 工作报告 · 第 2 段'
  assert.equal(message?.text, `${'甲'.repeat(1900)}${source}\n\n${'乙'.repeat(1900)}${source}`)
})

test('a source with endless names is shortened, its quote is not', async (context) => {
  const quote = quoteOf('答案。', '答案。', { title: '题'.repeat(2000), section: '节'.repeat(2000) })
  const { ask } = await startPrivate(context, { reply: () => answerOf([quote, quote, quote]) })
  const [message] = await ask('问')
  assert.equal(message?.text?.split('答案。').length, 4)
  for (const line of message?.text?.split('\n') ?? []) assert.ok(line.length < 400)
})

test('even a quote longer than any message leaves the asker with an answer and its source', async (context) => {
  const { ask } = await startPrivate(context, { reply: () => answerOf([quoteOf('长'.repeat(5000))]) })
  const [message] = await ask('问')
  assert.match(message?.text ?? '', /📄 工作报告 · 第 2 段/)
})

test('a message is cut at a sentence’s end, and where there is none never inside a figure', async (context) => {
  const figures = ['4124套', '3.5亿元', '100%', '1万千米', '12:30']
  for (const figure of figures) {
    for (let before = 3400 - figure.length; before <= 3400; before++) {
      const text = `${'桥'.repeat(before)}${figure}${'路'.repeat(1500)}`
      const { text: shownText } = renderQuotes([quoteOf(text)], 'zh')
      const shown = shownText.split('…\n📄')[0]!
      assert.ok(shown.length > 3000 && text.startsWith(shown), figure)
      assert.ok(!shown.includes(figure[0]!) || shown.includes(figure), shown.slice(-10))
    }
  }
  const text = `${'桥'.repeat(3000)}。${'路'.repeat(390)}4124套${'树'.repeat(900)}`
  const { ask } = await startPrivate(context, { reply: () => answerOf([quoteOf(text)]) })
  const [message] = await ask('问')
  assert.equal(message?.text, `${'桥'.repeat(3000)}。…\n📄 工作报告 · 第 2 段`)
  assert.deepEqual(marks(message), [
    ['blockquote', `${'桥'.repeat(3000)}。…`],
    ['bold', `${'桥'.repeat(3000)}。`],
  ])
})

test('a message is never cut at the comma inside a figure', () => {
  const text = `${'桥'.repeat(3398)}4,124套${'路'.repeat(1500)}`
  const { text: shownText } = renderQuotes([quoteOf(text)], 'zh')
  assert.doesNotMatch(shownText.split('…\n📄')[0]!, /4,?$/u)
})

test('a message has at most 100 entities: quotes beyond them are left out whole', async (context) => {
  const many = (n: number) => {
    const quote = quoteOf('修桥1座。'.repeat(n))
    const at = Array.from({ length: n }, (_, i) => i * 5)
    const highlights = at.map((start) => [start, start + 4] as const)
    return { ...quote, highlights, figures: at.map((start) => [start + 2, start + 3] as const) }
  }
  const { ask } = await startPrivate(context, { reply: () => answerOf([many(24), many(25), many(2)]) })
  const [message] = await ask('问')
  assert.equal(message?.entities?.length, 100)
  assert.equal(message.entities.filter(({ type }) => type === 'expandable_blockquote').length, 1)
})

test('a best quote with more marks than a message takes is shown all the same', async (context) => {
  const text = '桥。'.repeat(110)
  const highlights = Array.from({ length: 110 }, (_, i) => [i * 2, i * 2 + 1] as const)
  const { ask } = await startPrivate(context, { reply: () => answerOf([{ ...quoteOf(text), highlights }]) })
  const [message] = await ask('问')
  assert.ok(message?.text?.startsWith(text) && message.entities!.length <= 100)
})

test('the figure asked for is underlined inside the bold words', async (context) => {
  const quote = { ...quoteOf('前文。安置房交付4124套。', '安置房交付4124套。'), figures: [[8, 13]] as const }
  const { ask } = await startPrivate(context, { reply: () => answerOf([quote]) })
  const [message] = await ask('问')
  assert.deepEqual(marks(message), [
    ['blockquote', '前文。安置房交付4124套。'],
    ['bold', '安置房交付4124套。'],
    ['underline', '4124套'],
  ])
})

test('every quote is shown or behind the button', async (context) => {
  const article = articleOf('一。', '二。', '三。', '四。', '五。').map((quote, i) => ({
    ...quote,
    score: i === 0 ? 1 : 0.1,
  }))
  const { ask, lin, press } = await startPrivate(context, { reply: () => answerOf(article), articles: [article] })
  const [message] = await ask('问')
  const label = labels(message)
    .flat()
    .find((text) => /\d/u.test(text))
  const { messages } = await press(message!, lin, buttonOf(message, label!).callback_data)
  const said = `${message?.text}${messages[0]?.text}`
  for (const { text } of article) assert.ok(said.includes(text), text)
})

test('the list of reports tells publisher or district, date and period, and turns pages', async (context) => {
  const reports = [
    reportOf('甲', { publisher: '西城街道', district: '金坛区', date: '2020', period: '2020年' }),
    reportOf('乙', { district: '武进区' }),
    ...Array.from({ length: 300 }, (_, i) => reportOf(`第${i}份${'长'.repeat(200)}`)),
  ]
  const { ask } = await startPrivate(context, { reports })
  const [message, ...more] = await ask('/reports')
  assert.deepEqual(more, [])
  const lines = message?.text?.split('\n') ?? []
  assert.deepEqual(lines.slice(0, 3), ['共有 302 份报告:', '1. 甲 (西城街道 · 2020 · 2020年)', '2. 乙 (武进区)'])
  assert.deepEqual(lines.slice(-2), ['', '第 1 / 13 页'])
  assert.deepEqual(marks(message), [['bold', '共有 302 份报告:']])
})
