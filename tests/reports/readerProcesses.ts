import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'

/** The reading processes of process `parent`. */
export async function readersOf(parent: number): Promise<number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/u.test(name)) continue
    const told = (part: string) => readFile(`/proc/${name}/${part}`, 'utf8').catch(() => '')
    const isChild = Number(/\) \S (\d+)/u.exec(await told('stat'))?.[1]) === parent
    if (isChild && (await told('cmdline')).includes('readingProcessMain')) found.push(Number(name))
  }
  return found
}

/** True for a process that has not ended. */
export const isAlive = async (pid: number) =>
  !/\) Z|^$/u.test(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''))

/** Waits until something is so. */
export async function eventually(is: () => Promise<boolean>, what: string, seconds = 60): Promise<void> {
  const until = Date.now() + seconds * 1000
  while (!(await is())) {
    assert.ok(Date.now() < until, what)
    await wait(100)
  }
}
