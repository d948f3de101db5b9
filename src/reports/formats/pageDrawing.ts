import type { ReadLimits } from '../manuscript.ts'

/** A page as its file shows it, in pixels row by row: red, green, blue, opacity. */
export interface DrawnPage {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

/** The bounds of a page's picture. A page that would have more pixels is drawn smaller. */
export interface PictureBounds {
  /** The dots an inch of a page whose lengths are in points; pictures keep their own pixels. */
  readonly dpi: number
  readonly pixels: number
}

/** The page to be drawn, and the bounds of its picture. */
interface DrawingContext {
  /** The file's path as people know it, for faults. */
  readonly file: string
  /** The page's number, from 1. */
  readonly page: number
  readonly bounds: PictureBounds
  readonly limits: ReadLimits
}

/**
 * Draws one page of one format, at the size and turn that `WordPlaces` states for it.
 * @throws ReportError when the bytes are not of that format, damaged, locked or beyond the limits, or have no such page
 */
export type PageDrawer = (bytes: Uint8Array, context: DrawingContext) => Promise<DrawnPage>
