import type { PageOfWords } from './layout.ts'
import { readPicture } from './ocr.ts'
import { canvasFor } from './ofdLayers.ts'
import type { OfdPackage } from './ofdPackage.ts'
import type { OfdPage } from './ofdPage.ts'
import { painted } from './ofdPainting.ts'

const bounds = { dpi: 200, pixels: 12_000_000 } as const

/**
 * Draws the pictures and paths of a page, and reads them by OCR. Pictures that cannot be decoded are left out.
 * @throws Error where OCR fails
 */
export async function readPaintedPage(page: OfdPage, parts: OfdPackage): Promise<PageOfWords> {
  const canvas = canvasFor(page, bounds)
  const drawn = await painted(page.shapes, canvas, parts)
  if (drawn === null) return { width: page.width, height: page.height, words: [] }
  return readPicture(drawn, canvas.scale)
}
