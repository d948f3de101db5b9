import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createClock } from '../../../src/bot/api/clock.ts'
import type { Bilingual } from '../../../src/errors.ts'

const noon = new Date('2031-05-04T12:00:00Z')
const minutes = (count: number) => new Date(noon.getTime() + count * 60_000)

function started(context: TestContext) {
  context.mock.timers.enable({ apis: ['Date'], now: noon })
  const warnings: Bilingual[] = []
  return { clock: createClock((text) => void warnings.push(text)), warnings }
}

test('until Telegram states its time this machine’s counts, then Telegram’s', (context) => {
  const { clock } = started(context)
  assert.equal(clock.now(), noon.getTime() / 1000)
  clock.set(minutes(-3 * 24 * 60))
  assert.equal(clock.now(), minutes(-3 * 24 * 60).getTime() / 1000)
  context.mock.timers.tick(2000)
  assert.equal(clock.now(), minutes(-3 * 24 * 60).getTime() / 1000 + 2)
  clock.set(minutes(1))
  assert.equal(clock.now(), minutes(1).getTime() / 1000)
})

test('a clock that is far off is told once, and one that is nearly right is not', (context) => {
  const { clock, warnings } = started(context)
  clock.set(minutes(4))
  clock.set(minutes(-4))
  assert.equal(warnings.length, 0)
  clock.set(minutes(-90))
  clock.set(minutes(90))
  assert.equal(warnings.length, 1)
  assert.match(warnings[0]!.en, /90 minutes ahead of Telegram/u)
  assert.match(warnings[0]!.zh, /快 90 分钟/u)
})
