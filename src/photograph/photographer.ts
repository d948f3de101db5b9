import type { QuoteAddress } from '../answer/address.ts'
import type { IndexedFile, QuoteInReport, ReportAnswerer } from '../answer/answerer.ts'
import type { Locale } from '../answer/locale.ts'
import type { Source } from '../answer/types.ts'
import { UserError } from '../errors.ts'
import { LruMap } from '../lru.ts'
import type { Picture } from '../reports/drawing/composition.ts'
import { startDrawingProcess } from '../reports/drawing/drawingProcess.ts'
import type { Format } from '../reports/formats/formats.ts'
import { codes } from '../reports/formats/readers.ts'
import type { ReadLimits } from '../reports/manuscript.ts'
import type { Originals } from '../reports/originals.ts'
import type { Report } from '../reports/types.ts'
import { wholePage } from '../reports/wordPlaces.ts'
import { cardOf } from './card.ts'
import { frameQuote } from './framing.ts'

/** `page`: the page of the file; `card`: the paragraph typeset anew, where a file has no pages. */
export type PhotographKind = 'page' | 'card'

/** A picture of a quote in its report. */
export interface Photograph extends Picture {
  readonly kind: PhotographKind
  /** The page that is shown, counted from 1; null for a card. */
  readonly page: number | null
  /** The pages on which words of the quote stand; empty for a card, and where no place of a word is known. */
  readonly pages: readonly number[]
  /** The usual height of the quote's lines, in pixels; null where it is not known. */
  readonly linePx: number | null
  readonly source: Source
  readonly contentSha256: string
}

/** A picture of a whole page. */
export interface PagePicture extends Picture {
  readonly contentSha256: string
}

/** Takes photographs of quotes, and pictures of pages, in a process of its own. Pictures are kept, so that a page is drawn once. */
export interface Photographer {
  /** The kind of photograph that quotes from files of a format have; null for none, as no font for cards is known on this machine. */
  kindOf(format: Format): PhotographKind | null
  /**
   * Photographs the quote of an address, with its marks. Null when no report holds its words any more, its file changed or
   * vanished after indexing, or no photograph of it can be taken.
   * @throws ReportError for a file that cannot be drawn within the limits
   * @throws BusyError when too many wait
   */
  photograph(address: QuoteAddress, locale: Locale): Promise<Photograph | null>
  /** A page, counted from 1. Null, and throws, as `photograph` does; null too for pages that nobody draws. */
  page(report: Report, page: number): Promise<PagePicture | null>
  /** Looks for a font with Chinese characters, without which cards are not offered; null where it is closed meanwhile. */
  findFont(): Promise<boolean | null>
  close(): void
}

export interface PhotographerDependencies {
  readonly answerer: Pick<ReportAnswerer, 'locate' | 'indexedFile'>
  readonly originals: Pick<Originals, 'find'>
  readonly limits: ReadLimits
}

/** Too many wait for pictures; asking again later helps. */
export class BusyError extends UserError {
  override readonly name = 'BusyError'

  constructor() {
    super({
      zh: '正在绘制的页面太多,请稍候再试。',
      en: 'Too many pages are being drawn; try again in a moment.',
    })
  }
}

/** All kept pictures together take this many bytes: some hundred pages. */
const maxKeptBytes = 64 * 1024 * 1024
const maxWaiting = 16

/** The process that draws starts with the first picture. */
export function createPhotographer(dependencies: PhotographerDependencies): Photographer {
  const { answerer, originals, limits } = dependencies
  const drawing = startDrawingProcess(limits)
  const kept = new LruMap<string, Picture>(maxKeptBytes)
  const begun = new Map<string, Promise<Picture>>()
  let isClosed = false
  let hasFont = false

  /** The picture of a name, made once. */
  const once = async (name: string, make: () => Promise<Picture>): Promise<Picture> => {
    const known = kept.get(name) ?? begun.get(name)
    if (known) return known
    if (begun.size >= maxWaiting) throw new BusyError()
    const making = make()
    begun.set(name, making)
    try {
      const picture = await making
      kept.set(name, picture, picture.bytes.length)
      return picture
    } finally {
      begun.delete(name)
    }
  }

  const pageOf = ({ file, format, contentSha256 }: IndexedFile, page: number): Promise<Picture> =>
    once(`${contentSha256} ${page}`, async () => {
      const { content } = await originals.find(file)
      return drawing.page({ content, file, format, contentSha256 }, page)
    })

  const kindOf = (format: Format): PhotographKind | null => {
    const { loadDrawer, drawsWithFonts } = codes[format]
    if (loadDrawer && !(drawsWithFonts && !hasFont)) return 'page'
    return hasFont ? 'card' : null
  }

  const cardFor = async (placed: QuoteInReport, { file, contentSha256 }: IndexedFile, locale: Locale) => {
    const card = cardOf(placed, contentSha256, locale)
    const picture = await once(JSON.stringify(card), () => drawing.card(card, file))
    return {
      ...picture,
      kind: 'card',
      page: null,
      pages: [],
      linePx: null,
      source: placed.quote.source,
      contentSha256,
    } as const
  }

  const photographOfPage = async (placed: QuoteInReport, indexed: IndexedFile): Promise<Photograph | null> => {
    const { contentSha256, places } = indexed
    const marked = places && frameQuote(placed, places)
    const page = marked?.page ?? placed.quote.source.page
    if (page === null) return null
    const whole = { kind: 'page', page, source: placed.quote.source, contentSha256 } as const
    // A file whose words have no places is shown by the page alone.
    if (!marked) return { ...(await pageOf(indexed, page)), ...whole, pages: [], linePx: null }
    const { pages, lineHeight } = marked
    const drawn = await pageOf(indexed, page)
    const picture = await once(`${contentSha256} ${JSON.stringify(marked)}`, () =>
      drawing.photograph(drawn, marked, indexed.file),
    )
    return { ...picture, ...whole, pages, linePx: (lineHeight / wholePage) * drawn.height }
  }

  return {
    kindOf,
    async photograph(address, locale) {
      const placed = await answerer.locate(address.passage, address)
      const indexed = placed && (await answerer.indexedFile(placed.report.id))
      const kind = indexed && kindOf(indexed.format)
      if (!kind) return null
      return kind === 'page' ? photographOfPage(placed, indexed) : cardFor(placed, indexed, locale)
    },
    async page({ id, pages }, page) {
      const indexed = await answerer.indexedFile(id)
      const last = indexed?.places?.pages.length ?? pages.length
      if (!indexed || kindOf(indexed.format) !== 'page' || page < 1 || page > Math.max(1, last)) return null
      return { ...(await pageOf(indexed, page)), contentSha256: indexed.contentSha256 }
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
