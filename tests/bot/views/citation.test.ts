import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Quote } from '../../../src/answer/types.ts'
import { citation } from '../../../src/bot/views/citation.ts'
import type { Range } from '../../../src/text/range.ts'
import fc from '../../laws.ts'
import { quoteOf } from '../../support/testBot.ts'

/** Telegram's limit for what a button copies. */
const limit = 256
const source = '工作报告 · 第 2 段'

test('what answers, between quotation marks, and the source', () => {
  const quote = quoteOf('安置房交付4124套。另有其他。', '安置房交付4124套。')
  assert.equal(citation(quote, 'zh'), `“安置房交付4124套。”(${source})`)
  assert.equal(citation(quote, 'en'), '“安置房交付4124套。” (工作报告 · ¶ 2)')
})

test('several highlights are joined by dots that say that something was left out; without any it is the whole quote', () => {
  const quote = quoteOf('甲乙丙丁戊。')
  const of = (highlights: Range[]): Quote => ({ ...quote, highlights })
  assert.equal(
    citation(
      of([
        [0, 1],
        [3, 5],
      ]),
      'zh',
    ),
    `“甲……丁戊”(${source})`,
  )
  assert.equal(citation(of([]), 'zh'), `“甲乙丙丁戊。”(${source})`)
})

test('a long quote is shortened with dots, the source is not', () => {
  const text = citation(quoteOf('好'.repeat(400)), 'zh')
  assert.equal(text.length, limit)
  assert.ok(text.endsWith(`好…”(${source})`))
})

const words = fc.string({
  unit: fc.oneof(
    fc.constantFrom('好', '报', '，', '。', '1', '2', ',', '%', 'a', ' ', '😀', '𠮷'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
  minLength: 1,
  maxLength: 400,
})

test('it fits the button whatever is quoted, cuts no character in two, and is never empty', () => {
  fc.assert(
    fc.property(
      words,
      fc.record({ title: words, article: fc.option(words), date: fc.option(words) }),
      fc.boolean(),
      (text, of, isZh) => {
        const copied = citation(quoteOf(text, text, of), isZh ? 'zh' : 'en')
        assert.ok(copied.length >= 1 && copied.length <= limit, `${copied.length} characters`)
        assert.doesNotMatch(copied, /\p{Surrogate}/u)
      },
    ),
    { numRuns: 500 },
  )
})

test('a source longer than the button takes is not cut inside a character', () => {
  for (const length of [254, 255, 256]) {
    const title = `${'题'.repeat(length)}😀`
    assert.doesNotMatch(citation(quoteOf('好', '好', { title }), 'zh'), /\p{Surrogate}/u, `${length} before it`)
  }
})
