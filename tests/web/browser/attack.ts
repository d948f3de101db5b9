import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { quotePath, reportPath } from '../../../src/answer/address.ts'
import type { Quote } from '../../../src/answer/types.ts'
import { originalsIn } from '../../../src/reports/originals.ts'
import { webTexts } from '../../../src/web/texts.ts'
import { desktop, forget, noBrowser, openPage, phone, type Visit, visit } from '../../support/browser.ts'
import { type PageStage, pageStage } from '../../support/webPages.ts'
import { everybody, initDataOf, type Served, serve } from '../../support/webServer.ts'
import { setUp, sharedBrowser } from './setUp.ts'

/** Each tries to run something, or to leave the place that it stands in. */
const attacks = [
  '<script>window.hacked=1</script>',
  '<img src=x onerror=window.hacked=1>',
  '"><svg onload=window.hacked=1>',
  "' onmouseover='window.hacked=1' autofocus onfocus='window.hacked=1",
  '"autofocus onfocus="window.hacked=1',
  'javascript:window.hacked=1',
  '</title></textarea></style><script>window.hacked=1</script>',
  '<!--<script>window.hacked=1//-->',
  '&lt;script&gt;window.hacked=1&lt;/script&gt;',
  '&#60;script>window.hacked=1&#60;/script>',
  '{{window.hacked=1}}<%=window.hacked=1%>',
  '<iframe srcdoc="<script>parent.hacked=1</script>">',
  '<a href="javascript:window.hacked=1">甲</a><base href="//evil.example/"><meta http-equiv=refresh content="0;javascript:window.hacked=1">',
  '\u2028window.hacked=1\u2029',
] as const

const attack = attacks.join(' ')

/** Attacks in headline, sections, paragraphs, rows, metadata, and in names of files and folders. */
const files: Record<string, string> = {
  'plain.txt': `${attack}\n\n一、${attacks[0]}${attacks[2]}\n\n修桥三座${attack}。\n\n${attacks.join('\n\n')}\n`,
  'marked.md': `# ${attacks[0]}\n\n## ${attacks[1]}\n\n${attacks[2]} 修路五条。\n\n[链](javascript:window.hacked=1) ![图](x"onerror=window.hacked=1)\n`,
  'table.csv': `"${attacks[0]}","<b onclick=window.hacked=1>2020年"\n修桥,"""><svg onload=window.hacked=1>3"\n修路,5\n`,
  'page.html': `<title>${attacks[2]}</title><h1>&lt;img src=x onerror=window.hacked=1&gt;</h1><p>修桥四座 &lt;script&gt;window.hacked=1&lt;/script&gt;。</p><script>window.hacked=1</script><p onclick="window.hacked=1">修路六条。</p>`,
  'said.txt': '修桥五座。\n',
  'said.txt.meta.json': JSON.stringify({
    title: attacks[6],
    publisher: attacks[1],
    district: attacks[2],
    period: attacks[0],
  }),
  '<script>window.hacked=1</script>.txt': '修桥六座。\n',
  '"><svg onload=window.hacked=1>.txt': '修桥七座。\n',
  "javascript:window.hacked=1'.txt": '修桥八座。\n',
  '%3Cscript%3Ewindow.hacked=1%3C%2Fscript%3E.txt': '修桥九座。\n',
  'a..%2f..%2fetc%2fpasswd.txt': '修桥十座。\n',
}

describe('what attackers try in a browser', { skip: noBrowser }, () => {
  const t = setUp()
  let browser: Browser
  let stage: PageStage
  let served: Served
  let url: string
  let quotes: Quote[]

  const serving = (more: object = {}) =>
    serve(t, {
      answerer: stage.answerer,
      originals: originalsIn(stage.places.reports),
      publicUrl: 'http://127.0.0.1:8080/wenju/',
      ...more,
    })

  before(async () => {
    stage = await pageStage(t, files)
    served = await serving()
    url = `http://127.0.0.1:${served.port}/wenju/`
    const answers = await Promise.all(
      ['修桥几座', '修路几条', attacks[0], attacks[1], 'hacked'].map((text) => stage.answerer.answer({ text })),
    )
    quotes = answers.flatMap((answer) => answer.quotes)
    assert.deepEqual(
      stage.answerer.reports.map(({ file }) => file).sort(),
      Object.keys(files)
        .filter((name) => !name.endsWith('.json'))
        .sort(),
    )
    // One of each report is enough.
    quotes = [...new Map(quotes.map((quote) => [quote.source.report, quote])).values()]
    assert.ok(quotes.length > 5)
    browser = await sharedBrowser()
  })

  /** A visitor to whom nobody may open a dialog. */
  async function visitor(options: object): Promise<Visit> {
    const visited = await visit(browser, url, { ...desktop, ...options })
    visited.page.on('dialog', () => assert.fail(`a dialog at ${visited.page.url()}`))
    return visited
  }

  /** Opens a page, does something there and sees that nothing of the attackers' came to life. */
  async function survives({ page }: Visit, path: string, act: (page: Page) => Promise<void> = async () => {}) {
    await page.goto(url + path)
    await act(page)
    const found = await page.evaluate(() => {
      const elements = [...document.querySelectorAll('*')]
      const own = new Set(['SCRIPT', 'LINK', 'META'])
      return {
        hacked: (window as unknown as { hacked?: unknown }).hacked,
        base: document.baseURI === location.href.split('#')[0] || document.baseURI === location.href,
        foreign: elements
          .filter(({ tagName }) => /^(?:IMG|IFRAME|OBJECT|EMBED|BASE|B|STYLE)$/i.test(tagName))
          .map(({ outerHTML }) => outerHTML),
        handlers: elements.flatMap((element) =>
          element
            .getAttributeNames()
            .filter(
              (name) => name.startsWith('on') || (name === 'autofocus' && !['q', 'question'].includes(element.id)),
            ),
        ),
        inline: elements
          .filter(
            (element) => own.has(element.tagName) && (element.textContent !== '' || element.hasAttribute('http-equiv')),
          )
          .map(({ outerHTML }) => outerHTML),
        addresses: elements
          .flatMap((element) =>
            ['href', 'src', 'action', 'formaction'].map(
              (name) => (element as unknown as Record<string, unknown>)[name],
            ),
          )
          .filter(
            (address) =>
              typeof address === 'string' && address !== '' && !/^http:\/\/127\.0\.0\.1:\d+\/wenju\//u.test(address),
          ),
      }
    })
    assert.deepEqual(
      found,
      { hacked: undefined, base: true, foreign: [], handlers: [], inline: [], addresses: [] },
      path,
    )
  }

  // The policy alone would stop what escaping let through, so escaping is tried without it; under it, some of each do.
  for (const [name, { options, most }] of Object.entries({
    'under the policy': { options: {}, most: 3 },
    'without it': { options: { bypassCSP: true }, most: Number.POSITIVE_INFINITY },
  })) {
    test(`reports that hold attacks in every field show them as text, ${name}`, async () => {
      const paths = stage.answerer.reports.flatMap(({ id }) => [reportPath(id), `${reportPath(id)}?view=original`])
      const reader = await visitor(options)
      for (const path of paths.slice(0, most)) await survives(reader, path)
      for (const quote of quotes.slice(0, most)) await survives(reader, quotePath(quote))
      await reader.page.goto(url + reportPath('plain'))
      assert.match(await reader.page.locator('main').innerText(), /<script>window\.hacked=1<\/script>/u)
      await reader.leave()
    })

    test(`questions, tags and other parameters that hold attacks are words, ${name}`, async () => {
      const asker = await visitor(options)
      for (const text of attacks.slice(0, most)) {
        const said = encodeURIComponent(text)
        const found = await fetch(`${url}?q=${said}`)
        // Those without a word to search for are told so, which the browser notes as a fault.
        await survives(asker, `?lang=${said}&page=${said}${found.ok ? `&q=${said}` : ''}`)
      }
      const all = encodeURIComponent(attack)
      await survives(asker, `${reportPath('said')}?part=${all}&view=${all}&lang=${all}`)
      await asker.leave()
    })

    test(`attacks that are typed are searched for, ${name}`, async () => {
      const asker = await visitor(options)
      await survives(asker, '', async (page) => {
        for (const text of attacks.slice(0, 6)) {
          const answered = page.waitForResponse(/api\/search/u)
          await page.getByRole('searchbox').fill(`修桥 ${text}`)
          await answered
          await page.locator('#results:not(.working) a.found').first().waitFor()
        }
      })
      await asker.leave()
    })
  }

  test('the server’s answers to parameters that are faults hold no attack as markup', async () => {
    for (const text of attacks)
      for (const path of [
        `?tags=${encodeURIComponent(text)}`,
        `?q=a&tags=${encodeURIComponent(text)}`,
        `r/${encodeURIComponent(text)}`,
        `r/said?q=${encodeURIComponent(text)}`,
        `r/said?s=${encodeURIComponent(text)}`,
        `assets/${encodeURIComponent(text)}`,
      ]) {
        const response = await fetch(url + path, { headers: { 'x-forwarded-for': '198.51.100.7' } })
        const body = await response.text()
        assert.ok([400, 404, 410, 429, 200].includes(response.status), `${path}: ${response.status}`)
        assert.ok(!/<(?:script>|img|svg|iframe|base|a href="javascript)|\son\w+=['"]/iu.test(body), `${path}: ${body}`)
      }
  })

  test('a file is sent as what it is, to be kept and not shown', async () => {
    for (const { id } of stage.answerer.reports) {
      const { headers, status } = await fetch(`${url}${reportPath(id)}/file`, {
        headers: { 'x-forwarded-for': '198.51.100.8' },
      })
      assert.equal(status, 200, id)
      assert.match(
        headers.get('content-disposition') ?? '',
        /^attachment; filename="[\w.-]+"; filename\*=UTF-8''[\w.%!#$&+^`|~-]+$/u,
      )
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
    }
  })

  test('in Telegram the page opens by the data that the client hands over, once, and says so where it does not', async () => {
    const closed = await serving({ access: { ...everybody, allowedUsers: [7] } })
    const address = `http://127.0.0.1:${closed.port}/wenju/${reportPath('said')}`
    const open = async (initData: string | null, cookies = true) => {
      const page = await openPage(browser, phone)
      if (!cookies) await page.route('**/api/session', (route) => route.fulfill({ status: 204 }))
      const fragment =
        initData === null ? '' : `#${new URLSearchParams({ tgWebAppData: initData, tgWebAppVersion: '9.1' })}`
      await page.goto(address + fragment)
      return page
    }
    const data = initDataOf(7)
    const page = await open(data)
    await page.getByText('修桥五座').waitFor()
    await page.reload()
    await page.getByText('修桥五座').waitFor()
    await forget(page)
    const say = webTexts.zh.refusal
    const refused = async (page: Page, { title, text }: (typeof say)['absent']) => {
      await page.getByRole('heading', { name: title }).waitFor()
      await page.getByText(text).waitFor()
      assert.equal(await page.getByText('修桥五座').count(), 0)
      await forget(page)
    }
    await refused(await open(data), say.invalid)
    await refused(await open(initDataOf(7, { at: Date.now() - 2 * 3_600_000 })), say.invalid)
    await refused(await open(initDataOf(7, { signedWith: '1:other' })), say.invalid)
    await refused(await open(null), say.absent)
    await refused(await open(initDataOf(8)), say.forbidden)
    // Where the client keeps no cookies the page does not open itself for ever.
    await refused(await open(initDataOf(7), false), say.invalid)
  })
})
