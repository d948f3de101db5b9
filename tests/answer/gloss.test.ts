import assert from 'node:assert/strict'
import { test } from 'node:test'
import { glossLine } from '../../src/answer/gloss.ts'
import { loadTraditional } from '../../src/languages/traditional.ts'

const gloss = [
  { word: '安置房', meaning: 'resettlement housing' },
  { word: '4124套', meaning: '' },
  { word: '交付', meaning: 'to hand over' },
]

test('a gloss is one line that says what it is, in the frame', async () => {
  await loadTraditional()
  assert.equal(
    glossLine(gloss, 'en', 200),
    'Word by word (dictionary CC-CEDICT): 安置房 resettlement housing · 4124套 · 交付 to hand over',
  )
  assert.match(glossLine(gloss, 'zh', 200), /^逐词释义/u)
  assert.match(glossLine(gloss, 'zh-Hant', 200), /^逐詞釋義.*安置房 resettlement housing/u)
})

test('it keeps its limit, and what does not fit is left out whole', () => {
  for (let limit = 0; limit < 120; limit++) {
    const line = glossLine(gloss, 'en', limit)
    assert.ok(line.length <= limit, `${limit}: ${line}`)
    if (line !== '') assert.match(line, /(?:housing|4124套) …$|hand over$/u)
  }
})

test('nothing has no gloss', () => assert.equal(glossLine([], 'en', 200), ''))
