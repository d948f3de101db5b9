import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readImage } from '../../../src/reports/formats/image.ts'
import { defaultLimits } from '../../../src/reports/manuscript.ts'
import { distance, paragraphsOf } from '../../fixtures/accuracy.ts'
import { columnPages } from '../../fixtures/columnPages.ts'
import { pictureOf } from '../../fixtures/documents.ts'

const closed = (text: string) => text.normalize('NFKC').replaceAll(/\s/gu, '')

/** Columns of Chinese text, whose lines a narrow gutter hardly parts. */
const pages = [
  { seed: 9401, columns: 2, gutter: 0.8 },
  { seed: 9402, columns: 3, gutter: 1 },
] as const

for (const make of pages) {
  test(`a scan of ${make.columns} columns ${make.gutter} em apart is read one column after the other`, async (context) => {
    const printed = await columnPages({ ...make, kind: 'plain', script: 'Chinese', isJustified: true })
    const limits = { ...defaultLimits, seconds: 600 }
    const read = await readImage(await pictureOf(printed.bytes), { file: 'a.png', limits })
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
