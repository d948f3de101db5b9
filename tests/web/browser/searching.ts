import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { desktop, noBrowser, phone, seriousFindings, visit } from '../../support/browser.ts'
import { type PageStage, serve } from '../../support/webPages.ts'
import { fiveReportsStage, setUp, sharedBrowser } from './setUp.ts'

describe('searching in a browser', { skip: noBrowser }, () => {
  const t = setUp()
  let browser: Browser
  let stage: PageStage
  let url: string

  before(async () => {
    stage = await fiveReportsStage()
    url = (await serve(t, stage.app)).url
    browser = await sharedBrowser()
  })

  /** Waits until the results are those of a question. */
  const answered = (page: Page, question: string) =>
    page.waitForFunction((question) => {
      const isItsOwn = new URL(location.href).searchParams.get('q') === question
      return isItsOwn && !document.querySelector('#results.working')
    }, question)

  const question = '龙山水利枢纽等项目完成征地多少万亩'

  test('answers come as one types, once typing pauses, and open at their quote', async () => {
    const { page, asked, leave } = await visit(browser, url, phone)
    const searches = () => asked.filter((address) => address.includes('/api/search')).length
    // The page's clock stands still meanwhile, as a busy machine pauses by itself at times.
    await page.clock.install()
    await page.clock.pauseAt(Date.now() + 3_600_000)
    await page.getByLabel('向报告提问').pressSequentially(question)
    assert.equal(searches(), 0)
    await page.clock.runFor(1000)
    await answered(page, question)
    assert.equal(searches(), 1)
    await page.clock.resume()
    const first = page.locator('#results a.found').first()
    assert.match(await first.innerText(), /完成征地2\.25万亩/u)
    const marked = await first.locator('mark').allInnerTexts()
    await first.click()
    await page.locator('#q').waitFor()
    assert.equal((await page.locator('main mark').allInnerTexts()).join(''), marked.join(''))
    await page.goBack()
    await answered(page, question)
    assert.equal(await page.getByLabel('向报告提问').inputValue(), question)
    await leave()
    // Its clock is the test's for good.
    await page.context().close()
  })

  test('a slow answer to an earlier question never takes the place of a later one', async () => {
    const { page, leave } = await visit(browser, url)
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route(/api\/search/u, async (route) => {
      if (decodeURIComponent(route.request().url()).includes('安置房')) await held
      await route.continue().catch(() => {})
    })
    const box = page.getByLabel('向报告提问')
    const asking = page.waitForRequest(/api\/search/u)
    await box.fill('安置房')
    await asking
    await box.fill(question)
    await answered(page, question)
    release()
    await page.waitForTimeout(200)
    assert.match(await page.locator('#results a.found').first().innerText(), /完成征地2\.25万亩/u)
    await leave()
  })

  test('the keyboard alone is enough', async () => {
    const { page, leave } = await visit(browser, url)
    await page.locator('body').click({ position: { x: 5, y: 500 } })
    await page.keyboard.press('/')
    await page.keyboard.type(question)
    await answered(page, question)
    await page.keyboard.press('ArrowDown')
    assert.equal(await page.evaluate(() => document.activeElement?.className), 'found')
    await page.keyboard.press('ArrowUp')
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'question')
    await page.keyboard.press('Escape')
    assert.equal(await page.getByLabel('向报告提问').inputValue(), '')
    assert.ok(await page.locator('#results').isHidden())
    await page.keyboard.type(question)
    await answered(page, question)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.locator('#q').waitFor()
    assert.match(page.url(), /\/r\//u)
    await leave()
  })

  test('one search is one step of the history, however long it is typed', async () => {
    const { page, leave } = await visit(browser, url)
    const box = page.getByLabel('向报告提问')
    for (const text of ['安置房', '安置房交付', '安置房交付了多少套']) {
      await box.fill(text)
      await page.waitForFunction((text) => new URL(location.href).searchParams.get('q') === text, text)
    }
    await page.goBack()
    assert.equal(new URL(page.url()).searchParams.get('q'), null)
    assert.equal(await box.inputValue(), '')
    await page.goForward()
    await page.locator('#results a.found, #results details').first().waitFor()
    assert.equal(await box.inputValue(), '安置房交付了多少套')
    await leave()
  })

  test('a filter narrows answers and list, keeps the question, and can be taken away', async () => {
    const { page, leave } = await visit(browser, url)
    await page.getByLabel('向报告提问').fill('会议')
    await page.waitForURL(/q=/u)
    await page.getByRole('link', { name: '钟楼区 1' }).click()
    await page.waitForURL(/tags=/u)
    assert.equal(await page.getByLabel('向报告提问').inputValue(), '会议')
    assert.equal(await page.locator('.reports li').count(), 1)
    for (const source of await page.locator('#results .source').allTextContents()) assert.match(source, /钟楼区/u)
    await page.getByRole('link', { name: '取消筛选:钟楼区' }).click()
    await page.waitForFunction(() => document.querySelectorAll('.reports li').length === 5)
    await leave()
  })

  test('one report is chosen from a menu, with the keyboard too, and the question stays', async () => {
    const { page, leave } = await visit(browser, url)
    await page.getByLabel('向报告提问').fill('会议')
    await answered(page, '会议')
    const menu = page.getByLabel('报告', { exact: true })
    await menu.focus()
    const title = (await menu.locator('option').nth(3).innerText()).trim()
    await menu.selectOption({ label: title })
    await page.waitForURL(/tags=/u)
    await page.waitForFunction(() => !document.querySelector('#results.working'))
    const sources = await page.locator('#results .source').allTextContents()
    assert.ok(sources.length > 0)
    for (const source of sources) assert.ok(source.includes(title), source)
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'report', 'choosing takes nobody elsewhere')
    assert.equal(new URL(page.url()).searchParams.get('q'), '会议')
    const other = new URL((await page.getByRole('link', { name: 'English' }).getAttribute('href'))!, page.url())
    assert.deepEqual(other.searchParams.getAll('tags'), [await menu.inputValue()])
    await page.reload()
    assert.equal((await menu.locator('option:checked').innerText()).trim(), title)
    assert.equal(await page.locator('.reports li').count(), 1)
    await page.goBack()
    await page.waitForFunction(() => !location.search.includes('tags'))
    assert.equal(await menu.inputValue(), '')
    assert.deepEqual(await seriousFindings(page), [])
    await leave()
  })

  test('the title names the question, wherever one began', async () => {
    const { page, leave } = await visit(browser, url)
    const before = await page.title()
    await page.getByLabel('向报告提问').fill('安置房')
    await page.waitForURL(/q=/u)
    assert.equal(await page.title(), '安置房 · 问据')
    await page.keyboard.press('Escape')
    await page.waitForFunction(() => !location.search.includes('q='))
    assert.equal(await page.title(), before)
    await leave()
  })

  test('a gloss stands below each quote for questions in English, as it does without a script', async () => {
    const english = { ...desktop, locale: 'en-GB' }
    const asked = 'How many resettlement flats were delivered?'
    // The first question in English loads the dictionary, which takes a busy machine longer than a page is waited for.
    await stage.answerer.answer({ text: asked })
    const { page, leave } = await visit(browser, url, english)
    await page.getByLabel('Ask the reports').fill(asked)
    const gloss = page.locator('#results .found .gloss')
    await gloss.first().waitFor({ state: 'attached' })
    const shown = await gloss.allTextContents()
    assert.match(shown[0]!, /^Word by word \(dictionary CC-CEDICT\): /u)
    await page.reload()
    assert.deepEqual(await gloss.allTextContents(), shown)
    await leave()
  })

  test('without a script it is a form that answers the same', async () => {
    const { page, leave } = await visit(browser, url, { ...desktop, javaScriptEnabled: false })
    await page.getByLabel('向报告提问').fill(question)
    await page.getByRole('button', { name: '搜索' }).click()
    assert.match(await page.locator('#results a.found').first().innerText(), /完成征地2\.25万亩/u)
    const menu = page.getByLabel('报告', { exact: true })
    await menu.selectOption({ index: 1 })
    await page.getByRole('button', { name: '搜索' }).click()
    await page.waitForURL(/tags=[^&]/u)
    assert.equal(await page.locator('.reports li').count(), 1)
    await leave()
  })

  test('what cannot be searched, and a connection that fails, are told', async () => {
    const { page } = await visit(browser, url)
    const box = page.getByLabel('向报告提问')
    await box.fill('???')
    await answered(page, '???')
    assert.notEqual(await page.locator('#results .message').innerText(), '正在查找……')
    await page.route(/api\/search/u, (route) => route.abort())
    await box.fill('安置房')
    await page.getByText('没有查成').waitFor()
    await page.unroute(/api\/search/u)
    await box.press('Enter')
    await page.locator('#results a.found, #results details').first().waitFor()
    await page.route(/api\/search/u, (route) => route.abort())
    await box.fill('安置')
    await page.getByText('没有查成').waitFor()
    await box.fill('')
    await page.locator('#results').waitFor({ state: 'hidden' })
    await page.context().close()
  })
})
