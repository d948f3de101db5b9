import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Update } from 'grammy/types'
import { createDispatcher } from '../../../src/bot/updates/dispatch.ts'
import { updateLog } from '../../../src/bot/updates/updateLog.ts'
import { createLog } from '../../../src/log.ts'

test('lines that are written while an update is handled name it, those of updates side by side each its own', async () => {
  const lines: string[] = []
  const log = updateLog(createLog('debug', [], (line) => void lines.push(line.slice(line.indexOf(' ') + 1))))
  const dispatcher = createDispatcher(async ({ update_id }) => {
    await Promise.resolve()
    log.warn('the answer is late', { seconds: update_id })
  })
  await Promise.all([1, 2].map((update_id) => dispatcher.take({ update_id } as Update)))
  log.info('stopping')
  assert.deepEqual(lines, [
    'warn  update 1: the answer is late {"seconds":1}\n',
    'warn  update 2: the answer is late {"seconds":2}\n',
    'info  stopping\n',
  ])
})
