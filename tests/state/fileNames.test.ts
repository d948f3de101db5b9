import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idOf, nameOf, pathOfKey } from '../../src/state/fileNames.ts'
import fc, { anyCodePoints } from '../laws.ts'

/** Signs of paths and letters of both cases, which file systems confuse, stand beside all others. */
const id = fc.oneof(
  anyCodePoints({ maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('a', 'A', '/', '.', '=', '-', '_', '键', '0') }),
)

test('the name of a file spells out its id with letters that every file system tells apart', () => {
  fc.assert(
    fc.property(id, (given) => {
      const name = nameOf(given)
      assert.match(name, /^[a-z0-9_=-]{1,180}$/u)
      assert.equal(idOf(name), given)
    }),
  )
})

test('an id that is too long to be spelled out has a name of its own', () => {
  const long = ['很'.repeat(60), '很'.repeat(61), 'a'.repeat(181)]
  for (const given of long) {
    assert.ok(nameOf(given).length <= 180)
    assert.equal(idOf(nameOf(given)), null)
  }
  assert.equal(new Set(long.map(nameOf)).size, long.length)
})

test('two keys never share a path', () => {
  fc.assert(
    fc.property(id, id, (one, other) => {
      const [first, second] = [pathOfKey(one), pathOfKey(other)]
      assert.equal(first.kind === second.kind && first.name === second.name, one === other)
    }),
  )
})
