import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createClient, type Request } from '../../network/client.ts'
import { takesRequests } from '../../network/connection.ts'
import { faultOf, NetworkFault } from '../../network/fault.ts'
import type { ProxyServer } from '../../network/proxy.ts'

/** The options that grammY hands to the function that makes its calls. */
export interface CallOptions extends Pick<Request, 'signal'> {
  readonly method: string
  readonly headers: Record<string, string>
  /** The call is JSON, or a form where it sends a file. */
  readonly body: string | Readable
}

/** The part of a `Response` that grammY uses. */
export type Answer = Pick<Response, 'json'>

/** A transport makes calls to the Bot API server and downloads files from it. */
export interface Transport {
  /**
   * Makes a call, in place of grammY's own `fetch`.
   * @param mayLeave see `Request`
   * @throws NetworkFault when Telegram cannot be reached or another server answers, AbortError when the call is given
   * up
   */
  call(url: string, options: CallOptions, mayLeave?: () => boolean): Promise<Answer>
  /** Asks for a file, and resolves with the head of the answer. @throws as `call` does */
  download(url: string, signal: AbortSignal): Promise<IncomingMessage>
}

/** @param onDate is called with the time that the server states in each answer to a call */
export function createTransport(
  apiRoot: string,
  proxy: ProxyServer | null,
  onDate: (date: Date) => void = () => {},
): Transport {
  const isSecure = apiRoot.startsWith('https:')
  const isForwarded = takesRequests(proxy, isSecure)
  const send = createClient(isSecure, proxy)
  return {
    async call(url, { method, headers, body, signal }, mayLeave = () => true) {
      const response = await send(new URL(url), { method, headers, body, signal, mayLeave })
      const answer = parsed(await bodyOf(response))
      if (answer === null) throw strangerFault(response.statusCode ?? 0, isForwarded)
      const date = new Date(response.headers.date ?? '')
      if (!Number.isNaN(date.getTime())) onDate(date)
      return { json: async () => answer }
    },
    download: (url, signal) => send(new URL(url), { method: 'GET', headers: {}, signal }),
  }
}

async function bodyOf(response: IncomingMessage): Promise<Buffer> {
  try {
    return await buffer(response)
  } catch (error) {
    throw faultOf(error) ?? error
  }
}

/** The Bot API's answer in a body, which always has a field `ok`; null where the body is something else. */
function parsed(body: Buffer): object | null {
  try {
    const answer: unknown = JSON.parse(body.toString())
    return typeof answer === 'object' && answer !== null && 'ok' in answer ? answer : null
  } catch {
    return null
  }
}

/**
 * The fault of an answer that is not the Bot API's: it comes from a gateway in front of the server, or from a proxy or
 * a firewall.
 * @param isForwarded true when a proxy passes requests on, and so may answer itself
 */
function strangerFault(status: number, isForwarded: boolean): NetworkFault {
  if (status >= 500) return new NetworkFault(isForwarded ? 'proxy refusal' : 'server', String(status))
  return new NetworkFault('answer', String(status))
}
