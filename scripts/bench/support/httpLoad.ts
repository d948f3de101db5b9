import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** One answer as it came over the wire. */
export interface Got {
  readonly status: number
  readonly elapsedMs: number
  /** The bytes of the body, as it was sent. */
  readonly bytes: number
  readonly body: Buffer
}

const agent = new Agent({ keepAlive: true, maxSockets: 100 })

/** Asks as a browser behind a proxy does: compressed, over connections that stay open. */
export function get(url: URL, visitor: string): Promise<Got> {
  return new Promise((resolve, reject) => {
    const begin = performance.now()
    const headers = { 'accept-encoding': 'br, gzip', 'accept-language': 'zh-CN', 'x-forwarded-for': visitor }
    const asked = request(url, { agent, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const body = Buffer.concat(chunks)
        resolve({ status: response.statusCode!, elapsedMs: performance.now() - begin, bytes: body.length, body })
      })
      response.on('error', reject)
    })
    // A connection that the server closed while it was idle is opened anew, as browsers do.
    asked.once('error', (error) => (asked.reusedSocket ? resolve(get(url, visitor)) : reject(error)))
    asked.end()
  })
}

/**
 * Sends `perSecond` requests a second, whether those before are answered or not, each to what `next` says.
 * @returns the answers, in the order of the requests
 */
export async function openLoop(
  next: (i: number) => URL,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<Got[]> {
  const begin = performance.now()
  const all: Promise<Got>[] = []
  for (let i = 0; i < perSecond * seconds; i++) {
    const lateMs = performance.now() - begin - (i / perSecond) * 1000
    if (lateMs < 0) await sleep(-lateMs)
    all.push(get(next(i), visitorOf(i)))
  }
  return Promise.all(all)
}

/** Many visitors, as a limit holds for each. */
function visitorOf(i: number): string {
  return `203.0.113.${i % 250}`
}
