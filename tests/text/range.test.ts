import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Cutting, cut, originalRanges, type Range, trimmed } from '../../src/text/range.ts'
import fc from '../laws.ts'
import { anyText, withRange, withRanges } from './arbitraries.ts'

const slices = (text: string, ranges: readonly Range[]) => ranges.map((range) => text.slice(...range))
const separators = fc.constantFrom<'' | ' ' | '\n'>('', ' ', '\n')

/** The positions of a cutting's text that come from the original; the others are separators that `cut` put in. */
function fromOriginal({ text, pieces }: Cutting): boolean[] {
  const known = new Array<boolean>(text.length).fill(false)
  for (const { at, range } of pieces) known.fill(true, at, at + range[1] - range[0])
  return known
}

test('a cutting is its pieces, each at its place, with nothing but white space between them', () => {
  fc.assert(
    fc.property(withRanges(anyText), separators, ({ text, ranges }, separator) => {
      const cutting = cut(text, ranges, separator)
      for (const { at, range } of cutting.pieces) {
        assert.equal(cutting.text.slice(at, at + range[1] - range[0]), text.slice(...range))
      }
      assert.deepEqual(
        cutting.pieces.map((piece) => piece.range),
        ranges.filter(([start, end]) => start < end),
        'every stretch that holds something is a piece, in order',
      )
      const known = fromOriginal(cutting)
      const added = cutting.text
        .split('')
        .filter((_, i) => !known[i])
        .join('')
      assert.match(added, /^[ \n]*$/)
      const kept = cutting.text.split('').filter((_, i) => known[i])
      assert.equal(kept.join(''), slices(text, ranges).join(''))
    }),
  )
})

test('all of a cutting leads back to all of its stretches', () => {
  fc.assert(
    fc.property(withRanges(anyText), separators, ({ text, ranges }, separator) => {
      const cutting = cut(text, ranges, separator)
      const back = originalRanges(cutting, [0, cutting.text.length])
      assert.equal(slices(text, back).join(''), slices(text, ranges).join(''))
    }),
  )
})

test('any part of a cutting leads back to exactly its characters, separators aside', () => {
  const parts = fc.tuple(withRanges(anyText), separators, fc.nat(), fc.nat())
  fc.assert(
    fc.property(parts, ([{ text, ranges }, separator, a, b]) => {
      const cutting = cut(text, ranges, separator)
      const size = cutting.text.length + 1
      const part: Range = [Math.min(a % size, b % size), Math.max(a % size, b % size)]
      const known = fromOriginal(cutting)
      const expected = cutting.text.split('').filter((_, i) => known[i] && i >= part[0] && i < part[1])
      assert.equal(slices(text, originalRanges(cutting, part)).join(''), expected.join(''))
    }),
  )
})

test('ranges that lead back are in order, not empty and never touch', () => {
  fc.assert(
    fc.property(withRanges(anyText), ({ text, ranges }) => {
      const cutting = cut(text, ranges)
      const back = originalRanges(cutting, [0, cutting.text.length])
      for (const [i, [start, end]] of back.entries()) {
        assert.ok(start < end)
        if (i > 0) assert.ok(back[i - 1]![1] < start, 'touching ranges are one range')
      }
    }),
  )
})

test('what stands apart is joined as a reader would join it', () => {
  const join = (...stretches: string[]) => {
    const original = stretches.join('\n\n')
    let at = 0
    const ranges = stretches.map((stretch): Range => {
      const range: Range = [at, at + stretch.length]
      at = range[1] + 2
      return range
    })
    return cut(original, ranges).text
  }
  assert.equal(join('危险化学品、烟', '花爆竹'), '危险化学品、烟花爆竹', 'Chinese is written without spaces')
  assert.equal(join('20', '21年'), '2021年', 'a number torn by a column is one number')
  assert.equal(join('open', 'data'), 'open data', 'two Latin words would run into one')
  assert.equal(join('使用', 'APP'), '使用APP', 'between Chinese and Latin nothing is missing')
  assert.equal(join('APP', '3个'), 'APP3个', 'a number after a Latin word may belong to it')
})

test('a separator stands between any two stretches and nowhere else', () => {
  assert.equal(cut('甲|乙|丙', [[0, 1], [2, 3], [4, 5]], '\n').text, '甲\n乙\n丙') // biome-ignore format: one line a case
  assert.equal(cut('甲|乙|丙', [[0, 1], [2, 2], [4, 5]], ' ').text, '甲 丙') // biome-ignore format: one line a case
})

test('the part that is only a separator leads back to nothing', () => {
  const cutting = cut('open\ndata', [[0, 4], [5, 9]]) // biome-ignore format: one line a case
  assert.equal(cutting.text, 'open data')
  assert.deepEqual(originalRanges(cutting, [4, 5]), [])
})

test('trimmed leaves out the white space at both ends and nothing else', () => {
  fc.assert(
    fc.property(withRange(anyText), ({ text, range }) => {
      const [start, end] = trimmed(text, range)
      assert.equal(text.slice(start, end), text.slice(...range).trim())
      assert.ok(range[0] <= start && start <= end && end <= range[1])
    }),
  )
})
