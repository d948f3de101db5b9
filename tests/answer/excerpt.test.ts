import assert from 'node:assert/strict'
import { test } from 'node:test'
import { excerpt, isCut } from '../../src/answer/excerpt.ts'
import type { Quote } from '../../src/answer/types.ts'
import type { Range } from '../../src/text/range.ts'
import fc from '../laws.ts'
import { quoteOf } from '../support/testBot.ts'

const text = '灯塔亮了。渔船返航三艘。码头更换灯泡九盏。盐场产量增加。'

function quote(visible: readonly Range[], highlight: string): Quote {
  return { ...quoteOf(text, highlight), visible }
}

test('words left out between two stretches are marked by an ellipsis, and the marks move along', () => {
  const shown = excerpt(
    quote(
      [
        [0, 5],
        [12, 21],
      ],
      '灯泡九盏',
    ),
  )
  assert.equal(shown.text, '灯塔亮了。…码头更换灯泡九盏。')
  assert.deepEqual(
    shown.highlights.map((range) => shown.text.slice(...range)),
    ['灯泡九盏'],
  )
})

test('a quote that is shown whole is not cut', () => {
  assert.ok(!isCut(quote([[0, text.length]], '灯塔')))
  assert.ok(isCut(quote([[0, 5]], '灯塔')))
  assert.ok(isCut(quote([[5, text.length]], '渔船')))
})

test('the lines of a row stay lines', () => {
  const row = '税收收入\n2019年 8.25\n2020年 9.5'
  const shown = excerpt({
    ...quoteOf(row, '2020年 9.5'),
    visible: [
      [0, 4],
      [16, row.length],
    ],
  })
  assert.equal(shown.text, '税收收入\n2020年 9.5')
})

test('law: an excerpt holds the visible words in order and nothing else, and marks the same words', () => {
  const cuts = fc.uniqueArray(fc.nat({ max: text.length }), { minLength: 2, maxLength: 8 }).map((all) => {
    const sorted = all.toSorted((a, b) => a - b)
    return sorted.flatMap((end, i): Range[] => (i % 2 === 1 ? [[sorted[i - 1]!, end]] : []))
  })
  fc.assert(
    fc.property(cuts, fc.nat({ max: text.length - 1 }), fc.integer({ min: 1, max: 9 }), (visible, start, length) => {
      const marked: Range = [start, Math.min(text.length, start + length)]
      const shown = excerpt({ ...quoteOf(text), visible, highlights: [marked] })
      const words = visible.map((range) => text.slice(...range))
      assert.equal(shown.text.replaceAll('…', ''), words.join(''))
      const inside = visible.map(([from, to]) =>
        text.slice(Math.max(from, marked[0]), Math.max(from, Math.min(to, marked[1]))),
      )
      assert.equal(shown.highlights.map((range) => shown.text.slice(...range)).join(''), inside.join(''))
    }),
  )
})
