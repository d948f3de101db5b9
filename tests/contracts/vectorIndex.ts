import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ExactIndex, exactIndex } from '../../src/indexes/exact.ts'
import type { Neighbour } from '../../src/indexes/types.ts'
import fc from '../laws.ts'

/** Makes an index over unit vectors, `dimensions` numbers each, one after the other. */
export type VectorIndexFactory = (vectors: Float32Array, dimensions: number) => Promise<ExactIndex>

const axis = (place: number, dimensions = 4) => Float32Array.from({ length: dimensions }, (_, i) => Number(i === place))

/** Vectors one after the other, each brought to unit length. */
export function unitVectors(rows: readonly ArrayLike<number>[], dimensions: number): Float32Array {
  const all = new Float32Array(rows.length * dimensions)
  for (const [i, row] of rows.entries()) {
    const numbers = Array.from(row)
    const length = Math.hypot(...numbers) || 1
    all.set(
      numbers.map((number) => number / length),
      i * dimensions,
    )
  }
  return all
}

const positions = (found: readonly Neighbour[]) => found.map(({ passage }) => passage)
const similarities = (found: readonly Neighbour[]) => found.map(({ similarity }) => similarity)

/** What every engine inside a segment promises; exact search is the oracle. Collections here are too small to miss anything in. */
export function vectorIndexContract(name: string, make: VectorIndexFactory): void {
  describe(`VectorIndex ${name}`, () => {
    it('says what it is', async () => {
      const index = await make(unitVectors([axis(0), axis(1), axis(2)], 4), 4)
      assert.deepEqual([index.engine, index.size, index.dimensions], [name, 3, 4])
    })

    it('gives the most similar first', async () => {
      const index = await make(unitVectors([[-1, 0, 0, 0], [3, 4, 0, 0], axis(0), axis(1)], 4), 4)
      const found = await index.search(axis(0), 4)
      assert.deepEqual(positions(found), [2, 1, 3, 0])
      assert.deepEqual(similarities(found), [1, Math.fround(0.6), 0, -1])
    })

    it('gives as many as asked for', async () => {
      const index = await make(unitVectors([axis(0), [4, 3, 0, 0], [3, 4, 0, 0], axis(1)], 4), 4)
      assert.deepEqual(positions(await index.search(axis(0), 2)), [0, 1])
      assert.deepEqual(await index.search(axis(0), 0), [])
    })

    it('gives all when asked for more than there are', async () => {
      const index = await make(unitVectors([axis(2), axis(1)], 4), 4)
      assert.deepEqual(positions(await index.search(axis(1), 50)), [1, 0])
    })

    it('finds nothing in an empty index', async () => {
      const index = await make(new Float32Array(0), 4)
      assert.equal(index.size, 0)
      assert.deepEqual(await index.search(axis(0), 10), [])
    })

    it('puts equals in order of their positions', async () => {
      const index = await make(unitVectors([axis(1), axis(0), axis(1), axis(0), axis(0)], 4), 4)
      assert.deepEqual(positions(await index.search(axis(0), 5)), [1, 3, 4, 0, 2])
    })

    it('takes the first of equals where the count cuts through them', async () => {
      // One paragraph in many reports: whichever engine serves, the same reports are to be quoted.
      const rows = Array.from({ length: 60 }, (_, i) => axis(i % 6, 16))
      const index = await make(unitVectors(rows, 16), 16)
      for (const place of [0, 3, 5]) {
        assert.deepEqual(positions(await index.search(axis(place, 16), 1)), [place])
        assert.deepEqual(positions(await index.search(axis(place, 16), 3)), [place, place + 6, place + 12])
      }
    })

    it('tells the similarities at positions in the order asked for, one asked twice told twice', async () => {
      const index = await make(unitVectors([[-1, 0, 0, 0], [3, 4, 0, 0], axis(0), axis(1)], 4), 4)
      const found = await index.similarities(axis(0), [2, 0, 1, 2])
      assert.deepEqual(found, Float64Array.of(1, -1, Math.fround(0.6), 1))
      assert.deepEqual(await index.similarities(axis(0), []), new Float64Array(0))
    })

    it('leaves the question as it was', async () => {
      const index = await make(unitVectors([axis(0), axis(1)], 4), 4)
      const question = axis(1)
      await index.search(question, 2)
      assert.deepEqual(question, axis(1))
    })

    it('answers several questions at once', async () => {
      const index = await make(unitVectors([axis(0), axis(1), axis(2), axis(3)], 4), 4)
      const found = await Promise.all([0, 1, 2, 3].map((place) => index.search(axis(place), 1)))
      assert.deepEqual(found.map(positions), [[0], [1], [2], [3]])
    })

    it('looks only at the positions it is told to', async () => {
      const index = await make(unitVectors([axis(0), [4, 3, 0, 0], [3, 4, 0, 0], axis(1), axis(0)], 4), 4)
      const among = (...allowed: number[]) => index.search(axis(0), 3, Uint32Array.from(allowed))
      assert.deepEqual(positions(await among(1, 2, 3)), [1, 2, 3])
      assert.deepEqual(positions(await among(0, 2, 3, 4)), [0, 4, 2], 'equals in order, three of four')
      assert.deepEqual(positions(await among(3)), [3], 'however far it is')
      assert.deepEqual(await among(), [])
      assert.deepEqual(similarities(await among(3, 4)), [1, 0])
    })

    const dimensions = 16
    const row = fc
      .array(fc.integer({ min: -20, max: 20 }), { minLength: dimensions, maxLength: dimensions })
      .filter((numbers) => numbers.some((number) => number !== 0))

    it('gives to the bit the similarities that exact search gives', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(row, { maxLength: 60 }), row, fc.nat({ max: 70 }), async (rows, asked, count) => {
          const vectors = unitVectors(rows, dimensions)
          const question = unitVectors([asked], dimensions)
          const index = await make(vectors, dimensions)
          const expected = await exactIndex(vectors, dimensions).search(question, count)
          const found = await index.search(question, count)
          assert.deepEqual(similarities(found), similarities(expected))
          assert.equal(new Set(positions(found)).size, found.length)
          assert.deepEqual([...(await index.similarities(question, positions(found)))], similarities(found))
          for (const { passage, similarity } of found) {
            assert.equal(index.similarity(question, passage), similarity)
            let product = 0
            for (let i = 0; i < dimensions; i++) product += question[i]! * vectors[passage * dimensions + i]!
            assert.equal(similarity, product)
          }
        }),
        { seed: 11, numRuns: 40 },
      )
    })

    it('finds among some what exact search finds among all and leaves the others out', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(row, fc.boolean()), { maxLength: 60 }),
          row,
          fc.nat({ max: 70 }),
          async (rows, asked, count) => {
            const vectors = unitVectors(
              rows.map(([numbers]) => numbers),
              dimensions,
            )
            const question = unitVectors([asked], dimensions)
            const among = Uint32Array.from([...rows.keys()].filter((position) => rows[position]![1]))
            const all = await exactIndex(vectors, dimensions).search(question, rows.length)
            const found = await (await make(vectors, dimensions)).search(question, count, among)
            assert.deepEqual(found, all.filter(({ passage }) => among.includes(passage)).slice(0, count))
          },
        ),
        { seed: 12, numRuns: 40 },
      )
    })
  })
}

/** The share of the exact `count` nearest that `index` finds, over all questions. */
export async function recall(
  index: ExactIndex,
  vectors: Float32Array,
  questions: readonly Float32Array[],
  count: number,
): Promise<number> {
  const oracle = exactIndex(vectors, index.dimensions)
  let found = 0
  let wanted = 0
  for (const question of questions) {
    const expected = new Set(positions(await oracle.search(question, count)))
    wanted += expected.size
    found += positions(await index.search(question, count)).filter((passage) => expected.has(passage)).length
  }
  return found / wanted
}
