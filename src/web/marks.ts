import type { Report } from '../reports/types.ts'
import type { Range } from '../text/range.ts'

/** The marks on a report's page, as ranges of the canonical text. */
export interface Marks {
  /** The quote or selection as a whole. */
  readonly quote: readonly Range[]
  /** The words that answer, or all of a selection. */
  readonly highlights: readonly Range[]
  readonly figures: readonly Range[]
}

/** The marks of a report that is read without a quote. */
export const noMarks: Marks = { quote: [], highlights: [], figures: [] }

/** A stretch of the canonical text in which no mark or doubt begins or ends. */
export interface Run {
  readonly text: string
  /** The position in the canonical text. */
  readonly at: number
  readonly mark: 'quote' | 'highlight' | null
  readonly isFigure: boolean
  readonly isDoubtful: boolean
  readonly isInUncertainTable: boolean
}

/** Cuts a stretch of a report where a mark or a doubt begins or ends. */
export function runsOf(report: Report, [start, end]: Range, marks: Marks): Run[] {
  const here = (ranges: readonly Range[]) => ranges.filter((range) => range[0] < end && range[1] > start)
  const [quote, highlights, figures] = [here(marks.quote), here(marks.highlights), here(marks.figures)]
  const [doubtful, uncertain] = [here(report.doubtful), here(report.uncertainTables)]
  const all = [quote, highlights, figures, doubtful, uncertain]
  const cuts = all.flat(2).filter((at) => at > start && at < end)
  const bounds = [...new Set([start, ...cuts, end])].sort((a, b) => a - b)
  return bounds.slice(0, -1).map((at, i): Run => {
    const holds = (ranges: readonly Range[]) => ranges.some(([from, to]) => from <= at && at < to)
    return {
      text: report.text.slice(at, bounds[i + 1]!),
      at,
      mark: holds(highlights) ? 'highlight' : holds(quote) ? 'quote' : null,
      isFigure: holds(figures),
      isDoubtful: holds(doubtful),
      isInUncertainTable: holds(uncertain),
    }
  })
}

/** Groups neighbouring runs of the same mark. */
export function grouped<R extends Run>(
  runs: readonly R[],
): { readonly mark: Run['mark']; readonly runs: readonly R[] }[] {
  const groups: { mark: Run['mark']; runs: R[] }[] = []
  for (const run of runs) {
    const last = groups.at(-1)
    if (last && last.mark === run.mark) last.runs.push(run)
    else groups.push({ mark: run.mark, runs: [run] })
  }
  return groups
}
