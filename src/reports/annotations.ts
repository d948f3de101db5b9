import type { Cutting, Range } from '../text/range.ts'
import type { Dropped, Paragraph, Report } from './types.ts'

/** What a stretch of the canonical text was taken for. */
export type PartKind = 'headline' | 'kicker' | 'byline' | 'section' | 'paragraph' | 'dropped'

/** One thing found in a report, with the stretches of the canonical text that it is made of, in its own order. */
export interface Part {
  /** Unique within the report; letters and digits only. */
  readonly id: string
  readonly kind: PartKind
  readonly ranges: readonly Range[]
  /** Counted from 0; -1 for what is dropped. */
  readonly article: number
  /** A paragraph's number in its article, else 0. */
  readonly paragraph: number
  /** Why it was dropped, else null. */
  readonly reason: Dropped['reason'] | null
  /** Indices of the ranges that were joined to the one before over the end of a line. */
  readonly seams: ReadonlySet<number>
}

/** A stretch of the canonical text of which everything that is known holds alike. */
export interface Segment {
  readonly range: Range
  /** The parts it belongs to: none, one, or several where a byline is inside a paragraph or a table's head serves its rows. */
  readonly parts: readonly Part[]
  /** Those of them that begin here. */
  readonly begins: readonly Part[]
  readonly isDoubtful: boolean
  readonly isInUncertainTable: boolean
  /** A half of a torn text ends or goes on here. */
  readonly seamBefore: boolean
  readonly seamAfter: boolean
}

/** Everything that was found in a report. */
export function partsOf(report: Report): Part[] {
  const parts: Part[] = []
  const none: ReadonlySet<number> = new Set()
  const add = (id: string, kind: PartKind, cutting: Cutting, article: number) =>
    parts.push({ id, kind, ranges: rangesOf(cutting), article, paragraph: 0, reason: null, seams: none })
  for (const [a, { headline, kicker, byline, paragraphs }] of report.articles.entries()) {
    if (kicker) add(`a${a}k`, 'kicker', kicker, a)
    if (headline) add(`a${a}h`, 'headline', headline, a)
    if (byline) add(`a${a}b`, 'byline', byline.cutting, a)
    const sections = new Set<number>()
    for (const paragraph of paragraphs) {
      for (const section of paragraph.sections) {
        const at = section.pieces[0]?.range[0] ?? -1
        if (!sections.has(at)) add(`a${a}s${sections.size}`, 'section', section, a)
        sections.add(at)
      }
      const ranges = rangesOf(paragraph)
      const seams = seamsOf(report.text, paragraph)
      const { number } = paragraph
      const id = `a${a}p${number}`
      parts.push({ id, kind: 'paragraph', ranges, article: a, paragraph: number, reason: null, seams })
    }
  }
  for (const [i, { range, reason }] of report.dropped.entries()) {
    parts.push({
      id: `d${i}`,
      kind: 'dropped',
      ranges: [range],
      article: -1,
      paragraph: 0,
      reason,
      seams: none,
    })
  }
  return parts
}

const rangesOf = (cutting: Cutting): Range[] => cutting.pieces.map((piece) => piece.range)

/** Indices of a paragraph's pieces that were joined over the end of a line; the cells of a table's row are not. */
export function seamsOf(text: string, paragraph: Paragraph): Set<number> {
  if (paragraph.text.includes('\n')) return new Set()
  const isSeam = (i: number) => {
    const ends = [paragraph.pieces[i - 1]!.range, paragraph.pieces[i]!.range].sort((a, b) => a[0] - b[0])
    return /[\r\n\f\u2028\u2029]/u.test(text.slice(ends[0]![1], ends[1]![0]))
  }
  return new Set(paragraph.pieces.flatMap((_, i) => (i > 0 && isSeam(i) ? [i] : [])))
}

/** The stretches of `page` of the canonical text, in order: every character is in exactly one of them. */
export function segmentsOf(report: Report, parts: readonly Part[], page: Range = [0, report.text.length]): Segment[] {
  const pieces = parts.flatMap((part) =>
    part.ranges.map((range, i) => ({
      range,
      part,
      isFirst: i === 0,
      seam: part.seams.has(i),
      torn: part.seams.has(i + 1),
    })),
  )
  const inPage = <T extends { range: Range }>(all: readonly T[]) =>
    all.filter(({ range }) => range[0] < page[1] && range[1] > page[0]).sort((a, b) => a.range[0] - b.range[0])
  const here = inPage(pieces)
  const doubtful = inPage(report.doubtful.map((range) => ({ range })))
  const uncertain = inPage(report.uncertainTables.map((range) => ({ range })))
  const cuts = [...here, ...doubtful, ...uncertain]
    .flatMap(({ range }) => range)
    .filter((at) => at > page[0] && at < page[1])
  const bounds = [...new Set([page[0], ...cuts, page[1]])].sort((a, b) => a - b)
  const segments: Segment[] = []
  let active: typeof here = []
  let next = 0
  const isDoubtfulAt = walkerOver(doubtful)
  const isUncertainAt = walkerOver(uncertain)
  for (const [i, start] of bounds.slice(0, -1).entries()) {
    const end = bounds[i + 1]!
    active = active.filter(({ range }) => range[1] > start)
    while (here[next] && here[next]!.range[0] <= start) active.push(here[next++]!)
    segments.push({
      range: [start, end],
      parts: [...new Set(active.map(({ part }) => part))],
      begins: active.filter(({ isFirst, range }) => isFirst && range[0] === start).map(({ part }) => part),
      isDoubtful: isDoubtfulAt(start),
      isInUncertainTable: isUncertainAt(start),
      seamBefore: active.some(({ seam, range }) => seam && range[0] === start),
      seamAfter: active.some(({ torn, range }) => torn && range[1] === end),
    })
  }
  return segments
}

/** Tells of one place after the other, ascending, whether any of the stretches holds it. @param found in order */
function walkerOver(found: readonly { readonly range: Range }[]): (at: number) => boolean {
  let next = 0
  return (at) => {
    while (found[next] && found[next]!.range[1] <= at) next++
    return found[next] !== undefined && found[next]!.range[0] <= at
  }
}

/** The pages of the canonical text; one where the format has none. */
export function pagesOf({ pages, text }: Report): Range[] {
  const starts = pages.length > 0 ? pages : [0]
  return starts.map((start, i): Range => [i === 0 ? 0 : start, starts[i + 1] ?? text.length])
}

/** The page that a place in the canonical text is on, counted from 1; null where the format has no pages. */
export function pageAt({ pages }: Report, at: number): number | null {
  return pages.length === 0 ? null : Math.max(1, pages.findLastIndex((start) => start <= at) + 1)
}
