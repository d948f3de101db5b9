import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createAnswerer } from '../../src/answer/answerer.ts'
import { createSearcher } from '../../src/search/search.ts'
import { bare } from '../../src/text/normalize.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { build, openBuilt, report, workshop } from '../support/testIndex.ts'

/** What other people write: Taiwan's characters and words, and variants; and a mainland report. */
const taipei = report('臺北市施政報告', [
  '全年興建社會住宅四百戶,市府團隊依計畫著力推進。',
  '計程車登記八千輛,網路覆蓋率提高。',
  '圖畫展覽於三月舉行,觀眾踴躍。',
])
const xicheng = report('西城街道工作报告', [
  '全年交付安置房4124套,狄志强书记出席。',
  '长荡湖退圩还湖工程完工,水质达到三类。',
  '网格员走访居民两千户。',
])

async function answererOver(context: TestContext) {
  const places = await workshop(context, { 'taipei.txt': taipei, 'xicheng.txt': xicheng })
  const embedder = fakeEmbedder()
  await build(places, embedder)
  const index = await openBuilt(places, embedder)
  const searcher = createSearcher(index, embedder)
  const indexedFile = async () => assert.fail('no page is drawn')
  const { report, find } = index
  const parts = { report, find, isUnchanged: async () => true, indexedFile, minConfidence: null }
  return { index, answerer: createAnswerer({ searcher, ...parts }) }
}

test('questions in any writing find reports in any, and quotes keep the characters of the report', async (context) => {
  const { index, answerer } = await answererOver(context)
  for (const [text, expected, reason] of [
    ['社会住宅兴建多少户?', '興建社會住宅四百戶', 'Simplified over Traditional'],
    ['依计划着力推进什么?', '依計畫著力推進', 'characters with two simplified forms'],
    ['圖畫展覽何時舉行?', '圖畫展覽於三月', 'Traditional over Traditional'],
    ['安置房交付了幾套?', '交付安置房4124套', 'Traditional over Simplified'],
    ['出租车有多少辆?', '計程車登記八千輛', 'the mainland’s word over a report of Taiwan'],
    ['網路覆蓋率', '網路覆蓋率', 'a word that the reports hold'],
    ['xicheng anzhifang duoshao tao', '交付安置房4124套', 'all in pinyin'],
    ['changdanghu 水质', '长荡湖退圩还湖', 'a name in pinyin'],
    ['Di Zhiqiang 出席了什么', '狄志强书记', 'a person in pinyin'],
    ['ＡＮＺＨＩＦＡＮＧ', '交付安置房4124套', 'full width'],
  ] as const) {
    const { quotes } = await answerer.answer({ text })
    const first = quotes[0]!
    assert.ok(first.text.includes(expected), `${text}, ${reason}: ${first.text}`)
    const canonical = (await index.report(first.source.report)).text
    assert.equal(bare(first.ranges.map((range) => canonical.slice(...range)).join('')), bare(first.text))
  }
})

test('a follow-up in pinyin is read with the question before it', async (context) => {
  const { answerer } = await answererOver(context)
  const { quotes } = await answerer.answer({ text: 'na shuizhi ne?', previous: 'changdanghu 完工了吗' })
  assert.ok(quotes[0]?.text.includes('水质'), quotes[0]?.text)
})

test('tags fold as reports do', async (context) => {
  const { answerer } = await answererOver(context)
  assert.equal(answerer.reportsMatching(['台北市']).reports.length, 1)
  assert.equal(answerer.reportsMatching(['西城街道']).reports.length, 1)
})
