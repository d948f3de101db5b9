import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import sharp from 'sharp'
import type { QuoteInReport } from '../../src/answer/answerer.ts'
import { ReportError } from '../../src/errors.ts'
import { createPhotographer, maxWaiting, type Photographer, QueueFullError } from '../../src/photograph/photographer.ts'
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

/** One PDF under several names is several reports where some bytes behind its end differ. */
const named = (name: string, bytes: Uint8Array) => Buffer.concat([bytes, Buffer.from(`\n% ${name}`)])

const ofdText = townReport.slice(0, 4)

let staged: ReturnType<typeof makeStage> | undefined

/** The files of all tests, of which each changes its own at most, and a photographer of them with the fixtures' font. */
function stage() {
  staged ??= makeStage()
  return staged
}

const cleaning: (() => Promise<void>)[] = []
after(async () => {
  for (const clean of cleaning.reverse()) await clean()
})

async function makeStage() {
  const context = { after: (clean: () => Promise<void>) => void cleaning.push(clean) }
  await useFonts(context)
  const [columns, two, three] = await Promise.all([twoColumns(), singleColumn(), singleColumn({ pages: 3 })])
  const files = {
    'changing.pdf': named('changing', columns.bytes),
    'once.pdf': named('once', columns.bytes),
    'hostile.pdf': named('hostile', columns.bytes),
    '全年.zip': archiveOf({ 'a.pdf': columns.bytes }),
    'two.pdf': two.bytes,
    'unplaced.pdf': named('unplaced', two.bytes),
    'three.pdf': three.bytes,
    'drawn.ofd': await ofdOf({ pages: [column(ofdText).content] }),
    'text.txt': spring,
  }
  const { answerer, originals, places } = await answererOver(context, files, fakeEmbedder())
  /** The files that were opened to be drawn, in order. */
  const opened: string[] = []
  const photographer = createPhotographer({
    answerer: {
      async indexedFile(id) {
        const file = await answerer.indexedFile(id)
        return file && id === 'unplaced' ? { ...file, places: null } : file
      },
    },
    originals: {
      find(file) {
        opened.push(file)
        return originals.find(file)
      },
    },
    limits: patientLimits,
  })
  const kindsAtFirst = kindsOf(photographer)
  cleaning.push(async () => photographer.close())
  /** The quote of the passage of a file that holds some words, which are marked. */
  const quote = async (file: string, words: string): Promise<QuoteInReport> => {
    const report = await reportOf(file)
    const { index } = answerer
    const passages = await index.passages([...Array(index.size).keys()])
    const passage = passages.find(({ text, report: id }) => id === report.id && text.includes(words))
    assert.ok(passage, words)
    const at = passage.text.indexOf(words)
    return (await answerer.locate(passage.id, { highlights: [[at, at + words.length]], figures: [] }))!
  }
  const reportOf = async (file: string) =>
    (await answerer.report(answerer.reports.find((report) => report.file === file)!.id))!
  return { answerer, originals, places, photographer, kindsAtFirst, opened, quote, reportOf }
}

const kindsOf = ({ kindOf }: Photographer) => (['text', 'ofd', 'pdf'] as const).map(kindOf)

/** The share of a picture's pixels that are near a colour. */
async function shareOf(bytes: Uint8Array, [r, g, b]: readonly [number, number, number]): Promise<number> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  let count = 0
  for (let i = 0; i < data.length; i += 3)
    if (Math.abs(data[i]! - r) + Math.abs(data[i + 1]! - g) + Math.abs(data[i + 2]! - b) < 90) count++
  return count / (info.width * info.height)
}

test('a quote of a PDF is shown on its page, framed and marked, drawn once, until the file changes', async () => {
  const { photographer, places, quote } = await stage()
  assert.equal(photographer.kindOf('pdf'), 'page')
  const placed = await quote('changing.pdf', '安置房交付4124套')
  const photograph = await photographer.photograph(placed, 'zh')
  assert.ok(photograph)
  const { page, pages, linePx, source, width, height } = photograph
  assert.deepEqual([page, pages, source.file], [1, [1], 'changing.pdf'])
  assert.ok(linePx! > 20 && linePx! < 50, `${linePx}`)
  // A column, not the page: 1654 by 2339 pixels.
  assert.ok(width < 1000 && height < 800, `${width} × ${height}`)
  assert.deepEqual((await sharp(photograph.bytes).metadata()).format, 'jpeg')
  assert.ok((await shareOf(photograph.bytes, [201, 42, 42])) > 0.003, 'the frame')
  assert.ok((await shareOf(photograph.bytes, [255, 224, 102])) > 0.005, 'the marker')
  assert.equal((await photographer.photograph(placed, 'zh'))!.bytes, photograph.bytes, 'the kept picture')
  await put(places.reports, { 'changing.pdf': (await singleColumn()).bytes })
  assert.equal(await photographer.photograph(placed, 'zh'), null)
})

test('a page is drawn once for itself and for the photographs on it, whichever are asked for at once', async () => {
  const { photographer, opened, quote, reportOf } = await stage()
  const quotes = [await quote('once.pdf', '安置房交付4124套'), await quote('once.pdf', '涉及32个自然村')]
  const [first, second] = await Promise.all(quotes.map((one) => photographer.photograph(one, 'zh')))
  assert.notDeepEqual(first!.bytes, second!.bytes)
  assert.equal((await photographer.page(await reportOf('once.pdf'), first!.page!))!.width, 1653)
  assert.deepEqual(
    opened.filter((file) => file === 'once.pdf'),
    ['once.pdf'],
  )
})

test('a quote of a PDF in an archive is shown on its page', async () => {
  const { photographer, quote } = await stage()
  const photograph = await photographer.photograph(await quote('全年.zip/a.pdf', '安置房交付4124套'), 'zh')
  assert.deepEqual([photograph?.page, photograph?.source.file], [1, '全年.zip/a.pdf'])
})

test('a picture that is a page is shown, and none beyond the last page', async () => {
  const { photographer, reportOf } = await stage()
  const report = await reportOf('two.pdf')
  const second = await photographer.page(report, 2)
  assert.deepEqual([second!.width, second!.height], [1653, 2338])
  for (const beyond of [0, 99]) assert.equal(await photographer.page(report, beyond), null)
})

test('where no font has Chinese characters there are no cards, and where one has they show the paragraph', async (context) => {
  const { answerer, originals, photographer, kindsAtFirst, quote } = await stage()
  const placed = await quote('text.txt', '新建公园三座')
  assert.deepEqual(kindsAtFirst, [null, null, 'page'], 'before a font is looked for')
  assert.equal(await photographer.findFont(), true)
  assert.deepEqual(kindsOf(photographer), ['card', 'page', 'page'])
  const card = (await photographer.photograph(placed, 'zh'))!
  assert.deepEqual([card.page, card.width], [null, 1080])
  assert.ok((await shareOf(card.bytes, [255, 229, 138])) > 0.003, 'the marker')

  await useFonts(context, fixtureFonts.replace(/[^/\\]+$/u, 'nothing'))
  const without = createPhotographer({ answerer, originals, limits: patientLimits })
  context.after(() => without.close())
  assert.deepEqual(kindsOf(without), [null, null, 'page'], 'before a font is looked for')
  assert.equal(await without.findFont(), false)
  assert.deepEqual(kindsOf(without), [null, null, 'page'])
  assert.equal(await without.photograph(placed, 'zh'), null)
})

test('a page of OFD is drawn with the letters at the places of its words, and a quote of it is framed', async () => {
  const { photographer, answerer, quote, reportOf } = await stage()
  assert.equal(await photographer.findFont(), true)
  const report = await reportOf('drawn.ofd')
  const picture = (await photographer.page(report, 1))!
  const { data, info } = await sharp(picture.bytes).greyscale().raw().toBuffer({ resolveWithObject: true })
  const boxes = (await answerer.indexedFile(report.id))!.places!.words.map(({ left, top, right, bottom }) => ({
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

  const words = ofdText[1]!.slice(4, 16)
  const photograph = (await photographer.photograph(await quote('drawn.ofd', words), 'zh'))!
  assert.deepEqual([photograph.page, photograph.source.file], [1, 'drawn.ofd'])
  assert.ok((await shareOf(photograph.bytes, [201, 42, 42])) > 0.003, 'the frame')
  assert.ok((await shareOf(photograph.bytes, [255, 224, 102])) > 0.005, 'the marker')
})

test('a hostile file ends in a fault within its limits', async (context) => {
  const { answerer, originals, quote } = await stage()
  const hurried = createPhotographer({ answerer, originals, limits: { ...patientLimits, seconds: 0.01 } })
  context.after(() => hurried.close())
  await assert.rejects(hurried.photograph(await quote('hostile.pdf', '安置房交付4124套'), 'zh'), ReportError)
})

test('too many who wait are sent away', async (context) => {
  const { answerer, originals, reportOf } = await stage()
  const report = await reportOf('hostile.pdf')
  const file = await answerer.indexedFile(report.id)
  const many = { ...file!, places: { ...file!.places!, pages: Array(40).fill(file!.places!.pages[0]) } }
  const crowded = createPhotographer({
    answerer: { ...answerer, indexedFile: async () => many },
    originals,
    limits: patientLimits,
  })
  context.after(() => crowded.close())
  const asked = Array.from({ length: 20 }, (_, i) => crowded.page(report, i + 1))
  const ended = Promise.allSettled(asked)
  await assert.rejects(asked.at(-1)!, QueueFullError)
  // Nobody needs the pages that the others wait for.
  crowded.close()
  const reasons = (await ended).map((one) => (one.status === 'rejected' ? one.reason : null))
  assert.equal(reasons.filter((reason) => reason instanceof QueueFullError).length, 20 - maxWaiting)
})

test('a page that nothing states is the first', async () => {
  const { photographer, quote } = await stage()
  const placed = await quote('unplaced.pdf', '安置房交付4124套')
  const source = { ...placed.quote.source, page: null }
  const photograph = await photographer.photograph({ ...placed, quote: { ...placed.quote, source } }, 'zh')
  assert.deepEqual([photograph?.page, photograph?.width], [1, 1653])
  const report = { ...placed.report, pages: [] }
  assert.ok(await photographer.page(report, 1))
  assert.equal(await photographer.page(report, 2), null)
})

test('a closed photographer starts no process again, neither for pictures under way nor for later ones', async (context) => {
  const { answerer, originals, reportOf } = await stage()
  const photographer = createPhotographer({ answerer, originals, limits: patientLimits })
  context.after(() => photographer.close())
  const report = await reportOf('three.pdf')
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
