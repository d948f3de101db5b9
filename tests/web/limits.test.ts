import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rateLimit, semaphore } from '../../src/web/limits.ts'

test('a visitor may spend the burst at once, then as fast as it comes back', () => {
  let now = 0
  const limit = rateLimit({ burst: 3, perSecond: 0.5 }, () => now)
  const take = () => limit('a')
  assert.deepEqual([take(), take(), take(), take()], [0, 0, 0, 2])
  now += 1000
  assert.equal(take(), 1)
  assert.equal(limit('b'), 0, 'another visitor has a burst of its own')
  now += 1000
  assert.deepEqual([take(), take()], [0, 2], 'what was refused was not counted')
  now += 3_600_000
  assert.deepEqual([take(), take(), take(), take()], [0, 0, 0, 2], 'no more than the burst is saved up')
})

test('whoever obeys what is told is answered', () => {
  let now = 0
  const limit = rateLimit({ burst: 7, perSecond: 3 }, () => now)
  for (let i = 0; i < 100; i++) {
    const seconds = limit('a')
    if (seconds === 0) continue
    now += seconds * 1000
    assert.equal(limit('a'), 0)
  }
})

test('visitors without end are forgotten, the longest silent first', () => {
  const limit = rateLimit({ burst: 1, perSecond: 1e-9 }, () => 0)
  for (const visitor of ['early', 'busy']) limit(visitor)
  for (let i = 0; i < 9_998; i++) {
    assert.equal(limit(`visitor ${i}`), 0)
    if (i % 1000 === 0) assert.notEqual(limit('busy'), 0)
  }
  limit('one more')
  assert.equal(limit('early'), 0, 'forgotten, and so greeted as new')
  assert.notEqual(limit('busy'), 0)
})

test('so many are inside at once, the others wait in order', async () => {
  const enter = semaphore(2, 2)
  const stays = new AbortController().signal
  const [first, second] = [await enter(stays), await enter(stays)]
  const order: string[] = []
  const come = async (name: string) => {
    const leave = await enter(stays)
    order.push(name)
    return leave
  }
  const [third, fourth] = [come('third'), come('fourth')]
  assert.equal(await enter(stays), null, 'no room to wait')
  assert.deepEqual(order, [])
  first!()
  first!()
  const leaveThird = await third
  await new Promise(setImmediate)
  assert.deepEqual(order, ['third'], 'leaving twice lets one in')
  second!()
  leaveThird!()
  assert.ok(await fourth)
  assert.ok(await enter(stays))
})

test('who hangs up waits no longer, and takes nobody’s place', async () => {
  const enter = semaphore(1, 1)
  const stays = new AbortController().signal
  const leave = await enter(stays)
  const hangs = new AbortController()
  const gone = enter(hangs.signal)
  hangs.abort()
  assert.equal(await gone, null)
  assert.equal(await enter(hangs.signal), null, 'one who was gone before')
  const next = enter(stays)
  leave!()
  assert.ok(await next)
})
