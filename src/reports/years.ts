import { yearsIn } from '../text/mentions.ts'
import type { ReportSummary } from './types.ts'

/** The years for which each report states to speak: its title, date and period. */
export function statedYears({ metadata }: Pick<ReportSummary, 'metadata'>): Set<number> {
  return yearsIn([metadata.title, metadata.date, metadata.period].join('\n'))
}

/** The year that a report calls `今年`: its date's, the only one in its title, or the inferred one; null if unknown. */
export function yearOfIssue({ metadata }: Pick<ReportSummary, 'metadata'>): number | null {
  const dated = [...yearsIn(`${metadata.date ?? ''}年`)]
  const titled = [...yearsIn(metadata.title)]
  return dated[0] ?? (titled.length === 1 ? titled[0]! : null) ?? metadata.inferredYear?.year ?? null
}

/** The years that a stretch of a report speaks of, `今年`, `去年` and `明年` counted from the report's year of issue. */
export function yearsSpokenOf(text: string, issued: number | null): Set<number> {
  const years = yearsIn(text)
  if (issued === null) return years
  if (/今年|本年/u.test(text)) years.add(issued)
  if (/去年|上年|过去一年|过去的一年/u.test(text)) years.add(issued - 1)
  if (/明年/u.test(text)) years.add(issued + 1)
  return years
}
