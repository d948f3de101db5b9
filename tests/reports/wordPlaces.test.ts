import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IndexError } from '../../src/errors.ts'
import { boxesOf, decodePlaces, encodePlaces, type PlacedWord, type WordPlaces } from '../../src/reports/wordPlaces.ts'
import fc from '../laws.ts'

const edge = fc.nat({ max: 65_535 })
const side = fc.tuple(edge, edge).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
const hundredths = (bounds: { min: number; max: number }) => fc.integer(bounds).map((value) => value / 100)
const size = hundredths({ min: 0, max: 10_000_000 })
const anyPlaces: fc.Arbitrary<WordPlaces> = fc
  .record({
    pages: fc.array(
      fc.record({ width: size, height: size, skew: hundredths({ min: -1200, max: 1200 }) }, { noNullPrototype: true }),
      { minLength: 1, maxLength: 5 },
    ),
    steps: fc.array(
      fc.record({
        page: fc.nat({ max: 1 }),
        gap: fc.nat({ max: 300 }),
        length: fc.integer({ min: 1, max: 300 }),
        x: side,
        y: side,
      }),
      { maxLength: 20 },
    ),
  })
  .map(({ pages, steps }) => {
    const words: PlacedWord[] = []
    for (const { page, gap, length, x, y } of steps) {
      const before = words.at(-1)
      const start = (before?.range[1] ?? 0) + gap
      words.push({
        range: [start, start + length],
        page: Math.min(pages.length, (before?.page ?? 1) + page),
        ...{ left: x[0], right: x[1], top: y[0], bottom: y[1] },
      })
    }
    return { pages, words }
  })

test('places are read as they were written', () => {
  fc.assert(fc.property(anyPlaces, (places) => assert.deepEqual(decodePlaces(encodePlaces(places)), places)))
})

test('bytes that are read are the ones that are written of what was read, all others are refused', () => {
  const altered = fc.tuple(anyPlaces, fc.nat(), fc.nat({ max: 255 })).map(([places, at, byte]) => {
    const bytes = encodePlaces(places)
    bytes[at % bytes.length] = byte
    return bytes
  })
  fc.assert(
    fc.property(fc.oneof(altered, fc.uint8Array()), (bytes) => {
      let read: WordPlaces
      try {
        read = decodePlaces(bytes)
      } catch (error) {
        assert.ok(error instanceof IndexError)
        return
      }
      assert.deepEqual(encodePlaces(read), bytes)
    }),
  )
})

test('bytes that are cut short or go on are refused', () => {
  fc.assert(
    fc.property(anyPlaces, fc.nat(), (places, at) => {
      const bytes = encodePlaces(places)
      assert.throws(() => decodePlaces(bytes.subarray(0, at % bytes.length)), IndexError)
      assert.throws(() => decodePlaces(Uint8Array.of(...bytes, 0)), IndexError)
    }),
  )
})

const page = { width: 600, height: 800, skew: 0 }

test('words out of order, outside their page or on none are refused', () => {
  const box = { left: 1, top: 1, right: 2, bottom: 2 }
  const words: readonly PlacedWord[][] = [
    [
      { range: [4, 6], page: 1, ...box },
      { range: [5, 7], page: 1, ...box },
    ],
    [{ range: [0, 1], page: 2, ...box }],
    [{ range: [0, 1], page: 0, ...box }],
    [{ range: [1, 1], page: 1, ...box }],
    [{ range: [0, 1], page: 1, ...box, right: 65_536 }],
    [{ range: [0, 1], page: 1, ...box, right: 0 }],
  ]
  for (const own of words) assert.throws(() => encodePlaces({ pages: [page], words: own }), RangeError)
})

test('boxes of a stretch are one a line, parts of words by the widths of their characters', () => {
  const text = '老桥三座 完工。\n新路\f十里'
  const words: PlacedWord[] = [
    { range: [0, 4], page: 1, left: 100, right: 500, top: 10, bottom: 20 },
    { range: [5, 8], page: 1, left: 550, right: 850, top: 11, bottom: 21 },
    { range: [9, 11], page: 1, left: 100, right: 300, top: 40, bottom: 50 },
    { range: [12, 14], page: 2, left: 100, right: 300, top: 10, bottom: 20 },
  ]
  const places = { pages: [page, page], words }
  assert.deepEqual(boxesOf(places, text, [2, 13]), [
    {
      page: 1,
      boxes: [
        { left: 300, right: 850, top: 10, bottom: 21 },
        { left: 100, right: 300, top: 40, bottom: 50 },
      ],
    },
    { page: 2, boxes: [{ left: 100, right: 200, top: 10, bottom: 20 }] },
  ])
  assert.deepEqual(boxesOf(places, text, [4, 5]), [])
})
