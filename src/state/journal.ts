import { type FileHandle, mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { StateStore } from './types.ts'

interface Entry {
  readonly value: string
  /** Unix time in seconds, or null for good. */
  readonly until: number | null
}

/** A line of the journal: key, value or null, until. */
type Line = readonly [key: string, value: string | null, until: number | null]

/** The journal is written anew when it holds this many lines more than twice what it held after the last time. */
const slackLines = 1000

/**
 * State in one folder, for one process: a journal of changes that is read at opening and written anew when most of it is
 * history. A line that a kill cut short is left out, as its change was never reported as kept.
 *
 * @param now Unix time in seconds
 */
export async function openJournal(folder: string, now = () => Math.floor(Date.now() / 1000)): Promise<StateStore> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'state.jsonl')
  const { entries, isWhole } = await readEntries(path)
  const counts = new Map<string, number>()
  let file = await open(path, 'a')
  let lines = Infinity
  let kept = 0
  let queue: Promise<unknown> = Promise.resolve()

  const isLive = ({ until }: Entry) => until === null || until > now()
  const lookUp = (key: string) => {
    const entry = entries.get(key)
    return entry && isLive(entry) ? entry.value : null
  }
  // One writer after another, so that lines never mix and a rewrite misses nothing.
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = queue.then(work)
    queue = turn.catch(() => undefined)
    return turn
  }
  const rewrite = async () => {
    for (const [key, entry] of entries) if (!isLive(entry)) entries.delete(key)
    const fresh = await open(`${path}.new`, 'w')
    for (const [key, { value, until }] of entries) await fresh.appendFile(lineOf([key, value, until]))
    await fresh.sync()
    await fresh.close()
    await file.close()
    await rename(`${path}.new`, path)
    await syncFolder(dirname(path))
    file = await open(path, 'a')
    kept = entries.size
    lines = kept
  }
  const keep = async (key: string, value: string | null, forSeconds?: number) => {
    const until = forSeconds === undefined ? null : now() + forSeconds
    if (lines > 2 * kept + slackLines) await rewrite()
    try {
      await file.appendFile(lineOf([key, value, until]))
      lines++
    } catch (error) {
      // What was written may be half a line: the journal is written anew before anything follows it.
      lines = Infinity
      throw error
    }
    if (value === null) entries.delete(key)
    else entries.set(key, { value, until })
  }
  const listPath = (list: string) => join(folder, `${list}.jsonl`)
  const countOf = async (list: string) => {
    const known = counts.get(list)
    if (known !== undefined) return known
    const text = await readFile(listPath(list), 'utf8').catch(() => '')
    const count = text.split('\n').filter(Boolean).length
    counts.set(list, count)
    return count
  }

  // At opening the journal is written anew: history goes, and with it a line cut short.
  if (!isWhole || entries.size > 0) await rewrite()
  else lines = 0

  return {
    get: async (key) => lookUp(key),
    set: (key, value, forSeconds) => inTurn(() => keep(key, value, forSeconds)),
    claim: (key, value, forSeconds) =>
      inTurn(async () => {
        if (lookUp(key) !== null) return false
        await keep(key, value, forSeconds)
        return true
      }),
    append: (list, record) =>
      inTurn(async () => {
        const count = await countOf(list)
        await appendLine(listPath(list), JSON.stringify(record))
        counts.set(list, count + 1)
      }),
    count: (list) => inTurn(() => countOf(list)),
    close: () => inTurn(() => file.close()),
  }
}

function lineOf(line: Line): string {
  return `${JSON.stringify(line)}\n`
}

async function readEntries(path: string): Promise<{ entries: Map<string, Entry>; isWhole: boolean }> {
  const entries = new Map<string, Entry>()
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const lines = text.split('\n')
  const cutShort = lines.pop()
  let isWhole = cutShort === ''
  for (const line of lines) {
    const parsed = parse(line)
    if (!parsed) isWhole = false
    else if (parsed[1] === null) entries.delete(parsed[0])
    else entries.set(parsed[0], { value: parsed[1], until: parsed[2] })
  }
  return { entries, isWhole }
}

function parse(line: string): Line | null {
  try {
    const value: unknown = JSON.parse(line)
    if (!Array.isArray(value)) return null
    const [key, kept, until] = value as readonly unknown[]
    const isLine =
      typeof key === 'string' &&
      (kept === null || typeof kept === 'string') &&
      (until === null || typeof until === 'number')
    return isLine ? [key, kept, until] : null
  } catch {
    return null
  }
}

async function appendLine(path: string, line: string): Promise<void> {
  let file: FileHandle | undefined
  try {
    file = await open(path, 'a+')
    // A kill may have cut the last record short: the next one goes on a line of its own.
    const { size } = await file.stat()
    const last = size === 0 ? null : (await file.read(Buffer.alloc(1), 0, 1, size - 1)).buffer.toString()
    await file.appendFile(last === null || last === '\n' ? `${line}\n` : `\n${line}\n`)
  } finally {
    await file?.close()
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}
