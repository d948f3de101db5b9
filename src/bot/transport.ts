import { type Agent, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { TLSSocket } from 'node:tls'

/** What grammY hands to the function that makes its calls. */
export interface CallOptions {
  readonly method: string
  readonly headers: Record<string, string>
  /** JSON, or the parts of a form where a file goes along. */
  readonly body: string | Readable
  readonly agent?: Agent
  readonly signal: Pick<AbortSignal, 'aborted' | 'addEventListener' | 'removeEventListener'>
}

/**
 * Makes a call, and asks in the very step in which its bytes go to the system: the connection stands by then, and between
 * `mayLeave` and the write no other code of this process runs. A call that may not leave fails.
 */
export function makeCall(url: string, options: CallOptions, mayLeave: () => boolean): Promise<Response> {
  const { method, headers, body, agent, signal } = options
  return new Promise((resolve, reject) => {
    const request = (url.startsWith('https:') ? requestHttps : requestHttp)(url, { method, headers, agent })
    const abort = () => request.destroy(new DOMException('the call was given up', 'AbortError'))
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort)
    request.once('close', () => signal.removeEventListener('abort', abort))
    request.once('error', reject)
    request.once('response', (response) => {
      response
        .toArray()
        .then((chunks) => resolve(new Response(Buffer.concat(chunks), { status: response.statusCode ?? 500 })), reject)
    })
    const send = () => {
      try {
        if (!mayLeave()) request.destroy(new Error('the call may not leave'))
        else if (body instanceof Readable) pipeline(body, request).catch(reject)
        else request.end(body)
      } catch (error) {
        request.destroy(error as Error)
      }
    }
    request.once('socket', (socket: Socket & Partial<Pick<TLSSocket, 'encrypted'>>) => {
      // One that was kept from an earlier call is ready.
      if (!request.reusedSocket) socket.once(socket.encrypted ? 'secureConnect' : 'connect', send)
      else send()
    })
  })
}
