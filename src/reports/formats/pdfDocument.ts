import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getDocument, OPS, type PDFDocumentProxy, type PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.min.mjs'
// The worker's code is found by pdf.js where it is loaded already; else pdf.js would load its long build.
import 'pdfjs-dist/legacy/build/pdf.worker.min.mjs'
import { ReportError } from '../../errors.ts'
import type { ReadContext } from '../manuscript.ts'
import type { DrawnPage, PageDrawer, PictureBounds } from './pageDrawing.ts'

export type PdfDocument = PDFDocumentProxy
export type PdfPage = PDFPageProxy

/** The numbers of pdf.js's drawing operators. */
export const operatorNumbers = OPS

/** A page's picture of more pixels is left out. */
const maxImagePixels = 64_000_000

/**
 * Opens a PDF, hands it to `use`, and closes it.
 * @throws ReportError when the bytes are no PDF, damaged or locked, or `use` fails for another reason than a ReportError
 */
export async function withDocument<T>(
  bytes: Uint8Array,
  { limits, file }: Pick<ReadContext, 'limits' | 'file'>,
  use: (document: PdfDocument) => Promise<T>,
): Promise<T> {
  const packageFolder = dirname(fileURLToPath(import.meta.resolve('pdfjs-dist/package.json')))
  const folder = (name: string) => join(packageFolder, name) + sep
  const task = getDocument({
    data: new Uint8Array(bytes),
    cMapUrl: folder('cmaps'),
    standardFontDataUrl: folder('standard_fonts'),
    wasmUrl: folder('wasm'),
    isEvalSupported: false,
    enableXfa: false,
    useSystemFonts: false,
    maxImageSize: maxImagePixels,
    verbosity: 0,
  })
  try {
    return await use(await within(task.promise, limits.seconds))
  } catch (error) {
    if (error instanceof ReportError) throw error
    throw pdfFault(error, file)
  } finally {
    await task.destroy().catch(() => {})
  }
}

/** The properties that are used of pdf.js's own canvas factory in Node. */
interface CanvasFactory {
  create(width: number, height: number): CanvasAndContext
  destroy(canvasAndContext: CanvasAndContext): void
}

interface CanvasAndContext {
  readonly canvas: never
  readonly context: {
    getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray }
  }
}

interface ScaledPage extends DrawnPage {
  /** The pixels of a point. */
  readonly scale: number
}

/** Draws a page of an open document. */
export async function drawPage(
  document: PdfDocument,
  page: PdfPage,
  { dpi, pixels }: PictureBounds,
): Promise<ScaledPage> {
  const natural = page.getViewport({ scale: 1 })
  const scale = Math.min(dpi / 72, Math.sqrt(pixels / (natural.width * natural.height)))
  const viewport = page.getViewport({ scale })
  const width = Math.min(Math.max(1, Math.floor(viewport.width)), pixels)
  const height = Math.min(Math.max(1, Math.floor(viewport.height)), Math.floor(pixels / width))
  const factory = document.canvasFactory as CanvasFactory
  const drawn = factory.create(width, height)
  try {
    await page.render({ canvas: drawn.canvas, viewport }).promise
    const { data } = drawn.context.getImageData(0, 0, width, height)
    return { data: new Uint8Array(data.buffer, data.byteOffset, data.length), width, height, scale }
  } finally {
    factory.destroy(drawn)
  }
}

/** Draws one page of a PDF. */
export const drawPdfPage: PageDrawer = (bytes, { file, page: number, bounds, limits }) =>
  withDocument(bytes, { limits, file }, async (document) => {
    const page = await within(document.getPage(number), limits.seconds)
    return within(drawPage(document, page, bounds), limits.seconds)
  })

/** The fault of a PDF that cannot be used. */
export function pdfFault(cause: unknown, file: string): ReportError {
  const isLocked = cause instanceof Error && cause.name === 'PasswordException'
  const text = isLocked
    ? {
        zh: `${file}:PDF 有密码保护,无法打开。请另存一份没有密码的文件。`,
        en: `${file}: the PDF is locked by a password. Save a copy without it.`,
      }
    : {
        zh: `${file}:PDF 已损坏或不是 PDF,无法读取。请重新导出或重新下载该文件。`,
        en: `${file}: damaged, or not a PDF. Export or download the file again.`,
      }
  return new ReportError(text, { cause })
}

/** Rejects when the promise takes longer, as a damaged file can leave pdf.js waiting forever. */
export async function within<T>(promise: Promise<T>, seconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${seconds} seconds`)), seconds * 1000)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
