import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildLibrary, startTown } from '../support/botProcess.ts'
import { noServer, startQdrant } from '../support/qdrantCluster.ts'

/** Waits until something is so, as a person would who looks again and again. */
async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  for (let i = 0; i < 60; i++) {
    const found = await look()
    if (found) return found
    await sleep(500)
  }
  throw new assert.AssertionError({ message: `it did not become so: ${what}` })
}

test('a bot over a cluster of three answers with one node gone, says so with all gone, and recovers', {
  skip: noServer,
}, async (context) => {
  const library = await buildLibrary()
  const cluster = await startQdrant(3)
  context.after(() => cluster.stop())
  const { api, lin, chat, home, start } = await startTown(context, library)
  const environment = {
    ADMIN_USERS: '7',
    QDRANT_URL: cluster.urls.join(','),
    QDRANT_SHARDS: '3',
    QDRANT_REPLICAS: '2',
  }
  const wenju = start({ environment })
  await wenju.prints(/answers from 2 reports/u)
  /** What came back for what was said. */
  const ask = async (said: string) => {
    const before = chat.messages.size
    api.say(chat, lin, said)
    return until(`an answer to ${said}`, async () => {
      const last = [...chat.messages.values()].at(-1)
      return chat.messages.size > before + 1 && (last?.text ?? '')
    })
  }
  const question = '方边村得到了什么称号?'
  const answer = await ask(question)
  assert.match(answer, /方边村/u)
  assert.match(await ask('/status'), /qdrant/u)

  // What is added is published, with one node gone as well.
  await cluster.nodes[2]!.kill()
  assert.equal(await ask(question), answer)
  await until('told to be degraded', async () => /3 个节点中 2 个有答复/u.test(await ask('/status')))
  const path = join(home, 'reports', '观测站.txt')
  await writeFile(path, '云栖岭观测站工作报告\n\n云栖岭观测站今年新装风速仪三十七台。\n')
  await until('quoted', async () => /三十七台/u.test(await ask('云栖岭观测站新装了多少台风速仪?')))
  assert.equal(await ask(question), answer)

  // With all gone the asker is told, and the next question finds them back.
  await Promise.all(cluster.nodes.map((node) => node.kill()))
  assert.match(await ask(question), /暂时无法使用/u)
  await Promise.all(cluster.nodes.map((node) => node.start()))
  await until('answered again', async () => (await ask(question)) === answer)
  assert.match(await ask('云栖岭观测站新装了多少台风速仪?'), /三十七台/u)
  await rm(path)
  await until('no longer quoted', async () => !/三十七台/u.test(await ask('云栖岭观测站新装了多少台风速仪?')))
  await until('whole again', async () => !/个节点/u.test(await ask('/status')))

  // Another process answers from the same Qdrant, having built nothing that was not there.
  wenju.signal('SIGTERM')
  assert.deepEqual(await wenju.end, { code: 0, signal: null })
  const other = start({ environment: { ...environment, QDRANT_URL: cluster.urls[1]! } })
  // A stop may have come before the third report was out of what is published.
  await other.prints(/answers from [23] reports/u)
  assert.equal(await ask(question), answer)
})
