import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** Networks of IPv4 that lead to no public server, by IANA's registry of special-purpose addresses (RFC 6890). */
const closedIpv4 = [
  // This network, private networks, and those behind a provider's NAT (RFC 6598).
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'],
  // The machine itself, and its link, where clouds offer their machines' keys (169.254.169.254).
  ...['127.0.0.0/8', '169.254.0.0/16'],
  // Protocols, documentation, the retired relay of 6to4, benchmarks.
  ...['192.0.0.0/24', '192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '192.88.99.0/24', '198.18.0.0/15'],
  // Multicast, and reserved with the broadcast address.
  ...['224.0.0.0/4', '240.0.0.0/4'],
]
/** Networks inside the global unicast of IPv6 that are none: protocols with Teredo, documentation, 6to4. */
const closedIpv6 = ['2001::/23', '2001:db8::/32', '3fff::/20', '2002::/16']

const closed = new BlockList()
for (const [networks, family] of [
  [closedIpv4, 'ipv4'],
  [closedIpv6, 'ipv6'],
] as const)
  for (const network of networks) {
    const [address, bits] = network.split('/')
    closed.addSubnet(address!, Number(bits), family)
  }

/**
 * True for the IP address of a server on the public internet. False for addresses of the machine, its networks and its links, for
 * multicast and reserved ones, for every address of IPv6 outside global unicast, and for text that is no IP address. An address of
 * IPv6 that stands for one of IPv4 (`::ffff:…`, NAT64) is judged as that.
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !closed.check(address, 'ipv4')
  // An address with a zone (`fe80::1%eth0`) is one of a link.
  if (!isIPv6(address) || address.includes('%')) return false
  const groups = groupsOf(address)
  const begins = (...start: number[]) => start.every((group, i) => groups[i] === group)
  if (begins(0, 0, 0, 0, 0, 0xffff) || begins(0x64, 0xff9b, 0, 0, 0, 0)) {
    const bytes = groups.slice(6).flatMap((group) => [group >> 8, group & 0xff])
    return isPublicAddress(bytes.join('.'))
  }
  const isGlobalUnicast = (groups[0]! & 0xe000) === 0x2000
  return isGlobalUnicast && !closed.check(address, 'ipv6')
}

/** The eight groups of an address of IPv6. */
function groupsOf(address: string): number[] {
  // A URL writes an address of IPv6 without its dotted form.
  const { hostname } = new URL(`http://[${address}]`)
  const [head = '', tail] = hostname.slice(1, -1).split('::')
  const read = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)))
  const [first, last] = [read(head), read(tail ?? '')]
  return tail === undefined ? first : [...first, ...Array(8 - first.length - last.length).fill(0), ...last]
}
