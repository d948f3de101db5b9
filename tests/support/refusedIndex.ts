import assert from 'node:assert/strict'
import { cpSync } from 'node:fs'
import type { TestContext } from 'node:test'
import { IndexError } from '../../src/errors.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import {
  autumn,
  build,
  entries,
  openBuilt,
  passagesIn,
  snapshot,
  spring,
  tidyEntries,
  type Workshop,
  workshop,
} from './testIndex.ts'

export const embedder = fakeEmbedder()
export const reports = { 'a.txt': spring, 'b.txt': autumn }

/**
 * Builds an index once. The function that it returns gives each test a copy of these folders of its own, as copying an index is
 * quicker than building it.
 */
export async function builtWorkshops(all: { after(clean: () => Promise<void>): void }) {
  const original = await workshop(all, reports)
  await build(original, embedder)
  return async (t: TestContext): Promise<Workshop> => {
    const places = await workshop(t, reports)
    cpSync(original.index, places.index, { recursive: true })
    return places
  }
}

/** An IndexError whose two texts hold all of these and name the command that mends. */
export function refusal(zh: readonly (string | RegExp)[], en: readonly (string | RegExp)[]) {
  return (error: unknown) => {
    assert.ok(error instanceof IndexError, String(error))
    for (const [text, parts] of [
      [error.text.zh, zh],
      [error.text.en, en],
    ] as const) {
      for (const part of [...parts, 'npm run index']) {
        assert.ok(typeof part === 'string' ? text.includes(part) : part.test(text), `${part} is not in: ${text}`)
      }
    }
    return true
  }
}

/** An index that may not be used: refused by `openIndex` and by a careful build, replaced by one that mends. */
export async function assertRefusedThenMended(places: Workshop, isRefusal: (error: unknown) => boolean): Promise<void> {
  const before = await snapshot(places.index)
  await assert.rejects(openBuilt(places, embedder), isRefusal)
  await assert.rejects(build(places, embedder, { replaceDamaged: false }), isRefusal)
  assert.deepEqual(await snapshot(places.index), before)
  const outcome = await build(places, embedder, { replaceDamaged: true })
  assert.equal(outcome.written, true)
  const index = await openBuilt(places, embedder)
  assert.equal((await passagesIn(index)).length, 7)
  assert.equal((await index.tokens([0, 1, 2, 3, 4, 5, 6])).length, 7)
  assert.equal((await index.vectors.search(new Float32Array(32).fill(Math.sqrt(1 / 32)), 10)).length, 7)
  assert.deepEqual(await entries(places), await tidyEntries(places))
}
