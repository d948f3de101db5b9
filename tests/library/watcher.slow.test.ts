import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { put, report } from '../support/testIndex.ts'
import { libraryOver, titles, until } from '../support/testLibrary.ts'
import { typescript } from '../support/typescript.ts'

const summer = report('夏天的工作报告', ['清淤河道六条。'])

/** How many watches this process has, as Linux counts them. */
async function watches(): Promise<number> {
  const open = await readdir('/proc/self/fdinfo')
  const told = await Promise.all(open.map((name) => readFile(`/proc/self/fdinfo/${name}`, 'utf8').catch(() => '')))
  return told.join('').match(/^inotify wd/gmu)?.length ?? 0
}

test('a folder takes one watch, however many files it holds', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const files = Array.from({ length: 120 }, (_, i) => [`${i % 3}/${i}.txt`, report(`第${i}份报告`, ['修好路灯九盏。'])])
  const before = await watches()
  const { places, library } = await libraryOver(t, Object.fromEntries(files))
  await until(async () => (await watches()) - before === 4)
  await put(places.reports, { '4/新/a.txt': summer })
  await until(() => titles(library).length === 121)
  await until(async () => (await watches()) - before === 6)
  await rm(join(places.reports, '4'), { recursive: true })
  await until(() => titles(library).length === 120)
  await until(async () => (await watches()) - before === 4)
})

test('a folder that was put in the place of another is watched', async (t) => {
  const { places, library } = await libraryOver(t, { '子/a.txt': summer })
  await rename(join(places.reports, '子'), join(places.root, 'away'))
  await mkdir(join(places.reports, '子'))
  await until(() => titles(library).length === 0)
  for (const [i, name] of ['b.txt', 'c.txt'].entries()) {
    await put(join(places.reports, '子'), { [name]: report(`第${i}份报告`, ['修好路灯九盏。']) })
    await until(() => titles(library).length === i + 1)
  }
})

/** Runs `limitedChild.ts` where the system lets its user watch so many folders. */
const limited = (count: number) => [
  '-Ur',
  'sh',
  '-c',
  `echo ${count} > /proc/sys/user/max_inotify_watches && exec "$0" "$@"`,
  process.execPath,
  ...typescript,
  fileURLToPath(new URL('./limitedChild.ts', import.meta.url)),
]
const canLimit = spawnSync('unshare', ['-Ur', 'sh', '-c', 'echo 9 > /proc/sys/user/max_inotify_watches']).status === 0

test('where no more folders can be watched that is told once, with what to do, and changes are seen at the next look', {
  skip: canLimit ? false : 'no namespace of its own for the limit',
}, async () => {
  const { stdout } = await promisify(execFile)('unshare', limited(2), { timeout: 60_000 })
  const { logged, seen } = JSON.parse(stdout) as { logged: string[]; seen: string[] }
  assert.equal(logged.length, 1, logged.join(''))
  assert.match(logged[0]!, / warn .* within a minute.*Raise fs\.inotify\.max_user_watches with sysctl\n$/u)
  assert.deepEqual(seen, ['0/a.txt', '1/a.txt', '2/a.txt', '3/a.txt', '3/b.txt'])
})
