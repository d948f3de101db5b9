import { parentPort } from 'node:worker_threads'
import { cedictEntries } from './cedict.ts'
import { type Tables, tablesOf } from './tables.ts'

/** The thread that reads the dictionary, started by `dictionary.ts`: a second's work, and much memory meanwhile. */
const tables: Tables = tablesOf(cedictEntries())
const { words, glosses, keys, offsets, targets } = tables
const arrays = [words, glosses, keys].flatMap(({ bytes, starts }) => [bytes, starts])
parentPort!.postMessage(
  tables,
  [...arrays, offsets, targets].map(({ buffer }) => buffer as ArrayBuffer),
)
