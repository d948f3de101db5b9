import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import sharp from 'sharp'
import type { QuoteAddress } from '../../src/answer/address.ts'
import { ReportError } from '../../src/errors.ts'
import { BusyError, createPhotographer } from '../../src/photograph/photographer.ts'
import { defaultLimits } from '../../src/reports/manuscript.ts'
import { wholePage } from '../../src/reports/wordPlaces.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { archiveOf } from '../fixtures/archives.ts'
import { singleColumn, townReport, twoColumns } from '../fixtures/documents.ts'
import { column, ofdOf } from '../fixtures/ofd.ts'
import { fixtureFonts, useFonts } from '../support/fonts.ts'
import { answererOver } from '../support/indexedAnswerer.ts'
import { put, spring } from '../support/testIndex.ts'

/** The address of the passage of a report that holds some words, which are marked. */
async function addressOf(
  { index }: Awaited<ReturnType<typeof answererOver>>['answerer'],
  words: string,
): Promise<QuoteAddress> {
  const passages = await index.passages([...Array(index.size).keys()])
  const passage = passages.find(({ text }) => text.includes(words))
  assert.ok(passage, words)
  const at = passage.text.indexOf(words)
  return { passage: passage.id, highlights: [[at, at + words.length]], figures: [] }
}

async function stage(context: TestContext, files: Record<string, string | Uint8Array>) {
  const { answerer, originals, places } = await answererOver(context, files, fakeEmbedder())
  const photographer = createPhotographer({ answerer, originals, limits: defaultLimits })
  context.after(() => photographer.close())
  return { answerer, originals, places, photographer, address: (words: string) => addressOf(answerer, words) }
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
  const { photographer, places, address } = await stage(context, { 'a.pdf': bytes })
  assert.equal(photographer.kindOf('pdf'), 'page')
  const quote = await address('安置房交付4124套')
  const photograph = await photographer.photograph(quote, 'zh')
  assert.ok(photograph)
  const { kind, page, pages, linePx, source, width, height } = photograph
  assert.deepEqual([kind, page, pages, source.file], ['page', 1, [1], 'a.pdf'])
  assert.ok(linePx! > 20 && linePx! < 50, `${linePx}`)
  // A column, not the page: 1654 by 2339 pixels.
  assert.ok(width < 1000 && height < 800, `${width} × ${height}`)
  assert.deepEqual((await sharp(photograph.bytes).metadata()).format, 'jpeg')
  assert.ok((await shareOf(photograph.bytes, [201, 42, 42])) > 0.003, 'the frame')
  assert.ok((await shareOf(photograph.bytes, [255, 224, 102])) > 0.005, 'the marker')
  assert.equal((await photographer.photograph(quote, 'zh'))!.bytes, photograph.bytes, 'the kept picture')
  await put(places.reports, { 'a.pdf': (await singleColumn()).bytes })
  assert.equal(await photographer.photograph(quote, 'zh'), null)
})

test('a quote of a PDF in an archive is shown on its page', async (context) => {
  const archive = archiveOf({ 'a.pdf': (await twoColumns()).bytes })
  const { photographer, address } = await stage(context, { '全年.zip': archive })
  const photograph = await photographer.photograph(await address('安置房交付4124套'), 'zh')
  assert.deepEqual([photograph?.kind, photograph?.page, photograph?.source.file], ['page', 1, '全年.zip/a.pdf'])
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
    const { photographer, address } = await stage(context, { 'a.txt': spring })
    const kinds = () => (['text', 'ofd', 'pdf'] as const).map(photographer.kindOf)
    assert.deepEqual(kinds(), [null, null, 'page'], 'before a font is looked for')
    assert.equal(await photographer.findFont(), name === 'some')
    assert.deepEqual(kinds(), name === 'some' ? ['card', 'page', 'page'] : [null, null, 'page'])
    const quote = await address('新建公园三座')
    const card = await photographer.photograph(quote, 'zh')
    if (name === 'none') assert.equal(card, null)
    else {
      assert.deepEqual([card!.kind, card!.page, card!.width], ['card', null, 1080])
      assert.ok((await shareOf(card!.bytes, [255, 229, 138])) > 0.003, 'the marker')
    }
  }
})

test('a page of OFD is drawn with the letters at the places of its words, and a quote of it is framed', async (context) => {
  await useFonts(context)
  const text = townReport.slice(0, 4)
  const { photographer, answerer, address } = await stage(context, {
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
  const photograph = (await photographer.photograph(await address(words), 'zh'))!
  assert.deepEqual([photograph.kind, photograph.page, photograph.source.file], ['page', 1, 'a.ofd'])
  assert.ok((await shareOf(photograph.bytes, [201, 42, 42])) > 0.003, 'the frame')
  assert.ok((await shareOf(photograph.bytes, [255, 224, 102])) > 0.005, 'the marker')
})

test('a hostile file ends in a fault within its limits, and too many who wait are sent away', async (context) => {
  const { answerer, originals, address } = await stage(context, { 'a.pdf': (await twoColumns()).bytes })
  const limits = { ...defaultLimits, seconds: 0.01 }
  const hurried = createPhotographer({ answerer, originals, limits })
  context.after(() => hurried.close())
  const quote = await address('安置房交付4124套')
  await assert.rejects(hurried.photograph(quote, 'zh'), ReportError)
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
  assert.equal(reasons.filter((reason) => reason instanceof BusyError).length, 4)
})
