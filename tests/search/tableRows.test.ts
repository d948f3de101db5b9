import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSearcher } from '../../src/search/search.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { build, openBuilt, workshop } from '../support/testIndex.ts'

const table = [
  '指标(亿元),2019年,2020年',
  '一般公共预算收入,10.25,12.75',
  '税收收入,8.25,9.5',
  '固定资产投资,31.5,36.25',
].join('\n')

for (const [question, label, line, figure] of [
  ['2020年一般公共预算收入是多少', '一般公共预算收入', '2020年 12.75', '12.75'],
  ['2019年固定资产投资多少亿元', '固定资产投资', '2019年 31.5', '31.5'],
] as const) {
  test(`of a table's row its label and the cell asked for are marked: ${question}`, async (t) => {
    const places = await workshop(t, { 'a.csv': table })
    const embedder = fakeEmbedder()
    await build(places, embedder)
    const searcher = createSearcher(await openBuilt(places, embedder), embedder)
    const [hit] = (await searcher.search({ text: question }, 1)).hits
    const { highlights, figures } = hit!.highlight
    const shown = (ranges: typeof highlights) => ranges.map((range) => hit!.passage.text.slice(...range))
    assert.deepEqual(shown(highlights), [label, line])
    assert.deepEqual(shown(figures), [figure])
  })
}

test('where the question does not tell which cell, the row is marked as any passage is', async (t) => {
  const places = await workshop(t, { 'a.csv': table })
  const embedder = fakeEmbedder()
  await build(places, embedder)
  const searcher = createSearcher(await openBuilt(places, embedder), embedder)
  const [hit] = (await searcher.search({ text: '税收收入是多少' }, 1)).hits
  assert.equal(hit!.highlight.highlights.length, 1)
})
