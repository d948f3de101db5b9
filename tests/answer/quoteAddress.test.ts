import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeQuote, encodeQuote } from '../../src/answer/address.ts'
import { decodeAddress, encodeAddress } from '../../src/bot/views/address.ts'
import type { Range } from '../../src/text/range.ts'
import fc from '../laws.ts'

const passage = fc.stringMatching(/^[A-Za-z0-9_-]{16}$/u).map((letters) => `p-${letters}`)
/** Ranges in order, apart from each other, inside a passage. */
const ranges = (maxLength: number): fc.Arbitrary<Range[]> =>
  fc
    .uniqueArray(fc.integer({ min: 0, max: 1295 }), { maxLength: 2 * maxLength })
    .map((places) => places.sort((a, b) => a - b))
    .map((places) =>
      places.flatMap((at, i): Range[] => (i % 2 === 0 && i + 1 < places.length ? [[at, places[i + 1]!]] : [])),
    )

test('a quote with all its marks is read again as it was, from at most 64 characters', () => {
  fc.assert(
    fc.property(passage, ranges(5), ranges(5), (passage, highlights, figures) => {
      const text = encodeQuote({ passage, highlights, figures })
      assert.match(text, /^[A-Za-z0-9_-]{1,64}$/u)
      assert.deepEqual(decodeQuote(text), { passage, highlights, figures })
    }),
  )
})

test('marks that find no room are left out, the figures first', () => {
  const many = Array.from({ length: 30 }, (_, i): Range => [i * 10, i * 10 + 5])
  const read = decodeQuote(encodeQuote({ passage: 'p-0123456789abcdef', highlights: many, figures: many }))
  assert.deepEqual(read, { passage: 'p-0123456789abcdef', highlights: many.slice(0, 11), figures: [] })
})

test("the bot's own addresses of quotes are read too", () => {
  fc.assert(
    fc.property(passage, ranges(1), (passage, highlights) => {
      const address = encodeAddress({ kind: 'quote', passage, highlights, figures: [] })
      assert.deepEqual(decodeQuote(address), { passage, highlights, figures: [] })
      assert.deepEqual(decodeAddress(encodeQuote({ passage, highlights, figures: [] })), {
        kind: 'quote',
        passage,
        highlights,
        figures: [],
      })
    }),
  )
})

test('what is no address is none, whatever it is', () => {
  for (const text of [
    '',
    'q_',
    'q_short',
    'x_0123456789abcdef',
    'q_0123456789abcdef0',
    'q_0123456789abcdef9900',
    'q_0123456789abcdef-',
  ]) {
    assert.equal(decodeQuote(text), null, text)
  }
  fc.assert(fc.property(fc.string(), (text) => void decodeQuote(text)))
})
