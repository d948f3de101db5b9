import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { tls } from '../fixtures/tls.ts'

/** The behaviour of a fake proxy. */
export interface ProxyOptions {
  /** The user and password that it lets in; anybody unless given. */
  readonly login?: { readonly user: string; readonly password: string }
  /** Names that only the proxy knows, with the port of this machine where each leads. */
  readonly names?: Readonly<Record<string, number>>
  /** It is spoken to over TLS itself. */
  readonly isSecure?: boolean
}

/** A real proxy on the loopback. */
export interface FakeProxy {
  readonly port: number
  /** The `host:port` of each connection and request that it passed on, and `refused` for each that it refused. */
  readonly led: readonly string[]
  close(): Promise<void>
}

/** Names are led to this machine, addresses as they are. */
function placeOf(host: string, port: number, names: ProxyOptions['names'] = {}) {
  return host in names ? { host: '127.0.0.1', port: names[host]! } : { host, port }
}

/** A proxy that tunnels (`CONNECT`) and forwards requests by plain HTTP, with Basic authentication. */
export async function startHttpProxy({ login, names, isSecure = false }: ProxyOptions = {}): Promise<FakeProxy> {
  const led: string[] = []
  const expected = login && `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`
  const isAllowed = ({ headers }: IncomingMessage) => {
    if (expected === undefined || headers['proxy-authorization'] === expected) return true
    led.push('refused')
    return false
  }
  const forward = (incoming: IncomingMessage, response: ServerResponse) => {
    if (!isAllowed(incoming)) return void response.writeHead(407, { 'proxy-authenticate': 'Basic' }).end('who are you?')
    const url = new URL(incoming.url!)
    led.push(url.host)
    const { 'proxy-authorization': _, ...headers } = incoming.headers
    const place = placeOf(url.hostname, Number(url.port || 80), names)
    const path = `${url.pathname}${url.search}`
    const onward = request({ ...place, path, method: incoming.method, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    response.on('close', () => onward.destroy())
    incoming.pipe(onward)
  }
  const server = isSecure ? createHttpsServer(tls, forward) : createHttpServer(forward)
  server.on('connect', (incoming: IncomingMessage, socket: Duplex) => {
    if (!isAllowed(incoming)) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    led.push(incoming.url!)
    const { hostname, port } = new URL(`http://${incoming.url}`)
    const onward = connect(placeOf(hostname, Number(port || 80), names))
    onward.once('connect', () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'))
    join(socket, onward, () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'))
  })
  return listening(server, led)
}

/** A SOCKS5 proxy (RFC 1928) with user and password (RFC 1929) that leads to names and IPv4 addresses. */
export async function startSocksProxy({ login, names }: ProxyOptions = {}): Promise<FakeProxy> {
  const led: string[] = []
  const server = createServer(async (socket) => {
    socket.on('error', () => {})
    try {
      const [version, methods] = await take(socket, 2)
      const offered = await take(socket, methods!)
      const method = login ? 2 : 0
      if (version !== 5 || !offered.includes(method)) {
        led.push('refused')
        return void socket.end(Buffer.from([5, 0xff]))
      }
      socket.write(Buffer.from([5, method]))
      if (login) {
        const user = await take(socket, (await take(socket, 2))[1]!)
        const password = await take(socket, (await take(socket, 1))[0]!)
        const isRight = user.toString() === login.user && password.toString() === login.password
        if (!isRight) {
          led.push('refused')
          return void socket.end(Buffer.from([1, 1]))
        }
        socket.write(Buffer.from([1, 0]))
      }
      const [, , , kind] = await take(socket, 4)
      const host =
        kind === 3
          ? (await take(socket, (await take(socket, 1))[0]!)).toString()
          : [...(await take(socket, 4))].join('.')
      const port = (await take(socket, 2)).readUInt16BE()
      led.push(`${host}:${port}`)
      const onward = connect(placeOf(host, port, names))
      const answer = (code: number) => Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0])
      onward.once('connect', () => socket.write(answer(0)))
      join(socket, onward, () => socket.end(answer(5)))
    } catch {
      socket.destroy()
    }
  })
  return listening(server, led)
}

/** Resolves with the next bytes of that number, as soon as they have come. */
async function take(socket: Socket, count: number): Promise<Buffer> {
  if (count === 0) return Buffer.alloc(0)
  for (;;) {
    const bytes = socket.read(count) as Buffer | null
    if (bytes !== null) return bytes
    if (socket.readableEnded || socket.destroyed) throw new Error('the client hung up')
    await Promise.race([once(socket, 'readable'), once(socket, 'end')])
  }
}

/** Lets two connections flow into each other. @param onFailure when the second never came about */
function join(one: Duplex, other: Socket, onFailure: () => void): void {
  let isOpen = false
  one.on('error', () => other.destroy())
  other.on('error', () => (isOpen ? one.destroy() : onFailure()))
  other.once('connect', () => {
    isOpen = true
    one.pipe(other)
    other.pipe(one)
  })
  one.once('close', () => other.destroy())
  other.once('close', () => isOpen && one.destroy())
}

async function listening(server: Server, led: readonly string[]): Promise<FakeProxy> {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    led,
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}
