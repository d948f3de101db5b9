import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

const near = new BlockList()
for (const [network, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const)
  near.addSubnet(network, prefix, 'ipv4')
near.addAddress('::1', 'ipv6')
near.addSubnet('fc00::', 7, 'ipv6')
near.addSubnet('fe80::', 10, 'ipv6')

/** Headers in which a proxy names the client that it asks for. */
const forwarding = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'forwarded', 'via']

/** True for an IP address of this machine or a private network. */
export function isNear(address: string): boolean {
  const plain = unmapped(address)
  const kind = isIP(plain)
  return kind !== 0 && near.check(plain, kind === 4 ? 'ipv4' : 'ipv6')
}

/** True for a request that came by way of a proxy, by its headers. */
export function isForwarded({ headers }: IncomingMessage): boolean {
  return forwarding.some((name) => headers[name] !== undefined)
}

/**
 * The address of a visitor: an IPv4 address, or the first half of an IPv6 one, as one household has 2⁶⁴ of those.
 * @param trustsProxy believes X-Forwarded-For from a peer nearby. Of its addresses the last that is not near itself is the one
 * that our own proxies saw.
 */
export function visitorAddress({ socket, headers }: IncomingMessage, trustsProxy: boolean): string {
  const peer = socket.remoteAddress ?? ''
  if (!trustsProxy || !isNear(peer)) return household(peer)
  const forwarded = headers['x-forwarded-for'] ?? ''
  const addresses = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded)
    .split(',')
    .map((address) => address.trim())
    .filter((address) => isIP(unmapped(address)) !== 0)
  return household(addresses.findLast((address) => !isNear(address)) ?? addresses[0] ?? peer)
}

/** Undoes the form in which a socket for both kinds shows an IPv4 address as an IPv6 one. */
function unmapped(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/iu, '')
}

function household(address: string): string {
  const plain = unmapped(address)
  if (isIP(plain) !== 6) return plain
  const [head = '', tail] = plain.split('%')[0]!.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  const groups = [...before, ...new Array<string>(zeros).fill('0'), ...after]
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
