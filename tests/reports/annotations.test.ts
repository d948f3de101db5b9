import assert from 'node:assert/strict'
import { test } from 'node:test'
import { annotationsOf, segmentsOf } from '../../src/reports/annotations.ts'
import { pageAt } from '../../src/reports/pages.ts'
import fc from '../laws.ts'
import { reportOf } from '../support/reportOutline.ts'
import { anyDocument } from './documents.ts'

test('the stretches of a text follow each other without gap, whatever lies over them', () => {
  const spots = fc.array(fc.tuple(fc.nat(80), fc.integer({ min: 1, max: 20 })), { maxLength: 6 })
  fc.assert(
    fc.property(anyDocument, spots, (text, found) => {
      const report = reportOf(`${text}\n\n三座老桥全部完工。`)
      const doubtful = found
        .map(([start, size]): [number, number] => [start, Math.min(start + size, report.text.length)])
        .filter(([start, end]) => start < end)
      const segments = segmentsOf({ ...report, doubtful }, annotationsOf(report))
      assert.equal(segments.map(({ range }) => report.text.slice(...range)).join(''), report.text)
    }),
  )
})

test('every place is on a page', () => {
  const pages = [0, 12]
  assert.deepEqual(
    [0, 11, 12].map((at) => pageAt({ pages }, at)),
    [1, 1, 2],
  )
  assert.equal(pageAt(reportOf('三座老桥全部完工。'), 0), null)
})
