import { boundedProcess } from '../boundedProcess.ts'
import type { ReadLimits } from '../manuscript.ts'
import type { Card } from './card.ts'
import type { MarkedPage, PageAndPhotograph, Picture } from './composition.ts'
import type { DrawableFile, DrawingRequest, DrawingResult } from './drawingProcessMain.ts'

/**
 * A process of its own that draws pages of reports, one at a time. It starts with the first request, ends when nothing was asked
 * of it for some minutes, and starts again. All its functions throw a ReportError for a file that cannot be drawn within the
 * limits, and ChangedWhileReading for one that is not the indexed one any more.
 */
export interface DrawingProcess {
  /** Draws a page, counted from 1. */
  page(file: DrawableFile, page: number): Promise<Picture>
  /** Draws a page, and makes the photograph on it while the page is encoded. */
  pageAndPhotograph(file: DrawableFile, page: number, marked: MarkedPage): Promise<PageAndPhotograph>
  /** Cuts a stretch out of a page's picture and draws the marks on it. @param file for faults */
  photograph(picture: Picture, marked: MarkedPage, file: string): Promise<Picture>
  card(card: Card, file: string): Promise<Picture>
  /** Tells whether this machine has a font with Chinese characters, which cards need. */
  hasChineseFont(): Promise<boolean>
  /** Ends the process for good; requests that run, wait or come later are rejected. */
  close(): void
}

/** The process ends after this time without a request. */
const idleMs = 300_000

/** @param limits the bounds of one page */
export function startDrawingProcess(limits: ReadLimits): DrawingProcess {
  const program = new URL('./drawingProcessMain.ts', import.meta.url)
  const process = boundedProcess<DrawingRequest, DrawingResult>(program, limits, idleMs)
  const run = async <T extends DrawingResult>(request: DrawingRequest, file: string): Promise<T> =>
    (await process.run(request, file)) as T
  return {
    page: (file, page) => run({ kind: 'page', file, page, limits }, file.file),
    pageAndPhotograph: (file, page, marked) =>
      run({ kind: 'pageAndPhotograph', file, page, limits, marked }, file.file),
    photograph: (picture, marked, file) => run({ kind: 'photograph', picture, marked }, file),
    card: (card, file) => run({ kind: 'card', card }, file),
    hasChineseFont: () => run({ kind: 'font' }, ''),
    close: process.close,
  }
}
