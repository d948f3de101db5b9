import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeAddress } from '../../src/bot/address.ts'
import { decodeFileAddress, encodeFileAddress } from '../../src/bot/fileAddress.ts'

const actions = ['ask', 'keep', 'takeOut', 'putBack', 'takeOutAlbum', 'putBackAlbum'] as const

test('an address of a file comes back as it was, fits callback data, and is no address of a quote', () => {
  for (const action of actions) {
    const address = { action, id: 'aB3_-6789012345Z' }
    const data = encodeFileAddress(address)
    assert.deepEqual(decodeFileAddress(data), address)
    assert.ok(data.length <= 64)
    assert.equal(decodeAddress(data), null)
  }
  assert.equal(new Set(actions.map((action) => encodeFileAddress({ action, id: '' }))).size, actions.length)
})

test('anything else is none', () => {
  for (const data of ['', 't_', 't_short', 't_aB3_-6789012345Z0', 'z_aB3_-6789012345Z', 'l_zh', 't_aB3_/6789012345Z'])
    assert.equal(decodeFileAddress(data), null, data)
})
