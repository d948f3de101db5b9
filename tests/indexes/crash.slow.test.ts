import assert from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { IndexError } from '../../src/errors.ts'
import { openIndex } from '../../src/indexes/source.ts'
import { listReports } from '../../src/reports/folder.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import {
  autumn,
  build,
  entries,
  folderOf,
  put,
  report,
  spring,
  tidyEntries,
  type Workshop,
} from '../support/testIndex.ts'
import { startBuild } from './buildProcess.ts'

const embedder = fakeEmbedder()

/** An index that is brought from one state to another by a process that is killed; a failure names its step. */
interface Scenario {
  readonly name: string
  /** What is added one build after the other, each a segment. */
  readonly before: readonly Readonly<Record<string, string>>[]
  readonly after: Readonly<Record<string, string>>
  readonly thenCompact: boolean
  /** The index is looked at as it was at every step whose number is a multiple of this one. */
  readonly copyEvery: number
  readonly wholeOld: string
  readonly wholeNew: string
}

const changed = { 'a.txt': spring.replace('两所', '七所'), 'c.txt': `${autumn}\n粮食仓库扩建完成。\n` }
const others = ['d', 'e', 'f'].map((name) => ({ [`${name}.txt`]: report(`${name}的报告`, ['清雪八千吨。']) }))
const scenarios: readonly Scenario[] = [
  {
    name: 'a build',
    before: [{ 'a.txt': spring, 'b.txt': autumn }],
    after: changed,
    thenCompact: false,
    copyEvery: 9,
    wholeOld: '7 passages, 7 vectors, 2 reports',
    wholeNew: '8 passages, 8 vectors, 2 reports',
  },
  {
    name: 'an update of several segments and their merge',
    before: [{ 'a.txt': spring }, { 'b.txt': autumn }, ...others],
    after: Object.assign({}, changed, ...others),
    thenCompact: true,
    copyEvery: 29,
    wholeOld: '13 passages, 13 vectors, 5 reports',
    wholeNew: '14 passages, 14 vectors, 5 reports',
  },
]

interface Crash {
  readonly step: number
  /** What opening the index said for the reports before the build and for those after it. */
  readonly forOld: string
  readonly forNew: string
  readonly nextBuild: string
  readonly tidy: readonly string[]
  readonly found: readonly string[]
}

const all = await mkdtemp(join(tmpdir(), 'wenju-crash-'))
after(() => rm(all, { recursive: true, force: true }))

async function openingFor(reports: string, index: string): Promise<string> {
  try {
    const open = await openIndex(folderOf(index, embedder), embedder.model, (await listReports(reports)).files)
    return `${open.size} passages, ${open.vectors.size} vectors, ${open.reports.size} reports`
  } catch (error) {
    if (!(error instanceof IndexError)) throw error
    return error.text.en.includes(' is stale: ') ? 'stale' : error.text.en
  }
}

/** The index that an update left when it was killed at `step`, and whether it can be opened and mended. */
async function crashed(old: Workshop, places: Workshop, step: number): Promise<Crash> {
  const forOld = await openingFor(old.reports, places.index)
  const forNew = await openingFor(places.reports, places.index)
  const nextBuild = await build(places, embedder).then(
    () => openingFor(places.reports, places.index),
    (error: Error) => error.message,
  )
  const tidy = await tidyEntries(places)
  return { step, forOld, forNew, nextBuild, tidy, found: await entries(places) }
}

/**
 * An update from the old index to the new one, killed at some steps. A process that is killed leaves what it has written, so one
 * that is not and copies the index meanwhile shows many steps; only the first, the middle and the last one are those of processes
 * that were killed.
 */
async function crashes({ name, before, after, thenCompact, copyEvery }: Scenario): Promise<Crash[]> {
  const root = join(all, name)
  const old: Workshop = { root, reports: join(root, 'old'), index: join(root, 'index') }
  const updated = async (index: string): Promise<Workshop> => {
    cpSync(old.index, join(root, index), { recursive: true })
    return { root, reports: join(root, 'new'), index: join(root, index) }
  }
  await put(join(root, 'new'), after)
  for (const files of before) {
    await put(old.reports, files)
    await build(old, embedder)
  }
  const whole = await updated('whole')
  const { stdout } = await startBuild({ places: whole, thenCompact, copyEvery }).ended
  const { steps } = JSON.parse(/^done (.*)$/mu.exec(stdout)![1]!) as { steps: number }
  const found: Crash[] = []
  for (let step = copyEvery; step <= steps; step += copyEvery)
    found.push(await crashed(old, { ...whole, index: `${whole.index}-${step}` }, step))
  // The first step comes before the manifest is in force, the last one after.
  for (const step of [1, Math.round(steps / 2), steps - 1]) {
    const places = await updated(`killed-${step}`)
    const { signal } = await startBuild({ places, thenCompact, killAt: step }).ended
    assert.equal(signal, 'SIGKILL', `step ${step} was not reached`)
    found.push(await crashed(old, places, step))
  }
  return found.sort((a, b) => a.step - b.step)
}

for (const scenario of scenarios) {
  describe(`${scenario.name}, killed at some step`, () => {
    const { wholeOld, wholeNew } = scenario
    let found: Crash[] = []
    before(async () => {
      found = await crashes(scenario)
    })

    it('leaves the old index or the new one, whole', (t) => {
      t.diagnostic(
        `killed at ${found.map(({ step, forOld }) => `${step} (${forOld === 'stale' ? 'new' : 'old'})`).join(', ')}`,
      )
      for (const { step, forOld, forNew } of found) {
        const isOld = forOld === wholeOld && forNew === 'stale'
        const isNew = forOld === 'stale' && forNew === wholeNew
        assert.ok(isOld || isNew, `after step ${step}: for the old reports “${forOld}”, for the new ones “${forNew}”`)
      }
      assert.ok(found.some(({ forOld }) => forOld === wholeOld))
      assert.ok(found.some(({ forNew }) => forNew === wholeNew))
    })

    it('does not stand in the way of the next build', () => {
      for (const { step, nextBuild } of found) assert.equal(nextBuild, wholeNew, `after step ${step}`)
    })

    it('leaves nothing behind once the next build is done', () => {
      const untidy = found
        .map(({ step, tidy, found }) => ({ step, left: found.filter((name) => !tidy.includes(name)) }))
        .filter(({ left }) => left.length > 0)
      assert.deepEqual(untidy, [])
    })
  })
}
