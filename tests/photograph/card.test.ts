import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { QuoteInReport } from '../../src/answer/answerer.ts'
import { cardOf } from '../../src/photograph/card.ts'
import type { Range } from '../../src/text/range.ts'

const before = '街道全年修路。'.repeat(30)
const quoted = '安置房交付4124套。'
const text = `${before}${quoted}道路通车十里。`
const quotedAt: Range = [before.length, before.length + quoted.length]

/** A quote in a paragraph, some of whose words OCR read with doubt. */
function placed(doubtful: readonly Range[], ranges: readonly Range[] = [quotedAt]): QuoteInReport {
  const paragraph = { text, pieces: [{ at: 0, range: [0, text.length] }] }
  const setting = { place: '西城街道', year: 2020, isYearInferred: false }
  const source = {
    title: '工作报告',
    setting,
    paragraph: 3,
    page: null,
    article: null,
    section: null,
    period: null,
    date: null,
  }
  return {
    report: { text, articles: [{ paragraphs: [paragraph] }], doubtful },
    quote: { text: quoted, ranges, highlights: [[5, 9]], source: { ...source, isDoubtful: doubtful.length > 0 } },
    highlights: [[before.length + 5, before.length + 9]],
    figures: [],
  } as unknown as QuoteInReport
}

test('a card marks doubtful words before, in and after the quote, and shortens the paragraph around it', () => {
  const words = ['修路', '4124', '十里'].map((word): Range => {
    const at = text.lastIndexOf(word)
    return [at, at + word.length]
  })
  const { spans } = cardOf(placed(words), 'ab', 'zh')
  assert.deepEqual(
    spans.filter(({ isDoubtful }) => isDoubtful).map(({ text, isQuoted }) => [text, isQuoted]),
    [
      ['修路', false],
      ['4124', true],
      ['十里', false],
    ],
  )
  assert.equal(spans.map(({ text }) => text).join(''), `…${text.slice(before.length - 160)}`)
  assert.deepEqual(
    spans.filter(({ isHighlighted }) => isHighlighted).map(({ text }) => text),
    ['4124'],
  )
})

test('a card names the report once', () => {
  const { title, source } = cardOf(placed([]), 'ab', 'zh')
  assert.deepEqual([title, source], ['西城街道 2020年 · 工作报告', '第 3 段'])
})

test('a quote that is no part of a paragraph stands alone on its card, doubtful where any of its words is', () => {
  const { spans } = cardOf(placed([[0, 2]], [[text.length, text.length + 9]]), 'ab', 'zh')
  assert.equal(spans.map(({ text }) => text).join(''), quoted)
  assert.ok(spans.every(({ isQuoted, isDoubtful }) => isQuoted && isDoubtful))
})

test('a card looks at no more of a paragraph than it shows, whose stretches are joined by spaces', () => {
  const words = Array.from({ length: 2000 }, (_, i) => `第${i}段`)
  const text = words.join(' ')
  const report = words.join('')
  const pieces = words.map((word) => ({ at: text.indexOf(word), range: rangeOf(report, word) }))
  const quoted = [rangeOf(report, '第1000段')[0], rangeOf(report, '第1001段')[1]] as const
  let looks = 0
  const paragraph = {
    text,
    get pieces() {
      looks++
      return pieces
    },
  }
  const { quote, ...rest } = placed([])
  const spans = cardOf(
    {
      ...rest,
      highlights: [],
      report: { ...rest.report, text: report, articles: [{ paragraphs: [paragraph] }] },
      quote: { ...quote, text: '第1000段 第1001段', ranges: [quoted] },
    } as unknown as QuoteInReport,
    'ab',
    'zh',
  ).spans
  assert.equal(spans.find(({ isQuoted }) => isQuoted)?.text.trimEnd(), '第1000段 第1001段')
  const shown = spans.map(({ text }) => text).join('')
  assert.ok(shown.startsWith('…') && shown.endsWith('…') && text.includes(shown.slice(1, -1)))
  assert.equal(shown.length, 2 + 2 * 160 + '第1000段 第1001段'.length)
  assert.ok(looks < 20, `${looks} looks`)
})

function rangeOf(text: string, word: string): Range {
  const at = text.indexOf(word)
  return [at, at + word.length]
}
