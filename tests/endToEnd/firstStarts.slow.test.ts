import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { withBuildLock } from '../../src/indexes/lock.ts'
import { ending, root } from '../indexes/buildProcess.ts'
import { autumn, entries, spring, tidyEntries, workshop } from '../support/testIndex.ts'
import { typescript } from '../support/typescript.ts'

const program = fileURLToPath(new URL('firstStart.ts', import.meta.url))

test('of several first starts over one folder each waits for the one that builds, and answers', async (t) => {
  const places = await workshop(t, { 'a.txt': spring, 'b.txt': autumn })
  const environment = {
    ...process.env,
    REPORTS_DIR: places.reports,
    INDEX_DIR: places.index,
    STATE_DIR: join(places.root, 'state'),
    QDRANT_URL: '',
  }
  const start = () => {
    const started = spawn(process.execPath, [...typescript, program], { cwd: root, env: environment })
    t.after(() => started.kill('SIGKILL'))
    let told = ''
    const waits = new Promise<void>((resolve, reject) => {
      started.stderr.setEncoding('utf8').on('data', (text: string) => {
        told += text
        if (told.includes('which is waited for')) resolve()
      })
      started.on('close', () => reject(new Error(`it ended: ${told}`)))
    })
    waits.catch(() => undefined)
    return { waits, ended: ending(started) }
  }
  const both = await withBuildLock(places.index, async () => {
    const started = [start(), start()]
    await Promise.all(started.map(({ waits }) => waits))
    return started
  })
  const ends = await Promise.all(both.map(({ ended }) => ended))
  assert.deepEqual(
    ends.map(({ code, stdout }) => [code, stdout]),
    [
      [0, '7 passages\n'],
      [0, '7 passages\n'],
    ],
    ends.map(({ stderr }) => stderr).join('\n'),
  )
  assert.deepEqual(await entries(places), await tidyEntries(places))
})
