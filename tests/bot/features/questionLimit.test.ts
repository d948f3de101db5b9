import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LimitVerdict, questionLimit } from '../../../src/bot/features/questionLimit.ts'
import fc from '../../laws.ts'

/** A limit and its clock. */
function limited(perMinute: number) {
  const clock = { now: 1_000_000 }
  return { clock, ask: questionLimit(perMinute, () => clock.now) }
}

test('whoever asks too much is told once, then met with silence until there is room', () => {
  const { clock, ask } = limited(2)
  assert.deepEqual(
    [1, 2, 3, 4, 5].map(() => ask('a')),
    ['fine', 'fine', 'warn', 'silent', 'silent'],
  )
  clock.now += 59_999
  assert.equal(ask('a'), 'silent')
  clock.now += 1
  assert.deepEqual(
    [1, 2, 3, 4].map(() => ask('a')),
    ['fine', 'fine', 'warn', 'silent'],
    'a new minute, told anew',
  )
})

test('the minute slides: each question makes room a minute after it was asked', () => {
  const { clock, ask } = limited(2)
  assert.equal(ask('a'), 'fine')
  clock.now += 40_000
  assert.equal(ask('a'), 'fine')
  clock.now += 20_000
  assert.deepEqual([ask('a'), ask('a')], ['fine', 'warn'])
})

test('nobody pays for another', () => {
  const { ask } = limited(1)
  assert.deepEqual([ask('a'), ask('b'), ask('a'), ask('b')], ['fine', 'fine', 'warn', 'warn'])
})

test('a question counts for the person and for the chat, and is refused when either has had enough', () => {
  const { ask } = limited(2)
  assert.equal(ask('person 1', 'chat 9'), 'fine')
  assert.equal(ask('person 2', 'chat 9'), 'fine')
  assert.equal(ask('person 3', 'chat 9'), 'warn', 'the chat is full')
  assert.equal(ask('person 4', 'chat 9'), 'silent', 'the chat was told')
  assert.deepEqual([ask('person 3', 'chat 8'), ask('person 3', 'chat 8')], ['fine', 'fine'], 'refusals do not count')
})

test('0 is no limit', () => {
  const { ask } = limited(0)
  for (let count = 0; count < 1000; count++) assert.equal(ask('a'), 'fine')
})

test('in no minute are there more than the limit, nobody is refused below it, nor told twice in a row', () => {
  const asked = fc.record({
    sender: fc.constantFrom('a', 'b'),
    after: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40_000 })),
  })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(asked, { maxLength: 40 }), (perMinute, questions) => {
      const { clock, ask } = limited(perMinute)
      const fine = new Map<string, number[]>()
      const last = new Map<string, LimitVerdict>()
      for (const { sender, after } of questions) {
        clock.now += after
        const inMinute = (fine.get(sender) ?? []).filter((time) => time > clock.now - 60_000)
        const verdict = ask(sender)
        assert.equal(verdict === 'fine', inMinute.length < perMinute)
        if (verdict === 'warn') assert.ok(last.get(sender) === 'fine')
        if (verdict === 'silent') assert.ok(last.get(sender) !== 'fine')
        if (verdict === 'fine') fine.set(sender, [...inMinute, clock.now])
        last.set(sender, verdict)
      }
    }),
  )
})

test('of very many senders the longest silent are forgotten', () => {
  const { ask } = limited(1)
  ask('early')
  ask('kept')
  for (let sender = 0; sender < 9_999; sender++) {
    ask(`sender ${sender}`)
    if (sender === 5_000) assert.equal(ask('kept'), 'warn')
  }
  assert.equal(ask('kept'), 'silent')
  assert.equal(ask('early'), 'fine', 'forgotten, so that memory stays bounded')
})
