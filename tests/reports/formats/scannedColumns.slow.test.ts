import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { readImage } from '../../../src/reports/formats/image.ts'
import { defaultLimits } from '../../../src/reports/manuscript.ts'
import { distance, paragraphsOf } from '../../fixtures/accuracy.ts'
import { columnPages } from '../../fixtures/columnPages.ts'
import { pictureOf } from '../../fixtures/documents.ts'

const dpi = 200
/** Below the columns, in points. */
const margin = 62

const closed = (text: string) => text.normalize('NFKC').replaceAll(/\s/gu, '')

/** Columns of Chinese text, whose lines a narrow gutter hardly parts. The pages are low, as OCR takes long. */
const pages = [
  { seed: 9401, columns: 2, gutter: 0.8, bottom: 600 },
  { seed: 9402, columns: 3, gutter: 1, bottom: 560 },
] as const

for (const make of pages) {
  test(`a scan of ${make.columns} columns ${make.gutter} em apart is read one column after the other`, async (context) => {
    const printed = await columnPages({ ...make, kind: 'plain', script: 'Chinese', isJustified: true })
    const page = sharp(await pictureOf(printed.bytes, 1, dpi))
    const { width } = await page.metadata()
    const height = Math.round(((make.bottom + margin) * dpi) / 72)
    const picture = await page.extract({ left: 0, top: 0, width, height }).png().toBuffer()
    const limits = { ...defaultLimits, seconds: 600 }
    const read = await readImage(picture, { file: 'a.png', limits })
    const found = paragraphsOf(read).map(closed)
    // Paragraphs of later pages are not on the picture, nor is the whole of one that goes on there.
    const places = printed.paragraphs.flatMap((one) => {
      const own = closed(one)
      const at = found.findIndex((text) => distance(text, own) <= 0.1 * own.length)
      return at < 0 ? [] : [at]
    })
    context.diagnostic(`${places.length} of ${found.length} paragraphs read as they are printed`)
    assert.ok(places.length >= 0.8 * found.length)
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    )
  })
}
