import { lowerBound } from '../lowerBound.ts'
import { type Annotation, annotationsOf, type Segment, segmentsOf } from '../reports/annotations.ts'
import { pageAt } from '../reports/pages.ts'
import type { Dropped, Report } from '../reports/types.ts'
import { overlapAny, type Range } from '../text/range.ts'
import { type Marks, noMarks, type Run, runsOf } from './marks.ts'
import { type Sized, splitIntoParts } from './parts.ts'

/** The original view shows the canonical text line by line as it stands in the file, with its annotations. */

export interface OriginalRun extends Run {
  /** The kind of thing that the words were taken for; null for none, as white space. */
  readonly kind: Annotation['kind'] | null
  /** The reason why the words were left out of the restored text; null for words that were not. */
  readonly reason: Dropped['reason'] | null
  /** True where the run was joined to a text that another line broke off. */
  readonly joined: boolean
  /** The line from which the text goes on here, where it is not the one before. */
  readonly goesOnFrom: number | null
  /** The line on which the text goes on, where it is not the next. */
  readonly goesOnAt: number | null
}

export interface OriginalLine {
  /** The line's number, counted from 1. */
  readonly number: number
  /** The position of its start in the canonical text. */
  readonly at: number
  /** The runs, whose texts together are the line without its break. */
  readonly runs: readonly OriginalRun[]
  /** The annotations that begin in the line, for the margin. */
  readonly begins: readonly Annotation[]
  /** The page that begins with the line, counted from 1; null for other lines. */
  readonly page: number | null
  readonly isQuoted: boolean
}

interface LineItem extends Sized {
  readonly number: number
  /** The line without its break. */
  readonly range: Range
}

/** A report's lines laid out once, from which each part can be shown. */
export interface OriginalLayout {
  readonly parts: readonly (readonly LineItem[])[]
  readonly annotations: readonly Annotation[]
  /** The start of each line. */
  readonly starts: readonly number[]
}

/** The room that a line takes beside its words. */
const lineCharacters = 25

const layouts = new WeakMap<Report, OriginalLayout>()

/** Divides a report's lines into parts that are shown one at a time. The layout is kept with the report. */
export function layOutLines(report: Report): OriginalLayout {
  const layout = layouts.get(report) ?? divided(report)
  layouts.set(report, layout)
  return layout
}

function divided(report: Report): OriginalLayout {
  const { text } = report
  const items: LineItem[] = []
  let start = 0
  for (const { index, 0: end } of [...text.matchAll(lineBreak), { index: text.length, 0: '' }]) {
    if (index === text.length && start === index && end === '') break
    const size = index - start + lineCharacters
    items.push({ number: items.length + 1, range: [start, index], size, breaks: 'paragraph' })
    start = index + end.length
  }
  const starts = items.map(({ range }) => range[0])
  return { parts: splitIntoParts(items), annotations: annotationsOf(report), starts }
}

const lineBreak = /\r\n|[\n\r\f\u2028\u2029]/gu

/** Lays out the lines of one part of a report, with their annotations and marks. @param part counted from 0 */
export function originalPart(
  report: Report,
  layout: OriginalLayout,
  part: number,
  marks: Marks = noMarks,
): OriginalLine[] {
  const items = layout.parts[part] ?? []
  const [first, last] = [items[0], items.at(-1)]
  if (!first || !last) return []
  const [start, end] = [first.range[0], last.range[1]]
  const annotations = layout.annotations.filter(({ ranges }) => overlapAny(ranges, [[start, end]]))
  const segments = segmentsOf(report, annotations, [start, end])
  const lines: OriginalLine[] = []
  let from = 0
  let page: number | null = null
  for (const item of items) {
    const { number, range } = item
    while (segments[from] && segments[from]!.range[1] <= range[0]) from++
    const runs: OriginalRun[] = []
    const begins: Annotation[] = []
    for (let i = from; segments[i] && segments[i]!.range[0] < range[1]; i++) {
      const segment = segments[i]!
      begins.push(...segment.begins.filter(({ ranges }) => ranges[0]![0] >= range[0]))
      runs.push(...runsOfSegment(report, segment, item, marks, layout.starts))
    }
    const here = pageAt(report, range[0])
    const isQuoted = runs.some(({ mark }) => mark !== null)
    lines.push({ number, at: range[0], runs, begins, page: here !== page ? here : null, isQuoted })
    page = here
  }
  return lines
}

/** The number of the line that holds a position. @param starts the start of each line */
const lineAt = (starts: readonly number[], at: number) => lowerBound(0, starts.length, (i) => starts[i]! <= at)

/** The part that shows a position of the canonical text, counted from 0. */
export function originalPartHolding({ parts }: OriginalLayout, at: number): number {
  const part = parts.findLastIndex((items) => (items[0]?.range[0] ?? 0) <= at)
  return Math.max(0, part)
}

/** The runs of a segment that stand in one line. @param starts the start of each line */
function runsOfSegment(
  report: Report,
  segment: Segment,
  { number, range: line }: LineItem,
  marks: Marks,
  starts: readonly number[],
): OriginalRun[] {
  const [start, end] = [Math.max(segment.range[0], line[0]), Math.min(segment.range[1], line[1])]
  if (start >= end) return []
  const torn = segment.annotations.find(({ kind }) => kind === 'paragraph')
  const piece = torn?.ranges.findIndex((range) => range[0] <= start && start < range[1]) ?? -1
  const before = segment.seamBefore && segment.range[0] === start ? torn?.ranges[piece - 1] : undefined
  const after = segment.seamAfter && segment.range[1] === end ? torn?.ranges[piece + 1] : undefined
  const from = before ? lineAt(starts, before[1] - 1) : null
  const to = after ? lineAt(starts, after[0]) : null
  const runs = runsOf(report, [start, end], marks)
  return runs.map((run, i): OriginalRun => {
    const [isFirst, isLast] = [i === 0, i === runs.length - 1]
    return {
      ...run,
      kind: (segment.annotations.find(({ kind }) => kind !== 'byline') ?? segment.annotations[0])?.kind ?? null,
      reason: segment.annotations.find(({ reason }) => reason !== null)?.reason ?? null,
      joined: isFirst && from !== null,
      goesOnFrom: isFirst && from !== null && from !== number - 1 ? from : null,
      goesOnAt: isLast && to !== null && to !== number + 1 ? to : null,
    }
  })
}
