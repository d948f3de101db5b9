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

/** Makes calls that meet these fates one after another. Returns the reports, and the fault at the end. */
async function run(fates: readonly (Reply | Error)[], signal?: AbortSignal) {
  const reported: string[] = []
  const reachability = createReachability({
    onFault: ({ kind, detail }) => void reported.push(`${kind} ${detail}`),
    onRecovery: () => void reported.push('recovered'),
  })
  for (const fate of fates) {
    const call = async () => {
      if (fate instanceof Error) throw fate
      return fate as never
    }
    const outcome = reachability.transformer(call, 'sendMessage', {} as never, signal as never)
    assert.equal(await outcome.catch((error: unknown) => error), fate, 'a fate is handed on as it is')
  }
  return { reported, fault: reachability.fault?.kind ?? null }
}

test('an outage is told once, again for another cause, and its end', async () => {
  const refused = lost('ECONNREFUSED')
  const unknown = lost('ENOTFOUND')
  const { reported, fault } = await run([refused, refused, unknown, refused, unknown, served, served, unknown, served])
  const recovered = 'recovered'
  assert.deepEqual(reported, ['refused ECONNREFUSED', 'name ENOTFOUND', recovered, 'name ENOTFOUND', recovered])
  assert.equal(fault, null)
  assert.deepEqual(await run([served, refused]), { reported: ['refused ECONNREFUSED'], fault: 'refused' })
})

test('a connection that breaks once, or a server fault that passes, is none; two in a row are', async () => {
  for (const [fate, expected] of [
    [lost('ECONNRESET'), 'reset ECONNRESET'],
    [refusal(502), 'server 502'],
    [failure(new NetworkFault('server', '503')), 'server 503'],
  ] as const) {
    assert.deepEqual(await run([fate, served, fate, served]), { reported: [], fault: null })
    assert.deepEqual((await run([fate, fate, fate, served])).reported, [expected, 'recovered'])
  }
})

test('a call that grammY ends for its length is a timeout, and every kind of fault has a cause', async () => {
  const { reported } = await run([failure(new Error("Request to 'getUpdates' timed out after 60 seconds"))])
  assert.deepEqual(reported, ['timeout ETIMEDOUT'])
  for (const fault of [new NetworkFault('proxy login', '407'), new NetworkFault('answer', '200')])
    assert.deepEqual((await run([failure(fault)])).reported, [`${fault.kind} ${fault.detail}`])
})

test('refusals, defects and calls that were given up say nothing of the way', async () => {
  const reported: string[] = []
  const fates = [refusal(400), refusal(401), refusal(429), new TypeError('ours'), failure(new Error('no such file'))]
  assert.deepEqual(await run(fates), { reported, fault: null })
  assert.deepEqual(await run([lost('ECONNREFUSED')], AbortSignal.abort()), { reported, fault: null })
})
