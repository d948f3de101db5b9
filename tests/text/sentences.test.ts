import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Range } from '../../src/text/range.ts'
import { clauses, endsSentence, sentences } from '../../src/text/sentences.ts'
import fc from '../laws.ts'
import { anyText, withRange } from './arbitraries.ts'

const shown = (text: string) => sentences(text).map((range) => text.slice(...range))
const shownClauses = (text: string) => clauses(text, [0, text.length]).map((range) => text.slice(...range))

/** `found` parts `range` of `text`: in order, disjoint, no white space at the ends, nothing but white space left out. */
function assertParting(text: string, range: Range, found: readonly Range[]): void {
  let at = range[0]
  for (const [start, end] of found) {
    assert.ok(at <= start && start < end && end <= range[1], 'in order, disjoint, not empty, inside')
    assert.equal(text.slice(at, start).trim(), '', 'nothing but white space lies between')
    assert.equal(text.slice(start, end), text.slice(start, end).trim())
    at = end
  }
  assert.equal(text.slice(at, range[1]).trim(), '', 'nothing but white space is left')
}

test('sentences part the text: in order, disjoint, without loss', () => {
  fc.assert(fc.property(anyText, (text) => assertParting(text, [0, text.length], sentences(text))))
})

test('clauses part any stretch of a text: in order, disjoint, without loss', () => {
  fc.assert(fc.property(withRange(anyText), ({ text, range }) => assertParting(text, range, clauses(text, range))))
})

test('every sentence but the last ends as a sentence ends', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const sentence of shown(text).slice(0, -1)) assert.ok(endsSentence(sentence), JSON.stringify(sentence))
    }),
  )
})

test('Chinese and Western marks end a sentence', () => {
  assert.deepEqual(shown('完成4124套。还剩几套？不知道！好'), ['完成4124套。', '还剩几套？', '不知道！', '好'])
  assert.deepEqual(shown('It grew. Then it fell! Why?'), ['It grew.', 'Then it fell!', 'Why?'])
  assert.deepEqual(shown('真的？！是的。'), ['真的？！', '是的。'], 'marks in a row end one sentence')
  assert.deepEqual(shown('没什么力气……后来好了。'), ['没什么力气……', '后来好了。'], 'an ellipsis ends one')
})

test('quotes and brackets that close after the mark belong to the sentence', () => {
  assert.deepEqual(shown('他说：“可以试试。”近日，他来了。'), ['他说：“可以试试。”', '近日，他来了。'])
  assert.deepEqual(shown('（已经完成。）下一步'), ['（已经完成。）', '下一步'])
})

test('the point of a number ends nothing', () => {
  assert.deepEqual(shown('占地2.4万亩，增长3.5%，好。'), ['占地2.4万亩，增长3.5%，好。'])
})

test('the number of a list item is no sentence of its own', () => {
  assert.deepEqual(shown('1. 新建学校三所。2. 改造医院两家。'), ['1. 新建学校三所。', '2. 改造医院两家。'])
})

test('white space and line ends around sentences are left out', () => {
  assert.deepEqual(shown(' 　第一句。\r\n\r\n  第二句。\n'), ['第一句。', '第二句。'])
  assert.deepEqual(shown(' \n\t'), [])
  assert.deepEqual(shown(''), [])
})

test('a text that ends as a sentence ends is told from one that stops in the middle', () => {
  for (const text of ['好。', '好！”', '好？）', '好……', '好。 \n', 'It grew.', 'It grew 5%.', 'He said "it grew."']) {
    assert.ok(endsSentence(text), text)
  }
  for (const text of ['', '好', '好，', '好；', '好：', '烟', '“好', '好。他']) assert.ok(!endsSentence(text), text)
})

test('semicolons and commas part clauses', () => {
  assert.deepEqual(shownClauses('要梳理，要规划；要投入'), ['要梳理，', '要规划；', '要投入'])
  assert.deepEqual(shownClauses('要梳理,要规划;要投入'), ['要梳理,', '要规划;', '要投入'])
})

test('a comma inside a number parts nothing, one in front of a number does', () => {
  assert.deepEqual(shownClauses('涉及1,913户，拆除'), ['涉及1,913户，', '拆除'])
  assert.deepEqual(shownClauses('已完成35个,13个在建,13个将开工'), ['已完成35个,', '13个在建,', '13个将开工'])
})
