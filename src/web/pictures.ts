import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import type { Picture } from '../reports/drawing/composition.ts'

/**
 * Sends a picture, or 304 where the visitor holds it already.
 * @param isWorded true for a picture with words in the visitor's language
 */
export function sendPicture(context: Context, { bytes }: Picture, isWorded: boolean): Response {
  const tag = `"${createHash('sha256').update(bytes).digest('base64url')}"`
  const headers = {
    'content-type': 'image/jpeg',
    // Another file may stand in the report's place at the next request, and the visitor's right may have ended.
    'cache-control': 'private, no-cache',
    vary: isWorded ? 'Accept-Language, Cookie' : 'Cookie',
    etag: tag,
  }
  if (context.req.header('if-none-match') === tag) return context.body(null, 304, headers)
  return context.body(new Uint8Array(bytes), 200, headers)
}
