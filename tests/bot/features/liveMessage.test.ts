import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createLiveMessage } from '../../../src/bot/features/liveMessage.ts'

/** A live message over a clock of the test's, whose edits last until `arrive`. */
function start(context: TestContext) {
  const { timers } = context.mock
  timers.enable({ apis: ['setTimeout', 'Date'] })
  const edits: string[] = []
  const arrivals: (() => void)[] = []
  const edit = (text: string) => {
    edits.push(text)
    return new Promise<void>((resolve) => arrivals.push(resolve))
  }
  const live = createLiveMessage(edit, 'begun')
  const arrive = async () => {
    arrivals.shift()!()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { live, edits, arrive, tick: (milliseconds: number) => timers.tick(milliseconds) }
}

test('edits come a second apart at the earliest, with the latest text', async (context) => {
  const { live, edits, arrive, tick } = start(context)
  live.show('1')
  live.show('2')
  tick(999)
  assert.deepEqual(edits, [])
  live.show('3')
  tick(1)
  assert.deepEqual(edits, ['3'])
  await arrive()
  live.show('4')
  tick(999)
  assert.deepEqual(edits, ['3'])
  tick(1)
  assert.deepEqual(edits, ['3', '4'])
})

test('a text that stands there already is not edited again', (context) => {
  const { live, edits, tick } = start(context)
  live.show('begun')
  live.show('other')
  live.show('begun')
  tick(5000)
  assert.deepEqual(edits, [])
})

test('while an edit waits out a flood no other begins, and the latest text follows it', async (context) => {
  const { live, edits, arrive, tick } = start(context)
  live.show('1')
  tick(1000)
  for (let i = 2; i < 50; i++) {
    live.show(String(i))
    tick(1000)
  }
  assert.deepEqual(edits, ['1'])
  await arrive()
  tick(1000)
  assert.deepEqual(edits, ['1', '49'])
})

test('the end waits for the edit under way and lets none follow', async (context) => {
  const { live, edits, arrive, tick } = start(context)
  live.show('1')
  tick(1000)
  live.show('2')
  let isEnded = false
  const end = live.end().then(() => {
    isEnded = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(isEnded, false)
  await arrive()
  await end
  live.show('3')
  tick(5000)
  assert.deepEqual(edits, ['1'])
})
