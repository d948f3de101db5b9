import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import sharp from 'sharp'
import { ReportError } from '../../../src/errors.ts'
import { readImage } from '../../../src/reports/formats/image.ts'
import { defaultLimits, type Manuscript } from '../../../src/reports/manuscript.ts'
import { errorRate, headlinesOf, paragraphsOf } from '../../fixtures/accuracy.ts'
import { newspaper, pictureOf, type Sample, stories } from '../../fixtures/documents.ts'

const read = (bytes: Uint8Array, limits = {}): Promise<Manuscript> =>
  readImage(bytes, { file: 'a.png', limits: { ...defaultLimits, ...limits } })

let sample: Sample
let clean: Buffer
/** The page's second story, down the third column, without its last paragraph. */
let clipping: Buffer
const clipped = stories[1]!.paragraphs.slice(0, 2)
before(async () => {
  sample = await newspaper()
  const dpi = 200
  clean = await pictureOf(sample.bytes, 1, dpi)
  const [left = 0, top = 0, width = 0, height = 0] = [380, 55, 180, 212].map((points) =>
    Math.round((points * dpi) / 72),
  )
  clipping = await sharp(clean).extract({ left, top, width, height }).png().toBuffer()
})

/** The share of a manuscript's characters that stand in doubtful ranges. */
const doubt = ({ doubtful, text }: Manuscript) =>
  doubtful.reduce((sum, [start, end]) => sum + end - start, 0) / text.length

test('a clean print of a newspaper page is read story by story, hardly any of it with doubt', async (context) => {
  const started = performance.now()
  const manuscript = await read(clean)
  context.diagnostic(`${((performance.now() - started) / 1000).toFixed(1)} s a page`)
  assert.ok(errorRate(context, 'picture, clean print', manuscript, sample.paragraphs) <= 0.03)
  assert.equal(paragraphsOf(manuscript).length, sample.paragraphs.length)
  assert.deepEqual(headlinesOf(manuscript), sample.headlines)
  assert.ok(doubt(manuscript) < 0.05)
  assert.match(manuscript.notes[0]!.en, /OCR/u)
})

test('pictures that are crooked, on their side or on their head are straightened and turned', async (context) => {
  const crooked = (degrees: number) => sharp(clipping).rotate(degrees, { background: 'white' }).jpeg().toBuffer()
  const pictures = {
    'turned by 1.3 degrees': await crooked(1.3),
    'upside down, told by what it shows': await sharp(clipping).rotate(180).webp().toBuffer(),
    'on its side, told by the file, and turned by -2 degrees': await sharp(await crooked(-2))
      .rotate(90)
      .withMetadata({ orientation: 8 })
      .jpeg()
      .toBuffer(),
  }
  for (const [kind, bytes] of Object.entries(pictures))
    assert.ok(errorRate(context, `picture ${kind}`, await read(bytes), clipped) <= 0.03)
})

test('what a blurred picture shows is read with doubt', async (context) => {
  const manuscript = await read(await sharp(clipping).blur(3.2).png().toBuffer())
  const rate = errorRate(context, 'picture, hardly legible', manuscript, clipped)
  context.diagnostic(`doubtful: ${(doubt(manuscript) * 100).toFixed(0)} % of the text`)
  assert.ok(rate < 0.05 || doubt(manuscript) > 0.5)
  for (const [start, end] of manuscript.doubtful) {
    const line = manuscript.lines.find(({ range }) => range[0] === start)
    assert.deepEqual(line?.range, [start, end])
  }
})

test('every page of a TIFF is read, as far as allowed', async () => {
  const part = { left: 80, top: 80, width: 500, height: 60 }
  const pages = await Promise.all(
    [160, 1530].map((top) =>
      sharp(clean)
        .extract({ ...part, left: 140, top, width: 900, height: 130 })
        .toBuffer(),
    ),
  )
  const tiff = await sharp(pages, { join: { animated: true } })
    .tiff()
    .toBuffer()
  const manuscript = await read(tiff)
  assert.equal(manuscript.pages.length, 2)
  assert.ok(manuscript.text.indexOf('全力打造') < manuscript.pages[1]!)
  assert.ok(manuscript.text.indexOf('生态优势') >= manuscript.pages[1]!)
  const short = await read(tiff, { pages: 1 })
  assert.equal(short.pages.length, 1)
  assert.match(short.notes.at(-1)!.en, /only the first 1/u)
})

test('a picture without words has none', async () => {
  const blank = await sharp({ create: { width: 300, height: 300, channels: 3, background: 'white' } })
    .png()
    .toBuffer()
  assert.equal((await read(blank)).text, '')
})

test('what is no picture, damaged or too large is refused', async () => {
  const large = await sharp({ create: { width: 16_000, height: 8_000, channels: 3, background: 'white' } })
    .png({ compressionLevel: 1 })
    .toBuffer()
  for (const bytes of [new Uint8Array(), new TextEncoder().encode('BM no picture'), clean.subarray(0, 5000), large]) {
    await assert.rejects(read(bytes), ReportError)
  }
})
