import assert from 'node:assert/strict'
import { test } from 'node:test'
import { healthOf } from '../../src/server/health.ts'

const startedAt = new Date(0)
const well = { queue: 'ok', telegram: null, index: null, startedAt } as const
const trouble = (canAnswer: boolean) => ({ canAnswer, text: { zh: '两个节点不在', en: 'two nodes are gone' } })
const unreachable = { zh: '连不上 Telegram', en: 'Telegram cannot be reached' }

test('a process that can take questions in is well, whatever is wrong with the index, which is told', () => {
  assert.deepEqual(healthOf(well), { isWell: true, details: { status: 'ok', startedAt } })
  const index = 'two nodes are gone'
  for (const [canAnswer, status] of [
    [true, 'degraded'],
    [false, 'no index'],
  ] as const)
    assert.deepEqual(healthOf({ ...well, index: trouble(canAnswer) }), {
      isWell: true,
      details: { status, index, startedAt },
    })
})

test('one that cannot reach Telegram is well, as a restart would mend nothing, and tells the cause', () => {
  const telegram = 'Telegram cannot be reached'
  assert.deepEqual(healthOf({ ...well, telegram: unreachable }), {
    isWell: true,
    details: { status: 'no telegram', telegram, startedAt },
  })
  const { details } = healthOf({ ...well, telegram: unreachable, index: trouble(true) })
  assert.deepEqual(details, { status: 'no telegram', telegram, index: 'two nodes are gone', startedAt })
})

test('one that cannot take questions in is not', () => {
  for (const queue of ['busy', 'starting', 'stopping'] as const) {
    assert.deepEqual(healthOf({ ...well, queue }), { isWell: false, details: { status: queue, startedAt } })
    const { isWell, details } = healthOf({ ...well, queue, index: trouble(false), telegram: unreachable })
    assert.deepEqual(
      [isWell, details.status, details.index, details.telegram],
      [false, queue, 'two nodes are gone', unreachable.en],
    )
  }
})
