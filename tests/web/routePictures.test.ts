import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quotePath, reportPath } from '../../src/answer/address.ts'
import { ChangedWhileReading, ReportError } from '../../src/errors.ts'
import { createLog } from '../../src/log.ts'
import { type Photographer, QueueFullError } from '../../src/photograph/photographer.ts'
import { originalsIn } from '../../src/reports/originals.ts'
import { createRoutes } from '../../src/web/routes.ts'
import { webTexts } from '../../src/web/texts.ts'
import { pageStage } from '../support/webPages.ts'

const spring = '春天的工作报告\n\n全年新建公园三座,改造老旧小区十二个。\n\n全年新修道路二十公里,增设公交线路五条。\n'

test('a picture or file that cannot be sent says why, and when to come back', async (t) => {
  const stage = await pageStage(t, { '春.txt': spring })
  const { answerer } = stage
  const { quotes } = await answerer.answer({ text: '新修道路多少公里' })
  const text = { zh: '调高 MAX_READ_SECONDS', en: 'raise MAX_READ_SECONDS' }
  const reject = (error: Error) => () => Promise.reject(error)
  for (const [error, picture, file] of [
    [new ChangedWhileReading('春.txt'), [503, '10', 'changed'], [503, '10', 'changed']],
    [new QueueFullError(), [503, '5', 'busy'], null],
    [new ReportError(text), [422, null, 'notDrawn'], [422, null, 'notUnpacked']],
  ] as const) {
    const app = createRoutes({
      answerer,
      originals: { ...originalsIn(''), find: reject(error) },
      photographer: { ...stage.photographer, page: reject(error), photograph: reject(error) },
      language: 'zh',
      log: createLog('error', [], () => undefined),
    })
    const photograph = quotePath(quotes[0]!).replace(/\?(q=[^#]*)#q/u, '/photograph?$1')
    for (const [path, expected] of [
      [`${reportPath('春')}/page/1`, picture],
      [photograph, picture],
      [`${reportPath('春')}/file`, file],
    ] as const) {
      if (expected === null) continue
      const response = await app.request(`/${path}`)
      const [status, seconds, fault] = expected
      assert.deepEqual([response.status, response.headers.get('retry-after')], [status, seconds], path)
      const page = await response.text()
      assert.ok(page.includes(webTexts.zh.faults[fault]), `${path}: ${page}`)
      assert.doesNotMatch(page, /MAX_READ/u)
    }
  }
})

test('a picture with words in the visitor’s language is kept for that language', async (t) => {
  const stage = await pageStage(t, { '春.txt': spring })
  const { answerer } = stage
  const { quotes } = await answerer.answer({ text: '新修道路多少公里' })
  const path = quotePath(quotes[0]!).replace(/\?(q=[^#]*)#q/u, '/photograph?$1')
  const { source } = quotes[0]!
  for (const [page, vary] of [
    [null, 'Accept-Language, Cookie'],
    [1, 'Cookie'],
  ] as const) {
    const languages: string[] = []
    const photograph: Photographer['photograph'] = async (_, locale) => {
      languages.push(locale)
      const shown = { page, pages: [], linePx: null, source, contentSha256: '' }
      return { bytes: Uint8Array.of(1), width: 1, height: 1, ...shown }
    }
    const photographer = { ...stage.photographer, photograph }
    const originals = originalsIn('')
    const app = createRoutes({ answerer, originals, photographer, language: 'zh', log: createLog('error') })
    const response = await app.request(`/${path}&lang=zh-Hant`)
    assert.deepEqual([response.status, response.headers.get('vary'), languages], [200, vary, ['zh-Hant']])
  }
})
