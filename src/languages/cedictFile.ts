import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { type CedictEntry, entryOf } from './cedict.ts'

/** CC-CEDICT as MDBG distributes it (CC BY-SA 4.0), packed; `npm run dictionary` writes it. */
export const cedictFile = new URL('./cc-cedict.txt.br', import.meta.url)

/** The entries of the file in its order, line by line: all of them at once would take three times the memory. */
export function* cedictEntries(): Generator<CedictEntry> {
  const text = brotliDecompressSync(readFileSync(cedictFile))
  for (let start = 0, end = 0; start < text.length; start = end + 1) {
    end = text.indexOf('\n', start)
    if (end < 0) end = text.length
    const entry = entryOf(text.toString('utf8', start, end))
    if (entry) yield entry
  }
}
