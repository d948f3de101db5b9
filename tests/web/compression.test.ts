import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { createCompressor } from '../../src/web/send.ts'

/** Text that cannot be made much shorter. */
const noise = (seed: number) =>
  Array.from({ length: 1000 }, (_, i) => ((i * 7919 + seed * 104729) % 65521).toString(36)).join('')

test('a text is packed once for each encoding, and unpacks to itself', async () => {
  const pack = createCompressor(1e6)
  const text = '安置房交付了多少套?'.repeat(100)
  const [br, gzip] = [await pack(text, 'br', 'a'), await pack(text, 'gzip', 'a')]
  assert.equal(brotliDecompressSync(br).toString(), text)
  assert.equal(gunzipSync(gzip).toString(), text)
  assert.equal(await pack(text, 'br', 'a'), br, 'the very same bytes')
  assert.notEqual(await pack('other', 'br', 'b'), br)
})

test('what is kept is bounded, and what is asked for stays', async () => {
  const pack = createCompressor(10_000)
  const first = await pack(noise(0), 'br', '0')
  for (let i = 1; i < 50; i++) {
    await pack(noise(i), 'br', String(i))
    assert.equal(await pack(noise(0), 'br', '0'), first)
  }
  const early = await pack(noise(1), 'br', '1')
  assert.equal(await pack(noise(1), 'br', '1'), early)
  // Two that ask at once are counted once.
  await Promise.all([pack(noise(99), 'br', '99'), pack(noise(99), 'br', '99')])
  assert.equal(await pack(noise(0), 'br', '0'), first)
})
