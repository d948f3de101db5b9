import { appendFileSync } from 'node:fs'
import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { renameOver, syncToDisk } from '../fileSystem.ts'
import { serialQueue } from '../serialQueue.ts'
import { appendLine, countLines, unlessMissing } from './files.ts'
import type { Entry, StateStore } from './types.ts'

type KeptValue = Omit<Entry, 'key'>

/** A line of the journal: key, value or null, until. */
type Line = readonly [key: string, value: string | null, until: number | null]

/** The name of the journal's file. */
export const journalName = 'state.jsonl'
/** Entries of this kind hold people's words, so the journal is written anew, without them, as soon as they are forgotten. */
const wordsKind = 'standing/'
/** The journal is written anew at so many lines more than twice the lines that it had after the last time. */
const slackLines = 1000

/**
 * State in one folder, for one process: a journal of changes that is read at opening and written anew when most of it
 * is history. A line that a kill cut short is left out, as nobody was promised that its change was kept.
 *
 * @param now Unix time in seconds
 */
export async function openJournal(
  folder: string,
  now = () => Math.floor(Date.now() / 1000),
): Promise<StateStore<string>> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, journalName)
  const { entries, isWhole } = await readEntries(path)
  let file = await open(path, 'a')
  let lines = Infinity
  let linesAfterRewrite = 0
  // Writers run one after the other, so that lines never mix and a rewrite misses nothing.
  const inQueue = serialQueue()
  /** The keys whose claims are being written. */
  const claiming = new Set<string>()
  /** The lines of claims that were made while the journal was being written anew, which may lack them. */
  let late: string[] | null = null

  const isLive = ({ until }: KeptValue) => until === null || until > now()
  const lookUp = (key: string) => {
    const entry = entries.get(key)
    return entry && isLive(entry) ? entry.value : null
  }
  const rewrite = async () => {
    for (const [key, entry] of entries) if (!isLive(entry)) entries.delete(key)
    late = []
    const fresh = await open(`${path}.new`, 'w')
    try {
      try {
        // A copy ends; the entries could grow with every claim that is made meanwhile.
        for (const [key, { value, until }] of [...entries]) await fresh.appendFile(lineOf([key, value, until]))
        await fresh.sync()
      } finally {
        await fresh.close()
      }
      await file.close()
      await renameOver(`${path}.new`, path)
      if (late.length > 0) appendFileSync(path, late.join(''))
    } finally {
      late = null
    }
    await syncToDisk(dirname(path))
    file = await open(path, 'a')
    linesAfterRewrite = entries.size
    lines = linesAfterRewrite
  }
  const keep = async (key: string, value: string | null, forSeconds?: number) => {
    const until = forSeconds === undefined ? null : now() + forSeconds
    if (lines > 2 * linesAfterRewrite + slackLines) await rewrite()
    try {
      await file.appendFile(lineOf([key, value, until]))
      lines++
    } catch (error) {
      // Half a line may have been written, so the journal is written anew before anything follows it.
      lines = Infinity
      throw error
    }
    if (value !== null) entries.set(key, { value, until })
    else if (entries.delete(key) && key.startsWith(wordsKind)) await rewrite()
  }
  const lists = listsIn(folder)

  // At opening the journal is written anew, without its history and a line that was cut short.
  try {
    if (!isWhole || entries.size > 0) await rewrite()
    else lines = 0
  } catch (error) {
    await file.close()
    throw error
  }

  return {
    get: async (key) => lookUp(key),
    set: (key, value, forSeconds) => inQueue(() => keep(key, value, forSeconds)),
    claim: (key, value, forSeconds) =>
      inQueue(async () => {
        if (lookUp(key) !== null) return false
        claiming.add(key)
        try {
          await keep(key, value, forSeconds)
        } finally {
          claiming.delete(key)
        }
        return true
      }),
    async prepare(key, value, forSeconds) {
      return {
        make() {
          if (entries.has(key) || claiming.has(key)) return false
          const until = forSeconds === undefined ? null : now() + forSeconds
          const line = lineOf([key, value, until])
          try {
            appendFileSync(path, line)
          } catch (error) {
            lines = Infinity
            throw error
          }
          late?.push(line)
          lines++
          entries.set(key, { value, until })
          return true
        },
        settle: () => inQueue(() => file.sync()),
      }
    },
    keys: async (kind) =>
      [...entries].flatMap(([key, entry]) => (key.startsWith(`${kind}/`) && isLive(entry) ? [key] : [])),
    append: (list, record) => inQueue(() => lists.append(list, record)),
    count: (list) => inQueue(() => lists.count(list)),
    close: () => inQueue(() => file.close()),
  }
}

/** The lists of a folder, a file each, whose lengths are counted once. */
function listsIn(folder: string) {
  const counts = new Map<string, number>()
  const pathOf = (list: string) => join(folder, `${list}.jsonl`)
  const count = async (list: string) => {
    const known = counts.get(list) ?? (await countLines(pathOf(list)))
    counts.set(list, known)
    return known
  }
  return {
    count,
    async append(list: string, record: Readonly<Record<string, unknown>>) {
      const before = await count(list)
      await appendLine(pathOf(list), JSON.stringify(record))
      counts.set(list, before + 1)
    },
  }
}

const lineOf = (line: Line) => `${JSON.stringify(line)}\n`

/** The entries of the journal in a folder, those whose time is over among them; none where there is no journal. */
export async function readJournal(folder: string): Promise<Entry[]> {
  const { entries } = await readEntries(join(folder, journalName))
  return [...entries].map(([key, held]) => ({ key, ...held }))
}

async function readEntries(path: string): Promise<{ entries: Map<string, KeptValue>; isWhole: boolean }> {
  const entries = new Map<string, KeptValue>()
  const lines = (await unlessMissing(readFile(path, 'utf8'), '')).split('\n')
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
