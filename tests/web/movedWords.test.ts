import assert from 'node:assert/strict'
import { test } from 'node:test'
import { selectionOf } from '../../src/answer/selection.ts'
import { bare } from '../../src/text/normalize.ts'
import type { Range } from '../../src/text/range.ts'
import { findMoved, maxSearchedCharacters, traceOf } from '../../src/web/movedWords.ts'
import { layOut } from '../../src/web/restoredView.ts'
import fc from '../laws.ts'
import { anyDocument } from '../reports/documents.ts'
import { reportOf } from '../support/reportOutline.ts'
import { anyReport } from './anyReport.ts'

const half = '上半年青石镇修好了三座百年老桥，清理了两条河道，给沿河四个村子都装上了路灯，又在各村村口种下了一千棵'
const story = `# 工作报告\n\n${half}\n\n12\n\n香樟树，花了2.4万元。\n`
const find = (text: string, words: string) => {
  const report = anyReport(text)
  const ranges = findMoved(report, traceOf(words), (found) => found === bare(words))
  return ranges && selectionOf(report, ranges)!.text
}

test('words are found again where they moved to, over a torn line too', () => {
  const moved = `# 前言\n\n先说几句。\n\n${story}`
  assert.equal(find(moved, '三座百年老桥'), '三座百年老桥')
  assert.equal(find(moved, '一千棵香樟树'), '一千棵香樟树')
  assert.equal(find(moved, '一千棵\n\n12\n\n香樟树'), '一千棵\n12\n香樟树', 'as they were selected in the file')
})

test('words that are there no more are not found', () => {
  for (const words of ['四座百年老桥', '一千棵银杏', story.repeat(2), '']) assert.equal(find(story, words), null)
})

test('whatever stands in a report is found there by its trace alone', () => {
  fc.assert(
    fc.property(anyDocument, fc.nat(), fc.integer({ min: 1, max: 60 }), (text, at, length) => {
      const from = at % (text.length + 1)
      const words = bare(text.slice(from, from + length))
      if (words === '') return
      const ranges = findMoved(anyReport(text), traceOf(words), (found) => found === words)
      assert.ok(ranges)
      assert.equal(bare(ranges.map((range: Range) => text.slice(...range)).join('')), words)
    }),
    { numRuns: 300 },
  )
})

test('a long text is looked through in one go', () => {
  const text = `# 长\n\n${'三座老桥全部完工。\n\n'.repeat(20_000)}最后一句在这里。\n`
  let compared = 0
  const words = '最后一句在这里'
  findMoved(reportOf(text), traceOf(words), (found) => {
    compared++
    return found === words
  })
  assert.equal(compared, 1)
})

test('a text so long that others would have to wait is not looked through', () => {
  const long = (paragraphs: number) => `# 长\n\n${'三座老桥全部完工。\n\n'.repeat(paragraphs)}最后一句在这里。\n`
  const words = '最后一句在这里'
  const compared = (text: string) => {
    let count = 0
    findMoved({ ...anyReport('三座老桥全部完工。'), text }, traceOf(words), () => {
      count++
      return true
    })
    return count
  }
  assert.equal(compared(long(maxSearchedCharacters / 12)), 1)
  assert.equal(compared(long(maxSearchedCharacters / 10)), 0)
})

test('a report is laid out and made ready for such a search once, however many ask', () => {
  let read = 0
  const report = { ...reportOf(story) }
  const { text } = report
  Object.defineProperty(report, 'text', {
    get: () => {
      read++
      return text
    },
  })
  const ask = (sum: number) =>
    assert.equal(
      findMoved(report, { length: 5, sum }, () => false),
      null,
    )
  ask(1)
  read = 0
  ask(2)
  assert.ok(read <= 1, `its text was taken ${read} times`)
  assert.equal(layOut(report), layOut(report))
})
