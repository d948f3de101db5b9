import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Update } from 'grammy/types'
import { createDispatcher, maxParallel as limit } from '../../../src/bot/updates/dispatch.ts'
import fc from '../../laws.ts'

const from = (id: number) => ({ id, is_bot: false, first_name: 'Lin' })
const chatOf = (id: number) => ({ id, type: 'private', first_name: 'Lin' })
const message = (update_id: number, chat: number) =>
  ({ update_id, message: { message_id: update_id, date: 0, chat: chatOf(chat), from: from(chat) } }) as Update

/** A dispatcher whose updates are handled when the test says so. */
function stage() {
  const begun: number[] = []
  const active = new Map<number, () => void>()
  const resolved: number[] = []
  const dispatcher = createDispatcher(({ update_id }) => {
    begun.push(update_id)
    return new Promise<void>((done) => active.set(update_id, done))
  })
  return {
    dispatcher,
    begun,
    active,
    resolved,
    take(update: Update) {
      void dispatcher.take(update).then(() => resolved.push(update.update_id))
    },
    /** Lets the given one of those at hand be done. */
    async finish(index: number) {
      const [id, done] = [...active][index % active.size]!
      active.delete(id)
      done()
      await turn()
      return id
    },
  }
}

test('of each chat in order, of several chats side by side, never more than the limit, and none waits without need', async () => {
  const step = fc.oneof(
    { weight: 2, arbitrary: fc.record({ chat: fc.integer({ min: 1, max: 12 }) }) },
    { weight: 1, arbitrary: fc.record({ finish: fc.nat() }) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { dispatcher, begun, active, resolved, take, finish } = stage()
      const chats = new Map<number, number>()
      const finished: number[] = []
      const check = () => {
        const open = [...chats].filter(([id]) => !finished.includes(id))
        assert.equal(dispatcher.waiting, open.length)
        assert.equal(active.size, Math.min(limit, new Set(open.map(([, chat]) => chat)).size))
        assert.equal(
          new Set([...active.keys()].map((id) => chats.get(id))).size,
          active.size,
          'two of one chat at once',
        )
      }
      for (const [id, taken] of steps.entries()) {
        if ('chat' in taken) {
          chats.set(id, taken.chat)
          take(message(id, taken.chat))
        } else if (active.size > 0) finished.push(await finish(taken.finish))
        check()
      }
      while (active.size > 0) {
        finished.push(await finish(0))
        check()
      }
      assert.deepEqual(resolved, finished)
      assert.deepEqual(finished.toSorted(), [...chats.keys()].toSorted())
      for (const chat of new Set(chats.values())) {
        const own = begun.filter((id) => chats.get(id) === chat)
        assert.deepEqual(
          own,
          own.toSorted((a, b) => a - b),
        )
      }
    }),
  )
})

test('a stop leaves out what has not begun and waits for what has', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 30 }),
      fc.nat({ max: 10 }),
      async (chats, before) => {
        const { dispatcher, begun, active, resolved, take, finish } = stage()
        for (const [id, chat] of chats.entries()) take(message(id, chat))
        for (let count = 0; count < before && active.size > 0; count++) await finish(count)
        const atStop = begun.length
        let isStopped = false
        const stopped = dispatcher.stop().then(() => {
          isStopped = true
        })
        take(message(chats.length, 99))
        while (active.size > 0) {
          await turn()
          assert.equal(isStopped, false)
          await finish(0)
        }
        await stopped
        assert.equal(begun.length, atStop)
        assert.deepEqual(resolved.toSorted(), begun.toSorted())
        assert.equal(dispatcher.waiting, chats.length + 1 - atStop)
      },
    ),
  )
})

test('a chat with much to ask does not hold up another', async () => {
  const { begun, take, finish } = stage()
  for (let id = 0; id < 50; id++) take(message(id, 1))
  for (let chat = 2; chat <= limit; chat++) take(message(100 + chat, chat))
  take(message(200, 50))
  await finish(0)
  assert.ok(begun.includes(200), 'the new chat goes before the second update of the busy one')
  assert.ok(!begun.includes(1))
})

test('presses, memberships and guests wait for the turn of their chat, inline queries for that of their person', () => {
  const chat = chatOf(5)
  const ofChat = [
    message(1, 5),
    { update_id: 2, callback_query: { from: from(9), message: { chat, message_id: 1, date: 0 } } },
    { update_id: 3, my_chat_member: { chat, from: from(9) } },
    { update_id: 4, guest_message: { chat, message_id: 4, date: 0 } },
  ] as unknown as Update[]
  const ofPerson = [
    { update_id: 5, inline_query: { from: from(9) } },
    { update_id: 6, inline_query: { from: from(9) } },
    // The message that it belongs to was sent inline, so the bot does not know its chat.
    { update_id: 7, callback_query: { from: from(9), inline_message_id: 'i' } },
  ] as unknown as Update[]
  const { active, take } = stage()
  for (const update of [...ofChat, ...ofPerson]) take(update)
  assert.deepEqual([...active.keys()], [1, 5])
})
