import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const brotli = promisify(brotliCompress)
const zip = promisify(gzip)
const params = { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT }

/** Compresses a text, or returns its compressed bytes where they are kept. @param tag another one for every text */
export type Compressor = (text: string, encoding: 'br' | 'gzip', tag: string) => Promise<Uint8Array<ArrayBuffer>>

/** An LRU cache of compressed texts. @param maxBytes of all compressed bytes that it keeps */
export function createCompressor(maxBytes: number): Compressor {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>()
  let bytes = 0
  return async (text, encoding, tag) => {
    const key = `${encoding} ${tag}`
    const known = kept.get(key)
    if (known) {
      kept.delete(key)
      kept.set(key, known)
      return known
    }
    const packed = new Uint8Array(encoding === 'br' ? await brotli(text, { params }) : await zip(text))
    if (!kept.has(key)) bytes += packed.length
    kept.set(key, packed)
    for (const [oldest, { length }] of kept) {
      if (bytes <= maxBytes) break
      kept.delete(oldest)
      bytes -= length
    }
    return packed
  }
}
