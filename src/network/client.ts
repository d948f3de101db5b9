import {
  type ClientRequestArgs,
  Agent as HttpAgent,
  type IncomingMessage,
  type RequestOptions,
  request as requestHttp,
} from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { authorization, openConnection, takesRequests } from './connection.ts'
import { faultOf, NetworkFault } from './fault.ts'
import type { ProxyServer } from './proxy.ts'

/** Clients follow no redirects; those who do follow so many. */
export const maxRedirects = 5

export interface Request {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Readable | undefined
  /** Gives the request up, even while its answer is being read. */
  readonly signal: Pick<AbortSignal, 'aborted' | 'addEventListener' | 'removeEventListener'>
  /**
   * Called in the very step in which the request's bytes go to the system: the connection stands by then, and between this call
   * and the write no other code of the process runs. The request fails where it returns false.
   */
  readonly mayLeave?: () => boolean
}

/**
 * Makes a request and resolves with the head of its answer. Redirects are not followed.
 * @throws NetworkFault when the server cannot be reached, AbortError when the request is given up
 */
export type Send = (url: URL, request: Request) => Promise<IncomingMessage>

/** The options that Node hands on from a request to its agent. Node takes `signal` for its own, so ours has another name. */
interface ConnectOptions extends ClientRequestArgs {
  readonly givenUp: AbortSignal
}

/**
 * A client for servers of one scheme, which keeps its connections alive and opens them by way of the proxy.
 * @param lookup looks up names where there is no proxy; Node's own by default
 */
export function createClient(isSecure: boolean, proxy: ProxyServer | null, lookup?: LookupFunction): Send {
  const agent = isSecure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true })
  agent.createConnection = (options: ClientRequestArgs, callback) => {
    const { host, port, givenUp } = options as ConnectOptions
    openConnection({ host: host ?? '', port: Number(port) }, isSecure, proxy, givenUp, lookup).then(
      (socket) => callback?.(null, socket),
      (error) => callback?.(error, undefined as never),
    )
    return undefined
  }
  const requestFrom = isSecure ? requestHttps : requestHttp
  return (url, { method, headers, body, signal, mayLeave = () => true }) =>
    new Promise((resolve, reject) => {
      const givingUp = new AbortController()
      const options: RequestOptions & Pick<ConnectOptions, 'givenUp'> = {
        method,
        headers: { ...headers, ...(takesRequests(proxy, isSecure) && authorization(proxy)) },
        agent,
        givenUp: givingUp.signal,
        // A proxy that passes the request on needs the whole address.
        ...(takesRequests(proxy, isSecure) && { path: url.href }),
      }
      const request = requestFrom(url, options)
      const giveUp = () => {
        const reason = new DOMException('the request was given up', 'AbortError')
        givingUp.abort()
        request.destroy(reason)
        reject(reason)
      }
      const forget = () => signal.removeEventListener('abort', giveUp)
      if (signal.aborted) giveUp()
      signal.addEventListener('abort', giveUp)
      request.once('close', forget)
      request.on('error', (error) => {
        forget()
        reject(faultOf(error) ?? error)
      })
      request.once('response', (response) => {
        // A proxy that passes requests on answers with its own statuses; 407 is of no use to a server.
        if (response.statusCode !== 407 || !takesRequests(proxy, isSecure)) return resolve(response)
        response.destroy()
        reject(new NetworkFault('proxy login', '407'))
      })
      request.once('socket', () => {
        try {
          if (!mayLeave()) request.destroy(new Error('the request may not leave'))
          else if (body instanceof Readable) pipeline(body, request).catch(reject)
          else request.end(body)
        } catch (error) {
          request.destroy(error as Error)
        }
      })
    })
}
