import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReportError } from '../../../src/errors.ts'
import { decode } from '../../../src/reports/formats/decode.ts'
import { encode, knownText, utf16 } from '../../fixtures/office.ts'

const traditional = '鎮裡修好了三座百年老橋，石料都是從北山運來的。村口種下了一千棵香樟樹，成活的有九百多棵。'

for (const [what, bytes, text, encoding] of [
  ['UTF-8', Buffer.from(knownText), knownText, 'UTF-8'],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${knownText}`), knownText, 'UTF-8'],
  ['UTF-16LE with a mark', utf16(`\ufeff${knownText}`, 'le'), knownText, 'UTF-16LE'],
  ['UTF-16BE with a mark', utf16(`\ufeff${knownText}`, 'be'), knownText, 'UTF-16BE'],
  ['UTF-16LE', utf16(knownText, 'le'), knownText, 'UTF-16LE'],
  ['UTF-16BE', utf16(knownText, 'be'), knownText, 'UTF-16BE'],
  ['GBK', encode(knownText, 'gb18030'), knownText, 'GB18030'],
  ['GBK, two characters', encode('中国', 'gb18030'), '中国', 'GB18030'],
  ['GBK, a heading', encode('报告', 'gb18030'), '报告', 'GB18030'],
  ['GBK, traditional characters', encode(traditional, 'gb18030'), traditional, 'GB18030'],
  ['Big5', encode(traditional, 'big5'), traditional, 'Big5'],
  ['Big5, four characters', encode('工作報告', 'big5'), '工作報告', 'Big5'],
] as const) {
  test(`${what} is read to the letter and told of`, () => {
    const decoded = decode(bytes, 'a.txt')
    assert.equal(decoded.text, text)
    assert.equal(decoded.encoding, encoding)
    assert.deepEqual(
      decoded.notes.map((note) => note.zh),
      encoding === 'UTF-8' ? [] : [`以 ${encoding} 编码读取。`],
    )
  })
}

test('a few broken bytes of UTF-8 are shown as such, and where', () => {
  const bytes = Buffer.from(`第一行\n${knownText}`)
  bytes[Buffer.byteLength('第一行\n') + 1] = 0xff
  const { text, notes } = decode(bytes, 'a.txt')
  assert.equal(text.split('\n')[0], '第一行')
  assert.match(text.split('\n')[1]!, /^\ufffd+石镇/u)
  assert.match(notes[0]!.zh, /损坏.*第 2 行/u)
})

test('a text cut off inside a character keeps all the others', () => {
  const { text, notes } = decode(Buffer.from(knownText).subarray(0, 100), 'a.txt')
  assert.ok(knownText.startsWith(text.replace(/\ufffd+$/u, '')))
  assert.equal(notes.length, 1)
})

test('a U+FFFD that was written is no fault', () => {
  assert.deepEqual(decode(Buffer.from('坏字\ufffd'), 'a.txt').notes, [])
})

test('binary data and bytes of no encoding are refused', () => {
  for (const [bytes, told] of [
    [[0x7f, 0x45, 0x4c, 0x46, 0, 0, 1, 2, 0xff, 0xfe, 0], /binary/],
    [[0xff, 0xff, 0xff, 0xff, 0xff], /from byte 1 on/],
  ] as const) {
    assert.throws(
      () => decode(Uint8Array.from(bytes), 'a.txt'),
      (error) => error instanceof ReportError && told.test(error.text.en),
    )
  }
})

test('a stated encoding is believed only where the bytes agree', () => {
  assert.equal(decode(Buffer.from(knownText), 'a.html', 'gb2312').text, knownText)
  assert.equal(decode(encode(knownText, 'gb18030'), 'a.html', 'utf-8').text, knownText)
  assert.equal(decode(encode(traditional, 'big5'), 'a.html', 'big5').text, traditional)
})
