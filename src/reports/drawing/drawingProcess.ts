import { type BoundedProcess, boundedProcess } from '../boundedProcess.ts'
import type { ReadLimits } from '../manuscript.ts'
import type { Card } from './card.ts'
import type { MarkedPage, Picture } from './composition.ts'
import type { DrawableFile, DrawingRequest } from './drawingProcessMain.ts'

/**
 * A process of its own that draws pages of reports, one at a time. It starts with the first request, ends when nothing was asked
 * of it for some minutes, and starts again. All its functions throw a ReportError for a file that cannot be drawn within the
 * limits, and ChangedWhileReading for one that is not the indexed one any more.
 */
export interface DrawingProcess {
  /** Draws a page, counted from 1. */
  page(file: DrawableFile, page: number): Promise<Picture>
  /** Cuts a stretch out of a page's picture and draws the marks on it. @param file for faults */
  photograph(picture: Picture, marked: MarkedPage, file: string): Promise<Picture>
  card(card: Card, file: string): Promise<Picture>
  /** Tells whether this machine has a font with Chinese characters, which cards need. */
  hasChineseFont(): Promise<boolean>
  /** Ends the process for good; requests under way, and all later ones, reject. */
  close(): void
}

/** The process ends after this time without a request. */
const idleMs = 300_000

/** @param limits the bounds of one page */
export function startDrawingProcess(limits: ReadLimits): DrawingProcess {
  const program = new URL('./drawingProcessMain.ts', import.meta.url)
  const process: BoundedProcess<DrawingRequest, Picture | boolean> = boundedProcess(program, limits)
  let idle: NodeJS.Timeout | undefined
  let underWay = 0
  const run = async <T extends Picture | boolean>(request: DrawingRequest, file: string): Promise<T> => {
    clearTimeout(idle)
    underWay++
    try {
      return (await process.run(request, file)) as T
    } finally {
      if (--underWay === 0) idle = setTimeout(process.end, idleMs).unref()
    }
  }
  return {
    page: (file, page) => run({ kind: 'page', file, page, limits }, file.file),
    photograph: (picture, marked, file) => run({ kind: 'photograph', picture, marked }, file),
    card: (card, file) => run({ kind: 'card', card }, file),
    hasChineseFont: () => run({ kind: 'font' }, ''),
    close() {
      clearTimeout(idle)
      process.close()
    },
  }
}
