import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'

/** All names of the fake network lead to this address for documentation, which belongs to nobody. */
const anywhere = [192, 0, 2, 1]

/** A network that knows every name and takes every connection to the usual ports of the web, and keeps a record of them. */
export interface FakeNetwork {
  /** Names that were looked up, in the order they came. */
  readonly lookUps: readonly string[]
  /** `address:port` of connections to ports 80 and 443. */
  readonly connections: readonly string[]
  /** The other connections and datagrams that the system counted, which nobody took. */
  strays(): Promise<string[]>
  close(): Promise<void>
}

/**
 * Starts the fake network. It needs a network namespace of its own (see `namespace.ts`), where `/etc/resolv.conf` names
 * 127.0.0.1 and each address leads to the loopback.
 */
export async function startNetwork(): Promise<FakeNetwork> {
  const lookUps: string[] = []
  const connections: string[] = []
  const names = createSocket('udp4')
  names.on('message', (query, { address, port }) => {
    lookUps.push(nameIn(query))
    names.send(reply(query), port, address)
  })
  names.bind(53, '127.0.0.1')
  const web = [80, 443].map((port) => createServer().listen(port, '0.0.0.0'))
  for (const server of web) {
    server.on('connection', (socket) => {
      connections.push(`${socket.localAddress}:${socket.localPort}`)
      socket.on('error', () => {}).destroy()
    })
  }
  await Promise.all([names, ...web].map((one) => once(one, 'listening')))
  const before = await counters()
  return {
    lookUps,
    connections,
    async strays() {
      const now = await counters()
      const grown = (name: string) => (now.get(name) ?? 0) - (before.get(name) ?? 0)
      const strays = ['Tcp.AttemptFails', 'Udp.NoPorts', 'Udp6.NoPorts', 'Ip.OutNoRoutes', 'Ip6.OutNoRoutes']
      return strays.filter((name) => grown(name) > 0).map((name) => `${name} ${grown(name)}`)
    },
    async close() {
      names.close()
      for (const server of web) server.close()
    },
  }
}

/** The name that a DNS query asks for: labels, each behind its length, from byte 12 on. */
function nameIn(query: Buffer): string {
  const labels: string[] = []
  for (let at = 12; query[at]; at += query[at]! + 1) labels.push(query.toString('latin1', at + 1, at + 1 + query[at]!))
  return labels.join('.')
}

/** Answers a query for an IPv4 address with `anywhere`, and any other with nothing. */
function reply(query: Buffer): Buffer {
  const questionEnd = query.indexOf(0, 12) + 5
  const isIpv4 = query.readUInt16BE(questionEnd - 4) === 1
  const head = Buffer.from(query.subarray(0, questionEnd))
  head.writeUInt16BE(0x8180, 2)
  head.writeUInt16BE(isIpv4 ? 1 : 0, 6)
  head.fill(0, 8, 12)
  // The name of the question, type A, class IN, one second, four bytes.
  const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, ...anywhere])
  return isIpv4 ? Buffer.concat([head, answer]) : head
}

/** The namespace's counters, by names such as `Tcp.AttemptFails`. */
async function counters(): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  // Pairs of lines: names, then values.
  const lines = (await readFile('/proc/net/snmp', 'utf8')).trim().split('\n')
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [protocol, ...names] = lines[i]!.split(/:?\s+/u)
    const [, ...values] = lines[i + 1]!.split(/:?\s+/u)
    for (const [at, name] of names.entries()) found.set(`${protocol}.${name}`, Number(values[at]))
  }
  for (const line of (await readFile('/proc/net/snmp6', 'utf8').catch(() => '')).trim().split('\n')) {
    const [name = '', value] = line.split(/\s+/u)
    found.set(name.replace(/^(Ip6|Udp6)/u, '$1.'), Number(value))
  }
  return found
}
