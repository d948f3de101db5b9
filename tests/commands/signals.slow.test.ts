import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, it, type TestContext } from 'node:test'
import { variableNames } from '../../src/configVariables.ts'
import { ending } from '../indexes/buildProcess.ts'
import { report, workshop } from '../support/testIndex.ts'
import { until } from '../support/testLibrary.ts'
import { environmentOf } from './realModelIndex.ts'
import { root } from './run.ts'

/** Enough for the model to be at work for long after the signal. */
const paragraphs = Array.from({ length: 800 }, (_, i) => `第${i}项工程已经完成,新建公园${i}座,改造老旧小区${i}个。`)
const places = await workshop({ after }, { 'a.txt': report('工作报告', paragraphs) })
const unset = Object.fromEntries(variableNames.map((name) => [name, '']))
const env = { ...process.env, ...unset, LANG: 'en_US.UTF-8', LC_ALL: '', ...environmentOf(places) }

/** Unless told otherwise by the system, only root may make process 1 of a namespace. */
const asFirst = ['unshare', '--map-root-user', '--pid', '--fork', '--kill-child', '--mount-proc']
const isFirstPossible = spawnSync(asFirst[0]!, [...asFirst.slice(1), 'true']).status === 0

/** Starts a first build, sends the signal when the model is at work, and tells how it ended. */
async function endedBy(signal: NodeJS.Signals, t: TestContext, settings: object, before: readonly string[] = []) {
  const [command, ...args] = [...before, process.execPath, 'scripts/launcher.cjs', 'src/main.ts']
  // One that does not end is killed, and its exit code is null.
  const options = { timeout: 90_000, killSignal: 'SIGKILL' } as const
  const started = spawn(command!, args, { cwd: root, env: { ...env, ...settings }, ...options })
  t.after(() => started.kill('SIGKILL'))
  let told = ''
  started.stderr.setEncoding('utf8').on('data', (text: string) => (told += text))
  const ended = ending(started)
  await until(() => /^Indexing \d/mu.test(told) || started.exitCode !== null)
  const own = `/proc/${started.pid}/task/${started.pid}/children`
  process.kill(before.length === 0 ? started.pid! : Number((await readFile(own, 'utf8')).trim()), signal)
  return ended
}

/** What another build would meet: no lock, and nothing in force. */
async function assertNothingInForce(): Promise<void> {
  const names = await readdir(places.index)
  assert.deepEqual(
    names.filter((name) => name === '.lock' || name === 'manifest.json'),
    [],
  )
}

describe('a signal during the first build', () => {
  const telegram = {
    TELEGRAM_BOT_TOKEN: '7:none',
    TELEGRAM_API_ROOT: 'http://127.0.0.1:1',
    STATE_DIR: join(places.root, 'state'),
  }

  it('ends a start without a token, and leaves neither a lock nor a part of an index in force', async (t) => {
    const { code, stderr } = await endedBy('SIGTERM', t, {})
    assert.equal(code, 143, stderr)
    await assertNothingInForce()
  })

  const skip = isFirstPossible ? false : 'unshare is not permitted here'
  for (const [signal, expected] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const) {
    it(`ends the bot as process 1 of a container, ${signal}`, { skip }, async (t) => {
      const { code, stderr } = await endedBy(signal, t, telegram, asFirst)
      assert.equal(code, expected, stderr)
      await assertNothingInForce()
    })
  }
})
