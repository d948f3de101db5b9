import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { assemble } from '../../../scripts/compile-wasm.ts'
import { packTokens, rotated, tokenScale } from '../../../src/embeddings/tokens.ts'
import type { PassageTokens } from '../../../src/indexes/types.ts'
import { lateInteraction, loadKernel, maxSim, type Similarities } from '../../../src/search/ranking/lateInteraction.ts'
import fc from '../../laws.ts'
import { stepsOf } from '../../support/tokenSteps.ts'

/** A passage's tokens from unit vectors. */
function passageOf(rows: readonly (readonly number[])[]): PassageTokens {
  const values = packTokens(Float32Array.from(rows.flat()), rows[0]?.length ?? 32)
  return { values, starts: Uint16Array.from(rows, (_, i) => i) }
}

function similarities(rows: readonly (readonly number[])[]): Similarities {
  return { values: Float32Array.from(rows.flat()), questionTokens: rows.length, passageTokens: rows[0]?.length ?? 0 }
}

/** `count` vectors of unit length. */
function unitVectors(count: number, dimensions: number): fc.Arbitrary<number[][]> {
  const component = fc.double({ min: -1, max: 1, noNaN: true })
  const vector = fc.array(component, { minLength: dimensions, maxLength: dimensions }).map((values) => {
    const length = Math.hypot(...values)
    return length === 0 ? [1, ...values.slice(1)] : values.map((value) => value / length)
  })
  return fc.array(vector, { minLength: count, maxLength: count })
}

const comparison = fc
  .record({
    dimensions: fc.constantFrom(32, 64, 96, 128, 384, 512),
    questionTokens: fc.integer({ min: 1, max: 12 }),
    passageTokens: fc.integer({ min: 1, max: 40 }),
  })
  .chain(({ dimensions, questionTokens, passageTokens }) =>
    fc.record({
      dimensions: fc.constant(dimensions),
      question: unitVectors(questionTokens, dimensions),
      passage: unitVectors(passageTokens, dimensions),
    }),
  )

const kernel = loadKernel()

/**
 * The kernel's products against doubles over the same steps of the passage, both turned. A question component is off by
 * at most half a step of 1/2048, so a product by at most that times the sum of the passage's absolute components; the
 * sums are exact in 32 bits, and the result is rounded once more to a 24-bit float.
 */
test('the products are those of double precision, up to the rounding of the question', () => {
  fc.assert(
    fc.property(comparison, ({ dimensions, question, passage }) => {
      const tokens = passageOf(passage)
      const asked = Float32Array.from(question.flat())
      const { values } = lateInteraction(kernel, asked, dimensions)(tokens)
      assert.equal(values.length, question.length * passage.length)
      const steps = stepsOf(tokens.values)
      const turned = rotated(asked, dimensions)
      for (const q of question.keys()) {
        for (const t of passage.keys()) {
          const stored = steps.slice(t * dimensions, (t + 1) * dimensions).map((step) => step / tokenScale(dimensions))
          const expected = stored.reduce((sum, value, i) => sum + value * turned[q * dimensions + i]!, 0)
          const tolerance = (0.5 / 2048) * stored.reduce((sum, value) => sum + Math.abs(value), 0) + 2 ** -22
          const found = values[q * passage.length + t]!
          assert.ok(Math.abs(found - expected) <= tolerance, `${q},${t}: ${found}, not ${expected} ± ${tolerance}`)
        }
      }
    }),
    { numRuns: 40 },
  )
})

/** Along one of 4ⁿ axes, every turned component is ±1 ÷ 2ⁿ: whole steps of question and passage. */
const axis = (dimensions: number, at: number, value = 1) =>
  Array.from({ length: dimensions }, (_, i) => (i === at ? value : 0))

test('products of components that are whole steps are exact', () => {
  const question = Float32Array.from([...axis(64, 0), ...axis(64, 63, -1)])
  const passage = passageOf([axis(64, 0), axis(64, 63), axis(64, 15), axis(64, 0, -1)])
  const { values } = lateInteraction(kernel, question, 64)(passage)
  assert.deepEqual([...values], [1, 0, 0, -1, 0, -1, 0, 0])
})

test('the largest sum there can be does not overflow', () => {
  // Not unit vectors: 1024 question components of 15.99, the most that 16 bits hold, each with ±7 steps:
  // 1024 × 32,748 × 7 = 234,737,664, below 2³¹.
  const [sign] = rotated(Float32Array.from(axis(1024, 0)), 1024).map(Math.sign)
  const question = Float32Array.from(axis(1024, 0, 15.99 * 32 * sign!))
  const compare = lateInteraction(kernel, question, 1024)
  const [most] = compare({ values: new Uint8Array(512).fill(0xff), starts: Uint16Array.of(0) }).values
  const [least] = compare({ values: new Uint8Array(512).fill(0x11), starts: Uint16Array.of(0) }).values
  const scale = 2048 * tokenScale(1024)
  assert.deepEqual([most! * scale, least! * scale], [234_737_664, -234_737_664])
})

test('a passage or a question without tokens has no products', () => {
  const question = Float32Array.from({ length: 32 }, () => 1 / Math.sqrt(32))
  const none = lateInteraction(kernel, question, 32)(passageOf([]))
  assert.deepEqual(none, { values: new Float32Array(0), questionTokens: 1, passageTokens: 0 })
  assert.equal(maxSim(none, Float32Array.of(1)), 0)
  const unasked = lateInteraction(kernel, new Float32Array(0), 32)(passageOf([[...question]]))
  assert.deepEqual(unasked, { values: new Float32Array(0), questionTokens: 0, passageTokens: 1 })
  assert.equal(maxSim(unasked, new Float32Array(0)), 0)
})

test('results stay valid while the memory is used again, also after it had to grow', () => {
  const fresh = loadKernel()
  const row = (value: number) => axis(1024, 0, value)
  const compare = lateInteraction(fresh, Float32Array.from(row(1)), 1024)
  const before = fresh.memory.buffer.byteLength
  const first = compare(passageOf([row(1)]))
  const large = compare(passageOf(Array.from({ length: 300 }, () => row(-1))))
  assert.ok(fresh.memory.buffer.byteLength > before, '300 tokens × 1024 do not fit into one page')
  assert.deepEqual([...first.values], [1])
  assert.deepEqual(new Set(large.values), new Set([-1]))
  assert.deepEqual([...compare(passageOf([row(1), row(-1)])).values], [1, -1])
})

test('two questions over one kernel do not disturb each other', () => {
  const row = (value: number) => axis(64, 0, value)
  const one = lateInteraction(kernel, Float32Array.from(row(1)), 64)
  const other = lateInteraction(kernel, Float32Array.from([...row(-1), ...row(-1)]), 64)
  for (let i = 0; i < 2; i++) {
    assert.deepEqual([...one(passageOf([row(1)])).values], [1])
    assert.deepEqual([...other(passageOf([row(1)])).values], [-1, -1])
  }
})

test('a passage is worth the mean of each question token’s best match', () => {
  const found = similarities([
    [0.25, 0.75, 0.5],
    [-0.5, -0.25, -1],
  ])
  const even = Float32Array.of(1, 1)
  assert.equal(maxSim(found, even), 0.25, '(0.75 − 0.25) ÷ 2')
  assert.equal(maxSim(found, even, 0, 1), -0.125, '(0.25 − 0.5) ÷ 2')
  assert.equal(maxSim(found, even, 2), -0.25, '(0.5 − 1) ÷ 2')
  assert.equal(maxSim(found, even, 1, 2), 0.25, 'the best of both in one token')
  assert.equal(maxSim(found, Float32Array.of(1, 0)), 0.75, 'a token that counts nothing')
  assert.equal(maxSim(found, Float32Array.of(3, 1)), 0.5, '(3 × 0.75 − 0.25) ÷ 4')
})

test('a stretch without tokens is worth nothing', () => {
  const found = similarities([[0.5, 0.75]])
  for (const [from, to] of [
    [0, 0],
    [2, 2],
    [2, 1],
  ] as const) {
    assert.equal(maxSim(found, Float32Array.of(1), from, to), 0)
  }
})

test('dots.wasm is what dots.wat assembles to', async () => {
  const folder = new URL('../../../src/search/ranking/', import.meta.url)
  const assembled = await assemble(new URL('dots.wat', folder))
  assert.ok(Buffer.from(assembled).equals(await readFile(new URL('dots.wasm', folder))), 'run npm run compile-wasm')
})
