import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { seeded } from '../../scripts/training/sets.ts'
import { buildLibrary } from '../support/botProcess.ts'
import { eventsOf, loadReplicas, type Replicas, startReplicas } from '../support/replicaLoad.ts'

let replicas: Replicas
before(async () => {
  replicas = await startReplicas(await buildLibrary(), 2)
})
after(() => replicas.end())

describe('two replicas behind one address', () => {
  test('one killed under load and duplicates: every question is answered once', async () => {
    const load = { perSecond: 15, seconds: 3, duplicates: 0.2, people: 30, killAfterMs: 1500 }
    const outcome = await loadReplicas(replicas, load, seeded(1))
    const { asked, answeredOnce, answeredTwice, unanswered, duplicates, violations, tokenPrinted, outputs } = outcome
    const told = outputs.join('\n---\n')
    assert.deepEqual(
      { asked, answeredOnce, answeredTwice, unanswered },
      {
        asked: 45,
        answeredOnce: 45,
        answeredTwice: 0,
        unanswered: 0,
      },
      told,
    )
    assert.ok(duplicates > 0)
    assert.deepEqual(violations, [])
    assert.equal(tokenPrinted, false)
    assert.doesNotMatch(told, /\d+ answers|方边村|小柴炉/u, 'questions are never logged')
  })

  test('a stop hands what is unfinished to the other, and leaves the webhook and nothing in the inbox', async () => {
    // The one that was killed.
    await replicas.replace(1)
    const { api, bots, addresses } = replicas
    const chats = Array.from({ length: 6 }, (_, index) => api.privateChat(api.user(100 + index)))
    for (let round = 0; round < 4; round++)
      for (const chat of chats) api.say(chat, api.user(chat.id), `第${round}问:方边村得到了什么称号?`)
    const answers = () => chats.flatMap((chat) => api.messages(chat))
    await api.waitFor(() => answers().length > 2)
    bots[0]!.signal('SIGTERM')
    assert.deepEqual(await bots[0]!.end, { code: 0, signal: null })
    await api.waitFor(() => answers().length >= 24)
    await api.drained()
    await sleep(1500)
    const answered = answers().map((message) => `${message.chat.id}/${message.reply_to_message?.message_id}`)
    assert.equal(answered.length, 24)
    assert.equal(new Set(answered).size, 24)
    assert.ok(!api.calls.some(({ method }) => method === 'deleteWebhook'))
    assert.equal((await eventsOf(addresses[1]!))('taken as answered'), 0)
  })
})
