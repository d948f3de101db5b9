import type { Range } from '../../src/text/range.ts'
import fc, { anyCodePoints } from '../laws.ts'

/** What trips up code that handles Chinese text: every plane, every width, marks, closers, numbers, line ends. */
const tricky = [
  ...['一', '报', '告', '西', '城', '〇', '𠮷', '𪚥', 'A', 'b', 'é', 'e\u0301', 'ß', '7', '20', '2.4', '1,913', '%'],
  ...['Ａ', 'ｂ', '９', '％', '．', '㎡', 'Ⅲ', '㈠', '①', 'ﬁ', 'İ', '\u0301', '\ufe0f', '😀', '👨‍👩‍👧', '\u200b'],
  ...['“', '”', '‘', '’', '"', "'", '「', '」', '（', '）', '(', ')', '《', '》', '—', '–', '*', '**', '#'],
  ...['計畫', '臺', '瞭', '解', '覆', '著', '作', '乾', '隆', '說', '裡', '⻓', '囯'],
  ...['。', '！', '？', '；', '，', '、', '：', '…', '……', '.', '!', '?', ';', ',', ':', '. ', '%. '],
  ...['\n', '\r\n', '\n\n', '\t', ' ', '\u3000', '\u00a0', '\f', '\u2028'],
] as const

/** Text of `tricky` pieces alone. */
export const trickyText = fc.array(fc.constantFrom(...tricky), { maxLength: 40 }).map((pieces) => pieces.join(''))

/** The same with any other code point in between. */
export const anyText = fc
  .array(fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...tricky) }, anyCodePoints({ maxLength: 3 })), {
    maxLength: 40,
  })
  .map((pieces) => pieces.join(''))

const position = fc.nat({ max: 999_999 })

/** A text with a range inside it, possibly empty. */
export function withRange(text: fc.Arbitrary<string>): fc.Arbitrary<{ text: string; range: Range }> {
  return fc.tuple(text, position, position).map(([text, a, b]) => {
    const [start, end] = [a % (text.length + 1), b % (text.length + 1)]
    return { text, range: start < end ? [start, end] : [end, start] }
  })
}

/** A text with ranges of it in order, some touching, some empty, possibly none. */
export function withRanges(text: fc.Arbitrary<string>): fc.Arbitrary<{ text: string; ranges: Range[] }> {
  return fc.tuple(text, fc.array(position, { maxLength: 9 })).map(([text, positions]) => {
    const edges = positions.map((at) => at % (text.length + 1)).sort((a, b) => a - b)
    const stretches = edges.slice(1).map((end, i): Range => [edges[i]!, end])
    // Without every third, some touch and some lie apart.
    return { text, ranges: stretches.filter((_, i) => i % 3 !== 2) }
  })
}

/** A number below ten thousand in Chinese numerals. */
export function written(value: number): string {
  let text = ''
  let gap = false
  for (const [power, sign] of [
    [1000, '千'],
    [100, '百'],
    [10, '十'],
    [1, ''],
  ] as const) {
    const digit = Math.floor(value / power) % 10
    if (digit === 0) gap = text !== ''
    else {
      text += (gap ? '零' : '') + '零一二三四五六七八九'[digit]! + sign
      gap = false
    }
  }
  return text
}
