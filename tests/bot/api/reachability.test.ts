import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HttpError, type Transformer } from 'grammy'
import { createReachability } from '../../../src/bot/api/reachability.ts'
import { NetworkFault } from '../../../src/network/fault.ts'

type Reply = Awaited<ReturnType<Transformer>>

const served = { ok: true, result: true } as Reply
const refusal = (error_code: number) => ({ ok: false, error_code, description: 'no' }) as Reply
const failure = (error: Error) => new HttpError("Network request for 'getMe' failed!", error)
const lost = (code: string) => failure(Object.assign(new Error(code), { code }))

/** What is told over calls that meet these fates one after another, and what is wrong at the end. */
async function run(fates: readonly (Reply | Error)[], signal?: AbortSignal) {
  const told: string[] = []
  const reachability = createReachability({
    onFault: ({ kind, detail }) => void told.push(`${kind} ${detail}`),
    onRecovery: () => void told.push('recovered'),
  })
  for (const fate of fates) {
    const call = async () => {
      if (fate instanceof Error) throw fate
      return fate as never
    }
    const outcome = reachability.transformer(call, 'sendMessage', {} as never, signal as never)
    assert.equal(await outcome.catch((error: unknown) => error), fate, 'a fate is handed on as it is')
  }
  return { told, fault: reachability.fault?.kind ?? null }
}

test('an outage is told once, again for another cause, and its end', async () => {
  const refused = lost('ECONNREFUSED')
  const unknown = lost('ENOTFOUND')
  const { told, fault } = await run([refused, refused, unknown, refused, unknown, served, served, unknown, served])
  const recovered = 'recovered'
  assert.deepEqual(told, ['refused ECONNREFUSED', 'name ENOTFOUND', recovered, 'name ENOTFOUND', recovered])
  assert.equal(fault, null)
  assert.deepEqual(await run([served, refused]), { told: ['refused ECONNREFUSED'], fault: 'refused' })
})

test('a connection that breaks once, or a server fault that passes, is none; two in a row are', async () => {
  for (const [fate, told] of [
    [lost('ECONNRESET'), 'reset ECONNRESET'],
    [refusal(502), 'server 502'],
    [failure(new NetworkFault('server', '503')), 'server 503'],
  ] as const) {
    assert.deepEqual(await run([fate, served, fate, served]), { told: [], fault: null })
    assert.deepEqual((await run([fate, fate, fate, served])).told, [told, 'recovered'])
  }
})

test('a call that grammY ends for its length is a timeout, and every kind of fault has a cause', async () => {
  const { told } = await run([failure(new Error("Request to 'getUpdates' timed out after 60 seconds"))])
  assert.deepEqual(told, ['timeout ETIMEDOUT'])
  for (const fault of [new NetworkFault('proxy login', '407'), new NetworkFault('answer', '200')])
    assert.deepEqual((await run([failure(fault)])).told, [`${fault.kind} ${fault.detail}`])
})

test('refusals, defects and calls that were given up say nothing of the way', async () => {
  const told: string[] = []
  const fates = [refusal(400), refusal(401), refusal(429), new TypeError('ours'), failure(new Error('no such file'))]
  assert.deepEqual(await run(fates), { told, fault: null })
  assert.deepEqual(await run([lost('ECONNREFUSED')], AbortSignal.abort()), { told, fault: null })
})
