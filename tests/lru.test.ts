import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LruMap } from '../src/lru.ts'

test('the entry that was used least recently is forgotten first', () => {
  const map = new LruMap<string, number>(2)
  map.set('a', 1)
  map.set('b', 2)
  assert.equal(map.get('a'), 1)
  map.set('c', 3)
  assert.deepEqual([map.get('a'), map.get('b'), map.get('c')], [1, undefined, 3])
  map.set('a', 4)
  map.set('d', 5)
  assert.deepEqual([map.get('a'), map.get('c'), map.get('d')], [4, undefined, 5])
})

test('entries may differ in weight, and the newest one stays whatever it weighs', () => {
  const map = new LruMap<string, string>(5)
  for (const [key, weight] of [
    ['a', 2],
    ['b', 2],
    ['c', 1],
  ] as const)
    map.set(key, key, weight)
  map.set('d', 'd', 3)
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((key) => map.get(key)),
    [undefined, undefined, 'c', 'd'],
  )
  map.set('e', 'e', 9)
  assert.deepEqual(
    ['c', 'd', 'e'].map((key) => map.get(key)),
    [undefined, undefined, 'e'],
  )
  map.delete('e')
  map.set('f', 'f', 5)
  assert.equal(map.get('f'), 'f')
})
