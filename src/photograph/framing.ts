import type { QuoteInReport } from '../answer/answerer.ts'
import type { Corner, MarkedPage } from '../reports/drawing/composition.ts'
import { boxAround, median } from '../reports/formats/boxes.ts'
import type { Paragraph, Report } from '../reports/types.ts'
import { type Box, boxesOf, type WordPlaces, wholePage } from '../reports/wordPlaces.ts'
import { lengthOfRanges, type Range } from '../text/range.ts'

/** A page with a quote on it, and the marks that show the quote. */
export interface FramedPage extends MarkedPage {
  /** The page's number, from 1. */
  readonly page: number
  /** The numbers of all pages on which words of the quote stand, in order. */
  readonly pages: readonly number[]
  /** The median height of the quote's lines on the page, in the unit of a box's edges. */
  readonly lineHeight: number
}

// These four lengths are multiples of the height of a line.
/** The room between words and the frame around them. */
const padding = { x: 0.3, y: 0.16 } as const
/** The marker's reach beyond its words, as the ends of words inside a line are only estimated. */
const markPadding = 0.12
/** The largest distance of two lines inside one frame. */
const maxLeading = 1.5
/** The largest gap between words of one line, such as the cells of a table's row, inside one frame. */
const maxGap = 2.5
/** The surroundings that a photograph shows around the paragraph, as shares of the page. */
const surroundings = { x: 0.05, y: 0.08 } as const
/** A photograph that would be wider than this share of the page shows the page's whole width. */
const wideShare = 0.5

/**
 * Frames a quote on the page of its highlight.
 * @param shownPage the page to show instead, counted from 1
 * @returns null where no word of the quote has a place on that page
 */
export function frameQuote(
  { report, quote, highlights }: Pick<QuoteInReport, 'report' | 'quote' | 'highlights'>,
  places: WordPlaces,
  shownPage?: number,
): FramedPage | null {
  const placed = (ranges: readonly Range[]) => ranges.flatMap((range) => boxesOf(places, report.text, range))
  const quoted = placed(quote.ranges)
  const pages = [...new Set(quoted.map(({ page }) => page))].sort((a, b) => a - b)
  const wanted = shownPage ?? quote.source.page ?? pages[0]
  const page = shownPage ?? (wanted !== undefined && pages.includes(wanted) ? wanted : pages[0])
  if (page === undefined || !pages.includes(page)) return null
  const here = (found: ReturnType<typeof placed>) =>
    found.filter((one) => one.page === page).flatMap(({ boxes }) => boxes)
  const { width, height, skew } = places.pages[page - 1]!
  const aspect = height / Math.max(width, 1e-9)
  const lines = linesOf(here(quoted), aspect)
  const lineHeight = median(lines.map(({ top, bottom }) => bottom - top))
  const paragraph = paragraphOf(report, quote.ranges)
  const around = paragraph ? here(placed(paragraph.pieces.map(({ range }) => range))) : []
  return {
    page,
    pages,
    lineHeight,
    skew,
    frames: outlinesOf(lines, aspect),
    highlights: here(placed(highlights)).map((box) => widened(box, aspect)),
    doubtful: here(placed(shared(report.doubtful, quote.ranges))),
    crop: cropAround([...lines, ...around], skew, aspect),
  }
}

/** The paragraph that shares most characters with some ranges; null where none shares any, as for headings. */
export function paragraphOf({ articles }: Report, ranges: readonly Range[]): Paragraph | null {
  let best: Paragraph | null = null
  let most = 0
  const [from, to] = [Math.min(...ranges.map(([start]) => start)), Math.max(...ranges.map(([, end]) => end))]
  for (const paragraph of articles.flatMap(({ paragraphs }) => paragraphs)) {
    const own = paragraph.pieces.map(({ range }) => range).filter(([start, end]) => start < to && end > from)
    const count = own.length === 0 ? 0 : lengthOfRanges(shared(own, ranges))
    if (count > most) [best, most] = [paragraph, count]
  }
  return best
}

/** The stretches that lie in ranges of both lists. */
export function shared(some: readonly Range[], others: readonly Range[]): Range[] {
  return some.flatMap(([start, end]) =>
    others.flatMap(([from, to]): Range[] => {
      const both: Range = [Math.max(start, from), Math.min(end, to)]
      return both[0] < both[1] ? [both] : []
    }),
  )
}

/** Joins boxes that follow each other on one line. @param aspect the page's height divided by its width */
function linesOf(boxes: readonly Box[], aspect: number): Box[] {
  const lines: Box[] = []
  for (const box of boxes) {
    const last = lines.at(-1)
    const height = last ? Math.min(last.bottom - last.top, box.bottom - box.top) : 0
    const isBeside =
      last !== undefined &&
      Math.min(last.bottom, box.bottom) - Math.max(last.top, box.top) >= 0.5 * height &&
      box.left >= last.left &&
      box.left - last.right <= maxGap * height * aspect
    if (isBeside) lines[lines.length - 1] = boxAround([last, box])
    else lines.push(box)
  }
  return lines
}

/** The outlines of lines; lines below each other have one outline together. */
function outlinesOf(lines: readonly Box[], aspect: number): Corner[][] {
  const blocks: Box[][] = []
  for (const line of lines) {
    const height = line.bottom - line.top
    const grown: Box = {
      left: Math.max(0, line.left - padding.x * height * aspect),
      right: Math.min(wholePage, line.right + padding.x * height * aspect),
      top: Math.max(0, line.top - padding.y * height),
      bottom: Math.min(wholePage, line.bottom + padding.y * height),
    }
    const block = blocks.at(-1)
    const above = block?.at(-1)
    const isBelow =
      above !== undefined &&
      grown.top > above.top &&
      grown.bottom > above.bottom &&
      grown.top - above.bottom <= maxLeading * height &&
      grown.left < above.right &&
      grown.right > above.left
    if (isBelow) {
      // The two lines meet in the middle of the white between them, or of what their boxes share.
      const middle = (above.bottom + grown.top) / 2
      block![block!.length - 1] = { ...above, bottom: middle }
      block!.push({ ...grown, top: middle })
    } else blocks.push([grown])
  }
  return blocks.map((block) => [
    ...block.flatMap(({ right, top, bottom }): Corner[] => [
      [right, top],
      [right, bottom],
    ]),
    ...block.toReversed().flatMap(({ left, top, bottom }): Corner[] => [
      [left, bottom],
      [left, top],
    ]),
  ])
}

/** The stretch of the page around boxes, which are turned by `skew` about the page's middle. */
function cropAround(boxes: readonly Box[], skew: number, aspect: number): Box {
  const corners = boxes.flatMap(({ left, right, top, bottom }) =>
    [
      [left, top],
      [right, top],
      [left, bottom],
      [right, bottom],
    ].map(([x, y]) => turned(x!, y!, skew, aspect)),
  )
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)]
  const inside = (value: number) => Math.min(wholePage, Math.max(0, value))
  const [left, right] = [
    inside(Math.min(...xs) - surroundings.x * wholePage),
    inside(Math.max(...xs) + surroundings.x * wholePage),
  ]
  const isWide = right - left > wideShare * wholePage
  return {
    left: isWide ? 0 : left,
    right: isWide ? wholePage : right,
    top: inside(Math.min(...ys) - surroundings.y * wholePage),
    bottom: inside(Math.max(...ys) + surroundings.y * wholePage),
  }
}

function widened(box: Box, aspect: number): Box {
  const room = markPadding * (box.bottom - box.top) * aspect
  return { ...box, left: Math.max(0, box.left - room), right: Math.min(wholePage, box.right + room) }
}

function turned(x: number, y: number, degrees: number, aspect: number): Corner {
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)]
  const middle = wholePage / 2
  const [dx, dy] = [x - middle, (y - middle) * aspect]
  return [middle + dx * cos - dy * sin, middle + (dx * sin + dy * cos) / aspect]
}
