import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileId, freeName, safeName } from '../../src/library/names.ts'
import fc, { anyCodePoints } from '../laws.ts'

for (const [given, safe] of [
  ['2020年工作报告.pdf', '2020年工作报告.pdf'],
  ['../../etc/passwd.txt', 'passwd.txt'],
  ['..\\..\\windows\\a.txt', 'a.txt'],
  ['/abs/b.txt', 'b.txt'],
  ['.hidden.txt', 'hidden.txt'],
  ['a\u202Etxt.exe.txt', 'a txt.exe.txt'],
  ['a\0b\nc.txt', 'a b c.txt'],
  ['a<b>:"|?*.txt', 'a b.txt'],
  ['...', 'report'],
  ['', 'report'],
  ['con.txt', 'report-con.txt'],
  ['e\u0301.txt', 'é.txt'],
] as const) {
  test(`the name ${JSON.stringify(given)} becomes ${safe}`, () => assert.equal(safeName(given), safe))
}

test('a safe name is one that stays in its folder, bounded, and safe already', () => {
  fc.assert(
    fc.property(fc.oneof(anyCodePoints({ maxLength: 400 }), fc.string({ maxLength: 40 })), (given) => {
      const safe = safeName(given)
      assert.match(safe, /^[^/\\\p{Cc}<>:"|?*]+$/u)
      assert.doesNotMatch(safe, /^\.|[.\s]$/u)
      assert.ok(Buffer.byteLength(safe) <= 255)
      assert.equal(safeName(safe), safe)
    }),
  )
})

test('a taken name gets a number', () => {
  const taken = new Set(['a.txt', 'a-2.txt'])
  assert.equal(
    freeName('a.txt', (name) => taken.has(name)),
    'a-3.txt',
  )
  assert.equal(
    freeName('b.txt', (name) => taken.has(name)),
    'b.txt',
  )
})

test('a file id fits into a button and tells files of the same content apart', () => {
  assert.match(fileId('a.txt', 'ff'), /^[A-Za-z0-9_-]{16}$/u)
  assert.notEqual(fileId('a.txt', 'ff'), fileId('b.txt', 'ff'))
})
