import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isVerbatim, makeQuote } from '../../src/answer/quote.ts'
import { sourceLine } from '../../src/answer/sourceLine.ts'
import type { Quote } from '../../src/answer/types.ts'
import { passagesOf } from '../../src/reports/passages.ts'
import type { Passage, Report } from '../../src/reports/types.ts'
import fc from '../laws.ts'
import { reportOf } from '../support/reportOutline.ts'

// Torn after `一千棵`, so that the quote stands on two ranges.
const half = '上半年青石镇修好了三座百年老桥，清理了两条河道，给沿河四个村子都装上了路灯，又在各村村口种下了一千棵'
const report: Report = {
  ...reportOf(`# 工作报告\n\n## 去年\n\n${half}\n\n香樟树，花了2.4万元。`),
  metadata: { title: '青石镇工作报告', date: '2021-01' },
}
const passage = passagesOf(report).find(({ kind }) => kind === 'body')!
const figures = [[half.indexOf('一千棵'), half.length]] as const
const quote = makeQuote(report, passage, { highlights: [[0, half.length]], figures }, 0.75)
const unmarked = { highlights: [], figures: [] }
const canonical = report.text

/** `text` with one character altered: replaced, left out or put in. */
const replaced = (text: string, at: number, by: string) => text.slice(0, at) + by + text.slice(at + 1)

test('a quote carries the words, where they stand and what they come from', () => {
  const start = canonical.indexOf(half)
  const rest = canonical.indexOf('香樟树')
  assert.deepEqual(quote, {
    text: `${half}香樟树，花了2.4万元。`,
    highlights: [[0, half.length]],
    figures,
    visible: [[0, half.length + 12]],
    isShown: true,
    ranges: [
      [start, start + half.length],
      [rest, canonical.length],
    ],
    score: 0.75,
    passage: passage.id,
    source: {
      report: 'made-up',
      file: 'made-up.txt',
      title: '青石镇工作报告',
      setting: { place: null, year: 2021, isYearInferred: false },
      article: '工作报告',
      section: '去年',
      paragraph: 1,
      page: null,
      date: '2021-01',
      period: null,
      isDoubtful: false,
      isInUncertainTable: false,
    },
    sources: [],
  } satisfies Quote)
  assert.ok(isVerbatim(quote, canonical))
})

test('a quote out of an uncertain table, or out of words read with doubt, says so in its source line', () => {
  const at = canonical.indexOf('三座')
  const lines = (told: Partial<Report>) =>
    (['zh', 'en'] as const).map((frame) =>
      sourceLine(makeQuote({ ...report, ...told }, passage, unmarked, 0).source, frame),
    )
  assert.deepEqual(
    lines({ uncertainTables: [[at, at + 2]] }).map((line, i) => line.endsWith(['表格的列未能确认', 'uncertain'][i]!)),
    [true, true],
  )
  assert.deepEqual(lines({ uncertainTables: [[0, 2]] }), lines({}))
  assert.match(lines({ uncertainTables: [[at, at + 2]], doubtful: [[at, at + 1]] })[1]!, /misread · .*columns/u)
})

test('a date that is not known is null', () => {
  const undated = reportOf(canonical)
  assert.equal(makeQuote(undated, passagesOf(undated)[0]!, unmarked, 0).source.date, null)
})

test('white space and Markdown marks may differ, nothing else may', () => {
  assert.ok(isVerbatim({ ...quote, text: `${quote.text.slice(0, 7)} \n${quote.text.slice(7)}` }, canonical))
  const bold = '**本报讯** 昨天，桥修好了。'
  assert.ok(
    isVerbatim(
      { ...quote, ...unmarked, visible: [[0, 3]], text: '本报讯 昨天，桥修好了。', ranges: [[0, bold.length]] },
      bold,
    ),
  )
})

test('a changed character is found wherever it is', () => {
  const altered = fc.record({
    at: fc.nat({ max: quote.text.length - 1 }),
    by: fc.constantFrom('树', '3', '，', ',', '。', '．', '２', '“', 'a', '桥梁'),
  })
  fc.assert(
    fc.property(altered, ({ at, by }) => {
      fc.pre(quote.text[at] !== by)
      assert.ok(!isVerbatim({ ...quote, text: replaced(quote.text, at, by) }, canonical))
    }),
  )
})

test('what a reader takes for the same is still not the same', () => {
  // Folding is for search alone: a quote keeps the width of the report's own characters.
  for (const [one, other] of [
    ['2.4', '２.４'],
    ['2.4', '2．4'],
    ['，', ','],
  ] as const) {
    assert.ok(!isVerbatim({ ...quote, text: quote.text.replace(one, other) }, canonical))
  }
})

test('a dropped, doubled or moved character is found wherever it is', () => {
  fc.assert(
    fc.property(fc.nat({ max: quote.text.length - 2 }), (at) => {
      assert.ok(!isVerbatim({ ...quote, text: replaced(quote.text, at, '') }, canonical))
      assert.ok(!isVerbatim({ ...quote, text: replaced(quote.text, at, quote.text[at]!.repeat(2)) }, canonical))
      const [a, b] = [quote.text[at]!, quote.text[at + 1]!]
      fc.pre(a !== b)
      const swapped = `${quote.text.slice(0, at)}${b}${a}${quote.text.slice(at + 2)}`
      assert.ok(!isVerbatim({ ...quote, text: swapped }, canonical))
    }),
  )
})

test('words put in front, behind or between are found', () => {
  for (const text of [`据报告${quote.text}`, `${quote.text}完`, `${half}……香樟树，花了2.4万元。`, '', ' ']) {
    assert.ok(!isVerbatim({ ...quote, text }, canonical), text)
  }
})

test('shifted, shortened, swapped, missing and empty ranges are found', () => {
  const [first, second] = quote.ranges as [[number, number], [number, number]]
  for (const ranges of [
    [first, [second[0] - 2, second[1] - 2]],
    [[first[0] + 1, first[1] + 1], second],
    [first, [second[0], second[1] - 1]],
    [second, first],
    [first],
    [first, first, second],
    [],
    [first, second, [3, 3]],
    [[first[1], first[0]], second],
    [[-first[1], -first[0]], second],
    [first, [second[0], canonical.length + 1]],
    [first, [second[0], Number.NaN]],
  ] satisfies [number, number][][]) {
    assert.ok(!isVerbatim({ ...quote, ranges }, canonical), JSON.stringify(ranges))
  }
})

test('highlights and figures outside the text, empty or backwards are found', () => {
  const size = quote.text.length
  for (const wrong of [
    [0, size + 1],
    [size, size + 3],
    [-1, 4],
    [4, 4],
    [5, 4],
    [Number.NaN, 4],
  ] as const) {
    assert.ok(!isVerbatim({ ...quote, highlights: [[0, 2], wrong] }, canonical), JSON.stringify(wrong))
    assert.ok(!isVerbatim({ ...quote, figures: [[0, 2], wrong] }, canonical), `figure ${JSON.stringify(wrong)}`)
  }
  const all = [[0, size]] as const
  assert.ok(isVerbatim({ ...quote, highlights: all, figures: all }, canonical), 'all of it may be marked')
  assert.ok(isVerbatim({ ...quote, ...unmarked }, canonical), 'nothing need be marked')
  assert.ok(isVerbatim({ ...quote, figures: [] }, canonical), 'no figure need be')
})

test('highlights or figures that overlap or stand out of order are found, as faces mark them one after the other', () => {
  for (const ranges of [
    [
      [0, 5],
      [3, 8],
    ],
    [
      [6, 8],
      [0, 3],
    ],
  ] satisfies [number, number][][]) {
    assert.ok(!isVerbatim({ ...quote, highlights: ranges }, canonical))
    assert.ok(!isVerbatim({ ...quote, figures: ranges }, canonical))
  }
})

test('no quote is made of a passage whose words or places are not the report’s', () => {
  const [piece, ...others] = passage.pieces
  const tampered: Passage[] = [
    { ...passage, text: passage.text.replace('三座', '五座') },
    { ...passage, text: '' },
    { ...passage, pieces: [] },
    { ...passage, pieces: others },
    { ...passage, pieces: [{ at: piece!.at, range: [piece!.range[0] + 1, piece!.range[1] + 1] }, ...others] },
  ]
  for (const wrong of tampered) {
    assert.throws(
      () => makeQuote(report, wrong, unmarked, 1),
      new RegExp(`${passage.id} of made-up\\.txt is not verbatim`),
    )
  }
})

test('no quote is made of another report’s passage', () => {
  assert.throws(() => makeQuote(reportOf(`前言。${canonical}`), passage, unmarked, 1), /not verbatim/)
})

test('no quote is made with a highlight or a figure outside its text', () => {
  const outside = [[0, passage.text.length + 1]] as const
  assert.throws(() => makeQuote(report, passage, { highlights: outside, figures: [] }, 1), /not verbatim/)
  assert.throws(() => makeQuote(report, passage, { highlights: [[0, 5]], figures: outside }, 1), /not verbatim/)
})
