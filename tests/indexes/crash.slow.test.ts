import assert from 'node:assert/strict'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { IndexError } from '../../src/errors.ts'
import { openIndex } from '../../src/indexes/source.ts'
import { listReports } from '../../src/reports/folder.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import fc from '../laws.ts'
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
/** The steps are drawn from this seed; a failure names its step, and `killAt` of the child replays it. */
const seed = 20_231_219
const randomCrashes = 8

/** An index that is brought from one state to another by a process that is killed. */
interface Scenario {
  readonly name: string
  /** What is added one build after the other, each a segment. */
  readonly before: readonly Readonly<Record<string, string>>[]
  readonly after: Readonly<Record<string, string>>
  readonly thenCompact: boolean
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
    wholeOld: '7 passages, 7 vectors, 2 reports',
    wholeNew: '8 passages, 8 vectors, 2 reports',
  },
  {
    name: 'an update of several segments and their merge',
    before: [{ 'a.txt': spring }, { 'b.txt': autumn }, ...others],
    after: Object.assign({}, changed, ...others),
    thenCompact: true,
    wholeOld: '13 passages, 13 vectors, 5 reports',
    wholeNew: '14 passages, 14 vectors, 5 reports',
  },
]

interface Crash {
  readonly step: number
  readonly signal: NodeJS.Signals | null
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

/** An update from the old index to the new one, killed at `step`, and what can be done afterwards. */
async function crash(old: Workshop, thenCompact: boolean, step: number): Promise<Crash> {
  const { root } = old
  const places: Workshop = { root, reports: join(root, 'new'), index: join(root, `index-${step}`) }
  await cp(old.index, places.index, { recursive: true })
  const { signal } = await startBuild({ places, thenCompact, killAt: step }).ended
  const forOld = await openingFor(old.reports, places.index)
  const forNew = await openingFor(places.reports, places.index)
  const nextBuild = await build(places, embedder).then(
    () => openingFor(places.reports, places.index),
    (error: Error) => error.message,
  )
  const tidy = await tidyEntries(places)
  return { step, signal, forOld, forNew, nextBuild, tidy, found: await entries(places) }
}

async function crashAtRandomSteps({ before, after, thenCompact, name }: Scenario): Promise<Crash[]> {
  const root = join(all, name)
  const old: Workshop = { root, reports: join(root, 'old'), index: join(root, 'index') }
  await put(join(root, 'new'), after)
  for (const files of before) {
    await put(old.reports, files)
    await build(old, embedder)
  }
  const whole: Workshop = { root, reports: join(root, 'new'), index: join(root, 'whole') }
  await cp(old.index, whole.index, { recursive: true })
  const { stdout } = await startBuild({ places: whole, thenCompact, killAt: 0 }).ended
  const { steps } = JSON.parse(/^done (.*)$/mu.exec(stdout)![1]!) as { steps: number }
  const step = fc.noBias(fc.integer({ min: 1, max: steps }))
  const random = fc.sample(step, { seed, numRuns: randomCrashes })
  // The first step comes before the manifest is in force, the last ones come after; the random ones may all lie on one side.
  const waiting = [...new Set([1, ...random, steps - 2, steps - 1])]
  const crashes: Crash[] = []
  const work = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
      crashes.push(await crash(old, thenCompact, next))
  }
  await Promise.all([work(), work()])
  return crashes.sort((a, b) => a.step - b.step)
}

for (const scenario of scenarios) {
  describe(`${scenario.name}, killed at some step`, () => {
    const { wholeOld, wholeNew } = scenario
    let crashing: Promise<Crash[]> | undefined
    const crashes = () => {
      crashing ??= crashAtRandomSteps(scenario)
      return crashing
    }

    it('leaves the old index or the new one, whole', async (t) => {
      const found = await crashes()
      t.diagnostic(
        `killed at ${found.map(({ step, forOld }) => `${step} (${forOld === 'stale' ? 'new' : 'old'})`).join(', ')}`,
      )
      for (const { step, signal, forOld, forNew } of found) {
        assert.equal(signal, 'SIGKILL', `step ${step} was not reached`)
        const isOld = forOld === wholeOld && forNew === 'stale'
        const isNew = forOld === 'stale' && forNew === wholeNew
        assert.ok(isOld || isNew, `after step ${step}: for the old reports “${forOld}”, for the new ones “${forNew}”`)
      }
      assert.ok(found.some(({ forOld }) => forOld === wholeOld))
      assert.ok(found.some(({ forNew }) => forNew === wholeNew))
    })

    it('does not stand in the way of the next build', async () => {
      for (const { step, nextBuild } of await crashes()) assert.equal(nextBuild, wholeNew, `after step ${step}`)
    })

    it('leaves nothing behind once the next build is done', async () => {
      const untidy = (await crashes())
        .map(({ step, tidy, found }) => ({ step, left: found.filter((name) => !tidy.includes(name)) }))
        .filter(({ left }) => left.length > 0)
      assert.deepEqual(untidy, [])
    })
  })
}
