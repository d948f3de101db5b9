import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Address, decodeAddress, encodeAddress, maxPassagesOfAddress } from '../../src/bot/address.ts'
import fc, { anyCodePoints } from '../laws.ts'

const base64url = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
const passage = fc
  .string({ unit: fc.constantFrom(...base64url), minLength: 16, maxLength: 16 })
  .map((letters) => `p-${letters}`)
/** As in passages, which have at most some hundred characters. */
const range = fc
  .uniqueArray(fc.integer({ min: 0, max: 1295 }), { minLength: 2, maxLength: 2 })
  .map((ends) => ends.toSorted((a, b) => a - b) as [number, number])
const highlight = fc.option(range)
const verdict = fc.constantFrom('good', 'bad', 'wrong', 'partial', 'garbled', 'outdated')
const record = <T>(fields: { [Name in keyof T]: fc.Arbitrary<T[Name]> }) => fc.record(fields, { noNullPrototype: true })
const address: fc.Arbitrary<Address> = fc.oneof(
  record({ kind: fc.constant('quote'), passage, highlight }),
  record({ kind: fc.constant('share'), passage, highlight }),
  record({ kind: fc.constant('paragraph'), passage, steps: fc.integer({ min: -9999, max: 9999 }) }),
  record({
    kind: fc.constant('quotes'),
    passages: fc.array(passage, { minLength: 1, maxLength: maxPassagesOfAddress }),
  }),
  record({ kind: fc.constant('source'), passage }),
  record({ kind: fc.constant('feedback'), passage, verdict }),
  record({
    kind: fc.constant('reports'),
    page: fc.nat({ max: 9999 }),
    tags: fc.array(fc.constantFrom('2020', '西城街道', '北山区', 'Lights'), { maxLength: 3 }),
  }),
) as fc.Arbitrary<Address>

test('every address fits a button and a link, and is read again as it was', () => {
  fc.assert(
    fc.property(address, (given) => {
      const text = encodeAddress(given)
      assert.match(text, /^[A-Za-z0-9_-]{1,64}$/)
      assert.deepEqual(decodeAddress(text), given)
    }),
    { numRuns: 2000 },
  )
})

test('different addresses have different texts', () => {
  fc.assert(
    fc.property(address, address, (one, other) => {
      if (encodeAddress(one) === encodeAddress(other)) assert.deepEqual(one, other)
    }),
  )
})

test('a highlight too far back to be written is left out, and only the first passages of many are kept', () => {
  const passages = ['p-0123456789abcde1', 'p-0123456789abcde2', 'p-0123456789abcde3', 'p-0123456789abcde4']
  const [first] = passages as [string]
  assert.deepEqual(decodeAddress(encodeAddress({ kind: 'quote', passage: first, highlight: [3, 1296] })), {
    kind: 'quote',
    passage: first,
    highlight: null,
  })
  assert.deepEqual(decodeAddress(encodeAddress({ kind: 'quotes', passages })), {
    kind: 'quotes',
    passages: passages.slice(0, 3),
  })
})

test('no text whatever makes it throw, and what it reads it would write in the same length', () => {
  const text = fc.oneof(
    anyCodePoints(),
    fc.string({ unit: fc.constantFrom(...base64url), maxLength: 70 }),
    fc
      .tuple(
        fc.constantFrom(...'qxcmsf'),
        fc.string({ unit: fc.constantFrom(...base64url), minLength: 14, maxLength: 40 }),
      )
      .map(([letter, rest]) => `${letter}_${rest}`),
    // One character of a good one changed, left out or doubled.
    fc
      .tuple(address.map(encodeAddress), fc.nat(), fc.constantFrom('', '!', 'é', '\n', '00', '-'))
      .map(([good, at, put]) => {
        const place = at % good.length
        return good.slice(0, place) + put + good.slice(place + 1)
      }),
  )
  fc.assert(
    fc.property(text, (given) => {
      const read = decodeAddress(given)
      if (read === null) return
      assert.match(given, /^[A-Za-z0-9_-]{1,64}$/)
      assert.equal(encodeAddress(read).slice(0, 18), given.slice(0, 18))
    }),
    { numRuns: 2000 },
  )
})

test('texts that state no address', () => {
  const id = '0123456789abcdef'
  const garbage = [
    ...['', 'q', 'q_', 'start', '\u0000', '😀'.repeat(20), 'help me'],
    ...[`q_${id.slice(1)}`, `Q_${id}`, `z_${id}`, ` q_${id}`, `q_${id}\n`, `q_${id}0`, `q_${id}00001`, `q_${id}0A0B`],
    // A highlight that ends where it begins, or before.
    ...[`q_${id}0505`, `x_${id}0504`],
    ...[`c_${id}`, `c_${id}-`, `c_${id}--1`, `c_${id}zzzzz`, `c_${id}1.5`],
    ...[`m_${id}0`, `m_${id}${id}${id}${id}`, `s_${id}0`, `f_${id}`, `f_${id}6`, `f_${id}00`],
  ]
  for (const text of garbage) assert.equal(decodeAddress(text), null, JSON.stringify(text))
})
