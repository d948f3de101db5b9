import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { reportPath } from '../../src/answer/address.ts'
import { IndexError } from '../../src/errors.ts'
import { createLog } from '../../src/log.ts'
import { originalsIn } from '../../src/reports/originals.ts'
import { createRoutes } from '../../src/web/routes.ts'
import { type PageStage, pageStage } from '../support/webPages.ts'

const spring = '春天的工作报告\n\n全年新建公园三座,改造老旧小区十二个。\n\n全年新修道路二十公里,增设公交线路五条。\n'
const address = 'https://www.example.gov.cn/art/1.html'
const odd = '奇怪的文件名\n\n新建小学两所,新增学位三千个。\n'

describe('the pages', () => {
  const cleaning: (() => Promise<void>)[] = []
  let stage: PageStage
  before(async () => {
    const fetched = new Date(2026, 11, 1, 8).toISOString()
    const files = {
      '春.txt': spring,
      '年报 (终)&"1".txt': odd,
      '年鉴.txt': '水利年鉴\n\n全年修渠十里,疏浚河道三条。\n',
      '年鉴.txt.meta.json': JSON.stringify({ url: `${address}?a=b&c=d`, fetched }),
    }
    stage = await pageStage({ after: (clean) => void cleaning.push(clean) }, files)
  })
  after(async () => {
    for (const clean of cleaning) await clean()
  })

  const get = async (path: string, init?: RequestInit) => stage.app.request(`/${path}`, init)
  const search = async (path: string) => (await get(`api/search?${path}`)).json() as Promise<Record<string, unknown>>

  test('a search gives the answer with the way to each quote, which opens there', async () => {
    const answer = (await search('q=新修道路多少公里')) as {
      band: string
      quotes: { path: string; text: string; sourceLine: string }[]
    }
    const [first] = answer.quotes
    assert.match(first!.text, /二十公里/u)
    assert.match(first!.sourceLine, /^春天的工作报告 · 第 2 段/u)
    const page = await (await get(first!.path)).text()
    assert.match(page, /<mark[^>]* id="q"/u)
  })

  test('a fetched report’s page links to the address, and a search names its site', async () => {
    const page = await (await get('r/年鉴')).text()
    const words = '来自 www.example.gov.cn,2026-12-01 获取'
    assert.ok(page.includes(`<a class="origin" href="${address}?a=b&amp;c=d" rel="noreferrer">${words}</a>`), page)
    assert.ok((await (await get('?q=修渠多少里')).text()).includes(words))
    assert.doesNotMatch(await (await get('r/春')).text(), /class="origin"/u)
  })

  test('tags narrow a search, by a report whose name no tag in a question could spell too', async () => {
    const id = '年报 (终)&"1"'
    const { quotes } = (await search(`q=新建&tags=${encodeURIComponent(id)}`)) as {
      quotes: { source: { report: string } }[]
    }
    assert.deepEqual([...new Set(quotes.map(({ source }) => source.report))], [id])
    const page = await (await get(`?tags=${encodeURIComponent(id)}`)).text()
    const list = page.slice(page.indexOf('class="reports"'))
    assert.match(list, /奇怪的文件名/u)
    assert.doesNotMatch(list, /春天的工作报告/u)
  })

  test('a menu leads to each report, keeps other filters, and shows what is chosen', async () => {
    const menuOf = async (path: string) => /<select[\s\S]*<\/select>/u.exec(await (await get(path)).text())?.[0]
    assert.match((await menuOf(''))!, /<option value="">全部报告<\/option>\s<option value="[^"]*">奇怪的文件名/u)
    assert.match((await menuOf('?tags=春'))!, /<option value="春" selected>春天的工作报告/u)
    const page = await (await get('?q=新建&tags=春')).text()
    assert.doesNotMatch(page, /<input type="hidden" name="tags"/u, 'a form would narrow to two reports at once')
    assert.equal((await get('?q=新建&tags=')).status, 200, 'all reports')
    assert.doesNotMatch(await (await get('?tags=春天的')).text(), /<select/u, 'no menu of one')
  })

  test('visitors who read Traditional characters are spoken to in them, and reports keep their own', async () => {
    for (const [path, headers] of [
      ['?lang=zh-Hant', {}],
      ['?lang=zh-TW', {}],
      ['', { 'accept-language': 'zh-HK,en;q=0.5' }],
    ] as const) {
      const page = await (await get(path, { headers })).text()
      assert.match(page, /<html lang="zh-Hant">/u, path)
      assert.match(page, /向報告提問/u)
      assert.match(page, /春天的工作报告/u)
    }
    const asked = await (await get(`${reportPath('春')}?lang=zh-TW`)).text()
    assert.match(asked, /下載原件/u)
    assert.match(asked, /href="[^"]*lang=zh-Hant/u)
    const { error } = (await search('q=???&lang=zh-Hant')) as { error: string }
    assert.match(error, /問|請|詞/u)
    const { messages, quotes } = (await search('q=飞碟降落&lang=zh-Hant')) as {
      messages: string[]
      quotes: { sourceLine: string }[]
    }
    assert.match(messages.join(), /報告裡|問題/u)
    for (const { sourceLine } of quotes) assert.match(sourceLine, /报告|文件名/u, 'a title is the report’s own')
    assert.equal((await get('none?lang=zh-TW')).status, 404)
  })

  test('a question or tag that cannot be searched is told, in the language asked for', async () => {
    for (const path of [
      'q=',
      'q=???',
      `q=${'问'.repeat(600)}`,
      'q=公园&tags=1999',
      `q=公园&${'tags=a&tags=b&tags=c&'.repeat(9)}`,
    ]) {
      const [api, page] = [await get(`api/search?${path}&lang=en`), await get(`?${path}&lang=en`)]
      assert.equal(api.status, 400, path)
      const { error } = (await api.json()) as { error: string }
      assert.match(error, /[a-z]{3}/u)
      if (path !== 'q=') assert.equal(page.status, 400, path)
    }
  })

  test('a file is sent as it is, under its own name and type, and only one that is listed', async () => {
    const response = await get(`${reportPath('年报 (终)&"1"')}/file`)
    assert.equal(await response.text(), odd)
    assert.equal(response.headers.get('content-type'), 'text/plain')
    assert.match(
      response.headers.get('content-disposition')!,
      /^attachment; filename="[\w.-]+"; filename\*=UTF-8''%E5%B9%B4%E6%8A%A5%20%28%E7%BB%88%29%26%221%22\.txt$/u,
    )
    for (const path of [
      'r/../file',
      'r/%2e%2e/file',
      'r/..%2f..%2fetc%2fpasswd/file',
      'r/%2Fetc%2Fpasswd/file',
      'r/春.txt/file',
      'r/%00/file',
    ]) {
      assert.equal((await get(path)).status, 404, path)
    }
  })

  test('what is not there is 404, whatever it is called', async () => {
    for (const path of [
      'r/none',
      'r/%3Cscript%3E',
      'x',
      'assets/style.css',
      'assets/..%2fpages.ts',
      'api/none',
      'r/春/more/still',
    ]) {
      const response = await get(path)
      assert.equal(response.status, 404, path)
      assert.doesNotMatch(await response.text(), /<script>/u)
    }
  })

  test('a selection is verified: its link shows the words, its citation names their source', async () => {
    const start = spring.indexOf('改造老旧小区')
    const send = (body: unknown) =>
      get('api/selection', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      })
    const response = await send({ report: '春', ranges: [[start, start + 6]] })
    const { path, citation } = (await response.json()) as { path: string; citation: string }
    assert.equal(citation, '“改造老旧小区”(春天的工作报告 · 第 1 段)')
    const page = await get(path)
    assert.equal(page.status, 200)
    assert.match(await page.text(), /<mark id="q"[^>]*><span data-at="\d+">改造老旧小区<\/span><\/mark>/u)

    for (const body of [
      '',
      '[]',
      'null',
      {},
      { report: '春' },
      { report: 1, ranges: [[0, 1]] },
      { report: 'none', ranges: [[0, 3]] },
    ]) {
      assert.equal((await send(body)).status, 400, JSON.stringify(body))
    }
    for (const ranges of [[], [[3]], [['a', 'b']], [[-1, 3]], [[0, 1e12]], [[3, 3]], 'all', [[[0], [1]]]]) {
      assert.equal((await send({ report: '春', ranges })).status, 400, JSON.stringify(ranges))
    }
    assert.equal((await send({ report: '春', ranges: Array(20_000).fill([0, 1]) })).status, 400)
  })

  test('words that are there no more are told, with the report as it is', async () => {
    const start = spring.indexOf('改造老旧小区')
    const other = `s=${start.toString(36)}-6.AAAAAAAAAA.6-abc`
    for (const query of [other, 'q=q_AAAAAAAAAAAAAAAA', 'q=nonsense', 's=nonsense']) {
      const response = await get(`${reportPath('春')}?${query}`)
      assert.equal(response.status, 410, query)
      const page = await response.text()
      assert.match(page, /这段原文已不在报告里/u)
      assert.match(page, /全年新建公园三座/u)
    }
  })

  test('pages are compressed as the visitor likes, and not sent again', async () => {
    const plain = await (await get(reportPath('春'))).text()
    for (const [coding, unpack] of [
      ['br', brotliDecompressSync],
      ['gzip', gunzipSync],
    ] as const) {
      const response = await get(reportPath('春'), { headers: { 'accept-encoding': coding } })
      assert.equal(response.headers.get('content-encoding'), coding)
      assert.equal(unpack(Buffer.from(await response.arrayBuffer())).toString(), plain)
      const etag = response.headers.get('etag')!
      const again = await get(reportPath('春'), { headers: { 'accept-encoding': coding, 'if-none-match': etag } })
      assert.equal(again.status, 304)
    }
    const [, style] = /href="\.\.\/(assets\/style\.[0-9a-f]{10}\.css)"/u.exec(plain) ?? []
    const asset = await get(style!, { headers: { 'accept-encoding': 'br' } })
    assert.match(asset.headers.get('cache-control')!, /immutable/u)
    assert.match(brotliDecompressSync(Buffer.from(await asset.arrayBuffer())).toString(), /--paper/u)
  })

  test('a page holds no inline script or style and nothing from elsewhere', async () => {
    const { quotes } = (await search('q=新修道路多少公里')) as { quotes: { path: string }[] }
    for (const path of [
      '',
      '?q=新修道路',
      reportPath('春'),
      quotes[0]!.path,
      `${reportPath('春')}?view=original`,
      'r/none',
    ]) {
      const page = await (await get(path)).text()
      assert.doesNotMatch(page, /<script(?![^>]* src="\.)|<style|\son\w+=|\sstyle=|javascript:/u, path)
      for (const [, address] of page.matchAll(/\s(?:src|href|action)="([^"]*)"/gu)) assert.match(address!, /^(?:\.|#)/u)
    }
  })

  test('a failure tells nothing of itself, and is logged', async () => {
    const logged: string[] = []
    const log = createLog('debug', [], (line) => void logged.push(line))
    for (const [error, status] of [
      [new Error('secret /path'), 500],
      [new IndexError({ zh: '索引坏了', en: 'broken' }), 503],
    ] as const) {
      const answerer = { ...stage.answerer, answer: () => Promise.reject(error) }
      const app = createRoutes({ answerer, originals: originalsIn(''), photographer: null, language: 'zh', log })
      for (const path of ['/?q=公园', '/api/search?q=公园']) {
        const response = await app.request(path)
        assert.equal(response.status, status)
        assert.doesNotMatch(await response.text(), /secret|at \w/u)
      }
    }
    assert.equal(logged.length, 4)
    assert.doesNotMatch(logged.join(''), /公园/u)
  })
})
