import assert from 'node:assert/strict'
import { test } from 'node:test'
import { restore } from '../../src/reports/restore.ts'
import type { Report } from '../../src/reports/types.ts'
import { layOutLines, type OriginalLine, originalPart, originalPartHolding } from '../../src/web/originalView.ts'
import fc from '../laws.ts'
import { anyDocument } from '../reports/documents.ts'
import { reportOf } from '../support/reportOutline.ts'
import { anyReport } from './anyReport.ts'

function linesOf(report: Report): OriginalLine[] {
  const layout = layOutLines(report)
  return layout.parts.flatMap((_, part) => originalPart(report, layout, part))
}

test('the lines are the canonical text, each character in its place once', () => {
  fc.assert(
    fc.property(anyDocument, (text) => {
      const report = anyReport(text)
      let at = 0
      for (const line of linesOf(report)) {
        assert.match(text.slice(at, line.at), /^(?:\r\n|[\n\r\f\u2028\u2029])?$/u)
        at = line.at
        for (const run of line.runs) {
          assert.equal(run.at, at)
          assert.equal(run.text, text.slice(at, at + run.text.length))
          at += run.text.length
        }
      }
      assert.match(text.slice(at), /^(?:\r\n|[\n\r\f\u2028\u2029])?$/u)
    }),
    { numRuns: 300 },
  )
})

test('what was joined says to which line, what was left out says why', () => {
  const report = reportOf('# 报告\n\n镇里今天来了人。各村村口种下了一千棵\n\n12\n\n香樟树，花了2.4万元。\n')
  const lines = linesOf(report)
  const line = (number: number) => lines.find((one) => one.number === number)!
  assert.deepEqual(
    line(3).runs.map(({ goesOnAt }) => goesOnAt),
    [7],
  )
  assert.deepEqual(
    line(7).runs.map(({ joined, goesOnFrom }) => [joined, goesOnFrom]),
    [[true, 3]],
  )
  assert.deepEqual(
    line(5).runs.map(({ reason }) => reason),
    ['page number'],
  )
  assert.deepEqual(
    line(3).begins.map(({ kind, paragraph }) => [kind, paragraph]),
    [['paragraph', 1]],
  )
  assert.deepEqual(line(7).begins, [])
})

test('a page is named at its first line', () => {
  const text = '第一页的话说完了。\n\f第二页的话也说完了。\n'
  const pages = [0, text.indexOf('\f') + 1]
  const report: Report = { ...reportOf(text), ...restore(text, undefined, pages), pages }
  const named = linesOf(report).flatMap(({ page, runs }) => (page === null ? [] : [[page, runs[0]?.text]]))
  assert.deepEqual(named, [
    [1, '第一页的话说完了。'],
    [2, '第二页的话也说完了。'],
  ])
})

test('of a long report every part holds its own lines', () => {
  const report = reportOf(`${'三座老桥全部完工。\n'.repeat(5000)}`)
  const layout = layOutLines(report)
  assert.ok(layout.parts.length > 2)
  assert.equal(linesOf(report).length, 5000)
  for (const [part, items] of layout.parts.entries()) {
    for (const { range } of [items[0]!, items.at(-1)!]) assert.equal(originalPartHolding(layout, range[0]), part)
  }
})
