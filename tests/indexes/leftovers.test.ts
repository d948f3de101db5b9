import assert from 'node:assert/strict'
import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { build, entries, put, spring, tidyEntries, type Workshop, workshop } from '../support/testIndex.ts'

const generation = { 'g-0123456789abcdef/passages.parts': 'half', 'g-0123456789abcdef/reports.json': '[]' }

/** What a build that was killed can leave, by where it was killed. */
const leftovers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a half-written generation': generation,
  'the manifest aside of another process': { 'manifest.json.123.tmp': '{' },
  // In a container every start has the same process id.
  'the manifest aside of a process with the same id': { [`manifest.json.${process.pid}.tmp`]: '{' },
  'the lock aside': { '.lock.123.6d8f6c1e-60f5-4f5c-9e0f-8b3f0f1d2c3b': '' },
}

async function assertTidy(places: Workshop): Promise<void> {
  assert.deepEqual(await entries(places), await tidyEntries(places))
}

describe('a build removes what a crashed one left behind', () => {
  for (const [what, files] of Object.entries(leftovers)) {
    it(`${what}, when it writes`, async (t) => {
      const places = await workshop(t, { 'a.txt': spring })
      await put(places.index, files)
      const outcome = await build(places, fakeEmbedder())
      assert.equal(outcome.written, true)
      await assertTidy(places)
    })
  }

  it('the names of a takeover of the lock, once they are old', async (t) => {
    const places = await workshop(t, { 'a.txt': spring })
    const names = ['.lock.0123456789abcdef0123456789abcdef', '.lock.123.6d8f6c1e-60f5-4f5c-9e0f-8b3f0f1d2c3b.spare']
    await put(places.index, Object.fromEntries(names.map((name) => [name, ''])))
    await build(places, fakeEmbedder())
    // Another process may be at it just now.
    assert.deepEqual((await entries(places)).filter((name) => names.includes(name)).sort(), names)
    const earlier = Date.now() / 1000 - 2 * 60 * 60
    for (const name of names) await utimes(join(places.index, name), earlier, earlier)
    await build(places, fakeEmbedder())
    await assertTidy(places)
  })

  it('the old generation, when the crash came after the manifest was in force', async (t) => {
    const places = await workshop(t, { 'a.txt': spring })
    await build(places, fakeEmbedder())
    await put(places.index, generation)
    const outcome = await build(places, fakeEmbedder())
    assert.equal(outcome.written, false)
    await assertTidy(places)
  })
})
