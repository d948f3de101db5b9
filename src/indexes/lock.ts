import { createHash, randomUUID } from 'node:crypto'
import { constants, readFileSync, rmSync } from 'node:fs'
import { copyFile, type FileHandle, link, open, readFile, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { errorCode, IndexError } from '../errors.ts'
import { isLinkless, renameOver } from '../fileSystem.ts'

/** Tokens of the locks that this process holds or asks for, as an earlier process may have had the same id. */
const ownTokens = new Set<string>()
/** Racing processes need a few attempts; more than these mean that something else is wrong. */
const maxAttempts = 20
/** The holder of a lock touches it at this interval. */
const touchMs = 10_000
/** A lock that was not touched for so long is stale: its process stands still, or ended on another machine. */
const staleMs = 60_000

/** The error of a process that meets another one building in the folder. It passes when the other is done. */
export class BusyError extends IndexError {}

/** The lock in the hands of its holder. */
export interface BuildLock {
  /**
   * The holder calls this right before it replaces the manifest.
   * @throws BusyError when another process took the lock over, as this one stood still for a minute
   */
  requireHeld(): Promise<void>
}

/**
 * Runs `work` while this process alone may build in `folder`. The lock is a file that names its process. A lock of a
 * process that no longer lives on this host, or that was not touched for a minute, is taken over. A process that exits
 * in the middle of its work removes its lock.
 *
 * @throws BusyError when another process builds there.
 */
export async function withBuildLock<T>(folder: string, work: (lock: BuildLock) => Promise<T>): Promise<T> {
  const path = join(folder, '.lock')
  const token = randomUUID()
  const owner = JSON.stringify({ pid: process.pid, host: hostname(), token })
  ownTokens.add(token)
  try {
    const file = await acquire(path, owner)
    const removeAtExit = () => removeOwn(path, owner)
    process.on('exit', removeAtExit)
    try {
      return await whileTouched(file, owner, () => holding(path, owner, work))
    } finally {
      process.off('exit', removeAtExit)
      await file.close()
    }
  } finally {
    ownTokens.delete(token)
  }
}

async function holding<T>(path: string, owner: string, work: (lock: BuildLock) => Promise<T>): Promise<T> {
  const read = () => readFile(path, 'utf8').catch(() => null)
  const requireHeld = async () => {
    const found = await read()
    if (found !== owner) throw busy(path, parseOwner(found ?? ''))
  }
  try {
    return await work({ requireHeld })
  } catch (error) {
    // A process that took the lock over removes files that no manifest lists, and the work may have failed for want of
    // them.
    if ((await read()) !== null) await requireHeld()
    throw error
  } finally {
    if ((await read()) === owner) await rm(path, { force: true })
  }
}

/** Removes this process's lock synchronously, as an exit waits for nothing. */
function removeOwn(path: string, owner: string): void {
  try {
    if (readFileSync(path, 'utf8') === owner) rmSync(path)
  } catch {
    // Another process takes over a lock that stays behind, as its owner has ended.
  }
}

/**
 * Rewrites the content of the lock at intervals, so that the file system notes the time, by a clock that all processes
 * see. The handle leads to this process's own file even when another lock has taken its place.
 */
async function whileTouched<T>(file: FileHandle, owner: string, work: () => Promise<T>): Promise<T> {
  let touching: Promise<unknown> = Promise.resolve()
  const touch = async () => {
    await file.write(owner, 0)
    await file.datasync()
  }
  const timer = setInterval(() => {
    // A failure does no harm: `requireHeld` sees whether another process has taken the lock over.
    touching = touching.then(touch).catch(() => undefined)
  }, touchMs).unref()
  try {
    return await work()
  } finally {
    clearInterval(timer)
    await touching
  }
}

/** A lock that is written and not in its place yet. */
interface Aside {
  readonly path: string
  /** The time of writing, in milliseconds by the clock of the file system. */
  readonly writtenMs: number
}

async function writeAside(path: string, owner: string): Promise<Aside> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(owner)
    return { path, writtenMs: (await file.stat()).mtimeMs }
  } catch (error) {
    await rm(path, { force: true })
    throw error
  } finally {
    await file.close()
  }
}

/** Puts a lock in its place. @returns the lock, open for writing */
async function acquire(path: string, owner: string): Promise<FileHandle> {
  // Linking is atomic and the file arrives with its content, so no reader meets an empty lock.
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const aside = await writeAside(`${path}.${process.pid}.${randomUUID()}`, owner)
    try {
      const isPlaced = (await linked(aside.path, path)) || (await takeOver(path, aside))
      const file = isPlaced ? await openOwn(path, owner) : null
      if (file !== null) return file
    } finally {
      await rm(aside.path, { force: true })
    }
  }
  throw busy(path, null)
}

/** Opens the lock in its place for writing; null when another process has taken it over meanwhile. */
async function openOwn(path: string, owner: string): Promise<FileHandle | null> {
  const file = await open(path, 'r+').catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error
    return null
  })
  if (file === null || (await file.readFile('utf8')) === owner) return file
  await file.close()
  return null
}

/**
 * Makes `to` another name of the file `from`. Where the file system has no links `to` becomes a copy, which one process
 * alone can make, but others may meet while it is still empty: `openOwn` and `requireHeld` notice when it was taken
 * over for that.
 *
 * @returns false where there is a file `to`, or the holder of the lock has removed `from`
 */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to).catch(async (error: unknown) => {
      if (!isLinkless(error)) throw error
      await copyFile(from, to, constants.COPYFILE_EXCL)
    })
    return true
  } catch (error) {
    if (errorCode(error) !== 'EEXIST' && errorCode(error) !== 'ENOENT') throw error
    return false
  }
}

/**
 * Replaces a stale lock. The right to do so is a file whose name is made of the stale lock's content, so that one
 * process gets it; and the lock must still have that content and not have been touched meanwhile.
 */
async function takeOver(path: string, aside: Aside): Promise<boolean> {
  const content = await readStale(path, path, aside)
  if (content === null) return false
  const successor = `${path}.${createHash('sha256').update(content).digest('hex').slice(0, 32)}`
  if (!(await linked(aside.path, successor))) {
    // A stale right belongs to a process that crashed in the middle of this very takeover.
    if ((await readStale(successor, path, aside)) !== null) await rm(successor, { force: true })
    return false
  }
  try {
    if ((await readStale(path, path, aside)) !== content) return false
    const spare = `${aside.path}.spare`
    if (!(await linked(aside.path, spare))) return false
    await renameOver(spare, path)
    return true
  } finally {
    await rm(successor, { force: true })
  }
}

/**
 * The content of a stale lock, or null when it is gone.
 * @throws BusyError when a process holds it, that is, when it lives as far as can be seen and touched the lock lately
 */
async function readStale(path: string, lock: string, { writtenMs }: Aside): Promise<string | null> {
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return null
  try {
    const content = await file.readFile('utf8')
    const owner = parseOwner(content)
    if (owner === null || isDead(owner)) return content
    const { mtimeMs } = await file.stat()
    // A lock of this very process needs no touch to be known as held.
    if (isOurs(owner) || writtenMs - mtimeMs < staleMs) throw busy(lock, owner)
    return content
  } finally {
    await file.close()
  }
}

interface Owner {
  readonly pid: number
  readonly host: string
  readonly token: string
}

function parseOwner(content: string): Owner | null {
  try {
    const data: unknown = JSON.parse(content)
    if (typeof data !== 'object' || data === null || !('pid' in data) || !('host' in data)) return null
    return { pid: Number(data.pid), host: String(data.host), token: 'token' in data ? String(data.token) : '' }
  } catch {
    // A file of other content, or one that a crash tore, is held by nobody.
    return null
  }
}

function isOurs({ pid, host }: Owner): boolean {
  return host === hostname() && pid === process.pid
}

/** True when the process has certainly ended, which cannot be seen of a process on another host. */
function isDead(owner: Owner): boolean {
  if (owner.host !== hostname()) return false
  if (isOurs(owner)) return !ownTokens.has(owner.token)
  try {
    process.kill(owner.pid, 0)
    return false
  } catch (error) {
    return errorCode(error) !== 'EPERM'
  }
}

function busy(path: string, owner: Owner | null): BusyError {
  const holder = owner ? `pid ${owner.pid} @ ${owner.host}` : 'unknown'
  return new BusyError({
    zh: `另一个进程(${holder})正在建立这个索引(${path})。请等它完成后再运行;若它已中断,一分钟后即可运行。`,
    en: `Another process (${holder}) is building this index (${path}). Wait until it is done and run again; if it broke off, that can be done after a minute.`,
  })
}
