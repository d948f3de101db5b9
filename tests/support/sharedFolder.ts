import { existsSync, rmSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorCode } from '../../src/errors.ts'

/** The variable in which `scripts/test.ts` names a folder that lasts as long as its run. */
export const runFolderVariable = 'WENJU_TEST_RUN'

/** Files wait this long for another one that fills a folder, in milliseconds. Only a run that fails does. */
const fillMs = 600_000

/** Makes a folder that the first test file of a run to ask for it fills, and all others find. They only read and copy it. */
export async function sharedFolder(name: string, fill: (folder: string) => Promise<unknown>): Promise<string> {
  const folder = join(process.env[runFolderVariable] ?? (await ownFolder()), name)
  const draft = `${folder}.draft`
  for (const end = performance.now() + fillMs; performance.now() < end; await sleep(100)) {
    if (existsSync(folder)) return folder
    if (!(await isMadeHere(draft))) continue
    try {
      if (existsSync(folder)) continue
      await fill(draft)
      await rename(draft, folder)
    } finally {
      await rm(draft, { recursive: true, force: true })
    }
  }
  throw new Error(`another test file did not fill ${folder}`)
}

async function isMadeHere(folder: string): Promise<boolean> {
  try {
    await mkdir(folder)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}

/** A folder for a test file or a benchmark that runs by itself, removed when its process ends. */
async function ownFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-shared-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}
