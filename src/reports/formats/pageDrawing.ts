import type { ReadLimits } from '../manuscript.ts'

/** A page as its file shows it, in pixels row by row: red, green, blue, opacity. */
export interface DrawnPage {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

/** The bounds of a page's picture. A page that would be larger is drawn smaller. */
export interface PictureBounds {
  /** The resolution of a page whose lengths are in points. */
  readonly dpi: number
  readonly pixels: number
}

/** The page that is asked for, and the bounds that its drawing keeps. */
interface DrawingContext {
  /** The file's path as people know it, for faults. */
  readonly file: string
  /** Counted from 1. */
  readonly page: number
  readonly bounds: PictureBounds
  readonly limits: ReadLimits
}

/**
 * Draws one page of one format, at the size and turn that `WordPlaces` states for it.
 * @throws ReportError when the bytes are not of that format, damaged, locked or beyond the limits, or have no such page
 */
export type PageDrawer = (bytes: Uint8Array, context: DrawingContext) => Promise<DrawnPage>
