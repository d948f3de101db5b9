import type { Cutting, Range } from '../text/range.ts'
import type { Dropped, Paragraph, Report } from './types.ts'

/** The kinds of things that reading finds in a report. */
export type AnnotationKind = 'headline' | 'kicker' | 'byline' | 'section' | 'paragraph' | 'dropped'

/** One thing found in a report, with the stretches of the canonical text that it is made of, in its own order. */
export interface Annotation {
  /** The annotation's own name within the report, of letters and digits only. */
  readonly id: string
  readonly kind: AnnotationKind
  readonly ranges: readonly Range[]
  /** The article's index, counted from 0; -1 for dropped text. */
  readonly article: number
  /** A paragraph's number in its article; 0 for all other kinds. */
  readonly paragraph: number
  /** The reason why the text was dropped; null for all other kinds. */
  readonly reason: Dropped['reason'] | null
  /** Indices of the ranges that were joined to the one before over the end of a line. */
  readonly seams: ReadonlySet<number>
}

/** A stretch of the canonical text that no annotation, doubt or uncertain table divides. */
export interface Segment {
  readonly range: Range
  /** The annotations here: several where a byline is inside a paragraph or a table's head serves its rows. */
  readonly annotations: readonly Annotation[]
  /** The annotations that begin here. */
  readonly begins: readonly Annotation[]
  readonly isDoubtful: boolean
  readonly isInUncertainTable: boolean
  /** True where the stretch goes on from one that another line broke off. */
  readonly seamBefore: boolean
  /** True where the stretch is broken off and goes on elsewhere. */
  readonly seamAfter: boolean
}

/** Lists everything that was found in a report: article by article, then the dropped text. */
export function annotationsOf(report: Report): Annotation[] {
  const annotations: Annotation[] = []
  const none: ReadonlySet<number> = new Set()
  const add = (id: string, kind: AnnotationKind, cutting: Cutting, article: number) =>
    annotations.push({ id, kind, ranges: rangesOf(cutting), article, paragraph: 0, reason: null, seams: none })
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
      annotations.push({ id, kind: 'paragraph', ranges, article: a, paragraph: number, reason: null, seams })
    }
  }
  for (const [i, { range, reason }] of report.dropped.entries()) {
    annotations.push({ id: `d${i}`, kind: 'dropped', ranges: [range], article: -1, paragraph: 0, reason, seams: none })
  }
  return annotations
}

const rangesOf = (cutting: Cutting): Range[] => cutting.pieces.map((piece) => piece.range)

/** Indices of a paragraph's pieces that were joined over a line's end. A table's row has none: its cells stay apart. */
export function seamsOf(text: string, paragraph: Paragraph): Set<number> {
  if (paragraph.text.includes('\n')) return new Set()
  const isSeam = (i: number) => {
    const ends = [paragraph.pieces[i - 1]!.range, paragraph.pieces[i]!.range].sort((a, b) => a[0] - b[0])
    return /[\r\n\f\u2028\u2029]/u.test(text.slice(ends[0]![1], ends[1]![0]))
  }
  return new Set(paragraph.pieces.flatMap((_, i) => (i > 0 && isSeam(i) ? [i] : [])))
}

/**
 * Divides a stretch of the canonical text into segments, in order: every character is in exactly one of them.
 * @param annotations those of the report that touch the stretch, or more
 */
export function segmentsOf(
  report: Report,
  annotations: readonly Annotation[],
  stretch: Range = [0, report.text.length],
): Segment[] {
  const pieces = annotations.flatMap((annotation) =>
    annotation.ranges.map((range, i) => ({
      range,
      annotation,
      isFirst: i === 0,
      seam: annotation.seams.has(i),
      torn: annotation.seams.has(i + 1),
    })),
  )
  const inStretch = <T extends { range: Range }>(all: readonly T[]) =>
    all.filter(({ range }) => range[0] < stretch[1] && range[1] > stretch[0]).sort((a, b) => a.range[0] - b.range[0])
  const here = inStretch(pieces)
  const doubtful = inStretch(report.doubtful.map((range) => ({ range })))
  const uncertain = inStretch(report.uncertainTables.map((range) => ({ range })))
  const cuts = [...here, ...doubtful, ...uncertain]
    .flatMap(({ range }) => range)
    .filter((at) => at > stretch[0] && at < stretch[1])
  const bounds = [...new Set([stretch[0], ...cuts, stretch[1]])].sort((a, b) => a - b)
  const segments: Segment[] = []
  let active: typeof here = []
  let next = 0
  const isDoubtfulAt = ascendingLookup(doubtful)
  const isUncertainAt = ascendingLookup(uncertain)
  for (const [i, start] of bounds.slice(0, -1).entries()) {
    const end = bounds[i + 1]!
    active = active.filter(({ range }) => range[1] > start)
    while (here[next] && here[next]!.range[0] <= start) active.push(here[next++]!)
    segments.push({
      range: [start, end],
      annotations: [...new Set(active.map(({ annotation }) => annotation))],
      begins: active.filter(({ isFirst, range }) => isFirst && range[0] === start).map(({ annotation }) => annotation),
      isDoubtful: isDoubtfulAt(start),
      isInUncertainTable: isUncertainAt(start),
      seamBefore: active.some(({ seam, range }) => seam && range[0] === start),
      seamAfter: active.some(({ torn, range }) => torn && range[1] === end),
    })
  }
  return segments
}

/** Makes a test whether a position lies in any of the stretches, all of which must come in ascending order. */
function ascendingLookup(stretches: readonly { readonly range: Range }[]): (at: number) => boolean {
  let next = 0
  return (at) => {
    while (stretches[next] && stretches[next]!.range[1] <= at) next++
    return stretches[next] !== undefined && stretches[next]!.range[0] <= at
  }
}
