import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { before, describe, test } from 'node:test'
import { Hono } from 'hono'
import type { Browser, Page } from 'playwright-core'
import { encodeQuote, quotePath } from '../../../src/answer/address.ts'
import type { Quote } from '../../../src/answer/types.ts'
import { renderRefusal } from '../../../src/web/refusalPage.ts'
import { forget, noBrowser, openPage, phone, visit } from '../../support/browser.ts'
import { type PageStage, serve } from '../../support/webPages.ts'
import { fiveReportsStage, setUp, sharedBrowser } from './setUp.ts'

/** What the page offers a client to call. */
interface WebView {
  readonly Telegram: { readonly WebView: { receiveEvent(type: string, data: unknown): void } }
}

const dark = { bg_color: '#17212b', text_color: '#f5f5f5', hint_color: '#708499', secondary_bg_color: '#232e3c' }
const light = { bg_color: '#ffffff', text_color: '#000000', hint_color: '#707579', secondary_bg_color: '#f4f4f5' }
const fragment = new URLSearchParams({
  tgWebAppData: 'auth_date=1&hash=made-up',
  tgWebAppVersion: '9.1',
  tgWebAppPlatform: 'android',
  tgWebAppThemeParams: JSON.stringify(dark),
})

describe('inside Telegram', { skip: noBrowser }, () => {
  const t = setUp()
  let browser: Browser
  let stage: PageStage
  let url: string
  let quote: Quote

  before(async () => {
    stage = await fiveReportsStage()
    url = (await serve(t, stage.app)).url
    browser = await sharedBrowser()
    quote = (await stage.answerer.answer({ text: '安置房交付了多少套' })).quotes[0]!
  })

  /** A web view of a client that keeps what the page posts. */
  async function webView(address: string) {
    const page = await openPage(
      browser,
      { ...phone, colorScheme: 'light' },
      `
      window.posted = []
      window.TelegramWebviewProxy = { postEvent: (type, data) => posted.push([type, JSON.parse(data)]) }
    `,
    )
    await page.goto(address)
    return page
  }
  const posted = (page: Page) => page.evaluate(() => (window as unknown as { posted: [string, unknown][] }).posted)
  const send = (page: Page, type: string, data: unknown = null) =>
    page.evaluate(([type, data]) => (window as unknown as WebView).Telegram.WebView.receiveEvent(type, data), [
      type,
      data,
    ] as const)
  // A little later, as it leads away from the page that is waited for.
  const pressBack = (page: Page) =>
    page.evaluate(
      () =>
        void setTimeout(() =>
          (window as unknown as WebView).Telegram.WebView.receiveEvent('back_button_pressed', null),
        ),
    )
  const colours = (page: Page) =>
    page.evaluate(() => {
      const { backgroundColor, color } = getComputedStyle(document.body)
      return [backgroundColor, color, document.documentElement.dataset.theme]
    })

  for (const joint of ['&', '?']) {
    test(`the page takes the client's colours, shows the quote, and keeps both on the next page: ${joint}`, async () => {
      const page = await webView(`${url}${quotePath(quote)}${joint}${fragment}`)
      assert.deepEqual(await colours(page), ['rgb(23, 33, 43)', 'rgb(245, 245, 245)', 'dark'])
      const top = await page.evaluate(() => document.getElementById('q')!.getBoundingClientRect().top)
      assert.ok(top >= 0 && top < 700, `the quote stands at ${top}`)
      await page.getByRole('link', { name: '问据:全部报告与搜索' }).click()
      await page.getByLabel('向报告提问').waitFor()
      assert.deepEqual(await colours(page), ['rgb(23, 33, 43)', 'rgb(245, 245, 245)', 'dark'])
      await send(page, 'theme_changed', { theme_params: light })
      assert.deepEqual(await colours(page), ['rgb(255, 255, 255)', 'rgb(0, 0, 0)', 'light'])
      await page.reload()
      assert.deepEqual(await colours(page), ['rgb(255, 255, 255)', 'rgb(0, 0, 0)', 'light'])
      await forget(page)
    })
  }

  test('the back button shows on a report only, and leads back to where one came from, or else to the search', async () => {
    const page = await webView(`${url}${quotePath(quote)}&${fragment}`)
    const back = async () => (await posted(page)).filter(([type]) => type === 'web_app_setup_back_button').at(-1)
    assert.deepEqual(await back(), ['web_app_setup_back_button', { is_visible: true }])
    assert.ok((await posted(page)).some(([type]) => type === 'web_app_ready'))
    await pressBack(page)
    await page.getByLabel('向报告提问').waitFor()
    assert.deepEqual(await back(), ['web_app_setup_back_button', { is_visible: false }])
    await page.goto(`${url}?q=安置房交付了多少套`)
    await page.locator('a.found').first().click()
    await page.locator('#q').waitFor()
    await pressBack(page)
    await page.locator('a.found').first().waitFor()
    assert.match(page.url(), /\?q=/u)
    await forget(page)
  })

  test('a page that was loaded anew is no second one: the back button leads to the search', async () => {
    const page = await webView(`${url}${quotePath(quote)}&${fragment}`)
    await page.reload()
    await pressBack(page)
    await page.getByLabel('向报告提问').waitFor()
    await forget(page)
  })

  test('in a frame of the web client events come and go as messages', async () => {
    const frame = `<!doctype html><iframe src="${url}#${fragment.toString().replaceAll('&', '&amp;')}" width="390" height="700"></iframe>`
    const client = createServer((_, response) => response.setHeader('content-type', 'text/html').end(frame))
    await new Promise<void>((resolve) => client.listen(0, '127.0.0.1', resolve))
    t.after(async () => void client.close())
    const page = await openPage(
      browser,
      phone,
      `
      if (window.parent === window) {
        window.heard = []
        addEventListener('message', ({ data }) => heard.push(JSON.parse(data).eventType))
      }
    `,
    )
    await page.goto(`http://127.0.0.1:${(client.address() as AddressInfo).port}/`)
    await page.waitForFunction(() => (window as unknown as { heard: string[] }).heard.includes('web_app_ready'))
    const inner = page.frames()[1]!
    await page.evaluate((theme) => {
      const message = JSON.stringify({ eventType: 'theme_changed', eventData: { theme_params: theme } })
      document.querySelector('iframe')!.contentWindow!.postMessage(message, '*')
    }, light)
    await inner.waitForFunction(() => document.documentElement.dataset.theme === 'light')
    await forget(page)
  })

  test('a quote and a selection are shared into a chat that the client asks for', async () => {
    const asked: Record<string, string>[] = []
    let reply: [object, 200 | 502] = [{ id: 'prepared-1' }, 200]
    const withShares = new Hono()
    withShares.post('/api/share', async (context) => {
      asked.push(await context.req.json())
      return context.json(...reply)
    })
    withShares.route('/', stage.app)
    const served = await serve(t, withShares)
    const page = await webView(`${served.url}${quotePath(quote)}&${fragment}`)
    const share = page.getByRole('button', { name: '转发到聊天' })
    const outcome = page.locator('#bar .outcome')
    const shared = async () =>
      (await posted(page)).filter(([type]) => type === 'web_app_send_prepared_message').map(([, data]) => data)
    await share.click()
    await page.waitForFunction(() =>
      (window as unknown as { posted: [string][] }).posted.at(-1)?.[0].includes('prepared'),
    )
    const { report } = quote.source
    const [q, initData] = [encodeQuote(quote), 'auth_date=1&hash=made-up']
    assert.deepEqual([asked, await shared()], [[{ initData, report, q }], [{ id: 'prepared-1' }]])
    await send(page, 'prepared_message_sent')
    assert.equal(await outcome.textContent(), '已发送')
    // Whoever closes the list of chats need not be told.
    await share.click()
    await page.waitForFunction(
      () =>
        (window as unknown as { posted: unknown[] }).posted.filter((one) => String(one).includes('prepared')).length ===
        2,
    )
    await send(page, 'prepared_message_failed', { error: 'USER_DECLINED' })
    assert.equal(await outcome.textContent(), '')
    await send(page, 'prepared_message_failed', { error: 'MESSAGE_EXPIRED' })
    assert.match((await outcome.textContent())!, /没有发送成/u)

    await page.evaluate(() => {
      const words = document.querySelector('main [data-at]')!.firstChild!
      getSelection()!.setBaseAndExtent(words, 0, words, 4)
    })
    await page.getByText('选中的文字').waitFor()
    reply = [{ error: '机器人现在无法转发。' }, 502]
    await share.click()
    await page.getByText('机器人现在无法转发。').waitFor()
    assert.match(asked.at(-1)!.s!, /^[0-9a-z]+-4\./u)
    assert.equal((await shared()).length, 2)
    await forget(page)
  })

  test('a client that is too old, or states nobody, is told or offered no sharing', async () => {
    const old = new URLSearchParams(fragment)
    old.set('tgWebAppVersion', '7.10')
    const page = await webView(`${url}${quotePath(quote)}&${old}`)
    await page.getByRole('button', { name: '转发到聊天' }).click()
    await page.getByText('请更新 Telegram,或复制链接').waitFor()
    await forget(page)
    const nobody = new URLSearchParams({ tgWebAppVersion: '9.1', tgWebAppPlatform: 'android' })
    const without = await webView(`${url}${quotePath(quote)}&${nobody}`)
    await without.getByRole('button', { name: '复制链接' }).waitFor()
    assert.equal(await without.getByRole('button', { name: '转发到聊天' }).count(), 0)
    await forget(without)
  })

  test('in a plain browser nothing of it is done', async () => {
    const { page, leave } = await visit(browser, `${url}${quotePath(quote)}`, phone)
    assert.equal(await page.evaluate(() => 'Telegram' in window), false)
    assert.equal(await page.evaluate(() => document.documentElement.getAttribute('style')), null)
    await page.getByRole('button', { name: '复制链接' }).waitFor()
    assert.equal(await page.getByRole('button', { name: '转发到聊天' }).count(), 0)
    await leave()
  })

  test('who is not let in asks for a session once, and sees the page when it is given', async () => {
    for (const grants of [true, false]) {
      let isIn = false
      const asked: unknown[] = []
      const gated = new Hono()
      gated.post('/api/session', async (context) => {
        asked.push(await context.req.json())
        isIn = grants
        return context.body(null, grants ? 204 : 401)
      })
      gated.use(async (context, next) => {
        if (isIn || context.req.path.includes('/assets/')) return next()
        return context.html(renderRefusal({ language: 'zh', reason: 'absent', root: '../' }), 401)
      })
      gated.route('/', stage.app)
      const served = await serve(t, gated)
      const page = await webView(`${served.url}${quotePath(quote)}&${fragment}`)
      if (grants) await page.locator('#q').waitFor()
      else await page.getByText('链接已失效').waitFor()
      assert.deepEqual(asked, [{ initData: 'auth_date=1&hash=made-up' }])
      await forget(page)
    }
  })
})
