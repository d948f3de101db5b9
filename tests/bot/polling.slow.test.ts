import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Update } from 'grammy/types'
import { startBotApi } from '../fakes/bot-api.ts'
import { memoryState } from '../fakes/state.ts'
import { token } from '../support/testBot.ts'
import { startReplica } from './replica.ts'

test('of the updates that were handled the last two thousand are remembered, however many there are', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-polling-'))
  const api = await startBotApi({ token })
  const memory = memoryState()
  const replica = await startReplica(api, folder, { polls: true, change: (state) => ({ ...state, ...memory }) })
  context.after(async () => {
    await replica.stop()
    await api.close()
    await rm(folder, { recursive: true })
    assert.deepEqual(api.violations, [])
  })
  // Not said to the bot, so nothing is to be sent.
  const group = api.group(-1001, { title: '读报组' })
  const from = api.user(100)
  const send = (count: number) => {
    for (let i = 0; i < count; i++) {
      const message = { message_id: i + 1, date: Date.now() / 1000, chat: group.info, from, text: '大家好' }
      api.pushUpdate({ message } as Omit<Update, 'update_id'>)
    }
  }
  send(1900)
  await api.drained()
  const early = await memory.keys('handled')
  send(300)
  await api.drained()
  const late = await memory.keys('handled')
  assert.equal(early.length, 1900)
  assert.equal(late.length, 2000)
  assert.equal(late.filter((key) => early.includes(key)).length, 1700, 'the oldest are forgotten')
  assert.deepEqual(
    replica.logged.filter((line) => / error /u.test(line)),
    [],
  )
})
