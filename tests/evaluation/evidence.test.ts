import assert from 'node:assert/strict'
import { test } from 'node:test'
import { holdsCells, standsInRow } from '../../scripts/evaluation/evidence.ts'

const row = '渔船\n2031年 812\n增长（%） 2.4'

test('cells of evidence stand in a passage in order, heads between them', () => {
  assert.ok(holdsCells(row, '渔船 812 2.4'))
  assert.ok(holdsCells(row, '渔船 │ 812'))
  assert.ok(!holdsCells(row, '渔船 2.4 812'))
  assert.ok(!holdsCells(row, '灯塔 812'))
})

test('evidence that a row of a table holds is told from evidence in running text', () => {
  const question = { evidence: ['渔船 812'] } as unknown as Parameters<typeof standsInRow>[0]
  assert.ok(standsInRow(question, ['渔船 812艘。', row]))
  assert.ok(!standsInRow(question, ['全乡有渔船 812 艘。']))
})
