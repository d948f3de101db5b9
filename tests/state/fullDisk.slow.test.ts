import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ending } from '../indexes/buildProcess.ts'
import { typescript } from '../support/typescript.ts'

const mount = 'mount -t tmpfs -o size=64k tmpfs "$1" && shift && exec "$@"'
const { status } = spawnSync('unshare', ['--map-root-user', '--mount', 'true'])
const skip = status !== 0 && 'unshare is not permitted here, so no small disk can be mounted'

test('after the disk was full everything reported as kept is there', { skip }, async (context) => {
  const disk = await mkdtemp(join(tmpdir(), 'wenju-full-'))
  context.after(() => rm(disk, { recursive: true }))
  const child = fileURLToPath(new URL('fullDiskChild.ts', import.meta.url))
  const command = ['sh', '-c', mount, 'sh', disk, process.execPath, ...typescript, child, disk]
  const { code, stdout, stderr } = await ending(spawn('unshare', ['--map-root-user', '--mount', ...command]))
  assert.equal(code, 0, stderr)
  const { kept, refused, lost } = JSON.parse(stdout) as Record<'kept' | 'refused' | 'lost', string[]>
  assert.ok(kept!.length > 100 && refused!.length > 0, stdout)
  assert.deepEqual(lost, [])
})
