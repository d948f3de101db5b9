import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StateStore } from '../../src/state/types.ts'
import { autumn, put } from '../support/testIndex.ts'
import { bridges, startFolder } from './standingFolder.ts'

test('ended anywhere, the next look tells what is left and nothing twice', async (t) => {
  // The number of writes of a look is not known here, so each of them fails in its turn.
  for (let failing = 0; ; failing++) {
    const { places, state, look, set, announced } = await startFolder(t)
    const homes = await set('安置房交付几套?')
    const bridge = await set('桥梁新修几座?')
    await put(places.reports, { 'b.txt': autumn })
    let writes = 0
    let hasFailed = false
    const broken: StateStore = {
      ...state,
      async set(...parts) {
        // The lock is given back by whoever ends, as its time is.
        if (!parts[0].startsWith('turn/') && writes++ === failing) {
          hasFailed = true
          throw new Error('killed')
        }
        await state.set(...parts)
      },
    }
    await look(broken).catch(() => undefined)
    await put(places.reports, { 'c.txt': bridges })
    await look()
    const found = (await announced()).flatMap(({ findings }) => findings.map((one) => `${one.question} ${one.report}`))
    assert.equal(new Set(found).size, found.length, `told twice, killed at write ${failing}`)
    for (const due of [`${homes.id} b`, `${bridge.id} c`])
      assert.ok(found.includes(due), `lost, killed at write ${failing}`)
    if (!hasFailed) break
  }
})
