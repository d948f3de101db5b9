import assert from 'node:assert/strict'
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { sharedFolder } from '../support/sharedFolder.ts'
import { manifestOf, put, report, snapshot, type Workshop, workshop } from '../support/testIndex.ts'
import { environmentOf } from './realModelIndex.ts'
import { assertTold, type Command } from './run.ts'
import { commandsInTurn } from './runInTurn.ts'

const reports = Object.fromEntries(
  Array.from({ length: 4 }, (_, i) => [`${i}.txt`, report(`第${i}份报告`, [`第${i}个社区修好路灯${i + 3}盏。`])]),
)
const runInTurn = commandsInTurn({ after })
const question = ['第2个社区修好路灯几盏?']

/** Four indexed reports that were taken away with their folder; an empty one is in its place. */
async function unplugged(t: {
  after(clean: () => Promise<void>): void
}): Promise<Workshop & { readonly away: string }> {
  const places = await workshop(t)
  const indexed = await sharedFolder('lamps', async (root) => {
    const folders = { reports: join(root, 'reports'), index: join(root, 'index') }
    await put(folders.reports, reports)
    const { code, stderr } = await runInTurn('index', [], { environment: environmentOf({ root, ...folders }) })
    assert.equal(code, 0, stderr)
  })
  await cp(indexed, places.root, { recursive: true, preserveTimestamps: true })
  const away = join(places.root, 'away')
  await rename(places.reports, away)
  await mkdir(places.reports)
  return { ...places, away }
}

describe('where the reports are gone from their folder', async () => {
  const places = await unplugged({ after })
  const environment = { ...environmentOf(places), ALLOW_LINKS: 'on' }
  const before = await snapshot(places.index)

  const told = {
    en: [/Nearly all 4 reports/u, /Check that its disk/u],
    zh: [/4 份报告几乎都不在/u, /请检查/u],
  } as const
  for (const [command, args, language] of [
    ['ask', question, 'en'],
    ['main', [], 'zh'],
    ['main', ['--check'], 'en'],
    ['index', [], 'zh'],
    ['add', ['http://reports.wenju.test/a.txt'], 'en'],
  ] as readonly (readonly [Command, string[], 'en' | 'zh'])[]) {
    it(`${command} ${args.join(' ')} says so, with what to do, and keeps the index`, async () => {
      const ran = await runInTurn(command, args, { environment, language })
      assertTold(ran, language, places.reports, '--accept-removals', ...told[language])
      assert.deepEqual(await snapshot(places.index), before)
      assert.deepEqual(await readdir(places.reports), [])
    })
  }

  it('they are answered from again when they are back, and nothing is embedded', async () => {
    await rm(places.reports, { recursive: true })
    await rename(places.away, places.reports)
    const ran = await runInTurn('ask', question, { environment })
    assert.deepEqual([ran.code, ran.stderr], [0, ''])
    assert.match(ran.stdout, /路灯5盏/u)
    assert.deepEqual(await snapshot(places.index), before)
  })
})

describe('npm run index -- --accept-removals', () => {
  it('makes an index of what is left, be it nothing', async (t) => {
    const places = await unplugged(t)
    const environment = environmentOf(places)
    const emptied = await runInTurn('index', ['--accept-removals'], { environment })
    assert.deepEqual(
      [emptied.code, emptied.stdout],
      [0, 'The index is updated: 0 reports, 0 passages, 0 newly embedded.\n'],
    )
    assert.deepEqual((await manifestOf(places)).segments, [])
    // From now on an empty folder is what the index expects.
    assertTold(await runInTurn('ask', question, { environment }), 'en', 'holds no reports')
    await put(places.reports, { '0.txt': reports['0.txt']! })
    const filled = await runInTurn('ask', ['第0个社区修好路灯几盏?'], { environment })
    assert.match(filled.stdout, /路灯3盏/u, filled.stderr)
  })
})

describe('a folder of other reports over the same index', () => {
  it('replaces what was indexed, as long as it holds about as many', async (t) => {
    const places = await unplugged(t)
    await put(places.reports, { 'x.txt': report('别的报告', ['修好百叶箱九个。']) })
    const ran = await runInTurn('ask', ['百叶箱修好几个?'], { environment: environmentOf(places) })
    assert.equal(ran.code, 0, ran.stderr)
    assert.match(ran.stdout, /百叶箱九个/u)
    assert.equal((await manifestOf(places)).segments.flatMap(({ reports }) => reports).length, 1)
  })
})

describe('a folder as people have it', () => {
  it('is told in notes that are no faults, once each, on standard error', async (t) => {
    const places = await workshop(t, {
      '公报.txt': report('公报', ['修好路灯九盏。']),
      '公报 - 副本.txt': report('公报', ['修好路灯九盏。']),
      'setup.exe': Uint8Array.of(0x4d, 0x5a, 0, 0),
    })
    for (const [command, args] of [
      ['index', []],
      ['ask', ['路灯修好几盏?', '--json']],
      ['main', ['--check']],
    ] as readonly (readonly [Command, string[]])[]) {
      const { code, stderr } = await runInTurn(command, args, { environment: environmentOf(places), language: 'zh' })
      assert.equal(code, 0, stderr)
      assert.equal(stderr.match(/公报 - 副本\.txt = 公报\.txt/gu)?.length, 1, stderr)
      assert.equal(stderr.match(/setup\.exe/gu)?.length, 1, stderr)
    }
  })
})
