import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HttpError, type Transformer } from 'grammy'
import { retryTransformer } from '../../../src/bot/api/retry.ts'
import fc from '../../laws.ts'

/** Laws over random faults; the cases by hand are in tests/bot/retry.test.ts. */

type Reply = Awaited<ReturnType<Transformer>>
type Signal = Parameters<Transformer>[3]

const served = { ok: true, result: true } as Reply
const refusal = (error_code: number, retry_after?: number) =>
  ({
    ok: false,
    error_code,
    description: 'no',
    ...(retry_after !== undefined && { parameters: { retry_after } }),
  }) as Reply
const dropped = new HttpError('dropped', new Error('ECONNRESET'))

interface Run {
  readonly calls: number
  readonly pauses: readonly number[]
  readonly outcome: unknown
}

/** Runs a call that meets `fates` one after another and is served after the last of them. */
async function run(
  fates: readonly (Reply | Error)[],
  {
    random = () => 0.5,
    method = 'sendMessage',
    signal,
  }: { random?: () => number; method?: string; signal?: Signal } = {},
): Promise<Run> {
  const pauses: number[] = []
  let calls = 0
  const transformer = retryTransformer({ random, sleep: async (milliseconds) => void pauses.push(milliseconds) })
  const call = async () => {
    const fate = fates[calls++] ?? served
    if (fate instanceof Error) throw fate
    return fate as never
  }
  const outcome = await transformer(call, method as 'sendMessage', {} as never, signal).catch((error: unknown) => error)
  return { calls, pauses, outcome }
}

const passing = fc.oneof(
  fc.integer({ min: 0, max: 120 }).map((seconds) => refusal(429, seconds)),
  fc.constantFrom(refusal(500), refusal(502), refusal(503), dropped),
)

test('whatever passes is tried five times in all, with a pause between any two attempts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(passing, { maxLength: 8 }), async (fates) => {
      const { calls, pauses, outcome } = await run(fates)
      assert.equal(calls, Math.min(fates.length + 1, 5))
      assert.equal(pauses.length, calls - 1)
      assert.equal(outcome, fates[4] ?? served)
    }),
  )
})

test('a flood is waited out for exactly the time asked for, whatever came before and whatever the jitter', async () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  await fc.assert(
    fc.asyncProperty(
      fc.array(passing, { maxLength: 3 }),
      fc.integer({ min: 0, max: 120 }),
      random,
      async (fates, seconds, jitter) => {
        const { pauses } = await run([...fates, refusal(429, seconds)], { random: () => jitter })
        assert.equal(pauses.at(-1), seconds * 1000)
      },
    ),
  )
})

test('pauses after faults double, and jitter moves them by half at most', async () => {
  const faults = [refusal(500), dropped, refusal(502), dropped]
  for (const [jitter, expected] of [
    [0, [250, 500, 1000, 2000]],
    [0.5, [500, 1000, 2000, 4000]],
    [1, [750, 1500, 3000, 6000]],
  ] as const) {
    assert.deepEqual((await run(faults, { random: () => jitter })).pauses, expected)
  }
})

test('jitter is drawn anew for every attempt', async () => {
  const draws = [0, 1, 0, 1, 0]
  const { pauses } = await run([dropped, dropped, dropped, dropped], { random: () => draws.shift()! })
  assert.deepEqual(pauses, [250, 1500, 1000, 6000])
})

test('what will not pass is not tried again: refusals, long floods, defects', async () => {
  const defect = new TypeError('ours')
  for (const fate of [
    refusal(400),
    refusal(401),
    refusal(403),
    refusal(404),
    refusal(409),
    refusal(429, 121),
    defect,
  ]) {
    assert.deepEqual(await run([fate]), { calls: 1, pauses: [], outcome: fate })
  }
})

test('a flood without a time is not waited for', async () => {
  assert.deepEqual(await run([refusal(429)]), { calls: 1, pauses: [], outcome: refusal(429) })
})

test('a call that was given up is not tried again', async () => {
  const signal = AbortSignal.abort() as unknown as Signal
  assert.deepEqual(await run([dropped], { signal }), { calls: 1, pauses: [], outcome: dropped })
})

test('polling passes through untouched: its own loop retries', async () => {
  for (const fate of [refusal(429, 3), refusal(502), dropped]) {
    assert.deepEqual(await run([fate], { method: 'getUpdates' }), { calls: 1, pauses: [], outcome: fate })
  }
})

test('method, payload and signal reach every attempt', async () => {
  const seen: unknown[] = []
  const payload = { chat_id: 1, text: '桥' }
  const { signal } = new AbortController()
  const transformer = retryTransformer({ random: () => 0, sleep: async () => {} })
  const call = async (...given: unknown[]) => {
    seen.push(given)
    return (seen.length === 1 ? refusal(500) : served) as never
  }
  await transformer(call as never, 'sendMessage', payload, signal as unknown as Signal)
  assert.deepEqual(seen, [
    ['sendMessage', payload, signal],
    ['sendMessage', payload, signal],
  ])
})
