import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPublicAddress } from '../../src/network/publicAddress.ts'
import fc from '../laws.ts'

for (const address of [
  ...[
    '1.1.1.1',
    '8.8.8.8',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.0.1',
    '223.5.5.5',
  ],
  ...['169.253.0.1', '198.17.255.255', '198.20.0.0', '2400:3200::1', '2606:4700:4700::1111', '2001:4860:4860::8888'],
  ...['::ffff:1.1.1.1', '::ffff:101:101', '64:ff9b::1.1.1.1', '64:ff9b::808:808'],
]) {
  test(`${address} is public`, () => assert.equal(isPublicAddress(address), true))
}

for (const address of [
  // The machine itself, its networks, and its link with a cloud's keys.
  ...['127.0.0.1', '127.255.255.254', '0.0.0.0', '0.1.2.3', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  ...['169.254.169.254', '100.64.0.1', '100.127.255.255', '::1', '::', 'fe80::1', 'fe80::1%eth0', 'fd00::1', 'fc00::1'],
  'fec0::1',
  // Multicast, reserved, broadcast, documentation, benchmarks, protocols.
  ...['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', '192.0.0.8', '192.0.2.1', '198.51.100.1'],
  ...['203.0.113.1', '198.18.0.1', '198.19.255.255', '192.88.99.1', 'ff02::1', '2001:db8::1', '3fff::1', '100::1'],
  // Addresses of IPv4 inside those of IPv6: mapped, compatible, NAT64, 6to4, Teredo.
  ...['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::127.0.0.1', '64:ff9b::127.0.0.1', '64:ff9b::a00:1'],
  ...['64:ff9b:1::a00:1', '2002:7f00:1::', '2002:c0a8:101::1', '2001:0:7f00:1::', '::ffff:0:127.0.0.1'],
  // No addresses at all.
  ...['', 'localhost', '127.1', '0x7f000001', '2130706433', '[::1]', '1.2.3', '1.2.3.4.5', 'example.org'],
]) {
  test(`${JSON.stringify(address)} is not public`, () => assert.equal(isPublicAddress(address), false))
}

test('an address of IPv4 and the same in IPv6 are judged alike', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      for (const same of [`::ffff:${address}`, `64:ff9b::${address}`])
        assert.equal(isPublicAddress(same), isPublicAddress(address), same)
    }),
  )
})
