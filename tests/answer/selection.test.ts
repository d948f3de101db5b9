import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isVerbatim, makeQuote } from '../../src/answer/quote.ts'
import { maxSelectedCharacters, selectionOf } from '../../src/answer/selection.ts'
import type { Report } from '../../src/reports/types.ts'
import type { Range } from '../../src/text/range.ts'
import fc from '../laws.ts'
import { anyDocument } from '../reports/documents.ts'
import { reportOf } from '../support/reportOutline.ts'
import { anyReport } from '../web/anyReport.ts'

const torn = '上半年青石镇修好了三座百年老桥，清理了两条河道，给沿河四个村子都装上了路灯，又在各村村口种下了一千棵'
const report = reportOf(
  `# 工作报告\n\n## 去年\n\n${torn}\n\n12\n\n香樟树，花了2.4万元。\n\n## 今年\n\n再修三座桥，两所学校完工。\n`,
)
const unmarked = { highlights: [], figures: [] }
const at = (words: string): Range => {
  const start = report.text.indexOf(words)
  return [start, start + words.length]
}
const quoteOf = (report: Report, ranges: readonly Range[]) => {
  const passage = selectionOf(report, ranges)
  return passage && makeQuote(report, passage, unmarked, 0)
}

test('words selected over a torn line are one text, with the source of their paragraph', () => {
  const quote = quoteOf(report, [at('一千棵'), at('香樟树')])!
  assert.equal(quote.text, '一千棵香樟树')
  assert.deepEqual([quote.source.article, quote.source.section, quote.source.paragraph], ['工作报告', '去年', 1])
})

test('words of several paragraphs stand in a line each; the source is that of the first', () => {
  const quote = quoteOf(report, [at('花了2.4万元。'), at('今年'), at('再修三座桥')])!
  assert.equal(quote.text, '花了2.4万元。\n今年\n再修三座桥')
  assert.equal(quote.source.paragraph, 1)
})

test('a heading has the source of what it heads', () => {
  const quote = quoteOf(report, [at('今年')])!
  assert.deepEqual([quote.source.section, quote.source.paragraph], ['今年', 2])
})

test('furniture alone, nothing, too much, and what lies outside are no selection', () => {
  const long = reportOf(`# 工作报告\n\n${'三座老桥全部完工。'.repeat(500)}\n`)
  for (const ranges of [[at('12')], [], [[3, 3]], [[5, 3]], [[-1, 4]], [[0, 1e9]], [[0.5, 3]], [[Number.NaN, 3]]]) {
    assert.equal(selectionOf(report, ranges as Range[]), null, JSON.stringify(ranges))
  }
  assert.equal(selectionOf(long, [[8, 9 + maxSelectedCharacters]]), null)
  assert.ok(selectionOf(long, [[8, 8 + maxSelectedCharacters]]))
})

test('whatever is selected of whatever report, it is verbatim or nothing', () => {
  const ranges = fc.array(fc.tuple(fc.nat({ max: 400 }), fc.integer({ min: 1, max: 60 })), {
    minLength: 1,
    maxLength: 6,
  })
  let made = 0
  fc.assert(
    fc.property(anyDocument, ranges, (text, places) => {
      const report = anyReport(text)
      const inside = places.map(([at, length]): Range => [at % (text.length + 1), length])
      const ranges = inside
        .map(([at, length]): Range => [at, Math.min(at + length, text.length)])
        .filter(([a, b]) => a < b)
      const quote = quoteOf(report, ranges)
      if (!quote) return
      made++
      assert.ok(isVerbatim(quote, text))
    }),
    { numRuns: 300 },
  )
  assert.ok(made > 50, `${made} selections`)
})

test('however many ranges a link states, the report is gone through once for all of them', () => {
  const text = `# 报告\n\n${'三座老桥全部完工。\n\n'.repeat(500)}`
  const report = anyReport(text)
  const { articles } = report
  let looks = 0
  Object.defineProperty(report, 'articles', {
    get: () => {
      looks++
      return articles
    },
  })
  const ranges = Array.from({ length: 400 }, (_, i): Range => [text.length - 10 - i * 11, text.length - 5 - i * 11])
  const first = selectionOf(report, ranges.reverse())
  assert.ok(first && first.pieces.length >= 300)
  looks = 0
  assert.deepEqual(selectionOf(report, ranges), first)
  assert.ok(looks <= 1, `${looks} looks`)
})
