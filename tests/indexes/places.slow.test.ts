import assert from 'node:assert/strict'
import { rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { IndexError } from '../../src/errors.ts'
import { openStored } from '../../src/indexes/segment.ts'
import { boxesOf } from '../../src/reports/wordPlaces.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { twoColumns } from '../fixtures/documents.ts'
import {
  autumn,
  build,
  compact,
  entries,
  manifestOf,
  openBuilt,
  put,
  segmentOf,
  spring,
  tidyEntries,
  workshop,
} from '../support/testIndex.ts'

const placesBytes = async (places: Parameters<typeof manifestOf>[0]) =>
  (await manifestOf(places)).segments.reduce((sum, { files }) => sum + files['places.parts']!.bytes, 0)

test('an index tells where the words of a PDF stand, and of a text that it has no places', async (t) => {
  const { bytes, paragraphs } = await twoColumns()
  const places = await workshop(t, { 'a.txt': spring, 'b.pdf': bytes })
  const embedder = fakeEmbedder()
  await build(places, embedder)
  const index = await openBuilt(places, embedder)
  assert.equal(await index.placesOf('a'), null)
  const found = await index.placesOf('b')
  assert.equal(await index.placesOf('b'), found, 'they are decoded once')
  const { text } = await index.report('b')
  const start = text.indexOf(paragraphs[2]!.slice(0, 12))
  const [first, ...more] = boxesOf(found!, text, [start, start + 12])
  assert.deepEqual([first!.page, first!.boxes.length, more.length], [1, 1, 0])
  await assert.rejects(index.placesOf('c'), /no report c/u)
  assert.equal('places' in (await index.report('b')), false, 'they are no part of what is read for a quote')
})

test('of a report that is gone, or read anew, no places are left', async (t) => {
  const { bytes } = await twoColumns()
  const places = await workshop(t, { 'a.txt': spring, 'b.pdf': bytes })
  const embedder = fakeEmbedder()
  await build(places, embedder)
  const before = await placesBytes(places)
  assert.ok(before > 0)
  await put(places.reports, { 'a.txt': autumn })
  await build(places, embedder)
  await compact(places, embedder)
  assert.equal(await placesBytes(places), before)
  assert.ok(await (await openBuilt(places, embedder)).placesOf('b'), 'what is merged keeps its places')
  await rm(join(places.reports, 'b.pdf'))
  await build(places, embedder)
  await compact(places, embedder)
  assert.equal(await placesBytes(places), 0)
  assert.deepEqual(await entries(places), await tidyEntries(places))
})

test('places that were altered are refused when they are read', async (t) => {
  const { bytes } = await twoColumns()
  const places = await workshop(t, { 'b.pdf': bytes })
  const embedder = fakeEmbedder()
  await build(places, embedder)
  const record = await segmentOf(places)
  const stored = await openStored(places.index, record, embedder.model.dimensions)
  assert.ok((await stored.places(0)).length > 0)
  await truncate(join(places.index, record.name, 'places.parts'), record.files['places.parts']!.bytes - 1)
  await assert.rejects(openBuilt(places, embedder), IndexError)
})
