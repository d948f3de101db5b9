import assert from 'node:assert/strict'
import { test } from 'node:test'
import { healthOf } from '../../src/server/health.ts'

const startedAt = new Date(0)
const trouble = (canAnswer: boolean) => ({ canAnswer, text: { zh: '两个节点不在', en: 'two nodes are gone' } })

test('a process that can take questions in is well, whatever is wrong with the index, which is told', () => {
  assert.deepEqual(healthOf('ok', null, startedAt), { isWell: true, told: { status: 'ok', startedAt } })
  const index = 'two nodes are gone'
  for (const [canAnswer, status] of [
    [true, 'degraded'],
    [false, 'no index'],
  ] as const)
    assert.deepEqual(healthOf('ok', trouble(canAnswer), startedAt), {
      isWell: true,
      told: { status, index, startedAt },
    })
})

test('one that cannot is not', () => {
  for (const queue of ['busy', 'starting', 'stopping'] as const) {
    assert.deepEqual(healthOf(queue, null, startedAt), { isWell: false, told: { status: queue, startedAt } })
    const { isWell, told } = healthOf(queue, trouble(false), startedAt)
    assert.deepEqual([isWell, told.status, told.index], [false, queue, 'two nodes are gone'])
  }
})
