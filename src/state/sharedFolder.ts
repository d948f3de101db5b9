import { createHash, randomUUID } from 'node:crypto'
import { linkSync } from 'node:fs'
import { link, mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { renameOver, syncToDisk } from '../fileSystem.ts'
import { idOf, nameOf, placeOf } from './fileNames.ts'
import { appendLine, countLines, requireLinks } from './files.ts'
import { inTurn } from './lock.ts'
import type { Entry, SharedStateStore } from './types.ts'

/** Where keys lie in the folder, a folder a kind; beside it what is being written, and the lists. */
export const keysName = 'keys'
const asideName = 'aside'
/** What is kept for less than this would be over before a power cut is: it is not forced to the disk. */
const fleetingSeconds = 60
/** A turn at replacing an entry takes milliseconds; one that lasts longer belongs to a process that was killed. */
const deadTurnMs = 10_000
const turnPauseMs = 5
/** So many rounds are only needed where many processes claim a key whose time is over, or one was killed over it. */
const maxAttempts = 40
/** What is over for longer is swept away, and so is what a kill left half done. */
const sweptAfterSeconds = 3600
const sweepEveryMs = 3_600_000

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
): Promise<SharedStateStore> {
  const aside = join(folder, asideName)
  // People's words may pass through: nobody else's business on this machine.
  await mkdir(aside, { recursive: true, mode: 0o700 })
  await requireLinks(folder, aside)
  const made = new Set<string>()
  const sync = createFolderSync()
  const isLive = (entry: Entry | null): entry is Entry =>
    entry !== null && (entry.until === null || entry.until > now())

  const fileOf = async (key: string) => {
    const { kind, name } = placeOf(key)
    const parent = join(folder, keysName, kind)
    if (!made.has(parent)) {
      await mkdir(parent, { recursive: true, mode: 0o700 })
      for (const grown of [folder, join(folder, keysName)]) await sync(grown)
      made.add(parent)
    }
    return { parent, path: join(parent, name) }
  }
  /** Writes an entry aside and hands over its file. */
  const written = async (key: string, value: string, forSeconds: number | undefined): Promise<string> => {
    const until = forSeconds === undefined ? null : now() + forSeconds
    // With the nonce no two entries are alike, so that one can be told from its successor.
    const line: Line = [key, value, until, randomUUID()]
    const path = join(aside, randomUUID())
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(JSON.stringify(line))
      if (!isFleeting(forSeconds)) await file.sync()
    } catch (error) {
      await unlink(path).catch(() => undefined)
      throw error
    } finally {
      await file.close()
    }
    return path
  }
  const settle = async (parent: string, forSeconds: number | undefined) => {
    if (!isFleeting(forSeconds)) await sync(parent)
  }
  const listPath = (list: string) => join(folder, `${list}.jsonl`)

  const store: SharedStateStore = {
    async get(key) {
      const { path } = await fileOf(key)
      const entry = parse(await textOf(path))
      return isLive(entry) ? entry.value : null
    },
    async set(key, value, forSeconds) {
      const { parent, path } = await fileOf(key)
      // Not forced to the disk: what a power cut brings back is what was there before, whole.
      if (value === null) return rm(path, { force: true })
      const fresh = await written(key, value, forSeconds)
      await renameOver(fresh, path)
      await settle(parent, forSeconds)
    },
    async claim(key, value, forSeconds) {
      const { parent, path } = await fileOf(key)
      const fresh = await written(key, value, forSeconds)
      try {
        for (let attempt = 0; attempt < maxAttempts; attempt++) {
          if (await linked(fresh, path)) {
            await settle(parent, forSeconds)
            return true
          }
          const text = await textOf(path)
          if (isLive(parse(text))) return false
          if (text !== null && (await replaced(path, text, fresh))) {
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
      const fresh = await written(key, value, forSeconds)
      let isMade = false
      return {
        make() {
          try {
            linkSync(fresh, path)
            isMade = true
          } catch (error) {
            if (codeOf(error) !== 'EEXIST') throw error
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
    // NFS does not append as one step, so the writers take turns.
    append: (list, record) => inTurn(store, `list ${list}`, () => appendLine(listPath(list), JSON.stringify(record))),
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

/** What a shared folder holds, also what is over. */
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

function isFleeting(forSeconds: number | undefined): boolean {
  return forSeconds !== undefined && forSeconds < fleetingSeconds
}

/**
 * Replaces an entry whose time is over by the file `fresh`, unless another process does. The turn is a second name for
 * `fresh`, made of the text that is to be replaced: one process gets it, and by renaming it over the entry gives it up in
 * the same step. A turn that a killed process left is taken away.
 */
async function replaced(path: string, text: string, fresh: string): Promise<boolean> {
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
  // Another may have had its turn since the text was read.
  if ((await textOf(path)) !== text) {
    await rm(turn, { force: true })
    return false
  }
  try {
    await renameOver(turn, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

/** Takes away what is over for long, and what kills left. Whatever fails is left to the next time. */
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
    // Somebody may have set it anew in between: it goes back, unless there is a still newer one.
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

/** Makes `to` another name of the file `from`, unless there is one. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}

/** Null where it is no entry: fleeting ones may be empty after a power cut. */
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

/** Syncs folders; who asks while one sync runs shares the next. */
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

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
