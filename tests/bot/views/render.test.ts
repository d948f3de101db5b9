import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MessageEntity } from 'grammy/types'
import { sourceLine } from '../../../src/answer/sourceLine.ts'
import type { Quote } from '../../../src/answer/types.ts'
import { type Message, maxMessageCharacters } from '../../../src/bot/views/message.ts'
import { renderAnswer, renderReports } from '../../../src/bot/views/render.ts'
import { botTexts } from '../../../src/bot/views/texts.ts'
import type { Report } from '../../../src/reports/types.ts'
import type { Range } from '../../../src/text/range.ts'
import fc from '../../laws.ts'
import { reportOf } from '../../support/reportOutline.ts'
import { answerOf, quoteOf } from '../../terminal/answers.ts'
import { anyText } from '../../text/arbitraries.ts'

const language = fc.constantFrom('zh' as const, 'en' as const)

/** Quotes of up to passage length, of any characters, with highlights in order and apart. */
const quote: fc.Arbitrary<Quote> = fc
  .tuple(anyText, fc.array(fc.nat({ max: 999 }), { maxLength: 6 }), anyText, fc.option(anyText, { nil: null }))
  .map(([body, positions, title, section]) => {
    const text = `桥${body}`.slice(0, 240)
    const edges = [...new Set(positions.map((at) => at % (text.length + 1)))].sort((a, b) => a - b)
    const runs = edges.slice(1).map((end, i): Range => [edges[i]!, end])
    const highlights = runs.filter((_, i) => i % 2 === 0)
    // A figure at the head of every second highlight.
    const figures = highlights
      .filter((_, i) => i % 2 === 0)
      .map(([start, end]): Range => [start, (start + end + 1) >> 1])
    return { ...quoteOf(text, highlights, { title, section }), figures }
  })

const answer = fc
  .record({
    quotes: fc.array(quote, { maxLength: 5 }),
    answered: fc.boolean(),
    withheld: fc.array(anyText, { maxLength: 30 }),
    missing: fc.array(anyText, { maxLength: 30 }),
  })
  .map(({ quotes, ...more }) => answerOf(quotes, more))

const covered = ({ text }: Message, { offset, length }: MessageEntity) => text.slice(offset, offset + length)
const isQuote = ({ type }: MessageEntity) => type === 'blockquote' || type === 'expandable_blockquote'

test('the best quote stands open, two more are folded up, each to the letter', () => {
  fc.assert(
    fc.property(answer, language, (answer, language) => {
      const message = renderAnswer(answer, language)
      const shown = answer.quotes.slice(0, 3)
      assert.deepEqual(
        message.entities.filter(isQuote).map((entity) => [entity.type, covered(message, entity)]),
        shown.map(({ text }, i) => [i === 0 ? 'blockquote' : 'expandable_blockquote', text]),
      )
    }),
  )
})

test('exactly the answering words are bold, at their place inside their quote', () => {
  fc.assert(
    fc.property(answer, language, (answer, language) => {
      const message = renderAnswer(answer, language)
      const places = message.entities.filter(isQuote).map(({ offset }) => offset)
      assert.deepEqual(
        message.entities.filter(({ type }) => type === 'bold').map(({ offset, length }) => [offset, offset + length]),
        places.flatMap((at, i) => answer.quotes[i]!.highlights.map(([start, end]) => [at + start, at + end])),
      )
    }),
  )
})

test('exactly the figures asked for are underlined, at their place', () => {
  fc.assert(
    fc.property(answer, language, (answer, language) => {
      const message = renderAnswer(answer, language)
      const places = message.entities.filter(isQuote).map(({ offset }) => offset)
      assert.deepEqual(
        message.entities
          .filter(({ type }) => type === 'underline')
          .map(({ offset, length }) => [offset, offset + length]),
        places.flatMap((at, i) => answer.quotes[i]!.figures.map(([start, end]) => [at + start, at + end])),
      )
    }),
  )
})

test('what is not in the reports shows no quote, whatever came near', () => {
  fc.assert(
    fc.property(answer, language, (answer, language) => {
      const none = { ...answer, answered: false, band: 'none' as const }
      const { text, entities } = renderAnswer(none, language)
      assert.equal(text, renderAnswer({ ...none, quotes: [] }, language).text)
      assert.deepEqual(entities, [])
    }),
  )
})

test('each quote has its source below, and the order is that of the answer', () => {
  fc.assert(
    fc.property(answer, language, (answer, language) => {
      const { text } = renderAnswer(answer, language)
      let at = 0
      for (const { text: words, source } of answer.quotes.slice(0, 3)) {
        at = text.indexOf(`${words}\n📄 ${sourceLine(source, language).slice(0, 200)}`, at)
        assert.notEqual(at, -1)
        at += words.length
      }
    }),
  )
})

test('a message is never empty and never longer than Telegram takes', () => {
  fc.assert(
    fc.property(answer, language, fc.integer({ min: 1, max: 40 }), (answer, language, times) => {
      // Sources and file names of any length: titles come from headlines, and a folder may hold long names.
      const quotes = answer.quotes.map((quote) => ({
        ...quote,
        source: { ...quote.source, title: quote.source.title.repeat(times) },
      }))
      const { text } = renderAnswer(
        { ...answer, quotes, withheld: answer.withheld.map((file) => file.repeat(times)) },
        language,
      )
      assert.ok(text.length > 0 && text.length <= maxMessageCharacters, `${text.length}`)
    }),
  )
})

test('an answer whose best quote is too long for a message still says something', () => {
  for (const size of [3700, 3800, 4090, 4096, 5000]) {
    const { text } = renderAnswer(answerOf([quoteOf('桥'.repeat(size), [[0, 5]])]), 'zh')
    assert.ok(text.length > 0 && text.length <= maxMessageCharacters, `${size}: ${text.length}`)
  }
})

test('a quote that no longer fits is left out whole, never cut', () => {
  const long = [1500, 1500, 1500].map((size, i) => quoteOf(`${'桥树路'[i]}`.repeat(size)))
  const message = renderAnswer(answerOf(long), 'zh')
  assert.deepEqual(
    message.entities.filter(isQuote).map((entity) => covered(message, entity)),
    [long[0]!.text, long[1]!.text],
  )
})

test('a long source is shortened outside a character', () => {
  // 299 characters and half of a 𠮷 would be shown as �.
  for (const title of ['𠮷'.repeat(300), `桥${'𠮷'.repeat(300)}`]) {
    const { text } = renderAnswer(answerOf([quoteOf('老桥。', [], { title })]), 'zh')
    assert.doesNotMatch(text, /\p{Cs}/u)
    assert.match(text, /𠮷…$/u)
  }
})

test('what is not an answer is announced', () => {
  for (const language of ['zh', 'en'] as const) {
    const say = botTexts[language]
    assert.equal(renderAnswer(answerOf([], { answered: false }), language).text, say.nothing)
    const unsure = renderAnswer(answerOf([quoteOf('老桥。')], { answered: false }), language)
    assert.ok(unsure.text.startsWith(`${say.unsure}\n\n老桥。`))
    const withheld = renderAnswer(answerOf([quoteOf('老桥。')], { withheld: ['b.txt', 'c.md'] }), language)
    assert.ok(withheld.text.startsWith(`⚠️ ${say.withheld('b.txt, c.md')}\n\n老桥。`))
  }
})

test('a list of reports names each with what is known of it', () => {
  const known = {
    ...reportOf('老桥。'),
    metadata: { title: '修桥记', publisher: '青石镇', date: '2021', period: '去年' },
  }
  const { message, pages } = renderReports([known, reportOf('老桥。')], 'zh')
  const { text, entities } = message
  assert.equal(pages, 1)
  assert.equal(text, '共有 2 份报告:\n1. 修桥记 (青石镇 · 2021 · 去年)\n2. made-up')
  assert.deepEqual(entities, [{ type: 'bold', offset: 0, length: '共有 2 份报告:'.length }])
})

test('a list of reports goes over pages, each no longer than a message, and holds each report once', () => {
  for (const [size, title] of [
    [500, '报告'],
    [60, '长'.repeat(200)],
  ] as const) {
    const reports = Array.from(
      { length: size },
      (_, i): Report => ({
        ...reportOf('老桥。'),
        metadata: { title: `${title}${i + 1}`, publisher: '镇'.repeat(200) },
      }),
    )
    for (const language of ['zh', 'en'] as const) {
      const { pages } = renderReports(reports, language)
      const numbers: number[] = []
      for (let page = 0; page < pages; page++) {
        const { message } = renderReports(reports, language, ['2020', '长'.repeat(3_000)], page)
        assert.ok(message.text.length <= maxMessageCharacters)
        const { text } = renderReports(reports, language, [], page).message
        assert.ok(text.length <= maxMessageCharacters)
        assert.ok(text.endsWith(`\n\n${botTexts[language].page(page + 1, pages)}`))
        numbers.push(...[...text.matchAll(/^(\d+)\. /gmu)].map(([, number]) => Number(number)))
      }
      assert.deepEqual(
        numbers,
        reports.map((_, i) => i + 1),
      )
      assert.equal(renderReports(reports, language, [], 999).page, pages - 1, 'a page that is gone is the last one')
    }
  }
})

test('a quote whose words stand in other reports too names them below its source', () => {
  const one = quoteOf('两所学校都在秋天开学。')
  const twin = { ...one, sources: [{ ...one.source, title: '白石镇工作报告' }] }
  assert.match(renderAnswer(answerOf([twin]), 'zh').text, /📄 青石镇.*\n同样的文字还见于:白石镇工作报告$/u)
  const linked = renderAnswer(answerOf([twin]), 'zh', () => 'https://example.org/q')
  assert.match(linked.text, /📄 青石镇.*\n同样的文字还见于:白石镇工作报告$/u)
  assert.doesNotMatch(renderAnswer(answerOf([one]), 'zh').text, /还见于/u)
})
