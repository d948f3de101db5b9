import { createHash, randomUUID } from 'node:crypto'
import { link, open, readFile, rename, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { errorCode, IndexError } from '../errors.ts'

/** Tokens of the locks that this process holds or asks for: its id alone does not tell it from a predecessor with the same one. */
const own = new Set<string>()
/** Racing processes take turns; more turns than this mean something else is wrong. */
const maxAttempts = 20

/**
 * Runs `work` while this process alone may build in `folder`. The lock is a file that names its process; one left
 * behind by a process that no longer lives on this host is taken over.
 *
 * @throws IndexError when another process builds there.
 */
export async function withBuildLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const path = join(folder, '.lock')
  const token = randomUUID()
  own.add(token)
  try {
    await acquire(path, JSON.stringify({ pid: process.pid, host: hostname(), token }))
    try {
      return await work()
    } finally {
      await rm(path, { force: true })
    }
  } finally {
    own.delete(token)
  }
}

async function acquire(path: string, owner: string): Promise<void> {
  const aside = `${path}.${process.pid}.${randomUUID()}`
  try {
    const handle = await open(aside, 'wx')
    try {
      await handle.writeFile(owner)
    } finally {
      await handle.close()
    }
    // Linking is atomic and the file arrives with its content, so no reader meets an empty lock.
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      if (await linked(aside, path)) return
      const content = await readFile(path, 'utf8').catch(() => null)
      if (content !== null && (await takeOver(path, content, aside))) return
    }
    throw busy(path, 'unknown')
  } finally {
    await rm(aside, { force: true })
  }
}

/** Makes `to` another name of the file `from`, unless there is one. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
    return false
  }
}

/**
 * Replaces a stale lock of the given content. Only whoever owns the successor's name, which is made of that content,
 * may replace it; and only as long as it still has that content.
 */
async function takeOver(path: string, content: string, aside: string): Promise<boolean> {
  requireDead(path, content)
  const successor = `${path}.${createHash('sha256').update(content).digest('hex').slice(0, 32)}`
  if (!(await linked(aside, successor))) {
    const other = await readFile(successor, 'utf8').catch(() => null)
    if (other !== null) {
      requireDead(path, other)
      // Its owner crashed in the middle of this very takeover.
      await rm(successor, { force: true })
    }
    return false
  }
  try {
    if ((await readFile(path, 'utf8').catch(() => null)) !== content) return false
    const spare = `${aside}.spare`
    await link(aside, spare)
    await rename(spare, path)
    return true
  } finally {
    await rm(successor, { force: true })
  }
}

/** @throws IndexError when the lock's process is alive, or on another host, where that cannot be told. */
function requireDead(path: string, content: string): void {
  const owner = parseOwner(content)
  if (owner && (owner.host !== hostname() || isAlive(owner))) throw busy(path, `pid ${owner.pid} @ ${owner.host}`)
}

function parseOwner(content: string): { pid: number; host: string; token: string } | null {
  try {
    const data: unknown = JSON.parse(content)
    if (typeof data !== 'object' || data === null || !('pid' in data) || !('host' in data)) return null
    return { pid: Number(data.pid), host: String(data.host), token: 'token' in data ? String(data.token) : '' }
  } catch {
    // Not a lock of ours, or one torn by a crash: nobody holds it.
    return null
  }
}

function isAlive({ pid, token }: { pid: number; token: string }): boolean {
  if (pid === process.pid) return own.has(token)
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
