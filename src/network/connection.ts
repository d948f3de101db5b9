import { once } from 'node:events'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { connect, isIP, isIPv6, type LookupFunction, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { SocksClient } from 'socks'
import { faultOf, NetworkFault } from './fault.ts'
import type { ProxyServer } from './proxy.ts'

/** A connection fails when it is not open within this time, proxy and TLS included. */
const connectMs = 10_000
/**
 * The time for one address of a name before the next is tried. Node's own 250 ms are too little for a distant server, and for a
 * connection whose first packet is lost, which is sent again after a second.
 */
const addressMs = 3000

export interface Server {
  readonly host: string
  readonly port: number
}

/**
 * Opens a connection, secure where `isSecure` says so, by way of a proxy where there is one. An HTTP proxy is asked for a tunnel
 * only to a secure server, as it takes requests by plain HTTP themselves.
 *
 * @param signal ends the attempt
 * @param lookup looks up the server's name where there is no proxy; Node's own by default. Node asks it for no literal address.
 * @throws NetworkFault, or the error of `lookup`
 */
export async function openConnection(
  to: Server,
  isSecure: boolean,
  proxy: ProxyServer | null,
  signal: AbortSignal,
  lookup?: LookupFunction,
): Promise<Socket> {
  const ending = new AbortController()
  const end = () => ending.abort()
  const timer = setTimeout(end, connectMs)
  signal.addEventListener('abort', end)
  try {
    const socket = proxy ? await openProxy(proxy, ending.signal) : await openTcp(to, ending.signal, lookup)
    if (proxy && !takesRequests(proxy, isSecure)) await openTunnel(socket, proxy, to, ending.signal)
    return isSecure ? await openTls(socket, to.host, ending.signal) : socket
  } catch (error) {
    throw faultOf(error) ?? error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
  }
}

function openTcp({ host, port }: Server, signal: AbortSignal, lookup?: LookupFunction): Promise<Socket> {
  const addresses = { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: addressMs, ...(lookup && { lookup }) }
  return ready(connect({ host, port, ...addresses, keepAlive: true, noDelay: true }), 'connect', signal)
}

function openTls(socket: Socket, host: string, signal: AbortSignal): Promise<Socket> {
  const servername = isIP(host) ? '' : host
  return ready(connectSecurely({ socket, host, servername, ALPNProtocols: ['http/1.1'] }), 'secureConnect', signal)
}

/** Waits until the socket is open; a failure, or the signal, destroys it. */
async function ready(socket: Socket, event: string, signal: AbortSignal): Promise<Socket> {
  try {
    await once(socket, event, { signal })
    return socket
  } catch (error) {
    socket.destroy()
    throw signal.aborted ? tooLong() : error
  }
}

function tooLong(): NetworkFault {
  return new NetworkFault('timeout', 'ETIMEDOUT')
}

async function openProxy(proxy: ProxyServer, signal: AbortSignal): Promise<Socket> {
  try {
    const socket = await openTcp(proxy, signal)
    return proxy.protocol === 'https' ? await openTls(socket, proxy.host, signal) : socket
  } catch (error) {
    throw proxyFault(error)
  }
}

function proxyFault(error: unknown): NetworkFault {
  if (error instanceof NetworkFault && error.kind.startsWith('proxy')) return error
  return new NetworkFault('proxy', faultOf(error)?.detail ?? (error instanceof Error ? error.message : String(error)))
}

/** Opens a tunnel through the proxy to a server. */
async function openTunnel(socket: Socket, proxy: ProxyServer, to: Server, signal: AbortSignal): Promise<void> {
  try {
    await (isSocks(proxy) ? tunnelBySocks(socket, proxy, to, signal) : tunnelByConnect(socket, proxy, to, signal))
  } catch (error) {
    socket.destroy()
    throw signal.aborted ? tooLong() : proxyFault(error)
  }
}

async function tunnelByConnect(socket: Socket, proxy: ProxyServer, to: Server, signal: AbortSignal): Promise<void> {
  const path = `${isIPv6(to.host) ? `[${to.host}]` : to.host}:${to.port}`
  const headers = { host: path, ...authorization(proxy) }
  const request = requestHttp({ method: 'CONNECT', path, headers, createConnection: () => socket })
  // The request fails once more when its socket is destroyed, and an error without a listener would end the process.
  request.on('error', () => {})
  request.end()
  const [{ statusCode }] = (await once(request, 'connect', { signal })) as [IncomingMessage]
  if (statusCode === 407) throw new NetworkFault('proxy login', '407')
  if (statusCode !== 200) throw new NetworkFault('proxy refusal', String(statusCode))
}

async function tunnelBySocks(socket: Socket, proxy: ProxyServer, to: Server, signal: AbortSignal): Promise<void> {
  const { host, port, user, password } = proxy
  const end = () => socket.destroy()
  signal.addEventListener('abort', end)
  try {
    await SocksClient.createConnection({
      command: 'connect',
      existing_socket: socket,
      destination: to,
      proxy: { host, port, type: proxy.protocol === 'socks4' ? 4 : 5, ...(user && { userId: user, password }) },
    })
  } catch (error) {
    // The library's error holds the password, so only its message is passed on.
    const words = error instanceof Error ? error.message : String(error)
    const kind = /authentication/iu.test(words) ? 'proxy login' : /rejected/iu.test(words) ? 'proxy refusal' : 'proxy'
    throw new NetworkFault(kind, words)
  } finally {
    signal.removeEventListener('abort', end)
  }
}

function isSocks({ protocol }: ProxyServer): boolean {
  return protocol.startsWith('socks')
}

/** True for a proxy that takes whole requests and passes them on, as an HTTP proxy does with requests by plain HTTP. */
export function takesRequests(proxy: ProxyServer | null, isSecure: boolean): proxy is ProxyServer {
  return proxy !== null && !isSecure && !isSocks(proxy)
}

/** The header with user and password for an HTTP proxy; none where the proxy asks for none. */
export function authorization({ user, password }: ProxyServer): Record<string, string> {
  if (user === '' && password === '') return {}
  return { 'proxy-authorization': `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
}
