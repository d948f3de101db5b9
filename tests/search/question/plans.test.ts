import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stageAsked, statesPlan } from '../../../src/search/question/plans.ts'

test('a question tells whether it asks for a plan or for what came of it', () => {
  for (const question of ['2025年渔获增长目标是多少', '灯塔预计什么时候亮灯', '海堤计划修几公里', '明年要新建几座码头'])
    assert.equal(stageAsked(question), 'planned', question)
  for (const question of ['2024年渔获完成了多少', '海堤最后修了几公里', '码头累计停了几条船', '盐场收入同比增长多少'])
    assert.equal(stageAsked(question), 'done', question)
})

test('a question that says neither or both asks for either', () => {
  for (const question of ['灯塔有多高', '渔获目标完成了吗']) assert.equal(stageAsked(question), null, question)
})

test('a sentence tells a plan by its words or by its heading', () => {
  assert.ok(statesPlan('渔获增长5%左右。', ''))
  assert.ok(statesPlan('力争修好两座灯塔。', ''))
  assert.ok(statesPlan('修好两座灯塔。', '三、2025年主要任务'))
  assert.ok(!statesPlan('修好了两座灯塔。', '一、2024年工作回顾'))
  assert.ok(!statesPlan('海堤已将两岸连通。', ''))
})
