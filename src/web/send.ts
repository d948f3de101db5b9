import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Context } from 'hono'
import { LruMap } from '../lru.ts'

const brotli = promisify(brotliCompress)
const zip = promisify(gzip)
const params = { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT }

/**
 * Creates a compressor of texts, which keeps compressed bytes in an LRU cache by tags; every text has another tag.
 * @param maxBytes of all compressed bytes that it keeps
 */
export function createCompressor(maxBytes: number) {
  const kept = new LruMap<string, Uint8Array<ArrayBuffer>>(maxBytes)
  return async (text: string, encoding: 'br' | 'gzip', tag: string): Promise<Uint8Array<ArrayBuffer>> => {
    const key = `${encoding} ${tag}`
    const known = kept.get(key)
    if (known) return known
    const packed = new Uint8Array(encoding === 'br' ? await brotli(text, { params }) : await zip(text))
    kept.set(key, packed, packed.length)
    return packed
  }
}

/** The cache of compressed texts holds some hundred pages. */
const pack = createCompressor(8 * 1024 * 1024)
/** Smaller texts fit one packet whether they are compressed or not. */
const minBytes = 1200

/** The best of our encodings that a visitor accepts; null for none. */
export function encodingFor(accepted: string | undefined): 'br' | 'gzip' | null {
  const items = (accepted ?? '').toLowerCase().split(',')
  const offered = items.map((item) => item.trim().split(/\s*;\s*/u))
  const takes = (name: string) => offered.some(([coding, quality]) => coding === name && quality !== 'q=0')
  return takes('br') ? 'br' : takes('gzip') ? 'gzip' : null
}

/** Sends a text compressed, or 304 where the visitor holds it already. The text may differ at the next request. */
export async function sendText(
  context: Context,
  body: string,
  type: string,
  status: 200 | 400 | 404 | 410 | 422 | 500 | 503 = 200,
) {
  const tag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  const headers: Record<string, string> = {
    'content-type': type,
    'cache-control': 'private, no-cache',
    vary: 'Accept-Encoding, Accept-Language, Cookie',
    ...(status === 200 && { etag: tag }),
  }
  if (status === 200 && context.req.header('if-none-match') === tag) return context.body(null, 304, headers)
  const encoding = body.length * 2 < minBytes ? null : encodingFor(context.req.header('accept-encoding'))
  if (encoding === null) return context.body(body, status, headers)
  return context.body(await pack(body, encoding, tag), status, { ...headers, 'content-encoding': encoding })
}

/** Sends a text that the visitor may keep for good, as its address changes with it. */
export async function sendLasting(context: Context, text: string, type: string, address: string) {
  const encoding = encodingFor(context.req.header('accept-encoding'))
  return context.body(encoding ? await pack(text, encoding, address) : text, 200, {
    'content-type': type,
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'Accept-Encoding',
    ...(encoding && { 'content-encoding': encoding }),
  })
}

/** The content type of pages. */
export const htmlType = 'text/html; charset=utf-8'
/** The content type of answers to scripts. */
export const jsonType = 'application/json; charset=utf-8'
