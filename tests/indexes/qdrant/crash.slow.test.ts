import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { assertAnswers, compared } from '../../contracts/openIndex.ts'
import {
  type IndexedReport,
  meanLength,
  randomModel,
  randomNumbers,
  realReports,
} from '../../support/indexedReports.ts'
import { noServer, startQdrant } from '../../support/qdrantCluster.ts'
import { typescript } from '../../support/typescript.ts'
import { ending, root } from '../buildProcess.ts'
import { chosenReports, type PublishChild } from './publishChild.ts'
import { connectQdrant, drift, publishAll, settingsFor } from './publishing.ts'

const server = noServer === false ? await startQdrant() : null
after(() => server?.stop())

/** `CRASHES=50 npm test` for more of them. */
const crashes = Number(process.env.CRASHES ?? 4)
const mean = meanLength(await realReports())
const child = fileURLToPath(new URL('publishChild.ts', import.meta.url))

async function publishing(told: PublishChild) {
  const args = [...typescript, child, JSON.stringify(told)]
  return ending(spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] }))
}

const sets = [
  { reports: [0, 1, 2], copies: [] },
  { reports: [1, 2, 3, 4], copies: [0, 2] },
]

for (const { what, name, seed, meanOfSecond } of [
  { what: 'an update', name: 'update', seed: 8, meanOfSecond: mean },
  { what: 'a new collection', name: 'anew', seed: 7, meanOfSecond: mean * drift },
]) {
  describe(`a publisher killed at some request of ${what}`, { skip: noServer }, () => {
    it('leaves the old reports in force or the new, whole, and the next one ends its work', async (t) => {
      const qdrant = connectQdrant(settingsFor(server!.urls, name))
      const [a, b] = (await Promise.all(sets.map(chosenReports))) as [IndexedReport[], IndexedReport[]]
      const meanOf = (reports: readonly IndexedReport[]) => (reports === a ? mean : meanOfSecond)
      const told = (reports: readonly IndexedReport[]) => {
        return { urls: server!.urls, name, meanLength: meanOf(reports), ...sets[reports === a ? 0 : 1]! }
      }
      const publish = async (reports: readonly IndexedReport[]) => {
        await publishAll(qdrant, reports, { meanLength: meanOf(reports) })
        await qdrant.removeReplaced(0)
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
      const { stdout, stderr } = await publishing({ ...told(b), killAt: 0, afterMs: 0 })
      const requests = Number(stdout)
      assert.ok(requests > 10, stderr)
      assert.equal(await inForce(), b)

      const random = randomNumbers(seed)
      const table: string[] = []
      for (let i = 0; i < crashes; i++) {
        const [old, next] = i % 2 === 0 ? [b, a] : [a, b]
        const killAt = 1 + Math.floor(random() * requests)
        const afterMs = Math.round(random() * 12) - 4
        const { signal } = await publishing({ ...told(next), killAt, afterMs })
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
