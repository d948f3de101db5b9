import type { ReportSummary } from '../reports/types.ts'
import { bare, normalize } from '../text/normalize.ts'

/** The statements that may tell apart reports of one title, the most telling first; a file's name always does. */
const parts: readonly ((report: ReportSummary) => string | undefined)[] = [
  ({ metadata }) => metadata.publisher,
  ({ metadata }) => metadata.district,
  ({ metadata }) => metadata.period,
  ({ metadata }) => metadata.date,
]

/**
 * The distinctions of reports whose titles others have as well, by the reports' ids: a report's publisher, or else its
 * district, period or date, where no other of them has the same, or else the name of its file.
 */
export function distinctions(reports: readonly ReportSummary[]): Map<string, string> {
  const groups = new Map<string, ReportSummary[]>()
  for (const report of reports) {
    const title = bare(normalize(report.metadata.title).text)
    groups.set(title, [...(groups.get(title) ?? []), report])
  }
  const found = new Map<string, string>()
  for (const group of groups.values()) {
    for (const report of group.length > 1 ? group : []) {
      const apart = parts.map((part) => {
        const value = part(report)
        return group.some((other) => other !== report && part(other) === value) ? undefined : value
      })
      found.set(report.id, apart.find((value) => value !== undefined) ?? report.file)
    }
  }
  return found
}
