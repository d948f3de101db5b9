import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Report } from '../../src/reports/types.ts'
import type { Range } from '../../src/text/range.ts'
import { partCharacters } from '../../src/web/parts.ts'
import { type Block, layOut, partHolding, partOf, restoredPart } from '../../src/web/restoredView.ts'
import fc from '../laws.ts'
import { anyDocument } from '../reports/documents.ts'
import { realReports } from '../support/indexedReports.ts'
import { reportOf } from '../support/reportOutline.ts'
import { anyReport } from './anyReport.ts'

/** Torn behind it. */
const half = '上半年青石镇修好了三座百年老桥，清理了两条河道，给沿河四个村子都装上了路灯，又在各村村口种下了'

function blocksOf(report: Report, quote: readonly Range[] = []): Block[] {
  const layout = layOut(report)
  const marks = { quote, highlights: [], figures: [] }
  return layout.parts.flatMap((_, part) => restoredPart(report, layout, part, marks).flatMap(({ blocks }) => blocks))
}

const shownText = ({ runs }: Block) => runs.map(({ before, text }) => before + text).join('')

/** Every character of a report's paragraphs is shown once, in order, and says where it stands. */
function assertShownOnce(report: Report, quote: readonly Range[] = []): void {
  const blocks = blocksOf(report, quote)
  const paragraphs = blocks.filter(({ kind }) => kind === 'paragraph' || kind === 'row')
  assert.deepEqual(
    paragraphs.map(shownText),
    report.articles.flatMap((article) => article.paragraphs.map(({ text }) => text)),
  )
  for (const { runs } of blocks) {
    for (const { text, at } of runs) assert.equal(text, report.text.slice(at, at + text.length))
  }
  const ids = blocks.map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)
}

test('every character of a paragraph is shown once, with its place, whatever is marked', () => {
  const quote = fc.array(fc.tuple(fc.nat({ max: 300 }), fc.integer({ min: 1, max: 80 })), { maxLength: 3 })
  fc.assert(
    fc.property(anyDocument, quote, (text, places) => {
      const ranges = places.map(([at, length]): Range => [at, at + length])
      assertShownOnce(anyReport(text), ranges)
    }),
    { numRuns: 300 },
  )
})

test('of the five reports too, with every headline, kicker, byline and section', async () => {
  for (const { report } of await realReports()) {
    assertShownOnce(report)
    const shown = blocksOf(report)
    for (const { headline, kicker, byline } of report.articles) {
      for (const head of [headline, kicker, byline?.ownLine ? byline.cutting : null]) {
        if (head)
          assert.ok(
            shown.some((block) => shownText(block) === head.text),
            head.text,
          )
      }
    }
    const sections = new Set(
      report.articles.flatMap(({ paragraphs }) => paragraphs.flatMap(({ sections }) => sections)),
    )
    for (const section of sections) {
      assert.ok(
        shown.some((block) => shownText(block).startsWith(section.text)),
        section.text,
      )
    }
  }
})

test('marks begin and end where the quote does, over a torn line too', () => {
  const text = `# 报告\n\n${half}一千棵\n\n香樟树，花了2.4万元。再修三座桥。\n`
  const from = text.indexOf('一千棵')
  const to = text.indexOf('再修')
  const report = reportOf(text)
  const figure = text.indexOf('2.4万元')
  const marks = { quote: [[from, to]], highlights: [[from, to]], figures: [[figure, figure + 5]] } as const
  const [, paragraph] = restoredPart(report, layOut(report), 0, marks)[0]!.blocks
  assert.deepEqual(
    paragraph!.runs.map(({ text, mark, isFigure }) => [text, mark, isFigure]),
    [
      [half, null, false],
      ['一千棵', 'highlight', false],
      ['香樟树，花了', 'highlight', false],
      ['2.4万元', 'highlight', true],
      ['。', 'highlight', false],
      ['再修三座桥。', null, false],
    ],
  )
  assert.ok(paragraph!.isQuoted)
})

test('a long report is cut into parts at paragraphs, each with its headings, and every place is in one', () => {
  const story = (n: number) => `## 第${n}部分\n\n${'全镇修桥铺路种树办学，事事有着落。'.repeat(60)}\n`
  const report = reportOf(`# 长报告\n\n${Array.from({ length: 60 }, (_, i) => story(i + 1)).join('\n')}`)
  const layout = layOut(report)
  assert.ok(layout.parts.length > 2)
  for (const [i, items] of layout.parts.entries()) {
    assert.ok(items.reduce((sum, { size }) => sum + size, 0) <= partCharacters)
    assert.ok(i === 0 || items[0]!.kind === 'section', 'a part begins with the heading of its first paragraph')
    for (const { id, cutting } of items) {
      assert.equal(partOf(layout, id), i)
      for (const { range } of cutting.pieces) assert.equal(partHolding(layout, range[0]), i)
    }
  }
})
