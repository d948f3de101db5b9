import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadDictionary } from '../../src/languages/dictionary.ts'

test('CC-CEDICT is loaded once, when asked for', async () => {
  const dictionary = await loadDictionary()
  assert.equal(await loadDictionary(), dictionary)
  assert.ok(dictionary.translations('subdistrict').some(({ word }) => word === '街道'))
  assert.ok(dictionary.glosses('王').at(-1)!.includes('surname'), 'a name after what the word means')
})
