import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { quotePath } from '../../../src/answer/address.ts'
import { twoColumns } from '../../fixtures/documents.ts'
import { desktop, noBrowser, phone, seriousFindings, visit } from '../../support/browser.ts'
import { type PageStage, pageStage, serve } from '../../support/webPages.ts'
import { setUp, sharedBrowser } from './setUp.ts'

const words = '安置房交付4124套'

describe('the pages of a file in a browser', { skip: noBrowser }, () => {
  const t = setUp()
  let browser: Browser
  let stage: PageStage
  let address: string

  before(async () => {
    stage = await pageStage(t, { 'a.pdf': (await twoColumns()).bytes })
    const { url } = await serve(t, stage.app)
    browser = await sharedBrowser()
    const { index } = stage.answerer
    const passages = await index.passages([...Array(index.size).keys()])
    const passage = passages.find(({ text }) => text.includes(words))!
    const at = passage.text.indexOf(words)
    const placed = await stage.answerer.locate(passage.id, { highlights: [[at, at + words.length]], figures: [] })
    address = url + quotePath(placed!.quote)
  })

  for (const [name, options] of Object.entries({ phone, desktop })) {
    test(`the page is shown with the quote framed and in view, without a script: ${name}`, async () => {
      const { page, leave } = await visit(browser, address, { ...options, javaScriptEnabled: false })
      await page.getByRole('link', { name: '原页' }).click()
      await page.locator('.sheet img').waitFor()
      const seen = await page.evaluate(async () => {
        const image = document.querySelector<HTMLImageElement>('.sheet img')!
        await image.decode()
        // The page lacks what the loader adds to a function with a name.
        const boxes = ['.sheet img', '.frame', '.marker'].map((one) =>
          document.querySelector(one)!.getBoundingClientRect(),
        )
        const [picture, frame, marker] = boxes as [DOMRect, DOMRect, DOMRect]
        return {
          drawn: image.naturalWidth,
          isWide: document.documentElement.scrollWidth > innerWidth,
          isInView: frame.top >= 0 && frame.top < innerHeight,
          isInside: frame.left >= picture.left && frame.right <= picture.right,
          isMarked: marker.left >= frame.left && marker.right <= frame.right && marker.top >= frame.top,
        }
      })
      assert.deepEqual(seen, { drawn: 1653, isWide: false, isInView: true, isInside: true, isMarked: true })
      await leave()
    })
  }

  test('the words lie where they are seen, and can be selected as a quote', async () => {
    const { page, leave } = await visit(browser, address.replace('#q', '&view=page#q'))
    const [selected, inMarker] = await page.evaluate((words) => {
      const run = [...document.querySelectorAll('.sheet text')].find((one) => one.textContent!.includes(words))!
      const at = run.textContent!.indexOf(words)
      const range = document.createRange()
      range.setStart(run.firstChild!, at)
      range.setEnd(run.firstChild!, at + words.length)
      getSelection()!.removeAllRanges()
      getSelection()!.addRange(range)
      const [seen, marker] = [range.getBoundingClientRect(), document.querySelector('.marker')!.getBoundingClientRect()]
      return [
        getSelection()!.toString(),
        Math.abs(seen.left - marker.left) < 12 && Math.abs(seen.right - marker.right) < 40,
      ]
    }, words)
    assert.equal(selected, words)
    assert.ok(inMarker)
    assert.deepEqual(await seriousFindings(page), [])
    await leave()
  })
})
