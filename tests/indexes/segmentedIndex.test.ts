import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { exactIndex } from '../../src/indexes/exact.ts'
import type { OpenSegment } from '../../src/indexes/segment.ts'
import { joinSegments } from '../../src/indexes/segmentedIndex.ts'
import type { OpenIndex } from '../../src/indexes/types.ts'
import type { Passage, Report } from '../../src/reports/types.ts'
import { collected } from './postings.ts'

/** What a segment is asked to read, in order; a name in `failing` fails once. */
interface Disk {
  readonly reads: string[]
  readonly failing: Set<string>
}

/** An index of one segment whose reports have texts of a length and a passage each. */
function indexOf(lengths: Readonly<Record<string, number>>): Disk & { index: OpenIndex } {
  const reads: string[] = []
  const failing = new Set<string>()
  const ids = Object.keys(lengths)
  const read = async <T>(name: string, value: T): Promise<T> => {
    reads.push(name)
    if (failing.delete(name)) throw new Error(`${name} cannot be read`)
    return value
  }
  const entries = ids.map((id) => {
    return {
      id,
      file: `${id}.txt`,
      format: 'text' as const,
      metadata: { title: id },
      passages: 1,
      opening: '',
      definitions: [],
    }
  })
  const vectors = new Float32Array(ids.length * 32)
  const segment: OpenSegment = {
    entries,
    firstPassages: [...ids.keys()],
    size: ids.length,
    vectors,
    postings: collected(ids.map((id) => [id])),
    nearest: exactIndex(vectors, 32),
    report: (i) => read(ids[i]!, { ...entries[i], text: '灯'.repeat(lengths[ids[i]!]!) } as unknown as Report),
    passage: async (place) => ({ text: ids[place] }) as Passage,
    tokens: async () => ({ values: new Uint8Array(0), starts: new Uint16Array(0) }),
    places: async () => new Uint8Array(),
    inputs: async () => ids,
    ids: () =>
      read(
        'ids',
        ids.map((id) => `${id}-0001`),
      ),
  }
  const reports = ids.map((id) => ({ file: `${id}.txt`, id, sha256: '', contentSha256: '', passages: 1 }))
  return { reads, failing, index: joinSegments([{ name: 'g', reports, files: {} }], [segment], 32) }
}

describe('reports of an open index', () => {
  it('are read once, also when several ask at once', async () => {
    const { index, reads } = indexOf({ a: 5, b: 5 })
    const found = await Promise.all(['a', 'b', 'a'].map(index.report))
    assert.deepEqual(
      found.map(({ id }) => id),
      ['a', 'b', 'a'],
    )
    await index.report('b')
    assert.deepEqual(reads, ['a', 'b'])
  })

  it('are kept up to five million characters, those asked for last', async () => {
    const { index, reads } = indexOf({ a: 2_000_000, b: 2_000_000, c: 2_000_000 })
    for (const id of ['a', 'b', 'a', 'c', 'a', 'c']) await index.report(id)
    assert.deepEqual(reads, ['a', 'b', 'c'], 'a was asked for after b, which made room')
    await index.report('b')
    assert.deepEqual(reads, ['a', 'b', 'c', 'b'])
    await index.report('c')
    assert.deepEqual(reads, ['a', 'b', 'c', 'b'], 'a made room')
  })

  it('are kept one at least, however long', async () => {
    const { index, reads } = indexOf({ a: 6_000_000, b: 1 })
    for (const id of ['a', 'a', 'b', 'b', 'a']) await index.report(id)
    assert.deepEqual(reads, ['a', 'b', 'a'])
  })

  it('are read again after a failure, which whoever asked is told', async () => {
    const { index, reads, failing } = indexOf({ a: 5 })
    failing.add('a')
    const outcomes = await Promise.allSettled([index.report('a'), index.report('a')])
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['rejected', 'rejected'],
    )
    assert.equal((await index.report('a')).id, 'a')
    assert.deepEqual(reads, ['a', 'a'])
  })

  it('outlive a failure while others make room', async () => {
    const { index, failing } = indexOf({ a: 4_000_000, b: 4_000_000 })
    failing.add('a')
    const [lost, found] = await Promise.allSettled([index.report('a'), index.report('b')])
    assert.deepEqual([lost.status, found.status], ['rejected', 'fulfilled'])
  })
})

describe('passages of an open index by id', () => {
  it('are looked for in ids that are read once, when the first is asked for', async () => {
    const { index, reads } = indexOf({ a: 5, b: 5 })
    assert.deepEqual(reads, [])
    const found = await Promise.all(['b-0001', 'a-0001', 'a-9999', 'c-0001'].map(index.find))
    assert.deepEqual(
      found.map((passage) => passage?.text),
      ['b', 'a', 'a', undefined],
    )
    assert.deepEqual(reads, ['ids'])
  })

  it('are found after a failure', async () => {
    const { index, failing } = indexOf({ a: 5 })
    failing.add('ids')
    await assert.rejects(index.find('a-0001'), /ids cannot be read/)
    assert.equal((await index.find('a-0001'))?.text, 'a')
  })
})
