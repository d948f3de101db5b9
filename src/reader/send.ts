import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Context } from 'hono'

type Encoding = 'br' | 'gzip'
const packers = { br: promisify(brotliCompress), gzip: promisify(gzip) }
const options = {
  br: { params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT } },
  gzip: {},
}
/** Below this a packet is a packet. */
const minBytes = 1200

/** The best of our encodings that a visitor takes. */
export function encodingFor(accepted: string | undefined): Encoding | null {
  const offered = (accepted ?? '').split(',').map((item) =>
    item
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/u),
  )
  const takes = (name: string) => offered.some(([coding, quality]) => coding === name && quality !== 'q=0')
  return takes('br') ? 'br' : takes('gzip') ? 'gzip' : null
}

/** A page as it is sent, packed once for each encoding. */
export interface Sendable {
  readonly body: string
  readonly tag: string
  readonly packed: Map<Encoding, Promise<Uint8Array<ArrayBuffer>>>
}

export function sendable(body: string): Sendable {
  const tag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  return { body, tag, packed: new Map() }
}

/**
 * Keeps the pages that were asked for last.
 * @param size how many at most
 */
export function keepPages(size: number): (of: object, key: string, make: () => string) => Sendable {
  const kept = new Map<string, { readonly of: object; readonly page: Sendable }>()
  return (of, key, make) => {
    const known = kept.get(key)
    // A page is of the report as it was read; after a change that is another object.
    const entry = known?.of === of ? known : { of, page: sendable(make()) }
    kept.delete(key)
    kept.set(key, entry)
    if (kept.size > size) kept.delete(kept.keys().next().value!)
    return entry.page
  }
}

/** Sends what may be different at the next look, compressed; not again to whom holds it already. */
export async function send(
  context: Context,
  { body, tag, packed }: Sendable,
  type: string,
  status: 200 | 400 | 404 | 410 | 500 | 503 = 200,
): Promise<Response> {
  const headers: Record<string, string> = {
    'content-type': type,
    'cache-control': 'private, no-cache',
    vary: 'Accept-Encoding, Accept-Language, Cookie',
    ...(status === 200 && { etag: tag }),
  }
  if (status === 200 && context.req.header('if-none-match') === tag) return context.body(null, 304, headers)
  const encoding = body.length * 2 < minBytes ? null : encodingFor(context.req.header('accept-encoding'))
  if (encoding === null) return context.body(body, status, headers)
  let bytes = packed.get(encoding)
  if (!bytes) {
    bytes = packers[encoding](body, options[encoding]).then((buffer) => new Uint8Array(buffer))
    packed.set(encoding, bytes)
  }
  return context.body(await bytes, status, { ...headers, 'content-encoding': encoding })
}

export const htmlType = 'text/html; charset=utf-8'
export const jsonType = 'application/json; charset=utf-8'
