import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { runFolderVariable, sharedFolder } from './sharedFolder.ts'

test('a folder is filled once for all who ask for it, and by the next where filling it failed', async (t) => {
  const run = await mkdtemp(join(tmpdir(), 'wenju-shared-'))
  const before = process.env[runFolderVariable]
  process.env[runFolderVariable] = run
  t.after(async () => {
    if (before === undefined) delete process.env[runFolderVariable]
    else process.env[runFolderVariable] = before
    await rm(run, { recursive: true })
  })
  const failing = sharedFolder('a', () => Promise.reject(new Error('no disk')))
  await assert.rejects(failing, /no disk/u)
  let filled = 0
  const fill = (folder: string) => writeFile(join(folder, 'number'), String(++filled))
  const folders = await Promise.all([1, 2, 3].map(() => sharedFolder('a', fill)))
  assert.deepEqual([new Set(folders).size, filled], [1, 1])
  assert.equal(await readFile(join(folders[0]!, 'number'), 'utf8'), '1')
  assert.deepEqual(await readdir(run), ['a'])
})
