import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { createCompressor } from './compression.ts'

/** The cache of compressed texts holds some hundred pages. */
const pack = createCompressor(8 * 1024 * 1024)
/** Smaller texts fit one packet whether they are compressed or not. */
const minBytes = 1200

/** The best of our encodings that a visitor accepts; null for none. */
export function encodingFor(accepted: string | undefined): 'br' | 'gzip' | null {
  const offered = (accepted ?? '').split(',').map((item) =>
    item
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/u),
  )
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

/** The content type of pages. */
export const htmlType = 'text/html; charset=utf-8'
/** The content type of answers to scripts. */
export const jsonType = 'application/json; charset=utf-8'
