import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSearcher } from '../../src/search/search.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { build, openBuilt, workshop } from '../support/testIndex.ts'

test('every part of a list that goes on in mid-sentence has a probability', async (t) => {
  const items = Array.from({ length: 24 }, (_, i) => `渔船入港须在第${i + 1}号浮标处减速并鸣笛示意`)
  const rules = `《港口守则》规定渔船须遵守以下各条:${items.join(';')}。`
  const others = ['灯塔维修', '盐田开闸', '航道清淤'].map((work) => `${work}的守则另行公布,渔船不得靠近。`)
  const places = await workshop(t, { 'a.txt': ['港口守则', rules, ...others].join('\n\n') })
  const embedder = fakeEmbedder()
  await build(places, embedder)
  const searcher = createSearcher(await openBuilt(places, embedder), embedder)
  const { hits } = await searcher.search({ text: '港口守则规定渔船须遵守哪几条' }, 5)
  const parts = hits.filter(({ passage }) => passage.text.includes('号浮标'))
  assert.ok(parts.length > 1)
  for (const { probability } of hits) assert.ok(probability >= 0 && probability <= 1, `${probability}`)
})
