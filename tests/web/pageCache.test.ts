import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPageCache } from '../../src/web/pageCache.ts'

test('a page is made once, anew when its report was read anew, and forgotten when others were asked for since', () => {
  const keep = createPageCache(2)
  const [report, changed] = [{}, {}]
  const made: string[] = []
  const get = (of: object, key: string) =>
    keep(of, key, () => {
      made.push(key)
      return `${key} ${made.length}`
    })
  assert.deepEqual([get(report, 'a'), get(report, 'a'), get(report, 'b')], ['a 1', 'a 1', 'b 2'])
  assert.equal(get(changed, 'a'), 'a 3')
  get(report, 'c')
  assert.equal(get(changed, 'a'), 'a 3')
  assert.equal(get(report, 'b'), 'b 5')
})
