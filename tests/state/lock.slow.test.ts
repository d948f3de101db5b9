import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as soon } from 'node:timers/promises'
import { openJournal } from '../../src/state/journal.ts'
import { withLock } from '../../src/state/lock.ts'
import { emptyFolder } from '../contracts/stateStore.ts'

test('a turn is renewed while it is held, and not once another has it', async (t) => {
  let seconds = 0
  const store = await openJournal(await emptyFolder(t), () => seconds)
  t.after(() => store.close())
  t.mock.timers.enable({ apis: ['setInterval'] })
  const tick = async () => {
    t.mock.timers.tick(3000)
    // A write to the disk is between the look and the renewal's end.
    for (let i = 0; i < 50; i++) await soon()
  }
  await withLock(store, 'album', async () => {
    seconds = 9
    await tick()
    seconds = 18
    assert.equal(await store.claim('turn/album', 'another', 10), false, 'it was renewed')
    // It stood still for longer than its turn lasts.
    seconds = 40
    assert.equal(await store.claim('turn/album', 'another', 10), true)
    await tick()
    assert.equal(await store.get('turn/album'), 'another')
  })
  assert.equal(await store.get('turn/album'), 'another')
})
