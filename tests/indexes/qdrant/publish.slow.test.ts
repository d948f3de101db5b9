import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { IndexError } from '../../../src/errors.ts'
import { OutdatedError } from '../../../src/indexes/qdrant/faults.ts'
import type { Qdrant } from '../../../src/indexes/qdrant/qdrant.ts'
import { assertAnswers, compared } from '../../contracts/openIndex.ts'
import { copyOf, type IndexedReport, meanLength, randomModel, realReports } from '../../support/indexedReports.ts'
import { noServer, startQdrant } from '../../support/qdrantCluster.ts'
import { connectQdrant, drift, publishAll, settingsFor, toPublish } from './publishing.ts'

const server = noServer === false ? await startQdrant() : null
after(() => server?.stop())
const real = await realReports()
const [first, second, third, fourth, fifth] = real as [
  IndexedReport,
  IndexedReport,
  IndexedReport,
  IndexedReport,
  IndexedReport,
]
/** The mean length stays that of the collection while reports come and go. */
const mean = meanLength(real)
const exact = 2e-5

let made = 0
const fresh = (): Qdrant & { name: string } => {
  const name = `publish${++made}`
  return { ...connectQdrant(settingsFor(server!.urls, name)), name }
}
const collections = async (name: string) =>
  (await server!.call<{ collections: { name: string }[] }>(0, 'GET', '/collections')).collections
    .map((one) => one.name)
    .filter((one) => one.startsWith(`${name}-`))
const points = async (name: string) =>
  (await server!.call<{ count: number }>(0, 'POST', `/collections/${name}/points/count`, { exact: true })).count

async function assertHolds(qdrant: Qdrant, reports: readonly IndexedReport[], meanLength?: number): Promise<void> {
  const index = await qdrant.open(randomModel)
  assert.deepEqual(
    [...index.reports.values()],
    reports.map(({ entry }) => entry),
  )
  await assertAnswers(await compared(index, reports, meanLength), exact)
}

describe('publishing to Qdrant', { skip: noServer }, () => {
  it('sends what Qdrant lacks, once, and takes out what it has too much', async () => {
    const qdrant = fresh()
    const loaded: string[] = []
    const publish = async (reports: readonly IndexedReport[]) => {
      loaded.length = 0
      const told = reports.map(toPublish).map((one) => ({
        ...one,
        load: () => {
          loaded.push(one.entry.id)
          return one.load()
        },
      }))
      return qdrant.publish(told, { model: randomModel, meanLength: mean })
    }
    assert.deepEqual(await publish([first, second]), {
      written: true,
      added: 2,
      removed: 0,
      token: await qdrant.token(),
    })
    await assertHolds(qdrant, [first, second], mean)
    assert.deepEqual(await publish([first, second]), {
      written: false,
      added: 0,
      removed: 0,
      token: await qdrant.token(),
    })
    assert.deepEqual(loaded, [])
    const changed = { ...copyOf(third, second.entry.id), sha256: 'c'.repeat(64) }
    assert.deepEqual(await publish([first, changed, fourth]), {
      written: true,
      added: 2,
      removed: 1,
      token: await qdrant.token(),
    })
    assert.deepEqual(loaded, [changed.entry.id, fourth.entry.id])
    await assertHolds(qdrant, [first, changed, fourth], mean)
    assert.deepEqual(await publish([]), { written: true, added: 0, removed: 3, token: await qdrant.token() })
    await assertHolds(qdrant, [])
    await publish(real)
    await assertHolds(qdrant, real)
  })

  it('keeps frequencies exact over many small updates, and opens only what changed', async () => {
    const qdrant = fresh()
    let reports: IndexedReport[] = [...real]
    await publishAll(qdrant, reports)
    let index = await qdrant.open(randomModel)
    for (let i = 0; i < 6; i++) {
      reports = i % 2 === 0 ? [...reports, copyOf(fifth, `copy${i}`)] : reports.filter((_, place) => place !== i)
      await publishAll(qdrant, reports, { meanLength: mean })
      index = await qdrant.open(randomModel, index)
      const anew = await qdrant.open(randomModel)
      const { oracle } = await compared(anew, reports)
      for (const term of ['街道', '小区', '改造', '援疆']) {
        assert.equal(index.words.weight(term), oracle.weight(term), term)
        assert.equal(anew.words.weight(term), oracle.weight(term), term)
      }
      assert.deepEqual([...index.reports], [...anew.reports])
    }
  })

  it('lets an open index answer as before, until what it needs is removed', async () => {
    const qdrant = fresh()
    await publishAll(qdrant, real)
    const before = await qdrant.open(randomModel)
    const all = await compared(before, real)
    await publishAll(qdrant, [first, copyOf(second, '9-new')], { meanLength: mean })
    assert.notEqual(await qdrant.token(), before.loaded.state.token)
    await assertAnswers(all, exact)
    await qdrant.removeReplaced(60_000)
    await assertAnswers(all, exact)
    await qdrant.removeReplaced(0)
    await assert.rejects(before.passages(all.positions.slice(-3)), OutdatedError)
    await assertHolds(qdrant, [first, copyOf(second, '9-new')], mean)
    const { entry } = second
    // Both entries, the passages, each report's text, the frequencies once or twice, head and state.
    const expected = first.entry.passages + entry.passages + 2 + 2 + 2
    assert.ok([1, 2].includes((await points(qdrant.name)) - expected), 'nothing is left over')
  })

  it('leaves what was in force when it is given up or a report fails, and goes on from there', async () => {
    const qdrant = fresh()
    await publishAll(qdrant, [first], { meanLength: mean })
    const token = await qdrant.token()
    const given = new AbortController()
    const onLoad = (count: number) => {
      if (count === 4) given.abort()
    }
    const options = { model: randomModel, meanLength: mean }
    await assert.rejects(publishAll(qdrant, real, { ...options, signal: given.signal, onLoad }), {
      name: 'AbortError',
    })
    const failing = { ...toPublish(fifth), load: () => Promise.reject(new Error('unreadable')) }
    await assert.rejects(qdrant.publish([...real.slice(0, 4).map(toPublish), failing], options), /unreadable/)
    assert.equal(await qdrant.token(), token)
    await assertHolds(qdrant, [first], mean)
    // The second and third were sent by the first attempt or the second, and are not asked for again.
    const again = real.map(toPublish).map((one, i) => ({
      ...one,
      load: i < 3 ? () => Promise.reject(new Error(`${one.entry.file} was sent before`)) : one.load,
    }))
    assert.deepEqual(await qdrant.publish(again, options), {
      written: true,
      added: 1,
      removed: 0,
      token: await qdrant.token(),
    })
    await assertHolds(qdrant, real)
  })

  it('puts another version in force in one step, while somebody reads', async () => {
    const qdrant = fresh()
    await publishAll(qdrant, real)
    const other = { ...randomModel, sha256: '1'.repeat(64) }
    let isDone = false
    const seen = new Set<string>()
    const reading = async () => {
      for (let last = false; !last; ) {
        last = isDone
        const [old, current] = await Promise.all(
          [randomModel, other].map((model) => qdrant.open(model).catch((error: unknown) => error)),
        )
        const open = [old, current].filter((one) => !(one instanceof Error)) as Awaited<ReturnType<Qdrant['open']>>[]
        // Between the two looks the one may take the other's place, either way round.
        for (const [i, one] of [old, current].entries()) {
          if (one instanceof Error)
            assert.ok(one instanceof IndexError && /another model/u.test(one.text.en), `${i}: ${one}`)
        }
        for (const index of open) {
          seen.add(index.loaded.state.collection)
          await assertAnswers(await compared(index, real), exact)
        }
      }
    }
    const reader = reading()
    await publishAll(qdrant, real, { model: other })
    isDone = true
    await reader
    assert.equal(seen.size, 2, 'both were seen')
    assert.equal((await collections(qdrant.name)).length, 2)
    await qdrant.removeReplaced(0)
    assert.equal((await collections(qdrant.name)).length, 1)
    await assert.rejects(qdrant.open(randomModel), (error: IndexError) => {
      assert.match(error.text.en, /expected random .*000.*found random .*111/u)
      assert.match(error.text.zh, /应为.*实际为/u)
      return true
    })
  })

  it('writes everything anew where passages became much longer, and for other shards', async () => {
    const qdrant = fresh()
    await publishAll(qdrant, [first, second])
    const [before] = await collections(qdrant.name)
    await publishAll(qdrant, [first], { meanLength: meanLength([first, second]) * 1.1 })
    assert.deepEqual(await collections(qdrant.name), [before])
    await publishAll(qdrant, [first, second, third], { meanLength: meanLength([first, second]) * drift })
    await qdrant.removeReplaced(0)
    const [drifted, ...none] = await collections(qdrant.name)
    assert.deepEqual(none, [])
    assert.notEqual(drifted, before)
    const sharded = connectQdrant(settingsFor(server!.urls, qdrant.name, { shards: 2 }))
    await publishAll(sharded, [first])
    await assertHolds(qdrant, [first])
    assert.deepEqual(await sharded.health(), {
      nodesExpected: 1,
      nodesUp: 1,
      replicasExpected: 2,
      replicasActive: 2,
      isWhole: true,
    })
  })

  it('goes on with a first collection that was given up', async () => {
    const qdrant = fresh()
    const given = new AbortController()
    const onLoad = (count: number) => {
      if (count === 3) given.abort()
    }
    await assert.rejects(publishAll(qdrant, real, { signal: given.signal, onLoad }), { name: 'AbortError' })
    assert.equal(await qdrant.token(), null)
    await assert.rejects(qdrant.open(randomModel), /no index/)
    const [begun] = await collections(qdrant.name)
    await publishAll(qdrant, real)
    assert.deepEqual(await collections(qdrant.name), [begun])
    await assertHolds(qdrant, real)
  })

  it('mixes nothing when two publish at once, and says so', async () => {
    const name = `publish${++made}`
    const [one, two] = [1, 2].map(() => connectQdrant(settingsFor(server!.urls, name))) as [Qdrant, Qdrant]
    await publishAll(one, [fifth], { meanLength: mean })
    const slow = [first, second].map(toPublish).map((report) => ({
      ...report,
      load: async () => {
        await publishAll(two, [third, fourth], { meanLength: mean })
        return report.load()
      },
    }))
    await assert.rejects(one.publish(slow, { model: randomModel, meanLength: mean }), /Another process publishes/)
    await assertHolds(one, [third, fourth], mean)
    const both = await Promise.allSettled([
      publishAll(one, [first, third], { meanLength: mean }),
      publishAll(two, [second, fifth], { meanLength: mean }),
    ])
    const won = both.findIndex(({ status }) => status === 'fulfilled')
    const index = await one.open(randomModel)
    const isOf = (set: readonly IndexedReport[]) => set.every(({ entry }) => index.reports.has(entry.id))
    assert.ok(won >= 0 && (isOf([first, third]) || isOf([second, fifth])))
    await publishAll(one, real)
    await one.removeReplaced(0)
    await assertHolds(two, real, mean)
  })

  it('keeps its hands off what is not its own', async () => {
    const foreign = { vectors: { size: 4, distance: 'Dot' } }
    await server!.call(0, 'PUT', '/collections/somebody', foreign)
    const taken = connectQdrant(settingsFor(server!.urls, 'somebody'))
    await assert.rejects(publishAll(taken, [first]), /not an index of Wenju/)
    const actions = [{ create_alias: { alias_name: 'nickname', collection_name: 'somebody' } }]
    await server!.call(0, 'POST', '/collections/aliases', { actions })
    const aliased = connectQdrant(settingsFor(server!.urls, 'nickname'))
    await assert.rejects(publishAll(aliased, [first]), /not an index of Wenju/)
    await server!.call(0, 'GET', '/collections/somebody')
    // One name may begin with another.
    const shorter = connectQdrant(settingsFor(server!.urls, 'name'))
    const longer = connectQdrant(settingsFor(server!.urls, 'name-12345678'))
    await publishAll(longer, [first])
    await publishAll(shorter, [second])
    const drifted = meanLength([second]) * drift
    await publishAll(shorter, [second], { meanLength: drifted })
    await shorter.removeReplaced(0)
    await assertHolds(longer, [first])
    await assertHolds(shorter, [second], drifted)
  })

  it('lets the servers be asked by what is stated of a report', async () => {
    const qdrant = fresh()
    const told = real.map(toPublish).map((one, i) => ({ ...one, years: [2016 + i] }))
    await qdrant.publish(told, { model: randomModel, meanLength: mean })
    const district = real.map(({ entry }) => entry.metadata.district).find((name) => name !== undefined)
    assert.ok(district !== undefined)
    const count = async (must: object[]) =>
      (
        await server!.call<{ count: number }>(0, 'POST', `/collections/${qdrant.name}/points/count`, {
          filter: { must },
        })
      ).count
    const ofDistrict = real.filter(({ entry }) => entry.metadata.district === district)
    assert.equal(
      await count([{ key: 'district', match: { value: district } }]),
      ofDistrict.reduce((sum, { passages }) => sum + passages.length, 0),
    )
    assert.equal(await count([{ key: 'years', match: { value: 2018 } }]), third.passages.length)
  })
})
