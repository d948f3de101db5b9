import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { UnreachableError } from '../../../src/indexes/qdrant/faults.ts'
import type { QdrantHealth } from '../../../src/indexes/qdrant/health.ts'
import type { Qdrant } from '../../../src/indexes/qdrant/qdrant.ts'
import { assertAnswers, type Compared, compared } from '../../contracts/openIndex.ts'
import { copyOf, type IndexedReport, meanLength, randomModel, realReports } from '../../support/indexedReports.ts'
import { noServer, startQdrant } from '../../support/qdrantCluster.ts'
import { connectQdrant, publishAll, settingsFor } from './publishing.ts'

const cluster = noServer === false ? await startQdrant(3) : null
after(() => cluster?.stop())

const more = { shards: 3, replicas: 2 }
const tolerance = 2e-5
const real = await realReports()
const mean = meanLength(real)
/** What is published while a node is killed: some reports go, others come. */
const later = [...real.slice(1), ...[0, 1, 2, 3].map((i) => copyOf(real[i]!, `copy${i}`))]
const whole = { nodesExpected: 3, nodesUp: 3, replicasExpected: 6, replicasActive: 6, isWhole: true }

/** The pauses between questions while something happens to the nodes, and while they recover, in milliseconds. */
const [briefly, longer] = [20, 150]

/** Answers questions until it is told to stop, by whatever is in force, and compares every answer. */
function startReader(qdrant: Qdrant, sets: readonly (readonly IndexedReport[])[]) {
  let isStopped = false
  let asked = 0
  let pauseMs = briefly
  const tokens = new Set<string>()
  const oracles = new Map<string, Compared>()
  const reading = async () => {
    for (let last = false; !last; ) {
      last = isStopped
      const index = await qdrant.open(randomModel)
      tokens.add(index.loaded.state.token)
      const known = oracles.get(index.loaded.state.token)
      const set = sets.find((reports) => reports.length === index.reports.size)
      assert.ok(set, `${index.reports.size} reports are neither the old set nor the new`)
      const all = known ? { ...known, index } : await compared(index, set, mean)
      oracles.set(index.loaded.state.token, all)
      await assertAnswers(all, tolerance)
      asked++
      // The servers need the processors, too.
      await wait(pauseMs)
    }
  }
  const done = reading()
  done.catch(() => {})
  return {
    tokens,
    /** Waits until so many further questions were answered. */
    async answers(further: number) {
      const before = asked
      await until('further questions', async () => asked >= before + further, briefly)
    },
    pauses(ms: number) {
      pauseMs = ms
    },
    async stop() {
      isStopped = true
      await done
    },
  }
}

async function until(what: string, isSo: () => Promise<boolean>, pauseMs = longer): Promise<void> {
  for (const end = Date.now() + 120_000; !(await isSo()); await wait(pauseMs)) {
    assert.ok(Date.now() < end, `${what} took more than 120 s`)
  }
}
const isWhole = async (qdrant: Qdrant) => JSON.stringify(await qdrant.health()) === JSON.stringify(whole)

describe('a cluster of three nodes, every shard on two', { skip: noServer }, () => {
  // One story: each chapter begins where the one before ended.
  const qdrant = connectQdrant(settingsFor(cluster?.urls ?? [], 'wenju', more))
  const through = (node: number) => connectQdrant(settingsFor([cluster!.urls[node]!], 'wenju', more))

  it('answers the same through every node', async () => {
    await publishAll(qdrant, real)
    for (const node of [0, 1, 2]) {
      await assertAnswers(await compared(await through(node).open(randomModel), real), tolerance)
    }
    assert.deepEqual(await qdrant.health(), whole)
  })

  it('loses and mixes nothing when a node is killed while reports are published and questions asked', async () => {
    const reader = startReader(qdrant, [real, later])
    let killed: Promise<void> | undefined
    const outcome = await publishAll(qdrant, later, {
      meanLength: mean,
      onLoad: (count) => {
        if (count === 2) killed = cluster!.nodes[2]!.kill()
      },
    })
    await killed
    assert.deepEqual(outcome, { written: true, added: 4, removed: 1, token: await qdrant.token() })
    await reader.answers(3)
    await reader.stop()
    assert.equal(reader.tokens.size, 2, 'questions were answered before and after')
  })

  it('says that a node is missing, and which part is left', async () => {
    let health: QdrantHealth = await qdrant.health()
    // The nodes notice one after the other that the third is gone.
    await until('noticed by all', async () => {
      health = await qdrant.health()
      return health.isWhole && health.replicasActive < health.replicasExpected
    })
    assert.deepEqual([health.nodesExpected, health.nodesUp, health.replicasExpected], [3, 2, 6])
    // A node can tell without being told of the others.
    await until('noticed by a node by itself', async () => (await through(0).health()).nodesUp === 2)
    assert.equal((await through(0).health()).nodesExpected, 3)
  })

  it('takes the node back with all that was written meanwhile', async () => {
    await cluster!.nodes[2]!.start()
    await until('recovery', () => isWhole(qdrant))
    await assertAnswers(await compared(await through(2).open(randomModel), later, mean), tolerance)
    // The others gone one after the other, what the node holds is all there is of some shards.
    await cluster!.nodes[0]!.kill()
    await assertAnswers(await compared(await through(2).open(randomModel), later, mean), tolerance)
    await cluster!.nodes[0]!.start()
    await until('recovery', () => isWhole(qdrant))
  })

  it('answers on while the very node that it asks is killed', async () => {
    const reader = startReader(qdrant, [later])
    for (const node of cluster!.nodes) {
      reader.pauses(briefly)
      await reader.answers(2)
      await node.kill()
      await reader.answers(3)
      reader.pauses(longer)
      await node.start()
      await until('recovery', () => isWhole(qdrant))
    }
    await reader.stop()
  })

  it('says clearly that nothing answers, and answers by itself when the nodes are back', async () => {
    const index = await qdrant.open(randomModel)
    const all = await compared(index, later, mean)
    await Promise.all(cluster!.nodes.map((node) => node.kill()))
    await assert.rejects(assertAnswers(all, tolerance), (error) => {
      assert.ok(error instanceof UnreachableError)
      assert.match(error.text.en, /expected an answer from http.*, found ECONNREFUSED\. .*no restart/u)
      assert.match(error.text.zh, /ECONNREFUSED.*无需重启/u)
      return true
    })
    await assert.rejects(qdrant.open(randomModel), UnreachableError)
    const { nodesExpected, nodesUp, replicasActive, isWhole: isAll } = await qdrant.health()
    assert.deepEqual([nodesExpected, nodesUp, replicasActive, isAll], [3, 0, 0, false])
    await Promise.all(cluster!.nodes.map((node) => node.start()))
    await assertAnswers(all, tolerance)
    await until('recovery', () => isWhole(qdrant))
    const added = [...later, copyOf(real[4]!, 'copy4')]
    await publishAll(qdrant, added, { meanLength: mean })
    await assertAnswers(await compared(await qdrant.open(randomModel), added, mean), tolerance)
  })
})
