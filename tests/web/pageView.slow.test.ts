import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import { encodeQuote, quotePath, reportPath } from '../../src/answer/address.ts'
import type { QuoteInReport } from '../../src/answer/answerer.ts'
import type { Photographer } from '../../src/photograph/photographer.ts'
import { originalsIn } from '../../src/reports/originals.ts'
import { createSigner } from '../../src/web/signer.ts'
import { singleColumn, townReport } from '../fixtures/documents.ts'
import { column, ofdOf } from '../fixtures/ofd.ts'
import { useFonts } from '../support/fonts.ts'
import { spring } from '../support/testIndex.ts'
import { type PageStage, pageStage } from '../support/webPages.ts'
import { cookieOf, serve, token } from '../support/webServer.ts'

/** A PDF, a text and an OFD, the fixtures' font, and one process that draws. */
let stage: PageStage
const cleaning: (() => Promise<void>)[] = []
before(async () => {
  const context = { after: (clean: () => Promise<void>) => void cleaning.push(clean) }
  await useFonts(context)
  stage = await pageStage(context, {
    'a.pdf': (await singleColumn({ pages: 3 })).bytes,
    'b.txt': spring,
    'drawn.ofd': await ofdOf({ pages: [column(townReport.slice(0, 2)).content] }),
  })
})
after(async () => {
  for (const clean of cleaning.reverse()) await clean()
})

test('a report with pages has a third view, at the page of the quote, and a picture of each page', async () => {
  const { app, answerer, logged } = stage
  const { index } = answerer
  const passages = await index.passages([...Array(index.size).keys()])
  const passage = passages.find(({ report, text }) => report === 'a' && text.includes('今年1—5月'))!
  const { quote } = (await answerer.locate(passage.id, { highlights: [[0, 6]], figures: [] })) as QuoteInReport
  const { page } = quote.source
  assert.ok(page !== null && page > 1, `${page}`)
  const ask = (path: string, headers = {}) => app.fetch(new Request(`http://x/${path}`, { headers }))
  const view = await (await ask(quotePath(quote).replace('#q', '&view=page'))).text()
  assert.match(view, new RegExp(`<img src="\\.\\./r/a/page/${page}" width="1000" height="1414"`, 'u'))
  assert.match(view, /<g id="q" tabindex="-1" autofocus><rect class="marker" /u)
  assert.match(view, /<path class="frame" d="M/u)
  assert.match(view, new RegExp(`<a class="previous" rel="prev" href="[^"]*part=${page - 1}`, 'u'))
  assert.ok(!view.includes('style='), 'the policy lets no inline style in')
  const words = [...view.matchAll(/<text data-at="(\d+)"[^>]*>([^<]*)</gu)]
  const { text } = (await answerer.report('a'))!
  assert.ok(words.length > 20)
  for (const [, at, word] of words) assert.ok(text.startsWith(word!, Number(at)), word)

  const picture = await ask(`r/a/page/${page}`)
  assert.deepEqual([picture.status, picture.headers.get('content-type')], [200, 'image/jpeg'], logged.join('\n'))
  const bytesOfPage = new Uint8Array(await picture.arrayBuffer())
  assert.equal((await sharp(bytesOfPage).metadata()).width, 1653)
  const etag = picture.headers.get('etag')!
  assert.equal(etag, `"${createHash('sha256').update(bytesOfPage).digest('base64url')}"`)
  assert.equal((await ask(`r/a/page/${page}`, { 'if-none-match': etag })).status, 304)
  for (const none of ['r/a/page/99', 'r/a/page/0', 'r/a/page/x', 'r/b/page/1', 'r/c/page/1'])
    assert.equal((await ask(none)).status, 404, none)
  const photograph = await ask(`r/a/photograph?q=${encodeQuote(quote)}`)
  assert.deepEqual([photograph.status, photograph.headers.get('content-type')], [200, 'image/jpeg'])
  for (const none of ['r/b', 'r/a']) {
    const q = none === 'r/a' ? 'q_0123456789abcdef' : encodeQuote(quote)
    assert.equal((await ask(`${none}/photograph?q=${q}`)).status, 404)
  }

  const restored = await (await ask(reportPath('b'))).text()
  assert.ok(!restored.includes('view=page'), 'a text has no pages')
  assert.equal((await ask('r/b?view=page')).status, 200)
})

test('an OFD report has the third view where the machine has a font for its letters', async () => {
  const { app, photographer, logged } = stage
  const ask = (path: string) => app.fetch(new Request(`http://x/${path}`))
  assert.ok(!(await (await ask('r/drawn')).text()).includes('view=page'))
  assert.equal(await photographer.findFont(), true)
  const view = await (await ask('r/drawn?view=page')).text()
  assert.match(view, /<img src="\.\.\/r\/drawn\/page\/1" width="1000" height="1414"/u)
  assert.match(view, /<text data-at="\d+"[^>]*>今年以来/u)
  const picture = await ask('r/drawn/page/1')
  assert.deepEqual([picture.status, picture.headers.get('content-type')], [200, 'image/jpeg'], logged.join('\n'))
})

test('pictures are for those who may read the report, and each visitor gets so many', async (t) => {
  const { answerer, places, photographer: drawing } = stage
  const originals = originalsIn(places.reports)
  let drawn = 0
  const photograph: Photographer['photograph'] = (...asked) => {
    drawn++
    return drawing.photograph(...asked)
  }
  const photographer = { ...drawing, photograph }
  const access = { allowedUsers: [7], allowedChats: [], admins: [] }
  const { ask } = await serve(t, { answerer, originals, photographer, access })
  assert.equal((await ask('/r/a/page/1')).status, 401)
  const until = Math.floor(Date.now() / 1000) + 100
  const enter = async (report: string) => {
    const entered = await ask(`/r/${report}?k=${createSigner(token).link(7, report, until)}`)
    assert.equal(entered.status, 303)
    return { headers: { cookie: cookieOf(entered)! } }
  }
  const other = await enter('b')
  assert.equal((await ask('/r/a/page/1', other)).status, 401)
  const { quotes } = await answerer.answer({ text: '安置房交付了多少套' })
  const inA = quotes.find(({ source }) => source.report === 'a')!
  assert.equal((await ask(`/r/b/photograph?q=${encodeQuote(inA)}`, other)).status, 404)
  assert.equal(drawn, 0, 'a report that the visitor may not read is not drawn either')
  const reader = await enter('a')
  const answered = await ask('/r/a/page/1', reader)
  assert.equal(answered.status, 200)
  assert.equal(answered.headers['cache-control'], 'private, no-cache')
  assert.match(String(answered.headers['content-security-policy']), /img-src 'self'/u)
  // Nothing comes back while one counts.
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const statuses = await Promise.all(Array.from({ length: 60 }, () => ask('/r/a/page/99', reader)))
  assert.ok(statuses.some(({ status }) => status === 429))
})
