import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Log } from '../log.ts'

/** The webhook, and the function that takes its updates. */
export interface IntakeSettings {
  /** The path of the address that Telegram sends updates to. */
  readonly path: string
  readonly secret: string
  /**
   * Takes an update, an object with a whole-numbered `update_id`. On `kept` the sender may forget it; otherwise, or
   * when this rejects, the sender is to send it again later.
   */
  accept(update: object): Promise<'kept' | 'full' | 'closed'>
}

/** Telegram's updates are a few kilobytes. */
const maxBodyBytes = 1024 * 1024
/** A request fails when its body takes longer. */
const bodyTimeoutMs = 10_000

/**
 * Takes in updates that Telegram posts. The body is read only of a request with the secret. 200 means that the update
 * was kept, and 5xx that it is to be sent again; work on it comes later.
 */
export function createIntake({ secret, accept }: IntakeSettings, log: Log) {
  const expected = digest(secret)
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refuse = (status: number, words: string, headers: Record<string, string> = {}) => {
      // The server does not wait for the rest of the body.
      response.writeHead(status, { 'content-type': 'text/plain', connection: 'close', ...headers }).end(`${words}\n`)
    }
    if (request.method !== 'POST') return refuse(405, 'only POST', { allow: 'POST' })
    const given = request.headers['x-telegram-bot-api-secret-token']
    // Both are hashed, so that they are of one length and the comparison takes the same time whatever they have in
    // common.
    if (!timingSafeEqual(digest(typeof given === 'string' ? given : ''), expected)) return refuse(401, 'who are you?')
    const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
    if (type !== 'application/json') return refuse(415, 'only application/json')
    if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) return refuse(413, 'too large')
    const body = await readBody(request)
    if (body === 'gone') return void response.destroy()
    if (body === 'too large') return refuse(413, 'too large')
    if (body === 'too slow') return refuse(408, 'too slow')
    const update = parse(body)
    if (!update) return refuse(400, 'no update')
    try {
      const verdict = await accept(update)
      if (verdict === 'kept') response.writeHead(200, { 'content-type': 'text/plain' }).end('ok\n')
      else refuse(503, verdict === 'full' ? 'too much waits' : 'not open', { 'retry-after': '1' })
    } catch (error) {
      log.error('an update could not be kept; Telegram will send it again', error)
      refuse(500, 'not kept')
    }
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

type Body = Buffer | 'too large' | 'too slow' | 'gone'

function readBody(request: IncomingMessage): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let length = 0
    const end = (result: Body) => {
      clearTimeout(timer)
      request.off('data', hear)
      resolve(result)
    }
    const timer = setTimeout(() => end('too slow'), bodyTimeoutMs)
    const hear = (chunk: Buffer) => {
      length += chunk.length
      if (length > maxBodyBytes) return end('too large')
      chunks.push(chunk)
    }
    request.on('data', hear)
    request.once('end', () => end(Buffer.concat(chunks)))
    request.once('error', () => end('gone'))
  })
}

/** The update in a body; null where there is none. */
function parse(body: Buffer): object | null {
  try {
    const value: unknown = JSON.parse(body.toString())
    if (typeof value !== 'object' || value === null || !('update_id' in value)) return null
    return Number.isSafeInteger(value.update_id) ? value : null
  } catch {
    return null
  }
}
