import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createAnswerer } from '../../src/answer/answerer.ts'
import { createSearcher, type Findings } from '../../src/search/search.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { build, openBuilt, report, workshop } from '../support/testIndex.ts'

const years = [2031, 2030, 2029, 2028, 2027]

/** Reports of one series that say the same of other figures, and their index. */
async function fiveYears(context: TestContext) {
  const texts = years.map((year) => [
    `${year}.txt`,
    report(`青石县${year}年工作总结`, [`全年新建公园${year % 100}座。`]),
  ])
  const places = await workshop(context, Object.fromEntries(texts))
  const embedder = fakeEmbedder()
  await build(places, embedder)
  const index = await openBuilt(places, embedder)
  return { index, searcher: createSearcher(index, embedder) }
}

test('a question without a year is narrowed by the years that answer it differently, one with a year by none', async (context) => {
  const { searcher } = await fiveYears(context)
  const tagsOf = async (text: string) => (await searcher.search({ text }, 5)).alternatives.map(({ tag }) => tag)
  const offered = await tagsOf('青石县公园几座?')
  assert.ok(offered.length > 1 && offered.every((tag) => years.includes(Number(tag))), `${offered}`)
  for (const text of ['2030年青石县公园几座?', '青石县公园几座? #2030', '青石县这几年公园几座?'])
    assert.deepEqual(await tagsOf(text), [], text)
})

test('years are not asked back whose values are told', async (context) => {
  const { index, searcher } = await fiveYears(context)
  const found = await searcher.search({ text: '青石县公园几座?' }, 5)
  const alternatives = ['2031', '2030', '2029'].map((tag) => ({ kind: 'year' as const, tag }))
  const value = (year: number) => ({ year, ...found.hits[1]! })
  const tagsWith = async (findings: Partial<Findings>) => {
    const { report, find } = index
    const indexedFile = async () => assert.fail('no page is drawn')
    const told = { ...searcher, search: async () => ({ ...found, ...findings }) }
    const parts = { searcher: told, report, find, isUnchanged: async () => true, indexedFile, minConfidence: 0 }
    return (await createAnswerer(parts).answer({ text: '公园?' })).alternatives.map(({ tag }) => tag)
  }
  assert.deepEqual(await tagsWith({ alternatives, otherValues: [value(2030), value(2029)] }), [])
  assert.deepEqual(await tagsWith({ alternatives, otherValues: [value(2030)] }), ['2031', '2030', '2029'])
  const places = ['2031', '2030'].map((tag) => ({ kind: 'district' as const, tag }))
  assert.deepEqual(await tagsWith({ alternatives: places, otherValues: [value(2030)] }), ['2031', '2030'])
})
