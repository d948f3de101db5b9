import { bare } from '../../text/normalize.ts'
import type { FormatReader, Manuscript, ReadContext } from '../manuscript.ts'
import { isBoldName, isSignsName } from './fontNames.ts'
import { layOut, type PageOfWords } from './layout.ts'
import { type FoundPages, pageNotes } from './pageNotes.ts'
import { holdsText, isPainted } from './paintedPages.ts'
import {
  drawPage,
  operatorNumbers,
  type PdfPage as Page,
  type PdfDocument,
  pdfFault,
  withDocument,
  within,
} from './pdfDocument.ts'
import { type Drawing, drawingOf, nothingDrawn } from './pdfDrawing.ts'
import { isGarbage, isProse, type TextItem, uprightPage } from './pdfWords.ts'
import { ManuscriptWriter } from './writer.ts'

/** A page with more words is a trap. */
const maxItems = 50_000
/** The rest of a file is given up after this many broken pages in a row. */
const maxBrokenRun = 20
/** The bounds of the picture of a page that OCR reads. */
const maxScan = { dpi: 200, pixels: 12_000_000 } as const

/** Reads PDFs: their text, and by OCR the pages that are pictures. */
export const readPdf: FormatReader = (bytes, reading) =>
  withDocument(bytes, reading, (document) => readDocument(document, reading))

async function readDocument(document: PdfDocument, reading: ReadContext): Promise<Manuscript> {
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
  if (found.broken.length === total) throw pdfFault(new Error('every page is broken'), file)
  const writer = new ManuscriptWriter()
  const laidOut = layOut(pages, writer)
  const title = await titleOf(document, writer.text.slice(0, writer.pages[1]))
  const { text, lines, pages: starts } = writer
  const notes = pageNotes(found, total, document.numPages)
  return { text, lines, pages: starts, ...laidOut, stated: title === null ? {} : { title }, notes }
}

async function readPage(document: PdfDocument, page: Page, found: FoundPages, seconds: number): Promise<PageOfWords> {
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
  return drawingOf(await page.getOperatorList(), operatorNumbers, transform, Math.abs((x1 - x0) * (y1 - y0)))
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

/** Draws a page and reads the picture. */
async function readScan(document: PdfDocument, page: Page): Promise<PageOfWords> {
  const { readPicture } = await import('./ocr.ts')
  const { scale, ...picture } = await drawPage(document, page, maxScan)
  return readPicture(picture, scale)
}

/** The title of the file's properties, if the first page bears it: programs write names of files there. */
async function titleOf(document: PdfDocument, firstPage: string): Promise<string | null> {
  const properties = await document.getMetadata().catch(() => null)
  const title: unknown = (properties?.info as { Title?: unknown } | undefined)?.Title
  if (typeof title !== 'string' || bare(title) === '') return null
  return bare(firstPage).includes(bare(title)) ? title.replaceAll(/\s+/gu, ' ').trim() : null
}
