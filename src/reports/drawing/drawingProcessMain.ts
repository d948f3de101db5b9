import { createHash } from 'node:crypto'
import { ChangedWhileReading, ReportError } from '../../errors.ts'
import { type ReportFile, readReportBytes } from '../file.ts'
import type { DrawnPage } from '../formats/pageDrawing.ts'
import { formatCode } from '../formats/readers.ts'
import type { ReadLimits } from '../manuscript.ts'
import type { Original } from '../originals.ts'
import { serveRequests } from '../servedRequests.ts'
import { type Card, drawCard, hasChineseFont } from './card.ts'
import {
  compose,
  composeWithPage,
  jpegOf,
  type MarkedPage,
  type PageAndPhotograph,
  type Picture,
} from './composition.ts'

/** A file whose pages can be drawn. */
export type DrawableFile = Pick<ReportFile, 'file' | 'format' | 'contentSha256'> & Pick<Original, 'content'>

/** A message to the drawing process. */
export type DrawingRequest =
  | ({ readonly kind: 'page' } & PageOfFile)
  | ({ readonly kind: 'pageAndPhotograph'; readonly marked: MarkedPage } & PageOfFile)
  | { readonly kind: 'photograph'; readonly picture: Picture; readonly marked: MarkedPage }
  | { readonly kind: 'card'; readonly card: Card }
  | { readonly kind: 'font' }

/** The answer of the drawing process, by the kind of the request. */
export type DrawingResult = Picture | PageAndPhotograph | boolean

interface PageOfFile {
  readonly file: DrawableFile
  readonly page: number
  readonly limits: ReadLimits
}

/** The bounds of a page's picture: a page of A4 is drawn at 200 dots an inch, where type of 6 points is legible. */
const bounds = { dpi: 200, pixels: 8_000_000 } as const

/** The process that draws pages, started by `drawingProcess.ts`. */
serveRequests(
  (request: DrawingRequest) => ('file' in request ? request.file.file : ''),
  async (request): Promise<DrawingResult> => {
    if (request.kind === 'page') return jpegOf(await drawPage(request))
    if (request.kind === 'pageAndPhotograph') return composeWithPage(await drawPage(request), request.marked)
    if (request.kind === 'photograph') return compose(request.picture, request.marked)
    return request.kind === 'card' ? drawCard(request.card) : hasChineseFont()
  },
)

async function drawPage({ file, page, limits }: PageOfFile): Promise<DrawnPage> {
  const draw = await formatCode[file.format].loadDrawer?.()
  if (!draw) throw notDrawn(file.file)
  const bytes = await readIndexed(file, limits.bytes)
  return draw(bytes, { file: file.file, page, bounds, limits })
}

/** Reads a file whose content must be the indexed one. */
async function readIndexed({ content, file, contentSha256 }: DrawableFile, maxBytes: number): Promise<Uint8Array> {
  const bytes = typeof content === 'string' ? await readReportBytes(content, file, maxBytes) : content
  if (createHash('sha256').update(bytes).digest('hex') !== contentSha256) throw new ChangedWhileReading(file)
  return bytes
}

function notDrawn(file: string): ReportError {
  return new ReportError({
    zh: `${file}:这种格式的页面画不出来。请打开原件查看。`,
    en: `${file}: pages of this format cannot be drawn. Open the original instead.`,
  })
}
