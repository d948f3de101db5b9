import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { isForwarded, isNear, visitorAddress } from '../src/peers.ts'

const from = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage

test('near are this machine and private networks', () => {
  for (const address of [
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.1.1',
    '100.64.0.1',
    '::ffff:127.0.0.1',
    '::ffff:10.1.1.1',
    'fe80::1',
    'fd12::1',
  ])
    assert.ok(isNear(address), address)
  for (const address of [
    '8.8.8.8',
    '172.32.0.1',
    '192.169.0.1',
    '100.128.0.1',
    '2001:db8::1',
    '::ffff:8.8.8.8',
    '',
    'localhost',
    '::2',
    '0.0.0.0',
  ])
    assert.ok(!isNear(address), address)
})

test('a visitor is the peer, unless our own proxy tells for whom it asks', () => {
  for (const [peer, forwarded, trusts, visitor] of [
    ['8.8.8.8', undefined, true, '8.8.8.8'],
    ['::ffff:8.8.8.8', undefined, true, '8.8.8.8'],
    ['127.0.0.1', '203.0.113.9', true, '203.0.113.9'],
    ['127.0.0.1', '203.0.113.9', false, '127.0.0.1'],
    // From outside anybody could claim to be somebody else.
    ['8.8.8.8', '203.0.113.9', true, '8.8.8.8'],
    // What stands before the address that our proxy saw is the visitor's own word.
    ['127.0.0.1', '1.1.1.1, 203.0.113.9', true, '203.0.113.9'],
    ['127.0.0.1', '1.1.1.1,203.0.113.9, 10.0.0.7', true, '203.0.113.9'],
    ['127.0.0.1', '10.0.0.9, 10.0.0.7', true, '10.0.0.9'],
    ['127.0.0.1', 'unknown, <script>', true, '127.0.0.1'],
    ['127.0.0.1', '', true, '127.0.0.1'],
  ] as const)
    assert.equal(visitorAddress(from(peer, forwarded), trusts), visitor, `${peer} ${forwarded}`)
})

test('of IPv6 addresses a household counts as one', () => {
  const of = (address: string) => visitorAddress(from(address), false)
  assert.equal(of('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2')
  assert.equal(of('2001:db8:1:2::9'), '2001:db8:1:2')
  assert.equal(of('2001:0DB8:0001:0002::9'), '2001:db8:1:2')
  assert.equal(of('2001:db8::9'), '2001:db8:0:0')
  assert.equal(of('::1'), '0:0:0:0')
  assert.equal(of('fe80::1%eth0'), 'fe80:0:0:0')
  assert.notEqual(of('2001:db8:1:3::9'), of('2001:db8:1:2::9'))
})

test('a request by way of a proxy is told by its headers', () => {
  assert.ok(!isForwarded(from('127.0.0.1')))
  assert.ok(isForwarded(from('127.0.0.1', '203.0.113.9')))
})
