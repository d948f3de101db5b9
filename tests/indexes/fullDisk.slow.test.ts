import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Bilingual } from '../../src/errors.ts'
import { loadHnsw } from '../../src/indexes/hnswAddon.ts'
import { autumn, put, report, segmentOf, spring, type Workshop, workshop } from '../support/testIndex.ts'
import { typescript } from '../support/typescript.ts'
import { childCommand, type Ended, ending, root } from './buildProcess.ts'

/** One update or merge on a nearly full disk. */
export interface FullDiskTrial {
  readonly name: 'update' | 'merge'
  /** Pages of free space it had. */
  readonly pages: number
  readonly error: Bilingual | null
  /** Passages of the index opened afterwards, or why it does not open. */
  readonly opens: number | string
  readonly left: readonly string[]
}

const mount = 'mount -t tmpfs -o size=4m tmpfs "$1"'

function withoutMounts(): string | false {
  const { status } = spawnSync('unshare', ['--map-root-user', '--mount', 'true'])
  return status === 0 ? false : 'unshare is not permitted here, so no small disk can be mounted'
}

const old = await workshop({ after }, { 'a.txt': spring })

describe('a full disk', { skip: withoutMounts() }, () => {
  let trials: FullDiskTrial[] = []

  before(async () => {
    const disk = join(old.root, 'disk')
    await mkdir(disk)
    await put(join(old.root, 'fresh'), { 'a.txt': spring, 'b.txt': autumn })
    const places: Workshop = { ...old, index: join(disk, 'index') }
    const fresh: Workshop = { ...places, reports: join(old.root, 'fresh') }
    const child = fileURLToPath(new URL('fullDiskChild.ts', import.meta.url))
    const told = JSON.stringify({ old: places, fresh })
    const script = `${mount} && shift && exec "$@"`
    const command = ['sh', '-c', script, 'sh', disk, process.execPath, ...typescript, child, told]
    const started = spawn('unshare', ['--map-root-user', '--mount', ...command], { cwd: root, stdio: 'pipe' })
    const { code, stdout, stderr } = await ending(started)
    assert.equal(code, 0, stderr)
    trials = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as FullDiskTrial)
  })

  for (const [name, before, after] of [
    ['update', 4, 7],
    ['merge', 11, 11],
  ] as const) {
    const own = () => trials.filter((trial) => trial.name === name)

    it(`fails with a text that says what is full and what to do, until there is room for the ${name}`, (t) => {
      assert.equal(own().at(-1)?.error, null, 'even with 200 free pages it failed')
      assert.ok(own().length > 5)
      t.diagnostic(`needs ${own().at(-1)?.pages} pages`)
      for (const { pages, error } of own().slice(0, -1)) {
        assert.match(
          error!.en,
          /^The disk is full while writing the index .*untouched; free some space/u,
          `${pages} pages`,
        )
        assert.match(error!.zh, /磁盘空间不足.*原有索引未受影响;请腾出空间/u, `${pages} pages`)
      }
    })

    it(`leaves the index before the ${name} as it was`, () => {
      for (const { pages, opens } of own().slice(0, -1)) assert.equal(opens, before, `${pages} pages`)
      assert.equal(own().at(-1)?.opens, after)
    })

    it(`leaves nothing of the failed ${name} behind`, () => {
      assert.deepEqual(
        own().filter(({ left }) => left.length > 0),
        [],
      )
    })
  }
})

describe('a build whose graph cannot be written whole', {
  skip: (await loadHnsw()) ? false : 'hnswlib-node is not compiled on this machine',
}, () => {
  it('fails with a text, or leaves an index that opens', async (t) => {
    // Long vectors without tokens make the graph the largest file, so that a limit on file size stops it alone.
    const paragraphs = Array.from({ length: 80 }, (_, i) => `第${i}项完成。`)
    const places = await workshop(t, { 'a.txt': report('工作报告', paragraphs) })
    const told = { places, dimensions: 512, tokens: false, thenOpen: true }
    const limited = async (blocks: string): Promise<Ended> => {
      const script = `ulimit -f ${blocks} && exec "$@"`
      return ending(spawn('sh', ['-c', script, 'sh', ...childCommand(told)], { cwd: root, stdio: 'pipe' }))
    }
    const unlimited = await limited('unlimited')
    assert.match(unlimited.stdout, /opened 81 passages/u)
    const { files } = await segmentOf(places)
    const graph = files['vectors.hnsw']!.bytes
    const rest = Math.max(...Object.entries(files).map(([name, { bytes }]) => (name === 'vectors.hnsw' ? 0 : bytes)))
    const blocks = Math.floor((graph - 1) / 512)
    assert.ok(blocks * 512 > rest, 'the graph must be the only file over the limit')
    await put(places.reports, { 'b.txt': spring })
    await put(places.reports, { 'a.txt': report('工作报告', paragraphs.slice(4)) })
    const { code, signal, stdout, stderr } = await limited(String(blocks))
    const isRefused = code === 1 && /The disk is full while writing the index /u.test(stderr)
    const isWhole = code === 0 && /opened \d+ passages/u.test(stdout)
    assert.ok(isRefused || isWhole, `ended with ${code ?? signal}: ${stdout}${stderr}`)
  })
})
