import { createHash, randomUUID } from 'node:crypto'
import { constants, readFileSync, rmSync } from 'node:fs'
import { copyFile, type FileHandle, link, open, readFile, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { errorCode, IndexError } from '../errors.ts'
import { isLinkless, renameOver } from '../fileSystem.ts'

/** Tokens of the locks that this process holds or asks for: its id alone does not tell it from a predecessor with the same one. */
const own = new Set<string>()
/** Racing processes take turns; more turns than this mean something else is wrong. */
const maxAttempts = 20
/** A lock is touched this often while it is held, */
const touchMs = 10_000
/** and is left behind when it was not for so long: its process stands still, or ended on a machine that cannot be seen from here. */
const staleMs = 60_000

/** Another process builds in the folder; it passes when that one is done. */
export class BusyError extends IndexError {}

/** The lock as whoever holds it sees it. */
export interface BuildLock {
  /**
   * To be called right before what was built is put in force.
   * @throws BusyError when another process took the lock over, as this one stood still for a minute
   */
  requireHeld(): Promise<void>
}

/**
 * Runs `work` while this process alone may build in `folder`. The lock is a file that names its process; one left
 * behind by a process that no longer lives on this host, or that was not touched for a minute, is taken over. A process that
 * exits in the middle of its work removes it.
 *
 * @throws BusyError when another process builds there.
 */
export async function withBuildLock<T>(folder: string, work: (lock: BuildLock) => Promise<T>): Promise<T> {
  const path = join(folder, '.lock')
  const token = randomUUID()
  const owner = JSON.stringify({ pid: process.pid, host: hostname(), token })
  own.add(token)
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
    own.delete(token)
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
    // Whoever took the lock over clears away what is not in force, and the work may have failed for want of it.
    if ((await read()) !== null) await requireHeld()
    throw error
  } finally {
    if ((await read()) === owner) await rm(path, { force: true })
  }
}

/** Removes this process's lock without giving others their turn, as an exit does not wait. */
function removeOwn(path: string, owner: string): void {
  try {
    if (readFileSync(path, 'utf8') === owner) rmSync(path)
  } catch {
    // A lock that stays behind is taken over, as its process has ended.
  }
}

/**
 * Writes the same words over themselves now and then, so that the file system, whose clock all that share it see, notes the
 * time. The handle leads to this process's own lock even when another has taken its place.
 */
async function whileTouched<T>(file: FileHandle, owner: string, work: () => Promise<T>): Promise<T> {
  let touching: Promise<unknown> = Promise.resolve()
  const touch = async () => {
    await file.write(owner, 0)
    await file.datasync()
  }
  const timer = setInterval(() => {
    // Whoever cannot touch it notices by `requireHeld` when another has taken it over.
    touching = touching.then(touch).catch(() => undefined)
  }, touchMs).unref()
  try {
    return await work()
  } finally {
    clearInterval(timer)
    await touching
  }
}

/** A lock before it is in its place. */
interface Aside {
  readonly path: string
  /** When it was written, in milliseconds by the clock of the file system. */
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

/** @returns the lock, open for writing */
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

/** The lock in its place, open for writing; null when another process has taken it over meanwhile. */
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
 * Makes `to` another name of the file `from`, unless there is one, or whoever held the lock has cleared `from` away. Where
 * the file system has no links `to` becomes a copy, which only one process can make but others may meet while it is still
 * empty: `openOwn` and `requireHeld` notice when it was taken over because of that.
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
 * Replaces a stale lock. Only whoever owns the successor's name, which is made of the lock's content, may replace it; and
 * only as long as it still has that content and was not touched meanwhile.
 */
async function takeOver(path: string, aside: Aside): Promise<boolean> {
  const content = await readStale(path, path, aside)
  if (content === null) return false
  const successor = `${path}.${createHash('sha256').update(content).digest('hex').slice(0, 32)}`
  if (!(await linked(aside.path, successor))) {
    // Its owner crashed in the middle of this very takeover.
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
 * The content of a lock that nobody holds, or null when it is gone.
 * @throws BusyError when somebody holds it: the process lives, as far as can be told, and touched it lately
 */
async function readStale(path: string, lock: string, { writtenMs }: Aside): Promise<string | null> {
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return null
  try {
    const content = await file.readFile('utf8')
    const owner = parseOwner(content)
    if (owner === null || isDead(owner)) return content
    const { mtimeMs } = await file.stat()
    // What holds the lock in this very process is known for certain.
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
    // Not a lock of ours, or one torn by a crash: nobody holds it.
    return null
  }
}

function isOurs({ pid, host }: Owner): boolean {
  return host === hostname() && pid === process.pid
}

/** Whether the process is known to have ended; of one on another host that cannot be told. */
function isDead(owner: Owner): boolean {
  if (owner.host !== hostname()) return false
  if (isOurs(owner)) return !own.has(owner.token)
  try {
    process.kill(owner.pid, 0)
    return false
  } catch (error) {
    return errorCode(error) !== 'EPERM'
  }
}

function busy(path: string, owner: Owner | null): BusyError {
  const who = owner ? `pid ${owner.pid} @ ${owner.host}` : 'unknown'
  return new BusyError({
    zh: `另一个进程(${who})正在建立这个索引(${path})。请等它完成后再运行;若它已中断,一分钟后即可运行。`,
    en: `Another process (${who}) is building this index (${path}). Wait until it is done and run again; if it broke off, that can be done after a minute.`,
  })
}
