import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { alignTokens } from '../../src/embeddings/alignment.ts'
import fc from '../laws.ts'

const starts = (text: string, tokens: readonly string[]) => [...alignTokens(text, tokens)]

describe('alignTokens', () => {
  it('gives each Chinese character its place', () => {
    assert.deepEqual(starts('安置房', ['安', '置', '房']), [0, 1, 2])
  })

  it('gives a repeated character its own place each time', () => {
    assert.deepEqual(starts('天天向上天', ['天', '天', '向', '上', '天']), [0, 1, 2, 3, 4])
  })

  it('gives the pieces of a word their places inside it', () => {
    assert.deepEqual(starts('embeddings 好', ['em', '##bed', '##ding', '##s', '好']), [0, 2, 5, 9, 11])
  })

  it('passes over white space of every kind', () => {
    assert.deepEqual(starts(' \n中\u3000 国\t', ['中', '国']), [2, 5])
  })

  it('gives an unknown token the next character', () => {
    assert.deepEqual(starts('龘安 龘置', ['[UNK]', '安', '[UNK]', '置']), [0, 1, 3, 4])
  })

  it('takes an emoji of two units as one character', () => {
    assert.deepEqual(starts('😀安置', ['[UNK]', '安', '置']), [0, 2, 3])
  })

  it('finds its way again after an unknown word of several characters', () => {
    assert.deepEqual(starts('👨‍👩‍👧家园', ['[UNK]', '家', '园']), [0, 8, 9])
    assert.deepEqual(starts('😀abc 安置', ['[UNK]', '安', '置']), [0, 6, 7])
  })

  it('finds its way again after a token that lost its accent', () => {
    assert.deepEqual(starts('café 安置', ['cafe', '安', '置']), [0, 5, 6])
  })

  // The tokenizer makes one unknown token of any word over 100 characters and of a row of emoji.
  for (const [what, word] of [
    ['a run of 150 letters', 'x'.repeat(150)],
    ['twenty emoji', '😀'.repeat(20)],
  ] as const) {
    it(`finds its way again after ${what}`, () => {
      assert.deepEqual(
        starts(`${word} 安置房`, ['[UNK]', '安', '置', '房']),
        [0, 1, 2, 3].map((i) => i && word.length + i),
      )
    })
  }

  it('stays inside the text when there are more tokens than it explains', () => {
    assert.deepEqual(starts('安', ['安', '置', '房']), [0, 0, 0])
    assert.deepEqual(starts('', ['安']), [0])
    assert.deepEqual(starts('安', []), [])
  })

  it('finds every character of any text cut into characters', () => {
    const character = fc.constantFrom('安', '置', '天', 'a', '7', '%', ',', '😀', '龘')
    fc.assert(
      fc.property(fc.array(fc.tuple(character, fc.constantFrom('', ' ', '\n'))), (parts) => {
        const expected: number[] = []
        let text = ''
        for (const [piece, space] of parts) {
          expected.push(text.length)
          text += piece + space
        }
        assert.deepEqual(
          starts(
            text,
            parts.map(([piece]) => piece),
          ),
          expected,
        )
      }),
      { seed: 5 },
    )
  })
})
