import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import type { QuoteInReport } from '../../src/answer/answerer.ts'
import { ReportError } from '../../src/errors.ts'
import { createPhotographer, maxWaiting, QueueFullError } from '../../src/photograph/photographer.ts'
import { encoded, maxPictureBytes } from '../../src/reports/drawing/composition.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { archiveOf } from '../fixtures/archives.ts'
import { singleColumn, twoColumns } from '../fixtures/documents.ts'
import { answererOver } from '../support/indexedAnswerer.ts'
import { patientLimits } from '../support/patientLimits.ts'
import { put, spring } from '../support/testIndex.ts'

/** The quote of the passage that holds some words, which are marked. */
async function quoteOf(
  answerer: Awaited<ReturnType<typeof answererOver>>['answerer'],
  words: string,
): Promise<QuoteInReport> {
  const { index } = answerer
  const passages = await index.passages([...Array(index.size).keys()])
  const passage = passages.find(({ text }) => text.includes(words))
  assert.ok(passage, words)
  const at = passage.text.indexOf(words)
  return (await answerer.locate(passage.id, { highlights: [[at, at + words.length]], figures: [] }))!
}

async function stage(context: TestContext, files: Record<string, string | Uint8Array>) {
  const { answerer, originals, places } = await answererOver(context, files, fakeEmbedder())
  const photographer = createPhotographer({ answerer, originals, limits: patientLimits })
  context.after(() => photographer.close())
  return { answerer, originals, places, photographer, quote: (words: string) => quoteOf(answerer, words) }
}

/** The share of a picture's pixels that are near a colour. */
async function shareOf(bytes: Uint8Array, [r, g, b]: readonly [number, number, number]): Promise<number> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  let count = 0
  for (let i = 0; i < data.length; i += 3)
    if (Math.abs(data[i]! - r) + Math.abs(data[i + 1]! - g) + Math.abs(data[i + 2]! - b) < 90) count++
  return count / (info.width * info.height)
}

test('a quote of a PDF is shown on its page, framed and marked, drawn once, until the file changes', async (context) => {
  const { bytes } = await twoColumns()
  const { photographer, places, quote } = await stage(context, { 'a.pdf': bytes })
  assert.equal(photographer.kindOf('pdf'), 'page')
  const placed = await quote('安置房交付4124套')
  const photograph = await photographer.photograph(placed, 'zh')
  assert.ok(photograph)
  const { page, pages, linePx, source, width, height } = photograph
  assert.deepEqual([page, pages, source.file], [1, [1], 'a.pdf'])
  assert.ok(linePx! > 20 && linePx! < 50, `${linePx}`)
  // A column, not the page: 1654 by 2339 pixels.
  assert.ok(width < 1000 && height < 800, `${width} × ${height}`)
  assert.deepEqual((await sharp(photograph.bytes).metadata()).format, 'jpeg')
  assert.ok((await shareOf(photograph.bytes, [201, 42, 42])) > 0.003, 'the frame')
  assert.ok((await shareOf(photograph.bytes, [255, 224, 102])) > 0.005, 'the marker')
  assert.equal((await photographer.photograph(placed, 'zh'))!.bytes, photograph.bytes, 'the kept picture')
  await put(places.reports, { 'a.pdf': (await singleColumn()).bytes })
  assert.equal(await photographer.photograph(placed, 'zh'), null)
})

test('a quote of a PDF in an archive is shown on its page', async (context) => {
  const archive = archiveOf({ 'a.pdf': (await twoColumns()).bytes })
  const { photographer, quote } = await stage(context, { '全年.zip': archive })
  const photograph = await photographer.photograph(await quote('安置房交付4124套'), 'zh')
  assert.deepEqual([photograph?.page, photograph?.source.file], [1, '全年.zip/a.pdf'])
})

test('a picture that is a page is shown, and none beyond the last page', async (context) => {
  const { bytes } = await singleColumn({ pages: 2 })
  const { photographer, answerer } = await stage(context, { 'a.pdf': bytes })
  const report = (await answerer.report('a'))!
  const second = await photographer.page(report, 2)
  assert.deepEqual([second!.width, second!.height], [1653, 2338])
  for (const beyond of [0, 99]) assert.equal(await photographer.page(report, beyond), null)
})

test('where no font has Chinese characters there are no cards, and where one has they show the paragraph', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-fonts-'))
  context.after(() => rm(folder, { recursive: true }))
  const before = process.env.FONTCONFIG_FILE
  context.after(() => {
    if (before === undefined) delete process.env.FONTCONFIG_FILE
    else process.env.FONTCONFIG_FILE = before
  })
  const fonts = fileURLToPath(new URL('../fixtures/fonts', import.meta.url))
  for (const [name, directory] of [
    ['none', join(folder, 'nothing')],
    ['some', fonts],
  ] as const) {
    process.env.FONTCONFIG_FILE = join(folder, `${name}.conf`)
    await writeFile(
      process.env.FONTCONFIG_FILE,
      `<?xml version="1.0"?><fontconfig><dir>${directory}</dir><cachedir>${folder}/cache</cachedir></fontconfig>`,
    )
    const { photographer, quote } = await stage(context, { 'a.txt': spring })
    assert.equal(photographer.kindOf('text'), null, 'before a font is looked for')
    assert.equal(await photographer.findFont(), name === 'some')
    assert.equal(photographer.kindOf('text'), name === 'some' ? 'card' : null)
    const card = await photographer.photograph(await quote('新建公园三座'), 'zh')
    if (name === 'none') assert.equal(card, null)
    else {
      assert.deepEqual([card!.page, card!.width], [null, 1080])
      assert.ok((await shareOf(card!.bytes, [255, 229, 138])) > 0.003, 'the marker')
    }
  }
})

test('a hostile file ends in a fault within its limits, and too many who wait are sent away', async (context) => {
  const { answerer, originals, quote } = await stage(context, { 'a.pdf': (await twoColumns()).bytes })
  const limits = { ...patientLimits, seconds: 0.01 }
  const hurried = createPhotographer({ answerer, originals, limits })
  context.after(() => hurried.close())
  const placed = await quote('安置房交付4124套')
  await assert.rejects(hurried.photograph(placed, 'zh'), ReportError)
  const report = (await answerer.report('a'))!
  const original = await answerer.original('a')
  const many = { ...original!, places: { ...original!.places!, pages: Array(40).fill(original!.places!.pages[0]) } }
  const crowded = createPhotographer({
    answerer: { ...answerer, original: async () => many },
    originals,
    limits,
  })
  context.after(() => crowded.close())
  const asked = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => crowded.page(report, i + 1)))
  const reasons = asked.map((one) => (one.status === 'rejected' ? one.reason : null))
  assert.equal(reasons.filter((reason) => reason instanceof QueueFullError).length, 20 - maxWaiting)
})

test('a page that nothing states is the first', async (context) => {
  const { answerer, originals, quote } = await stage(context, { 'a.pdf': (await singleColumn({ pages: 2 })).bytes })
  const placed = await quote('安置房交付4124套')
  const unplaced = createPhotographer({
    answerer: { original: async (id) => ({ ...(await answerer.original(id))!, places: null }) },
    originals,
    limits: patientLimits,
  })
  context.after(() => unplaced.close())
  const source = { ...placed.quote.source, page: null }
  const photograph = await unplaced.photograph({ ...placed, quote: { ...placed.quote, source } }, 'zh')
  assert.deepEqual([photograph?.page, photograph?.width], [1, 1653])
  const report = { ...placed.report, pages: [] }
  assert.ok(await unplaced.page(report, 1))
  assert.equal(await unplaced.page(report, 2), null)
})

test('a closed photographer starts no process again, neither for pictures under way nor for later ones', async (context) => {
  const { answerer, photographer } = await stage(context, { 'a.pdf': (await singleColumn({ pages: 3 })).bytes })
  const report = (await answerer.report('a'))!
  await photographer.page(report, 1)
  const waiting = [photographer.page(report, 2), photographer.page(report, 3)]
  const ended = Promise.allSettled(waiting)
  await setImmediate()
  photographer.close()
  for (const one of await ended) assert.ok(one.status === 'rejected' && one.reason instanceof ReportError, one.status)
  await assert.rejects(photographer.page(report, 2), /as the program is ending/u)
})

test('a picture is not larger than Telegram fetches it', async () => {
  const [width, height] = [2000, 2000]
  const noise = sharp(randomBytes(3 * width * height), { raw: { width, height, channels: 3 } })
  const first = await noise.clone().jpeg({ quality: 88, chromaSubsampling: '4:4:4' }).toBuffer()
  assert.ok(first.length > maxPictureBytes, `${first.length}`)
  const { bytes } = await encoded(noise, { width, height })
  assert.ok(bytes.length <= maxPictureBytes, `${bytes.length}`)
})
