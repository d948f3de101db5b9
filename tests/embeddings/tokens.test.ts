import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { assemble } from '../../scripts/compile-wasm.ts'
import { packTokens, rotated, tokenScale } from '../../src/embeddings/tokens.ts'
import fc from '../laws.ts'
import { stepsOf } from '../support/tokenSteps.ts'

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, one, i) => sum + one * b[i]!, 0)

/** A vector of unit length. */
const unit = (dimensions: number) =>
  fc
    .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: dimensions, maxLength: dimensions })
    .map((numbers) => {
      const length = Math.hypot(...numbers)
      return Float32Array.from(numbers, (number, i) => (length < 1e-3 ? Number(i === 0) : number / length))
    })

/** With the dimensions of the models there are, and blocks of 32, 128, 512, 256 and 1024 of them. */
const dimensionsOf = { 32: 32, 96: 32, 384: 128, 512: 512, 768: 256, 1024: 1024 } as const
const several = Object.keys(dimensionsOf).map(Number)
const two = fc.constantFrom(...several).chain((dimensions) => fc.tuple(unit(dimensions), unit(dimensions)))

describe('rotated', () => {
  it('keeps the products of vectors with each other and with themselves', () => {
    fc.assert(
      fc.property(two, ([a, b]) => {
        const [turnedA, turnedB] = [rotated(a, a.length), rotated(b, b.length)]
        for (const [found, expected] of [
          [dot(turnedA, turnedB), dot(a, b)],
          [dot(turnedA, turnedA), dot(a, a)],
        ] as const) {
          assert.ok(Math.abs(found - expected) < 1e-5, `${found}, not ${expected}`)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('turns each of several vectors as it turns it alone', () => {
    fc.assert(
      fc.property(two, ([a, b]) => {
        const both = rotated(Float32Array.of(...a, ...b), a.length)
        assert.deepEqual([...both], [...rotated(a, a.length), ...rotated(b, b.length)])
      }),
      { numRuns: 40 },
    )
  })

  for (const [dimensions, block] of Object.entries(dimensionsOf).map(([of, block]) => [Number(of), block] as const)) {
    it(`spreads a component of ${dimensions} evenly over its block of ${block}, and no further`, () => {
      for (const place of [0, 1, block - 1, dimensions - block, dimensions - 1]) {
        const axis = Float32Array.from({ length: dimensions }, (_, i) => Number(i === place))
        const first = place - (place % block)
        for (const [i, value] of rotated(axis, dimensions).entries()) {
          const isInside = i >= first && i < first + block
          const expected = isInside ? 1 / Math.sqrt(block) : 0
          assert.ok(Math.abs(Math.abs(value) - expected) < 1e-7, `${place} at ${i}: ${value}`)
        }
      }
    })
  }

  it('changes the signs of about half of the components, the same ones at every run', () => {
    // The first component of a turned axis is its sign ÷ √1024.
    const signs = Array.from({ length: 1024 }, (_, place) => {
      const axis = Float32Array.from({ length: 1024 }, (_, i) => Number(i === place))
      return Math.sign(rotated(axis, 1024)[0]!)
    })
    const changed = signs.filter((sign) => sign < 0).length
    assert.ok(changed > 450 && changed < 574, `${changed}`)
    // Whatever is written to disk relies on these for ever.
    assert.deepEqual(
      signs.slice(0, 24),
      [-1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, 1, -1, 1, -1],
    )
  })
})

describe('packTokens', () => {
  it('takes half a byte a component', () => {
    for (const dimensions of several) {
      assert.equal(packTokens(new Float32Array(3 * dimensions), dimensions).length, (3 * dimensions) / 2)
    }
    assert.equal(packTokens(new Float32Array(0), 512).length, 0)
  })

  it('is off by half a step at most, or cut at the seventh', () => {
    const vectors = fc.constantFrom(...several).chain((dimensions) => fc.array(unit(dimensions), { minLength: 1 }))
    fc.assert(
      fc.property(vectors, (rows) => {
        const dimensions = rows[0]!.length
        const states = Float32Array.from(rows.flatMap((row) => [...row]))
        const steps = stepsOf(packTokens(states, dimensions))
        const turned = rotated(states, dimensions)
        assert.equal(steps.length, turned.length)
        for (const [i, value] of turned.entries()) {
          const exact = value * tokenScale(dimensions)
          const isCut = Math.abs(exact) > 7
          assert.ok(isCut ? steps[i] === 7 * Math.sign(exact) : Math.abs(steps[i]! - exact) <= 0.5, `${steps[i]}`)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('keeps the seven steps for 3½ standard deviations of a component', () => {
    // Along one axis every component is one standard deviation: two steps, without any rounding.
    for (const dimensions of [32, 512, 1024]) {
      const axis = Float32Array.from({ length: dimensions }, (_, i) => Number(i === 5))
      const steps = stepsOf(packTokens(axis, dimensions))
      assert.deepEqual(
        steps.map((step) => Math.abs(step)),
        Array(dimensions).fill(2),
      )
      const beyond = stepsOf(
        packTokens(
          axis.map((value) => value * 10),
          dimensions,
        ),
      )
      assert.deepEqual(
        beyond,
        steps.map((step) => 7 * Math.sign(step)),
        'what lies beyond is cut',
      )
    }
  })

  it('keeps products of random unit vectors to some thousandths', () => {
    let state = 5
    const next = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state / 2 ** 32 - 0.5
    }
    const dimensions = 512
    const random = () => {
      const numbers = Array.from({ length: dimensions }, next)
      const length = Math.hypot(...numbers)
      return Float32Array.from(numbers, (number) => number / length)
    }
    let squares = 0
    const count = 200
    for (let i = 0; i < count; i++) {
      const [a, b] = [random(), random()]
      const kept = stepsOf(packTokens(b, dimensions)).map((step) => step / tokenScale(dimensions))
      squares += (dot(rotated(a, dimensions), kept) - dot(a, b)) ** 2
    }
    // An even error of half a step: (1 ÷ 2√512) ÷ √12 of a component, and as much of the product.
    const error = Math.sqrt(squares / count)
    const expected = 1 / (2 * Math.sqrt(512)) / Math.sqrt(12)
    assert.ok(error > 0.7 * expected && error < 1.4 * expected, `${error} against ${expected}`)
  })

  it('says what is wrong with other dimensions', () => {
    for (const dimensions of [1, 16, 48, 300]) {
      assert.throws(() => packTokens(new Float32Array(dimensions), dimensions), {
        message: `expected a multiple of 32 dimensions, found ${dimensions}`,
      })
    }
  })
})

it('tokens.wasm is what tokens.wat assembles to', async () => {
  const folder = new URL('../../src/embeddings/', import.meta.url)
  const assembled = await assemble(new URL('tokens.wat', folder))
  assert.ok(Buffer.from(assembled).equals(await readFile(new URL('tokens.wasm', folder))), 'run npm run compile-wasm')
})
