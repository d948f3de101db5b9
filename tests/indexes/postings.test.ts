import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { inSlices, mergePostings, type Postings, placeOfTerm } from '../../src/indexes/postings.ts'
import fc, { anyCodePoints } from '../laws.ts'
import { collected, finished } from './postings.ts'

/** Characters whose order differs between UTF-16 and UTF-8, of one to four bytes, and any other. */
const character = fc.oneof(fc.constantFrom('a', 'b', 'é', '的', '\uffee', '𠮷', '😀'), anyCodePoints({ maxLength: 2 }))
const term = fc.array(character, { maxLength: 4 }).map((characters) => characters.join(''))
const documents = fc.array(fc.array(term, { maxLength: 10 }), { maxLength: 12 })

const termsOf = ({ terms: { bytes, starts } }: Postings) =>
  [...starts.keys()].slice(1).map((i) => Buffer.from(bytes.subarray(starts[i - 1]!, starts[i]!)))

/** What passages a term occurs in and how often, worked out by counting. */
function counted(collection: readonly (readonly string[])[], asked: string): [number, number][] {
  return collection.flatMap((terms, passage): [number, number][] => {
    const count = terms.filter((one) => one === asked).length
    return count > 0 ? [[passage, count]] : []
  })
}

function listed({ terms, offsets, passages, counts }: Postings, asked: string): [number, number][] {
  const place = placeOfTerm(terms, Buffer.from(asked))
  if (place < 0) return []
  const range = [...passages.keys()].slice(offsets[place]!, offsets[place + 1]!)
  return range.map((at) => [passages[at]!, counts[at]!])
}

describe('postings', () => {
  it('hold each term once, in the order of its bytes', () => {
    const terms = termsOf(
      collected([
        ['的', '𠮷', 'b'],
        ['\uffee', 'a', '的'],
      ]),
    ).map(String)
    // In UTF-16 𠮷 would come before \uffee.
    assert.deepEqual(terms, ['a', 'b', '的', '\uffee', '𠮷'])
  })

  it('tell of any term the passages and how often it occurs there, and of others that they are nowhere', () => {
    fc.assert(
      fc.property(documents, fc.array(term), (collection, others) => {
        const postings = collected(collection)
        for (const asked of [...collection.flat(), ...others]) {
          assert.deepEqual(listed(postings, asked), counted(collection, asked), JSON.stringify(asked))
        }
        assert.deepEqual(
          [...postings.lengths],
          collection.map(({ length }) => length),
        )
      }),
      { numRuns: 200 },
    )
  })

  it('of nothing hold nothing', async () => {
    const none = collected([])
    assert.equal(placeOfTerm(none.terms, Buffer.from('的')), -1)
    assert.deepEqual([none.offsets, none.lengths], [Uint32Array.of(0), new Uint32Array(0)])
    assert.deepEqual(finished(mergePostings([])), none)
    assert.deepEqual(finished(mergePostings([{ postings: none, numbers: new Int32Array(0) }])), none)
  })

  it('count up to the most that 16 bits hold', () => {
    const postings = collected([Array.from({ length: 70_000 }, () => '的')])
    assert.deepEqual(listed(postings, '的'), [[0, 0xffff]])
    assert.deepEqual([...postings.lengths], [70_000])
  })
})

describe('merged postings', () => {
  it('are those that would have been collected anew from what is kept', async () => {
    const part = fc.array(fc.record({ terms: fc.array(term, { maxLength: 10 }), isKept: fc.boolean() }), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        let next = 0
        const merged = finished(
          mergePostings(
            parts.map((passages) => ({
              postings: collected(passages.map(({ terms }) => terms)),
              numbers: Int32Array.from(passages, ({ isKept }) => (isKept ? next++ : -1)),
            })),
          ),
        )
        const kept = parts.flat().filter(({ isKept }) => isKept)
        assert.deepEqual(merged, collected(kept.map(({ terms }) => terms)))
      }),
      { numRuns: 300 },
    )
  })

  /** 400,000 occurrences. */
  const many = () => {
    const postings = collected(
      Array.from({ length: 2000 }, (_, i) => Array.from({ length: 100 }, (_, j) => `${i}-${j}`)),
    )
    const numbers = (first: number) => Int32Array.from(postings.lengths, (_, i) => first + i)
    return [
      { postings, numbers: numbers(0) },
      { postings, numbers: numbers(2000) },
    ]
  }

  it('leave others their turn while they are made', async () => {
    const parts = many()
    let turns = 0
    let isMade = false
    const others = async () => {
      for (; !isMade; turns++) await setImmediate()
    }
    const counting = others()
    const { passages } = await inSlices(mergePostings(parts))
    isMade = true
    await counting
    assert.equal(passages.length, 400_000)
    assert.ok(turns >= 5, `others had ${turns} turns`)
  })

  it('can be given up', async () => {
    const giving = new AbortController()
    const merging = inSlices(mergePostings(many()), giving.signal)
    giving.abort()
    await assert.rejects(merging, { name: 'AbortError' })
  })
})
