import assert from 'node:assert/strict'
import { cp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { rotated, tokenScale } from '../../src/embeddings/tokens.ts'
import type { Embedder } from '../../src/embeddings/types.ts'
import { IndexError } from '../../src/errors.ts'
import { compactIndex } from '../../src/indexes/build.ts'
import { openIndex } from '../../src/indexes/open.ts'
import { restorerVersion } from '../../src/reports/types.ts'
import { normalizerVersion } from '../../src/text/normalize.ts'
import { segmenterVersion } from '../../src/text/words.ts'
import { type FakeEmbedder, fakeEmbedder } from '../fakes/embedder.ts'
import { stepsOf } from './steps.ts'
import {
  build,
  entries,
  manifestOf,
  openBuilt,
  passagesIn,
  put,
  segmentOf,
  snapshot,
  tidyEntries,
  type Workshop,
  workshop,
} from './workshop.ts'

/** An index as the program before this one built it, and the reports it was built from; see the README there. */
const fixture = fileURLToPath(new URL('../fixtures/format-2/', import.meta.url))
const reports = ['渔业简报.txt', '港务年报.txt']
const dimensions = 512

/**
 * A copy of the fixture as `format` wrote it, by a program that read reports as this one does. Format 1 had all reports in
 * one folder, named at the top of the manifest.
 */
async function indexBefore(t: TestContext, format: 1 | 2, segmenter = segmenterVersion): Promise<Workshop> {
  const places = await workshop(t)
  await cp(join(fixture, 'reports'), places.reports, { recursive: true })
  await cp(join(fixture, 'index'), places.index, { recursive: true })
  const written = JSON.parse(await readFile(join(places.index, 'manifest.json'), 'utf8'))
  assert.equal(written.format, 2)
  const { segments, ...rest } = {
    ...written,
    normalizer: normalizerVersion,
    restorer: restorerVersion,
    segmenter,
  }
  const [{ name, files, reports }] = segments
  const named = reports.map(({ id: _, ...one }: { id: string }) => one)
  const manifest =
    format === 2 ? { ...rest, segments } : { ...rest, format, generation: name, files, passages: 4, reports: named }
  await put(places.index, { 'manifest.json': JSON.stringify(manifest) })
  return places
}

/** An embedder that says it is the one of the fixture, whatever the project's model is by now. */
async function embedderOf(places: Workshop): Promise<FakeEmbedder> {
  const { model } = await manifestOf(places)
  const fake = fakeEmbedder({ id: model.id, sha256: model.sha256, dimensions })
  return Object.defineProperty(fake, 'model', { value: { ...fake.model, pooling: model.pooling } })
}

function isStale(error: unknown): boolean {
  assert.ok(error instanceof IndexError, String(error))
  assert.match(error.text.zh, /已过期.*处理方法已更新。请运行 npm run index 更新索引/u)
  assert.match(error.text.en, /is stale: .*read in a new way\. Run npm run index to update it/u)
  return true
}

/** What the fixture holds, as it was written. */
async function heldBefore() {
  const folder = join(fixture, 'index', 'g-e01c88acc0327459')
  const read = async (file: string) => {
    const { buffer, byteOffset, byteLength } = await readFile(join(folder, file))
    return buffer.slice(byteOffset, byteOffset + byteLength)
  }
  return {
    reports: JSON.parse(await readFile(join(folder, 'reports.json'), 'utf8')),
    passages: JSON.parse(await readFile(join(folder, 'passages.json'), 'utf8')).passages,
    vectors: new Float32Array(await read('vectors.f32')),
    offsets: new Uint32Array(await read('tokens.offsets.u32')),
    starts: new Uint16Array(await read('tokens.starts.u16')),
    tokens: new Int8Array(await read('tokens.i8')),
  }
}

for (const format of [1, 2] as const) {
  describe(`an index of format ${format}`, () => {
    it('is told to be stale, with the command that mends it', async (t) => {
      const places = await indexBefore(t, format)
      const embedder = await embedderOf(places)
      await assert.rejects(openBuilt(places, embedder), isStale)
      await assert.rejects(
        openIndex(places.index, embedder.model, null),
        isStale,
        'also where its reports do not matter',
      )
    })

    it('is taken over as it lies there, whatever the program was that read its reports', async (t) => {
      const places = await indexBefore(t, format)
      const manifest = JSON.parse(await readFile(join(places.index, 'manifest.json'), 'utf8'))
      await put(places.index, { 'manifest.json': JSON.stringify({ ...manifest, normalizer: 0, restorer: 0 }) })
      const embedder = await embedderOf(places)
      const outcome = await build(places, embedder)
      assert.deepEqual([outcome.written, outcome.passages, outcome.embedded, embedder.calls], [true, 4, 0, 0])
      await openBuilt(places, embedder)
    })

    it('is taken over by the next build, with all that it holds, and nothing is embedded', async (t) => {
      const places = await indexBefore(t, format)
      const embedder = await embedderOf(places)
      const outcome = await build(places, embedder)
      assert.deepEqual(outcome, {
        written: true,
        reports: 2,
        passages: 4,
        embedded: 0,
        skipped: [],
        overtaken: [],
        leftovers: [],
      })
      assert.equal(embedder.calls, 0)
      assert.deepEqual(await entries(places), await tidyEntries(places))
      assert.equal((await build(places, embedder)).written, false)

      const before = await heldBefore()
      const index = await openBuilt(places, embedder)
      assert.deepEqual(
        [...index.reports.values()].map(({ file }) => file),
        reports,
      )
      for (const report of before.reports) assert.deepEqual(await index.report(report.id), report)
      const passages = await passagesIn(index)
      assert.deepEqual(
        passages.map(({ writers: _, ...passage }) => passage),
        before.passages,
      )
      const tokens = await index.tokens([0, 1, 2, 3])
      for (const position of [0, 1, 2, 3]) {
        const own = before.vectors.subarray(position * dimensions, (position + 1) * dimensions)
        const [nearest] = await index.vectors.search(own, 1)
        assert.equal(nearest?.passage, position)
        assert.ok(nearest.similarity > 0.9999)
        const [from, to] = [before.offsets[position]!, before.offsets[position + 1]!]
        assert.deepEqual(tokens[position]!.starts, before.starts.slice(from, to))
        const bytes = before.tokens.subarray(from * dimensions, to * dimensions)
        const turned = rotated(
          Float32Array.from(bytes, (value) => value / 127),
          dimensions,
        )
        for (const [i, step] of stepsOf(tokens[position]!.values).entries()) {
          const exact = Math.max(-7, Math.min(7, turned[i]! * tokenScale(dimensions)))
          assert.ok(Math.abs(step - exact) <= 0.5001, `${step}, not ${exact}`)
        }
      }
    })

    for (const segmenter of [segmenterVersion, '1.0'])
      it(`of segmenter ${segmenter} has the words that a build from nothing has`, async (t) => {
        const places = await indexBefore(t, format, segmenter)
        const embedder = await embedderOf(places)
        await build(places, embedder)
        const fresh = await workshop(t)
        await cp(places.reports, fresh.reports, { recursive: true })
        await build(fresh, embedder)
        const told = async ({ words }: Awaited<ReturnType<typeof openBuilt>>) => {
          const terms = ['灯塔', '渔船', '港口', '三千', '每晚']
          return [terms.map(words.weight), await words.search(terms, 10), await words.scores(terms, [0, 1, 2, 3])]
        }
        assert.deepEqual(await told(await openBuilt(places, embedder)), await told(await openBuilt(fresh, embedder)))
        assert.deepEqual(
          await passagesIn(await openBuilt(places, embedder)),
          await passagesIn(await openBuilt(fresh, embedder)),
        )
      })

    it('is taken over as far as it is in force, and only what is new is embedded', async (t) => {
      const places = await indexBefore(t, format)
      const embedder = await embedderOf(places)
      await rm(join(places.reports, '渔业简报.txt'))
      const text = await readFile(join(places.reports, '港务年报.txt'), 'utf8')
      await put(places.reports, { '港务年报.txt': `${text}\n航道清淤两次。\n` })
      await put(places.reports, { '盐务.txt': '盐务\n\n盐场产盐九吨。\n' })
      const outcome = await build(places, embedder)
      assert.deepEqual([outcome.reports, outcome.passages, outcome.embedded], [2, 5, 3])
      assert.deepEqual(
        embedder.texts.toSorted(),
        ['港务年报\n航道清淤两次。', '盐务', '盐务\n盐场产盐九吨。'].toSorted(),
      )
      const index = await openBuilt(places, embedder)
      assert.deepEqual([...index.reports.keys()], ['港务年报', '盐务'])
      assert.ok(!(await passagesIn(index)).some(({ report }) => report === '渔业简报'))
    })

    it('is not merged before', async (t) => {
      const places = await indexBefore(t, format)
      const before = await snapshot(places.index)
      assert.equal(await compactIndex(places.index, await embedderOf(places)), false)
      assert.deepEqual(await snapshot(places.index), before)
    })
  })
}

describe('a damaged file of an index of format 2', () => {
  const damages: Record<string, (path: string) => Promise<void>> = {
    truncated: async (path) => truncate(path, (await readFile(path)).length - 1),
    altered: async (path) => {
      const bytes = await readFile(path)
      bytes[Math.floor(bytes.length / 2)]! ^= 1
      await writeFile(path, bytes)
    },
    missing: (path) => rm(path),
  }
  const read = ['reports.json', 'passages.json', 'vectors.f32', 'tokens.offsets.u32', 'tokens.starts.u16', 'tokens.i8']

  async function refused(places: Workshop, embedder: Embedder, file: string): Promise<void> {
    const before = await snapshot(places.index)
    await assert.rejects(build(places, embedder), (error) => {
      assert.ok(error instanceof IndexError, String(error))
      for (const text of Object.values(error.text)) {
        assert.ok(text.includes(file) && text.includes('npm run index'), text)
      }
      return true
    })
    assert.deepEqual(await snapshot(places.index), before)
  }

  for (const file of read) {
    for (const [how, damage] of Object.entries(damages)) {
      it(`${file} ${how}: refused, and built anew where that is asked for`, async (t) => {
        const places = await indexBefore(t, 2)
        const embedder = await embedderOf(places)
        const path = join(places.index, (await segmentOf(places)).name, file)
        await damage(path)
        await refused(places, embedder, path)
        const outcome = await build(places, embedder, { mend: true })
        assert.deepEqual([outcome.written, outcome.passages, outcome.embedded], [true, 4, 4])
        assert.equal((await openBuilt(places, embedder)).size, 4)
      })
    }
  }

  it('can be the manifest', async (t) => {
    const places = await indexBefore(t, 2)
    const embedder = await embedderOf(places)
    await truncate(join(places.index, 'manifest.json'), 1000)
    await refused(places, embedder, 'manifest.json')
  })
})
