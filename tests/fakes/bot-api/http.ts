import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ApiResponse } from './calls.ts'
import { ApiFailure } from './failure.ts'
import type { Uploads } from './media.ts'

/** The route of a request: to a method, to a file, or to nothing that the Bot API knows. */
export type Route =
  | { kind: 'method'; token: string; method: string }
  | { kind: 'file'; token: string; path: string }
  | { kind: 'unknown' }

/** The fields of a request. `typed` ones came as JSON, `fields` as text. */
export type Body = { typed: Record<string, unknown>; fields: Record<string, string>; uploads: Uploads }

const MAXIMUM_BODY_BYTES = 50 * 1024 * 1024

/** Reads the path; a token that has not the form `123:abc` leads nowhere. */
export function routeOf(url: URL): Route {
  const [, kind, token, path] = /^\/(file\/)?bot(\d+:[\w-]+)\/(.+)$/.exec(url.pathname) ?? []
  if (token === undefined || path === undefined) return { kind: 'unknown' }
  return kind ? { kind: 'file', token, path } : { kind: 'method', token, method: path }
}

/** Reads query string and body: JSON, urlencoded or multipart. */
export async function readBody(request: IncomingMessage, url: URL): Promise<Body> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= MAXIMUM_BODY_BYTES) chunks.push(chunk)
  }
  if (size > MAXIMUM_BODY_BYTES) throw new ApiFailure(413, 'Request Entity Too Large')
  const content = Buffer.concat(chunks)
  const body: Body = { typed: {}, fields: Object.fromEntries(url.searchParams), uploads: new Map() }
  const type = request.headers['content-type'] ?? ''
  if (content.length === 0) return body
  if (type.startsWith('application/json')) return { ...body, typed: readJson(content) }
  if (type.startsWith('multipart/form-data')) {
    const boundary = /boundary="?([^";]+)/.exec(type)?.[1] ?? ''
    const { fields, uploads } = readMultipart(content, boundary)
    return { ...body, fields: { ...body.fields, ...fields }, uploads }
  }
  return { ...body, fields: { ...body.fields, ...Object.fromEntries(new URLSearchParams(content.toString())) } }
}

/** Answers with JSON, unless the other side hung up. */
export function respond(response: ServerResponse, body: ApiResponse): void {
  const status = body.ok ? 200 : body.error_code
  const seconds = body.ok ? undefined : body.parameters?.retry_after
  if (response.destroyed) return
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(seconds === undefined ? {} : { 'retry-after': String(seconds) }),
  })
  response.end(JSON.stringify(body))
}

function readJson(content: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(content.toString())
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
  }
  throw new ApiFailure(400, "Bad Request: can't parse JSON object")
}

function readMultipart(content: Buffer, boundary: string): { fields: Record<string, string>; uploads: Uploads } {
  const fields: Record<string, string> = {}
  const uploads = new Map<string, { name: string; type: string; bytes: Uint8Array }>()
  // latin1 keeps every byte, so the parts can be cut as text and turned back.
  for (const part of content.toString('latin1').split(`--${boundary}`).slice(1, -1)) {
    const end = part.indexOf('\r\n\r\n')
    const head = Buffer.from(part.slice(0, end), 'latin1').toString()
    const bytes = Buffer.from(part.slice(end + 4, -2), 'latin1')
    const name = /[; ]name="([^"]*)"/.exec(head)?.[1] ?? ''
    const fileName = /filename=("?)([^"\r\n;]*)\1/.exec(head)?.[2]
    if (fileName === undefined) {
      fields[name] = bytes.toString()
    } else {
      uploads.set(name, { name: fileName, type: /content-type: *(\S+)/i.exec(head)?.[1] ?? '', bytes })
    }
  }
  return { fields, uploads }
}
