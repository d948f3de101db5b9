import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { openEmbedder } from '../../../src/embeddings/open.ts'
import type { Embedder } from '../../../src/embeddings/types.ts'
import { createSearcher } from '../../../src/search/search.ts'
import { smallModel } from '../../embeddings/smallModel.ts'
import { fakeEmbedder } from '../../fakes/embedder.ts'
import { build, openBuilt, report, workshop } from '../../support/testIndex.ts'

const harbour = report('港务局2020年工作总结', [
  '全年新修码头三座,总投资1.6亿元。',
  '青石湖灯塔由狄志强负责维修,九月完工。',
  '安置房交付4124套,群众满意。',
  '财政收入增长百分之八,粮食产量创历史新高。',
])

async function searcherOver(t: TestContext, text: string, embedder: Embedder) {
  const places = await workshop(t, { 'harbour.txt': text })
  await build(places, embedder)
  return createSearcher(await openBuilt(places, embedder), embedder)
}

test('questions in English find what the reports say in Chinese', async (t) => {
  const searcher = await searcherOver(t, harbour, fakeEmbedder({ dimensions: 128 }))
  for (const [question, expected] of [
    ['How many resettlement flats were delivered?', '4124套'],
    ['What received 160 million yuan?', '1.6亿元'],
    ['Who repaired the lighthouse?', '灯塔'],
    ['Who is responsible for Qingshi Lake?', '青石湖'],
    ['What did Di Zhiqiang do?', '狄志强'],
    ['By how much did fiscal revenue grow?', '财政收入'],
    ['lighthouse', '灯塔'],
    ['Which were delivered, the 4,124 "安置房" or others?', '安置房'],
  ] as const) {
    const { hits } = await searcher.search({ text: question }, 1)
    assert.ok(hits[0]!.passage.text.includes(expected), `${question}: ${hits[0]!.passage.text}`)
  }
})

test('what a question asks for is told by its English', async (t) => {
  const searcher = await searcherOver(t, harbour, fakeEmbedder({ dimensions: 128 }))
  for (const [question, type, unit] of [
    ['How many flats were delivered?', 'number', null],
    ['What percentage of the target was reached?', 'number', '%'],
    ['In which year was the harbour built?', 'date', '年'],
    ['Who repaired the lighthouse?', 'person', null],
    ['Where is the lighthouse?', 'place', null],
    ['Why was the lighthouse repaired?', 'reason', null],
    ['Which harbours were built?', 'list', null],
  ] as const) {
    const { question: read } = await searcher.rank({ text: question })
    assert.deepEqual([read.language, read.answerType, read.unit], ['en', type, unit], question)
  }
  const { question } = await searcher.rank({ text: 'Which three harbours were built in 2019 and 2020?' })
  assert.deepEqual([question.listSize, [...question.years]], [3, [2019, 2020]])
})

test('words for which the reports hold nothing are told in English', async (t) => {
  const searcher = await searcherOver(t, harbour, fakeEmbedder({ dimensions: 128 }))
  const { missing } = await searcher.search({ text: 'How many penguins live near the lighthouse?' }, 1)
  assert.deepEqual(missing, ['penguins'])
})

test('a model that reads English is given the question as it stands', async (t) => {
  const characters = [...new Set(harbour.replace(/[^\p{Script=Han}]/gu, ''))]
  // No dictionary holds `zorple`: only the model knows that it means 码头.
  const meanings = characters.map((character) =>
    character === '码' ? [character, 'zorple'] : character === '头' ? [character, 'zorples'] : [character],
  )
  const vocabulary = 60_000
  const embedder = await openEmbedder(await smallModel(t, meanings, vocabulary))
  t.after(() => embedder.dispose())
  assert.equal(embedder.isMultilingual, true)
  const searcher = await searcherOver(t, harbour, embedder)
  const { wordings, ranked } = await searcher.rank({ text: 'How many Zorples are there?' })
  assert.deepEqual(
    wordings.map(({ asked }) => asked),
    ['how many zorples are there?'],
  )
  assert.ok(ranked.length > 1)
  const { hits } = await searcher.search({ text: 'Zorple and zorples, how many?' }, 1)
  assert.match(hits[0]!.passage.text, /码头/u)
})

test('a model with a vocabulary for one language is given Chinese', async (t) => {
  const characters = [...new Set(harbour.replace(/[^\p{Script=Han}]/gu, ''))].map((character) => [character])
  const embedder = await openEmbedder(await smallModel(t, characters, 21_128))
  t.after(() => embedder.dispose())
  assert.equal(embedder.isMultilingual, false)
  const searcher = await searcherOver(t, harbour, embedder)
  const { wordings } = await searcher.rank({ text: 'How many harbours are there?' })
  for (const { asked } of wordings) assert.doesNotMatch(asked, /harbour/u)
})
