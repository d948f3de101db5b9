import assert from 'node:assert/strict'
import { test } from 'node:test'
import stringWidth from 'string-width'
import { wrap } from '../../src/terminal/wrap.ts'
import fc from '../laws.ts'
import { anyText } from '../text/arbitraries.ts'

const lines = (text: string, columns: number) => wrap(text, columns).map((range) => text.slice(...range))

/** A piece that needs at most 12 columns: a short word or a character, perhaps between marks. */
const piece = fc
  .tuple(
    fc.constantFrom('', '', '（', '“', '《'),
    fc.constantFrom('镇', '桥', '树', '𠮷', 'GDP', '2.4', '1,913'),
    fc.constantFrom('', '', '，', '。', '”', '》。', '%，'),
  )
  .map((parts) => parts.join(''))
// A Chinese character between the pieces, as words and marks without one in between would be a single long word.
const prose = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('县'))
const columns = fc.integer({ min: 14, max: 60 })

test('no line is wider than the terminal', () => {
  fc.assert(
    fc.property(prose, columns, (text, columns) => {
      for (const line of lines(text, columns)) assert.ok(stringWidth(line) <= columns, line)
    }),
  )
})

test('no line starts with a closing mark or ends with an opening one', () => {
  fc.assert(
    fc.property(prose, columns, (text, columns) => {
      const found = lines(text, columns)
      for (const line of found.slice(1)) assert.doesNotMatch(line, /^[，。”》%]/u)
      for (const line of found.slice(0, -1)) assert.doesNotMatch(line, /[（“《]$/u)
    }),
  )
})

test('lines hold everything but the white space between them, in order', () => {
  fc.assert(
    fc.property(fc.oneof(prose, anyText), columns, (text, columns) => {
      let at = 0
      let between = ''
      for (const [start, end] of wrap(text, columns)) {
        assert.ok(at <= start && start <= end && end <= text.length)
        between += text.slice(at, start)
        at = end
      }
      // Characters without any width may go with the white space around them.
      assert.equal(stringWidth((between + text.slice(at)).replace(/\s/gu, '')), 0)
    }),
  )
})

test('a line is never broken inside a character', () => {
  fc.assert(
    fc.property(
      anyText.filter((text) => !/\p{Cs}/u.test(text)),
      columns,
      (text, columns) => {
        for (const line of lines(text, columns)) assert.doesNotMatch(line, /\p{Cs}/u)
      },
    ),
  )
})

test('a Chinese character takes two columns', () => {
  assert.deepEqual(lines('镇里修好了三座老桥', 10), ['镇里修好了', '三座老桥'])
  assert.deepEqual(lines('镇里修好了三座老桥', 11), ['镇里修好了', '三座老桥'], 'half a character does not fit')
  assert.deepEqual(lines('ABCDE', 5), ['ABCDE'])
})

test('closing marks come along to the next line with the character before them', () => {
  assert.deepEqual(lines('镇里修好桥。树', 10), ['镇里修好', '桥。树'], '桥 would fit, 。 would not')
  assert.deepEqual(lines('镇里修好“桥”树', 10), ['镇里修好', '“桥”树'], 'the opening mark stays with what it opens')
})

test('words and numbers are whole', () => {
  assert.deepEqual(lines('Telegram bots answer', 13), ['Telegram bots', 'answer'])
  assert.deepEqual(lines('占比从26.9%下降', 10), ['占比从', '26.9%下降'], '26.9% is not parted')
  assert.deepEqual(lines('涉及村庄1,913户', 12), ['涉及村庄', '1,913户'])
})

test('a word wider than the terminal is broken where it must be', () => {
  for (const word of [`https://example.org/${'a'.repeat(60)}`, '.'.repeat(50), '…'.repeat(50)]) {
    for (const line of lines(`见${word}`, 20)) assert.ok(stringWidth(line) <= 20, `${stringWidth(line)} columns`)
    assert.equal(lines(`见${word}`, 20).join(''), `见${word}`)
  }
})

test('line ends of the text are kept, blank lines too', () => {
  assert.deepEqual(lines('桥\n树', 20), ['桥', '树'])
  assert.deepEqual(lines('桥\n\n树', 20), ['桥', '', '树'])
  assert.deepEqual(lines('桥\n', 20), ['桥'])
})

test('white space at the start of a line is left out', () => {
  assert.deepEqual(lines('  桥\n　　树', 20), ['桥', '树'])
  assert.deepEqual(lines('镇里修好 三座', 8), ['镇里修好', '三座'])
})

test('nothing gives no lines', () => {
  assert.deepEqual(lines('', 20), [])
})
