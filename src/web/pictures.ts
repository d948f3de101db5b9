import type { Context } from 'hono'
import type { Picture } from '../reports/drawing/composition.ts'

/**
 * Sends a picture, or 304 where the visitor holds it already.
 * @param name tells the picture from all others
 */
export function sendPicture(context: Context, { bytes }: Picture, name: string): Response {
  const tag = `"${name}"`
  const headers = {
    'content-type': 'image/jpeg',
    // Another file may stand in the report's place at the next request, and the visitor's right may have ended.
    'cache-control': 'private, no-cache',
    vary: 'Cookie',
    etag: tag,
  }
  if (context.req.header('if-none-match') === tag) return context.body(null, 304, headers)
  return context.body(new Uint8Array(bytes), 200, headers)
}
