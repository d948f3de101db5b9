import type { IndexedFile, QuoteInReport, ReportAnswerer } from '../answer/answerer.ts'
import type { Locale } from '../answer/locale.ts'
import type { Source } from '../answer/types.ts'
import { UserError } from '../errors.ts'
import { LruMap } from '../lru.ts'
import type { Picture } from '../reports/drawing/composition.ts'
import { startDrawingProcess } from '../reports/drawing/drawingProcess.ts'
import type { DrawableFile } from '../reports/drawing/drawingProcessMain.ts'
import type { Format } from '../reports/formats/formats.ts'
import { formatCode } from '../reports/formats/readers.ts'
import type { ReadLimits } from '../reports/manuscript.ts'
import type { Originals } from '../reports/originals.ts'
import { countPages } from '../reports/pages.ts'
import type { Report } from '../reports/types.ts'
import { cardOf } from './card.ts'
import { type FramedPage, frameQuote } from './framing.ts'

/** `page`: the page of the file; `card`: the paragraph typeset anew, for formats whose pages are not drawn. */
export type PhotographKind = 'page' | 'card'

/** A picture of a quote in its report. */
export interface Photograph extends Picture {
  /** The page that is shown, counted from 1; null for a card. */
  readonly page: number | null
  /** The pages on which words of the quote stand; empty for a card, and where no place of a word is known. */
  readonly pages: readonly number[]
  /** The usual height of the quote's lines, in pixels; null where it is not known. */
  readonly linePx: number | null
  readonly source: Source
  readonly contentSha256: string
}

/** Takes photographs of quotes, and pictures of pages, in a process of its own. Pictures are kept, so that a page is drawn once. */
export interface Photographer {
  /** The kind of photograph that quotes from files of a format have; null for none, as no font for cards is known on this machine. */
  kindOf(format: Format): PhotographKind | null
  /**
   * Photographs a quote with its marks. Null when the file changed or vanished after indexing, and for formats of which there is
   * no photograph.
   * @param locale the language of a card's own words
   * @throws ReportError for a file that cannot be drawn within the limits, ChangedWhileReading for one that changed meanwhile
   * @throws QueueFullError when too many pictures are waited for
   */
  photograph(quote: QuoteInReport, locale: Locale): Promise<Photograph | null>
  /**
   * Draws a page, counted from 1. Null for a page that the file does not have, and null and errors as of `photograph`; there is
   * no card in a page's place.
   */
  page(report: Report, page: number): Promise<Picture | null>
  /** Looks for a font with Chinese characters, without which there are no cards; null when the photographer is closed meanwhile. */
  findFont(): Promise<boolean | null>
  /** Ends the process for good: pictures that are waited for, and all later ones, reject. */
  close(): void
}

export interface PhotographerDependencies {
  readonly answerer: Pick<ReportAnswerer, 'indexedFile'>
  readonly originals: Pick<Originals, 'find'>
  readonly limits: ReadLimits
}

/** Thrown where too many pictures are waited for. The asker mends it by asking again later. */
export class QueueFullError extends UserError {
  override readonly name = 'QueueFullError'

  constructor() {
    super({
      zh: '正在绘制的页面太多,请稍候再试。',
      en: 'Too many pages are being drawn; try again in a moment.',
    })
  }
}

/** The kept pictures take this many bytes together: some hundred pages. */
const maxKeptBytes = 64 * 1024 * 1024
/** The most pictures that are under way or waited for at once. */
export const maxWaiting = 16

/** The name of a page's picture, counted from 1. */
const pageName = ({ contentSha256 }: IndexedFile, page: number) => `${contentSha256} ${page}`

/** The process that draws starts with the first picture. */
export function createPhotographer(dependencies: PhotographerDependencies): Photographer {
  const { answerer, originals, limits } = dependencies
  const drawing = startDrawingProcess(limits)
  const kept = new LruMap<string, Picture>(maxKeptBytes)
  const begun = new Map<string, Promise<Picture>>()
  /** The pictures that are under way or waited for. */
  let waiting = 0
  let isClosed = false
  let hasFont = false

  /** Makes a picture unless it is kept or being made. Equal pictures have equal names. */
  const once = async (name: string, make: () => Promise<Picture>): Promise<Picture> => {
    const known = kept.get(name) ?? begun.get(name)
    if (known) return known
    if (waiting >= maxWaiting) throw new QueueFullError()
    waiting++
    try {
      return await keeping(name, make())
    } finally {
      waiting--
    }
  }

  const keeping = async (name: string, making: Promise<Picture>): Promise<Picture> => {
    begun.set(name, making)
    try {
      const picture = await making
      kept.set(name, picture, picture.bytes.length)
      return picture
    } finally {
      begun.delete(name)
    }
  }

  const drawable = async ({ file, format, contentSha256 }: IndexedFile): Promise<DrawableFile> => {
    const { content } = await originals.find(file)
    return { content, file, format, contentSha256 }
  }

  const pageOf = (indexed: IndexedFile, page: number): Promise<Picture> =>
    once(pageName(indexed, page), async () => drawing.page(await drawable(indexed), page))

  const photographOf = (indexed: IndexedFile, marked: FramedPage): Promise<Picture> =>
    once(`${indexed.contentSha256} ${JSON.stringify(marked)}`, async () => {
      const name = pageName(indexed, marked.page)
      const page = kept.get(name) ?? begun.get(name)
      if (page) return drawing.photograph(await page, marked, indexed.file)
      const both = drawable(indexed).then((file) => drawing.pageAndPhotograph(file, marked.page, marked))
      // The fault of a page that cannot be drawn is told by its photograph.
      keeping(
        name,
        both.then((made) => made.page),
      ).catch(() => {})
      return (await both).photograph
    })

  const kindOf = (format: Format): PhotographKind | null => {
    const { loadDrawer, drawsWithFonts } = formatCode[format]
    if (loadDrawer && !(drawsWithFonts && !hasFont)) return 'page'
    return hasFont ? 'card' : null
  }

  const cardFor = async (placed: QuoteInReport, { file, contentSha256 }: IndexedFile, locale: Locale) => {
    const card = cardOf(placed, contentSha256, locale)
    const picture = await once(JSON.stringify(card), () => drawing.card(card, file))
    return { ...picture, page: null, pages: [], linePx: null, source: placed.quote.source, contentSha256 }
  }

  const framedPage = async (placed: QuoteInReport, indexed: IndexedFile): Promise<Photograph> => {
    const { contentSha256, places } = indexed
    const { source } = placed.quote
    const marked = places && frameQuote(placed, places)
    // Words without a place on any page are shown by their page alone, and a file that states no pages is one page.
    const page = marked?.page ?? source.page ?? 1
    if (!marked) return { ...(await pageOf(indexed, page)), page, pages: [], linePx: null, source, contentSha256 }
    const { pages, lineHeight, crop } = marked
    const picture = await photographOf(indexed, marked)
    const linePx = (lineHeight / (crop.bottom - crop.top)) * picture.height
    return { ...picture, page, pages, linePx, source, contentSha256 }
  }

  return {
    kindOf,
    async photograph(placed, locale) {
      const indexed = await answerer.indexedFile(placed.report.id)
      const kind = indexed && kindOf(indexed.format)
      if (!kind) return null
      return kind === 'page' ? framedPage(placed, indexed) : cardFor(placed, indexed, locale)
    },
    async page(report, page) {
      const indexed = await answerer.indexedFile(report.id)
      if (!indexed || kindOf(indexed.format) !== 'page') return null
      if (page < 1 || page > countPages(report, indexed.places)) return null
      return pageOf(indexed, page)
    },
    async findFont() {
      try {
        hasFont = await drawing.hasChineseFont()
      } catch (error) {
        if (!isClosed) throw error
        return null
      }
      return hasFont
    },
    close() {
      isClosed = true
      drawing.close()
    },
  }
}
