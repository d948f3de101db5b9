import assert from 'node:assert/strict'
import { test } from 'node:test'
import { highlightOf } from '../../../src/search/ranking/highlight.ts'
import { visibleRanges } from '../../../src/search/ranking/visible.ts'
import { type Given, smallIndex } from '../smallIndex.ts'

/** The stretches of a passage that are shown first to a question. */
function shown(asked: string, given: Given): string[] {
  const { facts, tokens, read, interaction } = smallIndex([given])
  const matches = interaction(asked)(tokens(0))
  const { highlights } = highlightOf(read(asked), facts(0), matches, tokens(0).starts)
  return visibleRanges(read(asked), facts(0), matches, highlights).map((range) => given.text.slice(...range))
}

const long = [
  '港务局上半年完成了码头的各项维修任务,各部门配合良好,没有发生一起安全事故。',
  '码头更换灯泡九盏。',
  '盐场在同一时期扩建了两个晒盐池,职工食堂也翻修一新,受到大家的一致好评。',
  '航道清淤工作将在秋天开始,预计到明年春天才能全部结束。',
]

test('of a long passage the sentence that answers is shown', () => {
  assert.deepEqual(shown('码头更换几盏灯泡', { text: long.join('') }), [long[1]])
})

test('a short passage is shown whole', () => {
  assert.deepEqual(shown('码头更换几盏灯泡', { text: `${long[1]}盐场增产。` }), [`${long[1]}盐场增产。`])
})

test('a sentence that refers back is shown with the sentence before it', () => {
  const text = [long[2], '码头全年更换灯具三十盏。', '其中灯泡九盏。', long[3], long[0]].join('')
  assert.deepEqual(shown('其中灯泡几盏', { text }), ['码头全年更换灯具三十盏。其中灯泡九盏。'])
})

test('sentences that answer as well are shown with what is left out between them', () => {
  const text = [long[1], long[2], long[3], '码头更换灯泡八盏。'].join('')
  assert.deepEqual(shown('码头更换几盏灯泡', { text }), [long[1], '码头更换灯泡八盏。'])
})

test('a sentence that holds a word which the question has in quotation marks is shown', () => {
  const text = [...long, '食堂的供应全年照常,职工们没有意见。'].join('')
  const asked = '码头更换灯泡九盏之后照常的是什么'
  assert.deepEqual(shown(asked, { text }), [long[1]])
  const quoted = asked.replace('照常', '“照常”')
  assert.deepEqual(shown(quoted, { text }), [long[1], '食堂的供应全年照常,职工们没有意见。'])
})
