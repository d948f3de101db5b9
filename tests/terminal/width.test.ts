import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import stringWidth from 'string-width'
import { widthOf } from '../../src/terminal/width.ts'

test('a character takes as many columns as the library says', () => {
  // Every character of the blocks with signs and marks, and one in a hundred of the rest, whose blocks are alike throughout.
  const blocks = [
    [0, 0x4ff],
    [0x2000, 0x33ff],
    [0xf900, 0xffff],
  ] as const
  const isOfBlocks = (code: number) => blocks.some(([first, last]) => first <= code && code <= last)
  const others: string[] = []
  for (let code = 0; code <= 0x3ffff; code++) {
    if (!isOfBlocks(code) && code % 100 > 0) continue
    const character = String.fromCodePoint(code)
    if (widthOf(character) !== stringWidth(character)) others.push(code.toString(16))
  }
  assert.deepEqual(others, [])
})

test('so does a text, of marks that join their neighbours too', () => {
  const characters = [...'aZ 09。,、“”—…·《》云栖县㐀𠀀々〇〓ｱﾞ＃🔔👍🏽👨‍👩‍👧é가\u0301\ufe0f\u200d\u3099\u20e3#1']
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...characters), { maxLength: 12 }), (chosen) => {
      assert.equal(widthOf(chosen.join('')), stringWidth(chosen.join('')))
    }),
  )
})
