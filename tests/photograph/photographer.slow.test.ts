import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import sharp from 'sharp'
import type { QuoteInReport } from '../../src/answer/answerer.ts'
import { ReportError } from '../../src/errors.ts'
import { createPhotographer, maxWaiting, QueueFullError } from '../../src/photograph/photographer.ts'
import { encoded, maxPictureBytes } from '../../src/reports/drawing/composition.ts'
import { wholePage } from '../../src/reports/wordPlaces.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { archiveOf } from '../fixtures/archives.ts'
import { singleColumn, townReport, twoColumns } from '../fixtures/documents.ts'
import { column, ofdOf } from '../fixtures/ofd.ts'
import { fixtureFonts, useFonts } from '../support/fonts.ts'
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

test('a page is drawn once for itself and for the photographs on it, whichever are asked for at once', async (context) => {
  const { answerer, originals, quote } = await stage(context, { 'a.pdf': (await twoColumns()).bytes })
  let opened = 0
  const counting = {
    find: (file: string) => {
      opened++
      return originals.find(file)
    },
  }
  const photographer = createPhotographer({ answerer, originals: counting, limits: patientLimits })
  context.after(() => photographer.close())
  const report = (await answerer.report('a'))!
  const quotes = [await quote('安置房交付4124套'), await quote('涉及32个自然村')]
  const [first, second] = await Promise.all(quotes.map((one) => photographer.photograph(one, 'zh')))
  assert.notDeepEqual(first!.bytes, second!.bytes)
  assert.equal((await photographer.page(report, first!.page!))!.width, 1653)
  assert.equal(opened, 1)
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
  for (const [name, directory] of [
    ['none', fixtureFonts.replace(/[^/\\]+$/u, 'nothing')],
    ['some', fixtureFonts],
  ] as const) {
    await useFonts(context, directory)
    const { photographer, quote } = await stage(context, { 'a.txt': spring })
    const kinds = () => (['text', 'ofd', 'pdf'] as const).map(photographer.kindOf)
    assert.deepEqual(kinds(), [null, null, 'page'], 'before a font is looked for')
    assert.equal(await photographer.findFont(), name === 'some')
    assert.deepEqual(kinds(), name === 'some' ? ['card', 'page', 'page'] : [null, null, 'page'])
    const card = await photographer.photograph(await quote('新建公园三座'), 'zh')
    if (name === 'none') assert.equal(card, null)
    else {
      assert.deepEqual([card!.page, card!.width], [null, 1080])
      assert.ok((await shareOf(card!.bytes, [255, 229, 138])) > 0.003, 'the marker')
    }
  }
})

test('a page of OFD is drawn with the letters at the places of its words, and a quote of it is framed', async (context) => {
  await useFonts(context)
  const text = townReport.slice(0, 4)
  const { photographer, answerer, quote } = await stage(context, {
    'a.ofd': await ofdOf({ pages: [column(text).content] }),
  })
  assert.equal(await photographer.findFont(), true)
  const report = (await answerer.report('a'))!
  const picture = (await photographer.page(report, 1))!
  const { data, info } = await sharp(picture.bytes).greyscale().raw().toBuffer({ resolveWithObject: true })
  const boxes = (await answerer.indexedFile('a'))!.places!.words.map(({ left, top, right, bottom }) => ({
    left: (left / wholePage) * info.width,
    right: (right / wholePage) * info.width,
    top: (top / wholePage) * info.height,
    bottom: (bottom / wholePage) * info.height,
  }))
  const inkedBoxes = new Set<number>()
  let [inside, all] = [0, 0]
  for (let i = 0; i < data.length; i++) {
    if (data[i]! > 100) continue
    const [x, y] = [i % info.width, Math.floor(i / info.width)]
    const box = boxes.findIndex((one) => x >= one.left && x < one.right && y >= one.top && y < one.bottom)
    all++
    if (box < 0) continue
    inside++
    inkedBoxes.add(box)
  }
  assert.ok(boxes.length > 10 && all > 10_000, `${boxes.length} words, ${all} dark pixels`)
  assert.ok(inside / all > 0.97, `${inside / all} of the ink stands in the boxes of words`)
  assert.equal(inkedBoxes.size, boxes.length)

  const words = text[1]!.slice(4, 16)
  const photograph = (await photographer.photograph(await quote(words), 'zh'))!
  assert.deepEqual([photograph.page, photograph.source.file], [1, 'a.ofd'])
  assert.ok((await shareOf(photograph.bytes, [201, 42, 42])) > 0.003, 'the frame')
  assert.ok((await shareOf(photograph.bytes, [255, 224, 102])) > 0.005, 'the marker')
})

test('a hostile file ends in a fault within its limits, and too many who wait are sent away', async (context) => {
  const { answerer, originals, quote } = await stage(context, { 'a.pdf': (await twoColumns()).bytes })
  const limits = { ...patientLimits, seconds: 0.01 }
  const hurried = createPhotographer({ answerer, originals, limits })
  context.after(() => hurried.close())
  const placed = await quote('安置房交付4124套')
  await assert.rejects(hurried.photograph(placed, 'zh'), ReportError)
  const report = (await answerer.report('a'))!
  const file = await answerer.indexedFile('a')
  const many = { ...file!, places: { ...file!.places!, pages: Array(40).fill(file!.places!.pages[0]) } }
  const crowded = createPhotographer({
    answerer: { ...answerer, indexedFile: async () => many },
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
    answerer: { indexedFile: async (id) => ({ ...(await answerer.indexedFile(id))!, places: null }) },
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
  for (const one of await ended) assert.equal(one.status, 'rejected')
  await assert.rejects(photographer.page(report, 2), /as the process was closed/u)
})

test('a picture is not larger than Telegram fetches it', async () => {
  const [width, height] = [2000, 2000]
  const noise = sharp(randomBytes(3 * width * height), { raw: { width, height, channels: 3 } })
  const first = await noise.clone().jpeg({ quality: 88, chromaSubsampling: '4:4:4' }).toBuffer()
  assert.ok(first.length > maxPictureBytes, `${first.length}`)
  const { bytes } = await encoded(noise, { width, height })
  assert.ok(bytes.length <= maxPictureBytes, `${bytes.length}`)
})
