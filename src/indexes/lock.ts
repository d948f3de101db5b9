import { randomUUID } from 'node:crypto'
import { link, open, readFile, rename, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { errorCode, IndexError } from '../errors.ts'

/**
 * Runs `work` while this process alone may build in `folder`. The lock is a file that names its process; one left
 * behind by a process that no longer lives on this host is taken over.
 *
 * @throws IndexError when another process builds there.
 */
export async function withBuildLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const path = join(folder, '.lock')
  const owner = JSON.stringify({ pid: process.pid, host: hostname(), token: randomUUID() })
  await acquire(path, owner)
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

async function acquire(path: string, owner: string): Promise<void> {
  const aside = `${path}.${process.pid}.${randomUUID()}`
  const handle = await open(aside, 'wx')
  await handle.writeFile(owner)
  await handle.close()
  try {
    // Linking is atomic and the file arrives with its content, so no reader meets an empty lock.
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        await link(aside, path)
        return
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error
        await removeStale(path)
      }
    }
    throw busy(path, 'unknown')
  } finally {
    await rm(aside, { force: true })
  }
}

/** Removes a lock whose process is gone. @throws IndexError when it is alive. */
async function removeStale(path: string): Promise<void> {
  const content = await readFile(path, 'utf8').catch(() => null)
  if (content === null) return
  const owner = parseOwner(content)
  if (owner && (owner.host !== hostname() || isAlive(owner.pid))) throw busy(path, `pid ${owner.pid} @ ${owner.host}`)
  // Two processes may find the same stale lock; only one can move it away, and what it moved is checked.
  const moved = `${path}.${randomUUID()}`
  try {
    await rename(path, moved)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return
    throw error
  }
  if ((await readFile(moved, 'utf8')) !== content) await link(moved, path).catch(() => undefined)
  await rm(moved, { force: true })
}

function parseOwner(content: string): { pid: number; host: string } | null {
  try {
    const data: unknown = JSON.parse(content)
    if (typeof data !== 'object' || data === null || !('pid' in data) || !('host' in data)) return null
    return { pid: Number(data.pid), host: String(data.host) }
  } catch {
    // Not a lock of ours, or one torn by a crash: nobody holds it.
    return null
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}

function busy(path: string, owner: string): IndexError {
  return new IndexError({
    zh: `另一个进程(${owner})正在建立这个索引。请等它完成后再运行;若确定没有,请删除 ${path}。`,
    en: `Another process (${owner}) is building this index. Wait until it is done and run again; if there is none, delete ${path}.`,
  })
}
