import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serialized, serialQueue } from '../src/serialQueue.ts'

test('a call begins when all before it have ended, and a failure is its own caller’s alone', async () => {
  const order: string[] = []
  const work = serialized(async (name: string) => {
    order.push(`${name} begins`)
    await Promise.resolve()
    order.push(`${name} ends`)
    if (name === 'b') throw new Error(name)
    return name
  })
  const ends = await Promise.allSettled(['a', 'b', 'c'].map(work))
  assert.deepEqual(order, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  assert.deepEqual(
    ends.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
})

test('different work shares one queue', async () => {
  const queue = serialQueue()
  const order: number[] = []
  const slow = queue(async () => {
    await new Promise(setImmediate)
    order.push(1)
  })
  assert.equal(await queue(async () => order.push(2)), 2)
  await slow
  assert.deepEqual(order, [1, 2])
})
