import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Gloss, glossOf, loadGlosser } from '../../src/languages/gloss.ts'
import fc from '../laws.ts'

const entries: Readonly<Record<string, readonly string[]>> = {
  安置: ['to find a place for', 'to help settle down'],
  房: ['house', 'room', 'CL:間|间[jian1]'],
  交付: ['to hand over (a finished thing)', 'to deliver'],
  套: ['to cover', 'cover', 'classifier for sets, collections'],
  街道: ['street', 'CL:條|条[tiao2]'],
  中华人民共和国: ["People's Republic of China"],
  中华: ['China (alternate formal name)'],
  人民: ['the people'],
  共和国: ['republic'],
  沈: ['surname Shen', 'place name'],
  的: ["of; ~'s (possessive particle)"],
  很长: ['a definition that goes on for very much longer than any line has room for'],
}
const dictionary = { glosses: (word: string) => entries[word] ?? [] }
const gloss = (text: string) => glossOf(text, dictionary, (word) => `latin of ${word}`)
const told = (words: Gloss) => words.map(({ word, meaning }) => `${word}=${meaning}`)

describe('a gloss', () => {
  test('gives each word its first meaning, without what stands in brackets', () => {
    assert.deepEqual(told(gloss('街道交付')), ['街道=street', '交付=to hand over'])
  })

  test('takes the longest words of the dictionary', () => {
    assert.deepEqual(told(gloss('中华人民共和国')), ["中华人民共和国=People's Republic of China"])
  })

  test('keeps a figure with what it counts, as the report writes them', () => {
    assert.deepEqual(told(gloss('交付４,124套')), ['交付=to hand over', '４,124套='])
  })

  test('shows the words as the report writes them, and looks them up in their simplified form', () => {
    assert.deepEqual(told(gloss('中華')), ['中華=China'])
  })

  test('leaves particles and punctuation out', () => {
    assert.deepEqual(told(gloss('街道的,街道。')), ['街道=street', '街道=street'])
  })

  test('gives what the dictionary lacks in Latin letters', () => {
    assert.deepEqual(told(gloss('街道荡')), ['街道=street', '荡=latin of 荡'])
  })

  test('is short where the dictionary is not', () => {
    const [first] = glossOf('很长', dictionary, String)
    assert.ok(first!.meaning.length <= 29 && first!.meaning.endsWith('…'), first!.meaning)
  })

  test('of any text shows words of the text, in order', () => {
    const text = fc.array(
      fc.constantFrom('安置房', '交付', '4124', '套', '街道', '的', '。', '中華', ' ', 'GDP', '𠮷', '㎡'),
    )
    fc.assert(
      fc.property(text, (pieces) => {
        const original = pieces.join('')
        let at = 0
        for (const { word } of gloss(original)) {
          const found = original.indexOf(word, at)
          assert.ok(found >= at, `${word} in ${original}`)
          at = found + word.length
        }
      }),
    )
  })
})

test('the real dictionary knows the words of a report', async () => {
  const words = (await loadGlosser())('全年交付安置房4124套,狄志强出席')
  assert.deepEqual(words.map(({ word }) => word).join(''), '全年交付安置房4124套狄志强出席')
  assert.ok(
    words.every(({ word, meaning }) => /[0-9]/u.test(word) || /^[\x20-\x7e…]+$/u.test(meaning)),
    told(words).join(),
  )
})
