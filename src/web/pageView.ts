import type { QuoteInReport } from '../answer/answerer.ts'
import { frameQuote } from '../photograph/framing.ts'
import type { Corner } from '../reports/drawing/composition.ts'
import { pageAt } from '../reports/pages.ts'
import type { Report } from '../reports/types.ts'
import { type Box, type WordPlaces, wholePage } from '../reports/wordPlaces.ts'
import { type Html, html } from './html.ts'
import type { WebTexts } from './texts.ts'

/** One page of a report as its file has it: a picture, with transparent words over it that can be selected. */
export interface PageView {
  /** The page's number, from 1. */
  readonly page: number
  /** The address of the page's picture. */
  readonly picture: string
  /** Null where no places of words are known. */
  readonly places: WordPlaces | null
  /** The quote to be framed. */
  readonly placed: QuoteInReport | null
}

/** The width of the SVG's view box; its height follows from the page's proportions. */
const drawnWidth = 1000
/** The baseline of a line of type lies so far below the top of its words' boxes, as a share of their height. */
const baseline = 0.8

/** The page, counted from 1, that the view opens at: that of the quote's highlight, or the first. */
export function pageOfQuote({ quote, highlights, report }: QuoteInReport): number {
  return quote.source.page ?? pageAt(report, highlights[0]?.[0] ?? quote.ranges[0]?.[0] ?? 0) ?? 1
}

/** The HTML of one page: its picture, the frame of the quote, and the words, which are transparent. */
export function pageViewHtml(report: Report, view: PageView, say: WebTexts): Html {
  const { page, picture, places } = view
  const size = places?.pages[page - 1]
  const label = say.report.page(page)
  if (!places || !size)
    return html`<figure class="sheet"><img src="${picture}" alt="${label}" loading="lazy" decoding="async"></figure>`
  const height = Math.round((drawnWidth * size.height) / Math.max(size.width, 1e-9))
  const scale: Scale = { x: drawnWidth / wholePage, y: height / wholePage }
  const framed = view.placed && frameQuote(view.placed, places, page)
  const words = places.words.filter((word) => word.page === page)
  return html`<figure class="sheet"><img src="${picture}" width="${drawnWidth}" height="${height}" alt="${label}" loading="lazy" decoding="async">
<svg viewBox="0 0 ${drawnWidth} ${height}" aria-label="${label}"><g transform="rotate(${size.skew} ${drawnWidth / 2} ${height / 2})">${
    framed &&
    html`<g id="q" tabindex="-1" autofocus>${framed.highlights.map((box) => html`<rect class="marker" ${rectangle(box, scale)}/>`)}${framed.doubtful.map((box) => html`<path class="doubt" d="${underline(box, scale)}"/>`)}${framed.frames.map((corners) => html`<path class="frame" d="${outline(corners, scale)}"/>`)}</g>`
  }
${words.map((word) => wordHtml(word, report.text.slice(...word.range), scale))}</g></svg></figure>`
}

/** The units of the drawing in one step of a box's edges. */
interface Scale {
  readonly x: number
  readonly y: number
}

function wordHtml(word: Box & { readonly range: readonly [number, number] }, text: string, { x, y }: Scale): Html {
  const [width, height] = [(word.right - word.left) * x, (word.bottom - word.top) * y]
  const place = html`x="${rounded(word.left * x)}" y="${rounded((word.top + baseline * (word.bottom - word.top)) * y)}"`
  return html`<text data-at="${word.range[0]}" ${place} font-size="${rounded(height)}" textLength="${rounded(width)}" lengthAdjust="spacingAndGlyphs">${text}</text>
`
}

function rectangle({ left, top, right, bottom }: Box, { x, y }: Scale): Html {
  return html`x="${rounded(left * x)}" y="${rounded(top * y)}" width="${rounded((right - left) * x)}" height="${rounded((bottom - top) * y)}"`
}

function underline({ left, right, bottom }: Box, { x, y }: Scale): string {
  return `M${rounded(left * x)} ${rounded(bottom * y)}H${rounded(right * x)}`
}

function outline(corners: readonly Corner[], { x, y }: Scale): string {
  return `M${corners.map(([cx, cy]) => `${rounded(cx * x)} ${rounded(cy * y)}`).join('L')}Z`
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}
