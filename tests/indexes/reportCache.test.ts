import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as soon } from 'node:timers/promises'
import { cachedReports } from '../../src/indexes/reportCache.ts'
import type { Report } from '../../src/reports/types.ts'

test('reports asked for last are kept, as many as their sizes allow, and the last one in any case', async () => {
  const loaded: string[] = []
  // An id tells its size in millions of characters.
  const read = cachedReports(async (id) => {
    loaded.push(id)
    return { text: '字'.repeat(1_000_000 * Number(id.split(' ')[0])) } as Report
  })
  const asked = async (...ids: string[]) => {
    loaded.length = 0
    for (const id of ids) {
      await read(id)
      await soon()
    }
    return [...loaded]
  }
  assert.deepEqual(await asked('2 a', '2 b', '1 c', '2 a', '2 b', '1 c'), ['2 a', '2 b', '1 c'])
  assert.deepEqual(await asked('2 a', '1 d', '2 a'), ['1 d'], 'there is no room for b any more')
  assert.deepEqual(await asked('2 b'), ['2 b'])
  assert.deepEqual(await asked('9 e', '9 e'), ['9 e'])
  assert.deepEqual(await asked('1 d', '9 e'), ['1 d', '9 e'])
})

test('one that could not be read is read again', async () => {
  let count = 0
  const read = cachedReports(async () => {
    if (++count === 1) throw new Error('unreadable')
    return { text: '字' } as Report
  })
  await assert.rejects(read('a'), /unreadable/u)
  assert.equal((await read('a')).text, '字')
})
