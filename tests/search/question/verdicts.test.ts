import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asksVerdict, negates } from '../../../src/search/question/verdicts.ts'

test('a question that is answered by yes or no is told, in Chinese and in English', () => {
  for (const question of [
    '码头修好了吗？',
    '灯塔是不是换了灯',
    '渔港有没有扩建',
    '是否建了学校?',
    'Was the pier repaired?',
  ])
    assert.ok(asksVerdict(question), question)
  for (const question of ['码头哪年修好的？', '吗啡管制有哪些规定', '换灯花了多少钱', 'When was the pier repaired?'])
    assert.ok(!asksVerdict(question), question)
})

test('a sentence that denies or ends something is told', () => {
  for (const sentence of ['码头尚未修好', '不再收取过桥费', '取消了渡船', '停用旧灯塔'])
    assert.ok(negates(sentence), sentence)
  for (const sentence of ['码头已经修好', '无锡的船来了', '无人机巡岸', '非洲菊开了'])
    assert.ok(!negates(sentence), sentence)
})
