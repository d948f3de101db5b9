import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'

test('no comment stands inside a list of selectors, where rules put behind it would take it over', async () => {
  const style = await readFile(new URL('../../src/web/client/style.css', import.meta.url), 'utf8')
  assert.deepEqual(style.match(/[^\n]*,\s*\/\*[^\n]*/gu) ?? [], [])
})
