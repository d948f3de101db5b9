import assert from 'node:assert/strict'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { quotePath, reportPath } from '../../src/answer/address.ts'
import { answererOver } from '../../src/library/indexAnswerer.ts'
import { createLog } from '../../src/log.ts'
import { originalsIn } from '../../src/reports/originals.ts'
import { createRoutes } from '../../src/web/routes.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { build, openBuilt } from '../support/testIndex.ts'
import { type PageStage, pageStage } from '../support/webPages.ts'

const spring = '春天的工作报告\n\n全年新建公园三座,改造老旧小区十二个。\n\n全年新修道路二十公里,增设公交线路五条。\n'
const odd = '奇怪的文件名\n\n新建小学两所,新增学位三千个。\n'

/** The pages over the folder as it is now. */
async function indexedAnew({ places }: Pick<PageStage, 'places'>) {
  const embedder = fakeEmbedder()
  await build(places, embedder)
  const originals = originalsIn(places.reports)
  const answerer = answererOver(await openBuilt(places, embedder), { embedder, originals, minConfidence: null })
  return createRoutes({ answerer, originals, photographer: null, language: 'zh', log: createLog('error') })
}

test('a file that changed is not shown until it was read again; one that was renamed is found by the words', async (t) => {
  const own = await pageStage(t, { '春.txt': spring, '夏.txt': odd })
  const { quotes } = await own.answerer.answer({ text: '新修道路多少公里' })
  const path = quotePath(quotes[0]!)
  await writeFile(join(own.places.reports, '夏.txt'), `${odd}改过了。`)
  for (const page of [reportPath('夏'), `${reportPath('夏')}/file`]) {
    const response = await own.app.request(`/${page}`)
    assert.equal(response.status, 503)
    assert.match(await response.text(), /刚刚被改动/u)
  }
  await rename(join(own.places.reports, '春.txt'), join(own.places.reports, '春天 2.txt'))
  const app = await indexedAnew(own)
  const moved = await app.request(`/${path}`)
  assert.equal(moved.status, 302)
  const to = new URL(moved.headers.get('location')!, `http://x/${path}`)
  assert.equal(to.pathname, `/${reportPath('春天 2')}`)
  assert.equal((await app.request(to.pathname + to.search)).status, 200)
})

test('a link to selected words finds them where they moved to in the report, and says when they are gone', async (t) => {
  const own = await pageStage(t, { '春.txt': spring })
  const start = spring.indexOf('改造老旧小区')
  const response = await own.app.request('/api/selection', {
    method: 'POST',
    body: JSON.stringify({ report: '春', ranges: [[start, start + 6]] }),
  })
  const { path } = (await response.json()) as { path: string }
  const after = async (text: string) => {
    await writeFile(join(own.places.reports, '春.txt'), text)
    const app = await indexedAnew(own)
    return app.request(`/${path}`)
  }
  const moved = await after(spring.replace('全年新建', '今年雨水充足,收成很好。\n\n全年新建'))
  assert.equal(moved.status, 200)
  assert.match(await moved.text(), /<mark id="q"[^>]*><span data-at="\d+">改造老旧小区<\/span><\/mark>/u)
  assert.equal((await after(spring.replace('老旧', '陈旧'))).status, 410)
})

test('a part behind the last is the last one, and no number is none', async (t) => {
  const paragraph = `${'全镇修桥铺路种树办学,事事有着落。'.repeat(12)}\n\n`
  const own = await pageStage(t, { '长.txt': `长报告\n\n${paragraph.repeat(250)}` })
  const etag = async (query: string) => (await own.app.request(`/${reportPath('长')}${query}`)).headers.get('etag')
  for (const view of ['', '&view=original']) {
    const last = await etag(`?part=999999${view}`)
    assert.equal(await etag(`?part=777${view}`), last)
    assert.notEqual(await etag(`?part=1${view}`), last)
  }
  for (const none of ['1.5', '0', '-1', 'NaN', '1e3']) assert.equal(await etag(`?part=${none}`), await etag(''), none)
  const list = async (page: string) => (await own.app.request(`/?page=${page}`)).headers.get('etag')
  assert.equal(await list('1.5'), await list('1'))
})

test('the contents of a report with very many articles are those around the part', async (t) => {
  const story = (n: number) => `## 第${n}篇新闻\n\n本报讯 全镇修桥铺路种树办学,第${n}件事有着落。\n\n`
  const text = `# 合订本\n\n${Array.from({ length: 900 }, (_, i) => story(i + 1)).join('')}`
  const own = await pageStage(t, { '合订本.md': text })
  const report = (await own.answerer.report('合订本'))!
  assert.ok(report.articles.length >= 900, `${report.articles.length} articles`)
  const contentsOf = async (part: number) => {
    const page = await (await own.app.request(`/${reportPath('合订本')}?part=${part}`)).text()
    return /<details[\s\S]*<\/details>/u.exec(page)![0]
  }
  assert.match(await contentsOf(1), />第1篇新闻</u)
  const end = await contentsOf(999)
  assert.match(end, />第900篇新闻</u)
  assert.doesNotMatch(end, />第1篇新闻</u)
})
