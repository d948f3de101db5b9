import { createHash, randomUUID } from 'node:crypto'
import { linkSync } from 'node:fs'
import { link, mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorCode } from '../errors.ts'
import { renameOver, syncToDisk } from '../fileSystem.ts'
import { idOf, nameOf, pathOfKey } from './fileNames.ts'
import { appendLine, countLines, requireLinks, unlessMissing } from './files.ts'
import { withLock } from './lock.ts'
import type { Entry, StateStore } from './types.ts'

/** Keys lie in this folder, with a folder for each kind; beside it lie files that are being written, and the lists. */
export const keysName = 'keys'
const asideName = 'aside'
/** An entry that is kept for less than this would be over before a power cut is, so it is not forced to the disk. */
const fleetingSeconds = 60
/** Replacing an entry takes milliseconds; a right to it that lasts longer belongs to a process that was killed. */
const deadTurnMs = 10_000
const turnPauseMs = 5
/** Only a crowd that claims a key whose time is over, or a kill within a claim, takes so many attempts. */
const maxAttempts = 40
/** An entry that has been over for longer is swept away, as is a file that a kill left half done. */
const sweptAfterSeconds = 3600
const sweepEveryMs = 3_600_000

/** The content of an entry's file. */
type Line = readonly [key: string, value: string, until: number | null, nonce: string]

/**
 * State in one folder that any number of processes use at once, on a local disk or on NFS, without any further service:
 * a file for each key, written aside and put in place whole. Claims rest on making a link, which the file system grants
 * to one. Clocks of several machines must agree to a few seconds.
 *
 * @param now Unix time in seconds
 * @throws ConfigError when the file system has no hard links
 */
export async function openSharedFolder(
  folder: string,
  now = () => Math.floor(Date.now() / 1000),
): Promise<StateStore<string>> {
  const aside = join(folder, asideName)
  // People's words may pass through, which other users of this machine must not read.
  await mkdir(aside, { recursive: true, mode: 0o700 })
  await requireLinks(folder, aside)
  const made = new Set<string>()
  const sync = createFolderSync()
  const isLive = (entry: Entry | null): entry is Entry =>
    entry !== null && (entry.until === null || entry.until > now())

  const fileOf = async (key: string) => {
    const { kind, name } = pathOfKey(key)
    const parent = join(folder, keysName, kind)
    if (!made.has(parent)) {
      await mkdir(parent, { recursive: true, mode: 0o700 })
      for (const grown of [folder, join(folder, keysName)]) await sync(grown)
      made.add(parent)
    }
    return { parent, path: join(parent, name) }
  }
  const writeAside = (key: string, value: string, forSeconds: number | undefined): Promise<string> => {
    const until = forSeconds === undefined ? null : now() + forSeconds
    // The nonce makes every entry unique, so that an entry differs from its successor.
    return writeEntry(aside, [key, value, until, randomUUID()], !isFleeting(forSeconds))
  }
  const settle = async (parent: string, forSeconds: number | undefined) => {
    if (!isFleeting(forSeconds)) await sync(parent)
  }
  const listPath = (list: string) => join(folder, `${list}.jsonl`)

  const store: StateStore<string> = {
    async get(key) {
      const { path } = await fileOf(key)
      const entry = parse(await textOf(path))
      return isLive(entry) ? entry.value : null
    },
    async set(key, value, forSeconds) {
      const { parent, path } = await fileOf(key)
      // The removal is not forced to the disk: a power cut would bring the entry back, but whole.
      if (value === null) return rm(path, { force: true })
      const fresh = await writeAside(key, value, forSeconds)
      await renameOver(fresh, path)
      await settle(parent, forSeconds)
    },
    async claim(key, value, forSeconds) {
      const { parent, path } = await fileOf(key)
      const fresh = await writeAside(key, value, forSeconds)
      try {
        for (let attempt = 0; attempt < maxAttempts; attempt++) {
          if (await linked(fresh, path)) {
            await settle(parent, forSeconds)
            return true
          }
          const text = await textOf(path)
          if (isLive(parse(text))) return false
          if (text !== null && (await replaceOver(path, text, fresh))) {
            await settle(parent, forSeconds)
            return true
          }
        }
        return false
      } finally {
        await rm(fresh, { force: true })
      }
    },
    async prepare(key, value, forSeconds) {
      const { parent, path } = await fileOf(key)
      const fresh = await writeAside(key, value, forSeconds)
      let isMade = false
      return {
        make() {
          try {
            linkSync(fresh, path)
            isMade = true
          } catch (error) {
            if (errorCode(error) !== 'EEXIST') throw error
          }
          return isMade
        },
        async settle() {
          await rm(fresh, { force: true })
          if (isMade) await settle(parent, forSeconds)
        },
      }
    },
    async keys(kind) {
      const parent = join(folder, keysName, nameOf(kind))
      const names = (await namesIn(parent)).filter((name) => !name.includes('~'))
      const keys = await Promise.all(
        names.map(async (name) => {
          const id = idOf(name)
          return id === null ? parse(await textOf(join(parent, name)))?.key : `${kind}/${id}`
        }),
      )
      return keys.filter((key) => key !== undefined)
    },
    // An append is not atomic on NFS, so the writers take a lock.
    append: (list, record) => withLock(store, `list ${list}`, () => appendLine(listPath(list), JSON.stringify(record))),
    count: (list) => countLines(listPath(list)),
    async close() {
      clearInterval(timer)
      await sweeping
    },
  }

  let sweeping = sweep(folder, now())
  const timer = setInterval(() => {
    sweeping = sweep(folder, now())
  }, sweepEveryMs).unref()
  return store
}

/** The entries of a shared folder, those whose time is over among them. */
export async function readSharedFolder(folder: string): Promise<Entry[]> {
  const entries: Entry[] = []
  const keys = join(folder, keysName)
  for (const kind of await namesIn(keys)) {
    for (const name of await namesIn(join(keys, kind))) {
      const entry = name.includes('~') ? null : parse(await textOf(join(keys, kind, name)))
      if (entry) entries.push(entry)
    }
  }
  return entries
}

/** Writes an entry to a new file in `aside`, and returns the file's path. */
async function writeEntry(aside: string, line: Line, isSynced: boolean): Promise<string> {
  const path = join(aside, randomUUID())
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(JSON.stringify(line))
    if (isSynced) await file.sync()
  } catch (error) {
    await unlink(path).catch(() => undefined)
    throw error
  } finally {
    await file.close()
  }
  return path
}

function isFleeting(forSeconds: number | undefined): boolean {
  return forSeconds !== undefined && forSeconds < fleetingSeconds
}

/**
 * Replaces an entry whose time is over by the file `fresh`, unless another process does. The right to do so is a second
 * name for `fresh`, the turn, made of the text that is to be replaced. One process gets the turn, and gives it up in
 * the same step in which it renames it over the entry. A turn that a killed process left behind is removed.
 */
async function replaceOver(path: string, text: string, fresh: string): Promise<boolean> {
  const turn = `${path}~${createHash('sha256').update(text).digest('hex').slice(0, 32)}`
  if (!(await linked(fresh, turn))) {
    const age = await stat(turn).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    )
    if (age > deadTurnMs) await rm(turn, { force: true })
    else await sleep(turnPauseMs)
    return false
  }
  // Another process may have had its turn since the text was read.
  if ((await textOf(path)) !== text) {
    await rm(turn, { force: true })
    return false
  }
  try {
    await renameOver(turn, path)
    return true
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
}

/** Removes entries that have been over for long, and remains of kills. A failure is left to the next sweep. */
async function sweep(folder: string, now: number): Promise<void> {
  const keys = join(folder, keysName)
  const isOld = async (path: string) => {
    const { mtimeMs } = await stat(path)
    return Date.now() - mtimeMs > sweptAfterSeconds * 1000
  }
  const sweepOne = async (path: string) => {
    if (path.includes('~')) {
      if (await isOld(path)) await rm(path, { force: true })
      return
    }
    const isOver = (text: string | null) => {
      const entry = parse(text)
      return entry !== null && entry.until !== null && entry.until + sweptAfterSeconds <= now
    }
    if (!isOver(await textOf(path))) return
    const taken = join(folder, asideName, randomUUID())
    await rename(path, taken)
    // Another process may have replaced the entry before the rename. Then the entry goes back, unless an even newer one
    // exists.
    if (!isOver(await textOf(taken))) await linked(taken, path)
    await rm(taken, { force: true })
  }
  for (const kind of await namesIn(keys)) {
    for (const name of await namesIn(join(keys, kind))) await sweepOne(join(keys, kind, name)).catch(() => undefined)
  }
  for (const name of await namesIn(join(folder, asideName))) {
    const path = join(folder, asideName, name)
    if (await isOld(path).catch(() => false)) await rm(path, { force: true }).catch(() => undefined)
  }
}

/** Makes `to` another name of the file `from`; returns false where there is a file `to` already. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}

const textOf = (path: string) => unlessMissing<string | null>(readFile(path, 'utf8'), null)

const namesIn = (folder: string) => unlessMissing(readdir(folder), [])

/** The entry in a text; null for any other text, as the files of fleeting entries may be empty after a power cut. */
function parse(text: string | null): Entry | null {
  try {
    const line: unknown = text === null ? null : JSON.parse(text)
    if (!Array.isArray(line)) return null
    const [key, value, until] = line as readonly unknown[]
    if (typeof key !== 'string' || typeof value !== 'string') return null
    return until === null || typeof until === 'number' ? { key, value, until } : null
  } catch {
    return null
  }
}

/** Syncs folders; all callers during one sync share the next. */
function createFolderSync(): (folder: string) => Promise<void> {
  const running = new Map<string, { readonly now: Promise<void>; next: Promise<void> | null }>()
  const start = (folder: string): Promise<void> => {
    const now = syncToDisk(folder).finally(() => {
      if (running.get(folder)?.next === null) running.delete(folder)
    })
    running.set(folder, { now, next: null })
    return now
  }
  return (folder) => {
    const current = running.get(folder)
    if (!current) return start(folder)
    current.next ??= current.now.catch(() => undefined).then(() => start(folder))
    return current.next
  }
}
