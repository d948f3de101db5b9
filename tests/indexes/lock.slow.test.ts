import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { IndexError } from '../../src/errors.ts'
import { BusyError, withBuildLock } from '../../src/indexes/lock.ts'
import { openIndex } from '../../src/indexes/source.ts'
import { listReports } from '../../src/reports/folder.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import {
  build,
  entries,
  folderOf,
  openBuilt,
  snapshot,
  spring,
  tidyEntries,
  type Workshop,
  workshop,
} from '../support/testIndex.ts'
import { type Ended, startBuild, untilPrinted } from './buildProcess.ts'

/** A process that is there and then is gone, so that its id belongs to nobody. */
async function deadPid(): Promise<number> {
  const gone = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
  await once(gone, 'close')
  return gone.pid!
}

/** A snapshot without the time of the lock file, which its holder touches every ten seconds. */
function withoutLockTime(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([path, state]) => [path, path.endsWith('.lock') ? state.replace(/ \d+ /u, ' ') : state]),
  )
}

function busy(pid: number | undefined, index: string) {
  return (error: unknown) => {
    assert.ok(error instanceof BusyError, String(error))
    for (const text of Object.values(error.text)) {
      assert.ok(text.includes(`pid ${pid} `), text)
      assert.ok(text.includes(join(index, '.lock')), text)
    }
    assert.match(error.text.en, /Another process .* is building this index .*\. Wait/u)
    assert.match(error.text.zh, /另一个进程.*正在建立这个索引.*等/u)
    return true
  }
}

/** As if the lock in `index` had been touched so many seconds ago. */
async function touched(index: string, seconds: number): Promise<void> {
  const then = Date.now() / 1000 - seconds
  await utimes(join(index, '.lock'), then, then)
}

async function assertTidy(places: Workshop): Promise<void> {
  assert.deepEqual(await entries(places), await tidyEntries(places))
}

describe('the build lock', () => {
  it('lets one of many processes build, refuses the others, is touched, and taken over when it was killed', {
    timeout: 180_000,
  }, async (t) => {
    const places = await workshop(t, { 'a.txt': spring })
    const started = Array.from({ length: 3 }, () => startBuild({ places, delayMs: 60_000 }))
    t.after(() => started.map((one) => one.process.kill('SIGKILL')))
    // The one that holds the lock goes on until it is killed; all others are to end by themselves.
    const ended: Ended[] = []
    const refused = new Promise<void>((resolve) => {
      for (const one of started) void one.ended.then((end) => ended.push(end) === 2 && resolve())
    })
    const embedding = started.map(async (one) => {
      await untilPrinted(one.process, 'embedding')
      return one
    })
    const { process: holder, ended: holderEnded } = await Promise.any(embedding)
    await refused
    for (const { code, stdout, stderr } of ended) {
      assert.deepEqual([code, stdout], [1, ''])
      assert.match(
        stderr,
        new RegExp(`^另一个进程\\(pid ${holder.pid} .*\\nAnother process \\(pid ${holder.pid} `, 'u'),
      )
    }

    const own = (await entries(places)).filter((name) => name.startsWith('.lock'))
    assert.deepEqual(own, ['.lock'], 'those who were refused leave nothing')
    const lock = join(places.index, '.lock')
    const before = withoutLockTime(await snapshot(places.index))
    await assert.rejects(build(places, fakeEmbedder()), busy(holder.pid, places.index))
    assert.deepEqual(withoutLockTime(await snapshot(places.index)), before)

    const content = await readFile(lock, 'utf8')
    await touched(places.index, 59)
    for (let age = 59; age > 10; await wait(200)) {
      age = (Date.now() - (await stat(lock)).mtimeMs) / 1000
      assert.ok(age < 75, 'it is not touched any more')
    }
    assert.equal(await readFile(lock, 'utf8'), content)

    holder.kill('SIGKILL')
    await holderEnded
    assert.ok(existsSync(lock))
    assert.equal((await build(places, fakeEmbedder())).written, true)
    await assertTidy(places)
  })

  it('lets never two hold it, however many find the same stale lock', async (t) => {
    const { index } = await workshop(t)
    const lock = JSON.stringify({ pid: await deadPid(), host: hostname(), token: 'x' })
    for (let round = 0; round < 60; round++) {
      await writeFile(join(index, '.lock'), lock)
      let holders = 0
      let most = 0
      let held = 0
      const work = async () => {
        held++
        most = Math.max(most, ++holders)
        await wait(5)
        holders--
      }
      await Promise.allSettled(Array.from({ length: 8 }, () => withBuildLock(index, work)))
      assert.ok(held >= 1)
      assert.equal(most, 1, `in round ${round} ${most} held the lock at once`)
    }
  })

  const stale: [string, () => Promise<string>][] = [
    ['of a dead process', async () => JSON.stringify({ pid: await deadPid(), host: hostname(), token: 'x' })],
    ['that is empty', async () => ''],
    ['that is garbage', async () => '\0{"pid":'],
    ['of another form', async () => '[1,2]'],
    // In a container every start has the same process id, so the id alone does not tell that the owner lives.
    [
      'of an earlier process with this process’s id',
      async () => JSON.stringify({ pid: process.pid, host: hostname(), token: 'x' }),
    ],
  ]
  for (const [what, content] of stale) {
    it(`takes over a lock ${what}`, async (t) => {
      const places = await workshop(t, { 'a.txt': spring })
      await writeFile(join(places.index, '.lock'), await content())
      assert.equal((await build(places, fakeEmbedder())).written, true)
      await assertTidy(places)
    })
  }

  /** A lock of another machine, whose processes cannot be seen from here, last touched so many seconds ago. */
  async function lockFromElsewhere({ index }: Workshop, seconds: number): Promise<string> {
    const lock = JSON.stringify({ pid: 4242, host: `not-${hostname()}`, token: 'x' })
    await writeFile(join(index, '.lock'), lock)
    await touched(index, seconds)
    return lock
  }

  it('respects a lock of another machine that was touched lately', async (t) => {
    const places = await workshop(t, { 'a.txt': spring })
    const lock = await lockFromElsewhere(places, 50)
    await assert.rejects(build(places, fakeEmbedder()), busy(4242, places.index))
    assert.equal(await readFile(join(places.index, '.lock'), 'utf8'), lock)
    assert.deepEqual(await entries(places), ['.lock'])
  })

  it('respects it also when this machine’s clock is a day ahead of the file system’s', async (t) => {
    const places = await workshop(t, { 'a.txt': spring })
    await lockFromElsewhere(places, 0)
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 86_400_000 })
    await assert.rejects(build(places, fakeEmbedder()), busy(4242, places.index))
  })

  it('takes over a lock of another machine that was not touched for a minute', async (t) => {
    const places = await workshop(t, { 'a.txt': spring })
    await lockFromElsewhere(places, 61)
    assert.equal((await build(places, fakeEmbedder())).written, true)
    await assertTidy(places)
  })

  it('is lost to another by a process that stands still, which then puts nothing in force', async (t) => {
    const places = await workshop(t, { 'a.txt': spring })
    const first = startBuild({ places, delayMs: 1000 })
    t.after(() => first.process.kill('SIGKILL'))
    await untilPrinted(first.process, 'embedding')
    first.process.kill('SIGSTOP')
    await assert.rejects(build(places, fakeEmbedder()), busy(first.process.pid, places.index))
    await touched(places.index, 61)
    // Still at work when the first goes on.
    const slow = fakeEmbedder({ delayMs: 4000, onEmbed: () => void first.process.kill('SIGCONT') })
    const [built, ended] = await Promise.all([build(places, slow), first.ended])
    assert.equal(built.written, true)
    assert.deepEqual([ended.code, ended.stderr.match(/Another process \(pid (\d+)/u)?.[1]], [1, `${process.pid}`])
    await assertTidy(places)
    assert.equal((await openBuilt(places, fakeEmbedder())).size, built.passages)
  })

  it('refuses a second build inside the same process', async (t) => {
    const places = await workshop(t, { 'a.txt': spring })
    let letGo = () => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const plain = fakeEmbedder()
    let started = () => {}
    const embedding = new Promise<void>((resolve) => {
      started = resolve
    })
    const slow = {
      ...plain,
      embedPacked: async (texts: readonly string[]) => {
        started()
        await held
        return plain.embedPacked(texts)
      },
    }
    const first = build(places, slow)
    await embedding
    await assert.rejects(build(places, fakeEmbedder()), busy(process.pid, places.index))
    letGo()
    assert.equal((await first).written, true)
    await assertTidy(places)
  })

  it('is gone after a build that failed', async (t) => {
    const places = await workshop(t, { 'a.txt': spring })
    const failing = { ...fakeEmbedder(), embedPacked: () => Promise.reject(new Error('no memory')) }
    await assert.rejects(build(places, failing), /no memory/u)
    assert.deepEqual(await entries(places), [])
    assert.equal((await build(places, fakeEmbedder())).written, true)
  })
})

describe('an index that is rebuilt while others open it', () => {
  it('opens old or new, or says that it is stale, and is never called damaged', async (t) => {
    const places = await workshop(t, { 'a.txt': spring })
    const embedder = fakeEmbedder()
    await build(places, embedder)
    let opened = 0
    for (let round = 0; round < 10; round++) {
      const { files } = await listReports(places.reports)
      await writeFile(join(places.reports, 'b.txt'), `第${round}号报告\n\n新建公园${round}座。\n`)
      let building = true
      const built = build(places, embedder).finally(() => {
        building = false
      })
      while (building) {
        await openIndex(folderOf(places.index, embedder), embedder.model, files).catch((error) => {
          if (!(error instanceof IndexError) || !/ is stale: /u.test(error.text.en)) throw error
        })
        opened++
      }
      await built
    }
    assert.ok(opened > 0)
  })
})
