import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getDocument, OPS, type PDFPageProxy as Page, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { ReportError } from '../../errors.ts'
import { bare } from '../../text/normalize.ts'
import type { FormatReader, Manuscript, ReadContext } from '../manuscript.ts'
import { isBoldName, isSignsName } from './fontNames.ts'
import { layOut, type PageOfWords } from './layout.ts'
import { type FoundPages, pageNotes } from './pageNotes.ts'
import { holdsText, isPainted } from './paintedPages.ts'
import { type Drawing, drawingOf, nothingDrawn } from './pdfDrawing.ts'
import { isGarbage, isProse, type TextItem, uprightPage } from './pdfWords.ts'
import { ManuscriptWriter } from './writer.ts'

/** The bounds of one page; a page beyond them is a trap. */
const maxItems = 50_000
const maxPixels = 12_000_000
const maxImagePixels = 64_000_000
const scanDpi = 200
/** The rest of a file is given up after this many broken pages in a row. */
const maxBrokenRun = 20

/** Reads PDFs: their text, and by OCR the pages that are pictures. */
export const readPdf: FormatReader = async (bytes, reading) => {
  const packageFolder = dirname(dirname(dirname(fileURLToPath(import.meta.resolve('pdfjs-dist/legacy/build/pdf.mjs')))))
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
    return await readDocument(await within(task.promise, reading.limits.seconds), reading)
  } catch (error) {
    if (error instanceof ReportError) throw error
    throw faultOf(error, reading.file)
  } finally {
    await task.destroy().catch(() => {})
  }
}

async function readDocument(document: PDFDocumentProxy, reading: ReadContext): Promise<Manuscript> {
  const { limits, file } = reading
  const total = Math.min(document.numPages, limits.pages)
  const pages: PageOfWords[] = []
  const found: FoundPages = { scanned: [], broken: [], crowded: [], unread: [] }
  let brokenRun = 0
  for (let number = 1; number <= total; number++) {
    try {
      if (brokenRun >= maxBrokenRun) throw new Error('too many broken pages before this one')
      const page = await within(document.getPage(number), limits.seconds)
      try {
        pages.push(await readPage(document, page, found, limits.seconds))
      } finally {
        page.cleanup()
      }
      brokenRun = 0
    } catch {
      found.broken.push(number)
      brokenRun++
      pages.push({ width: 1, height: 1, words: [] })
    }
    reading.onPage?.(number, total)
  }
  if (found.broken.length === total) throw faultOf(new Error('every page is broken'), file)
  const writer = new ManuscriptWriter()
  const laidOut = layOut(pages, writer)
  const title = await titleOf(document, writer.text.slice(0, writer.pages[1]))
  const { text, lines, pages: starts } = writer
  const notes = pageNotes(found, total, document.numPages)
  return { text, lines, pages: starts, ...laidOut, stated: title === null ? {} : { title }, notes }
}

async function readPage(
  document: PDFDocumentProxy,
  page: Page,
  found: FoundPages,
  seconds: number,
): Promise<PageOfWords> {
  const { items, isWhole, vertical } = await within(readItems(page), seconds)
  if (!isWhole) found.crowded.push(page.pageNumber)
  const viewport = page.getViewport({ scale: 1 })
  const text = items.map((item) => item.str).join('')
  const names = [...new Set(items.map((item) => item.fontName))]
  // Following a page's drawing takes as long as reading its words, and tells nothing of prose in one font.
  const isPlain = names.length === 1 && holdsText(text) && isProse(items)
  const drawing = isPlain ? nothingDrawn : await within(readDrawing(page, viewport.transform), seconds)
  if (isGarbage(text) || isPainted(text, drawing)) {
    const scanned = await within(readScan(document, page), seconds)
    if (scanned.words.length > 0) {
      found.scanned.push(page.pageNumber)
      return scanned
    }
    found.unread.push(page.pageNumber)
  }
  // Fonts are known only after the page's drawing was read.
  const fonts = names.map((name) => [name, fontOf(page, name)] as const)
  const bold = new Map(fonts.map(([name, font]) => [name, isBold(font)]))
  const signs = new Set(fonts.flatMap(([name, font]) => (isSignsName(font.name ?? '') ? [name] : [])))
  return uprightPage(items, { viewport, vertical, bold, signs, rulings: drawing.rulings })
}

async function readDrawing(page: Page, transform: readonly number[]): Promise<Drawing> {
  const [x0, y0, x1, y1] = page.view as [number, number, number, number]
  return drawingOf(await page.getOperatorList(), OPS, transform, Math.abs((x1 - x0) * (y1 - y0)))
}

interface Font {
  readonly name?: string
  readonly bold?: boolean
  readonly black?: boolean
}

function fontOf(page: Page, name: string): Font {
  return page.commonObjs.has(name) ? page.commonObjs.get(name) : {}
}

function isBold({ name = '', bold, black }: Font): boolean {
  return bold === true || black === true || isBoldName(name)
}

async function readItems(page: Page): Promise<{ items: TextItem[]; isWhole: boolean; vertical: Set<string> }> {
  const items: TextItem[] = []
  const vertical = new Set<string>()
  const reader = page.streamTextContent().getReader()
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return { items, isWhole: true, vertical }
    for (const item of value.items) if ('str' in item && item.str.trim() !== '') items.push(item)
    for (const [name, style] of Object.entries<{ vertical: boolean }>(value.styles)) {
      if (style.vertical) vertical.add(name)
    }
    if (items.length > maxItems) {
      await reader.cancel(new Error('too many words on one page'))
      return { items: items.slice(0, maxItems), isWhole: false, vertical }
    }
  }
}

/** The properties that are used of pdf.js's own canvas factory in Node. */
interface CanvasFactory {
  create(width: number, height: number): { readonly canvas: never; readonly context: CanvasContext }
  destroy(canvasAndContext: ReturnType<CanvasFactory['create']>): void
}

interface CanvasContext {
  getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray }
}

/** Draws a page and reads the picture. */
async function readScan(document: PDFDocumentProxy, page: Page): Promise<PageOfWords> {
  const { readPicture } = await import('./ocr.ts')
  const natural = page.getViewport({ scale: 1 })
  const scale = Math.min(scanDpi / 72, Math.sqrt(maxPixels / (natural.width * natural.height)))
  const viewport = page.getViewport({ scale })
  const width = Math.min(Math.max(1, Math.floor(viewport.width)), maxPixels)
  const height = Math.min(Math.max(1, Math.floor(viewport.height)), Math.floor(maxPixels / width))
  const factory = document.canvasFactory as CanvasFactory
  const drawn = factory.create(width, height)
  try {
    await page.render({ canvas: drawn.canvas, viewport }).promise
    const { data } = drawn.context.getImageData(0, 0, width, height)
    return await readPicture({ data: new Uint8Array(data.buffer, data.byteOffset, data.length), width, height }, scale)
  } finally {
    factory.destroy(drawn)
  }
}

/** The title of the file's properties, if the first page bears it: programs write names of files there. */
async function titleOf(document: PDFDocumentProxy, firstPage: string): Promise<string | null> {
  const properties = await document.getMetadata().catch(() => null)
  const title: unknown = (properties?.info as { Title?: unknown } | undefined)?.Title
  if (typeof title !== 'string' || bare(title) === '') return null
  return bare(firstPage).includes(bare(title)) ? title.replaceAll(/\s+/gu, ' ').trim() : null
}

function faultOf(cause: unknown, file: string): ReportError {
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
async function within<T>(promise: Promise<T>, seconds: number): Promise<T> {
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
