import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { serialize } from 'node:v8'
import { assertAnswers, compared } from '../../contracts/openIndex.ts'
import {
  copyOf,
  type IndexedReport,
  meanLength,
  randomModel,
  randomNumbers,
  realReports,
} from '../../support/indexedReports.ts'
import { noServer, startQdrant } from '../../support/qdrantCluster.ts'
import { workshop } from '../../support/testIndex.ts'
import { typescript } from '../../support/typescript.ts'
import { ending, root } from '../buildProcess.ts'
import type { PublishChild, ToPublish } from './publishChild.ts'
import { connectQdrant, drift, publishAll, settingsFor, toPublish } from './publishing.ts'

const server = noServer === false ? await startQdrant() : null
after(() => server?.stop())

/** `CRASHES=50 npm test` for more of them. */
const crashes = Number(process.env.CRASHES ?? 3)
const real = await realReports()
const mean = meanLength(real)
const child = fileURLToPath(new URL('publishChild.ts', import.meta.url))

async function publishing(told: PublishChild) {
  const args = [...typescript, child, JSON.stringify(told)]
  return ending(spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] }))
}

const copies = [0, 2].map((i) => copyOf(real[i]!, `copy${i}`))
// These two are published in turn.
const a: readonly IndexedReport[] = real.slice(0, 3)
const b: readonly IndexedReport[] = [...real.slice(1), ...copies]

/** Writes a file for a publishing process. */
async function written(path: string, reports: readonly IndexedReport[], meanLength: number): Promise<string> {
  const told: ToPublish = {
    reports: await Promise.all(
      reports.map(toPublish).map(async ({ load, ...report }) => ({ report, loaded: await load() })),
    ),
    model: randomModel,
    meanLength,
  }
  await writeFile(path, serialize(told))
  return path
}

/** The number of requests that something sends. */
async function requestsOf(act: () => Promise<unknown>): Promise<number> {
  const send = globalThis.fetch
  let requests = 0
  globalThis.fetch = (...args) => {
    requests++
    return send(...args)
  }
  try {
    await act()
    return requests
  } finally {
    globalThis.fetch = send
  }
}

for (const { what, name, seed, meanOfSecond } of [
  { what: 'an update', name: 'update', seed: 8, meanOfSecond: mean },
  { what: 'a new collection', name: 'anew', seed: 7, meanOfSecond: mean * drift },
]) {
  describe(`a publisher killed at some request of ${what}`, { skip: noServer }, () => {
    it('leaves the old reports in force or the new, whole, and the next one ends its work', async (t) => {
      const { root: folder } = await workshop(t)
      const settings = settingsFor(server!.urls, name)
      const qdrant = connectQdrant(settings)
      const meanOf = (reports: readonly IndexedReport[]) => (reports === a ? mean : meanOfSecond)
      const files = new Map(
        await Promise.all(
          [a, b].map(
            async (reports, i) => [reports, await written(join(folder, `${i}`), reports, meanOf(reports))] as const,
          ),
        ),
      )
      const publish = async (reports: readonly IndexedReport[], through = qdrant) => {
        await publishAll(through, reports, { meanLength: meanOf(reports) })
        await through.removeReplaced(0)
      }
      /** Which of the sets is in force, after comparing what it answers. */
      const inForce = async () => {
        const index = await qdrant.open(randomModel)
        const set = [a, b].find((reports) => reports.length === index.reports.size)
        assert.ok(set, `${index.reports.size} reports`)
        await assertAnswers(await compared(index, set, meanOf(set)), 2e-5)
        return set
      }
      await publish(a)
      // As a publishing process has it, which knows nothing of what was published before.
      const requests = await requestsOf(() => publish(b, connectQdrant(settings)))
      assert.ok(requests > 10, `${requests} requests`)
      assert.equal(await inForce(), b)

      const random = randomNumbers(seed)
      const table: string[] = []
      for (let i = 0; i < crashes; i++) {
        const [old, next] = i % 2 === 0 ? [b, a] : [a, b]
        // One in each part of the way, so that few show its beginning, its middle and its end, the later parts on the way to the
        // second set, whose requests were counted.
        const part = i % 2 === 0 ? i / 2 : crashes - (i + 1) / 2
        const killAt = 1 + Math.floor(((part + random()) / crashes) * requests)
        const afterMs = Math.round(random() * 12) - 4
        const { signal, stderr } = await publishing({ settings, file: files.get(next)!, killAt, afterMs })
        assert.equal(stderr, '')
        const found = await inForce()
        assert.ok(found === old || found === next)
        await publish(next)
        assert.equal(await inForce(), next)
        table.push(`${String(killAt).padStart(3)} of ${requests}  ${signal}  ${found === old ? 'old' : 'new'}`)
      }
      t.diagnostic(`${what}: request, end, in force\n${table.join('\n')}`)
      const { collections } = await server!.call<{ collections: { name: string }[] }>(0, 'GET', '/collections')
      assert.equal(collections.filter((one) => one.name.startsWith(`${name}-`)).length, 1, 'nothing is left over')
    })
  })
}
