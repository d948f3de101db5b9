import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mergedSegment } from '../../src/indexes/merge.ts'
import { storedOf } from '../../src/indexes/segment.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { autumn, build, folderOf, segmentOf, spring, workshop } from '../support/testIndex.ts'
import { finished } from './postings.ts'

test('postings of segments that become one are merged only when they are asked for', async (t) => {
  const places = await workshop(t, { 'a.txt': spring, 'b.txt': autumn })
  const embedder = fakeEmbedder()
  await build(places, embedder)
  const record = await segmentOf(places)
  const { dimensions } = embedder.model
  const [segment] = await folderOf(places.index, embedder).openAll([record])
  let asked = 0
  const watched = {
    ...storedOf(segment!),
    async postings() {
      asked++
      return segment!.postings
    },
  }
  const content = await mergedSegment([{ record, segment: watched }], dimensions)
  assert.equal(asked, 0)
  assert.deepEqual(finished(await content.postings!()).passages, segment!.postings.passages)
  assert.equal(asked, 1)
})
