import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { quotePath, reportPath } from '../../../src/answer/address.ts'
import type { Quote } from '../../../src/answer/types.ts'
import { desktop, forget, noBrowser, openPage, phone, seriousFindings, visit } from '../../support/browser.ts'
import { filesOfFiveReports, type PageStage, pageStage, serve } from '../../support/webPages.ts'
import { setUp, sharedBrowser } from './setUp.ts'

const table = [
  '指标(亿元),2019年,2020年',
  '一般公共预算收入,10.25,12.75',
  '税收收入,8.25,9.5',
  '固定资产投资,31.5,36.25',
].join('\n')
const section = (n: number) =>
  `## 第${n}章\n\n${'全镇修桥铺路种树办学，事事有着落。'.repeat(60)}\n\n这是第${n}章的末尾一句。\n`
const long = `# 长报告\n\n${Array.from({ length: 50 }, (_, i) => section(i + 1)).join('\n')}`

describe('reading in a browser', { skip: noBrowser }, () => {
  const t = setUp()
  let browser: Browser
  let stage: PageStage
  let url: string
  let quote: Quote

  before(async () => {
    const files = { ...(await filesOfFiveReports()), '财政.csv': table, '长 报告(一)#1.md': long }
    stage = await pageStage(t, files, { botUsername: () => 'wenju_bot' })
    url = (await serve(t, stage.app)).url
    browser = await sharedBrowser()
    quote = (await stage.answerer.answer({ text: '龙山水利枢纽等项目完成征地多少万亩?' })).quotes[0]!
    assert.match(quote.text, /完成征地2\.25万亩/u)
  })

  /** Whether an element lies in the part of the window that nothing covers. */
  const isInView = (page: Page, selector: string) =>
    page.evaluate((selector) => {
      const box = document.querySelector(selector)!.getBoundingClientRect()
      const bar = document.getElementById('bar')
      const bottom = bar && !bar.hidden ? bar.getBoundingClientRect().top : innerHeight
      return box.top >= 0 && box.top < bottom
    }, selector)

  for (const [name, options] of Object.entries({ phone, desktop })) {
    test(`a quote is highlighted, in view and focused: ${name}`, async () => {
      const { page, leave } = await visit(browser, url + quotePath(quote), options)
      const marked = await page.locator('mark').allInnerTexts()
      assert.equal(marked.join(''), quote.highlights.map((range) => quote.text.slice(...range)).join(''))
      assert.ok(await isInView(page, '#q'))
      assert.equal(await page.evaluate(() => document.activeElement?.id), 'q')
      assert.equal(await page.locator('.p.is-quoted').count(), 1)
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false)
      await leave()
    })
  }

  test('without a script the quote is in view too, and what needs one does not show', async () => {
    const { page, leave } = await visit(browser, url + quotePath(quote), { ...phone, javaScriptEnabled: false })
    // Scripts of the page are off; those of the test run all the same.
    assert.ok(await isInView(page, '#q'))
    assert.equal(await page.getByRole('button').count(), 0)
    await page.goto(url + quotePath(quote).replace('#q', ''))
    assert.ok(await isInView(page, '#q'), 'without a fragment')
    await leave()
  })

  test('between the restored text and the lines of the file, at the same quote, and back', async () => {
    const { page, leave } = await visit(browser, url + quotePath(quote))
    await page.getByRole('link', { name: '原始行' }).click()
    await page.locator('.lines').waitFor()
    assert.ok(await isInView(page, '#q'))
    assert.match(await page.locator('.lines').innerText(), /2020年及“十三五”工作回顾/u)
    await page.goBack()
    assert.equal(await page.locator('.lines').count(), 0)
    assert.ok(await isInView(page, '#q'))
    await page.goForward()
    assert.ok(await isInView(page, '#q'))
    await leave()
  })

  test('what was joined and left out is named in the lines of the file', async () => {
    const { page, leave } = await visit(browser, `${url}${reportPath('000_9a12ab7794ed2978')}?view=original`)
    assert.equal(await page.getByRole('link', { name: '下接第 17 行' }).count(), 1)
    await page.getByRole('link', { name: '上接第 15 行' }).click()
    await page.waitForURL(/#L15$/u)
    assert.ok(await isInView(page, '#L15'))
    assert.match(await page.locator('del').first().innerText(), /践行嘱托/u)
    assert.equal(await page.locator('[aria-label="略去: 转版提示"]').count(), 2)
    await leave()
  })

  test('words selected over a torn line become a link that shows them again, and a citation', async () => {
    const { page, leave } = await visit(browser, url + reportPath('000_9a12ab7794ed2978'))
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.evaluate(() => {
      const [first, second] = document.querySelectorAll('#a0p6 [data-at]')
      const range = document.createRange()
      range.setStart(first!.firstChild!, first!.textContent!.length - 10)
      range.setEnd(second!.firstChild!, 6)
      getSelection()!.addRange(range)
    })
    const bar = page.getByRole('complementary', { name: '引文' })
    await bar.getByText('选中的文字').waitFor()
    await bar.getByRole('button', { name: '复制链接' }).click()
    await bar.getByText('已复制').waitFor()
    const link = await page.evaluate(() => navigator.clipboard.readText())
    await bar.getByRole('button', { name: '复制引文' }).click()
    await page.waitForFunction(async (link) => (await navigator.clipboard.readText()) !== link, link)
    const citation = await page.evaluate(() => navigator.clipboard.readText())
    assert.match(citation, /^“服务经济、创业经济,带动居民创业”\(约2021年 · 金坛区报纸版面.* · 第 6 段 .*\) http/u)
    assert.ok(citation.endsWith(link))

    await page.goto(link)
    assert.equal((await page.locator('mark').allInnerTexts()).join(''), '服务经济、创业经济,带动居民创业')
    assert.ok(await isInView(page, '#q'))
    await page.getByRole('link', { name: '原始行' }).click()
    await page.locator('.lines').waitFor()
    assert.equal(
      (await page.locator('mark').allInnerTexts()).join('').replace(/\s/gu, ''),
      '服务经济、创业经济,带动居民创业',
    )
    await page.context().clearPermissions()
    await leave()
  })

  test("a table's rows are rows, and a quote of one marks no other", async () => {
    const answer = await stage.answerer.answer({ text: '2020年税收收入是多少' })
    const row = answer.quotes.find(({ source }) => source.file === '财政.csv')!
    const { page, leave } = await visit(browser, url + quotePath(row), phone)
    assert.deepEqual(await page.locator('.row .label').allInnerTexts(), [
      '一般公共预算收入',
      '税收收入',
      '固定资产投资',
    ])
    assert.equal(await page.locator('.row.is-quoted').count(), 1)
    assert.deepEqual(await page.locator('.row.is-quoted .cell').allInnerTexts(), [
      '2019年 8.25',
      '2020年 9.5',
      '(亿元)',
    ])
    await leave()
  })

  test('a long report is read part by part, and opens at the part of its quote', async () => {
    const { quotes } = await stage.answerer.answer({ text: '第25章的末尾一句' })
    const last = quotes.find(({ text }) => text.includes('第25章'))!
    const { page, leave } = await visit(browser, url + quotePath(last))
    assert.ok(await isInView(page, '#q'))
    const told = await page.locator('.parts span').first().innerText()
    assert.match(told, /第 [2-9] \/ \d 部分/u)
    await page.getByRole('link', { name: '下一部分' }).first().click()
    await page.waitForURL(/part=/u)
    assert.notEqual(await page.locator('.parts span').first().innerText(), told)
    await page.getByRole('complementary', { name: '引文' }).getByRole('link').click()
    await page.waitForURL(/#q$/u)
    assert.ok(await isInView(page, '#q'))
    await page.getByRole('navigation', { name: '目录' }).getByRole('link', { name: '第1章', exact: true }).click()
    await page.waitForURL(/#a0s0$/u)
    assert.ok(await isInView(page, '#a0s0'))
    await leave()
  })

  test('a first view is small and of few requests', async () => {
    for (const path of [quotePath(quote), reportPath('长 报告(一)#1'), '?q=安置房']) {
      const { page, asked, leave } = await visit(browser, url + path)
      const bytes = await page.evaluate(() =>
        [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
          .map((entry) => (entry as PerformanceResourceTiming).transferSize)
          .reduce((sum, size) => sum + size, 0),
      )
      assert.ok(bytes > 5000 && bytes < 100_000, `${path}: ${bytes} bytes`)
      assert.ok(asked.length <= 5, asked.join('\n'))
      await leave()
    }
  })

  for (const [name, options] of Object.entries({ phone, desktop })) {
    test(`axe finds nothing serious, in light and in dark: ${name}`, async () => {
      const paths = [
        '',
        '?q=安置房交付了多少套',
        quotePath(quote),
        `${reportPath('000_9a12ab7794ed2978')}?view=original`,
        'r/none',
      ]
      const page = await openPage(browser, options)
      for (const path of [...paths, '?lang=en', `${reportPath('财政')}?lang=en`]) {
        await page.emulateMedia({ colorScheme: 'light' })
        await page.goto(url + path)
        assert.deepEqual(await seriousFindings(page), [], `${path} light ${name}`)
        // In the dark only colours differ.
        await page.emulateMedia({ colorScheme: 'dark' })
        const findings = await seriousFindings(page, ['color-contrast', 'link-in-text-block'])
        assert.deepEqual(findings, [], `${path} dark ${name}`)
      }
      await page.emulateMedia({ colorScheme: null })
      await forget(page)
    })
  }

  test('dark and light are told apart', async () => {
    const { page, leave } = await visit(browser, url, phone)
    const paper = async (colorScheme: 'dark' | 'light') => {
      await page.emulateMedia({ colorScheme })
      const colour = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
      return Math.max(...colour.match(/\d+/gu)!.map(Number))
    }
    assert.ok((await paper('light')) > 230)
    assert.ok((await paper('dark')) < 60)
    await page.emulateMedia({ colorScheme: null })
    await leave()
  })

  test('the page speaks English where that is asked for, and goes on in it', async () => {
    const { page, leave } = await visit(browser, url + quotePath(quote))
    await page.getByRole('link', { name: 'English' }).click()
    await page.getByRole('link', { name: 'Original lines' }).click()
    await page.getByText('Every line of the file').waitFor()
    await page.getByRole('link', { name: 'Wenju: all reports and search' }).click()
    await page.getByLabel('Ask the reports').waitFor()
    await leave()
  })
})
