import type { ReportEntry } from '../../indexes/types.ts'
import { yearOfIssue } from '../../reports/years.ts'
import { yearInNumerals, yearsIn } from '../../text/mentions.ts'
import { normalize } from '../../text/normalize.ts'
import { yearsAmongSisters } from '../handSetWeights.ts'
import type { Inputs } from './inputs.ts'

/** Sisters are reports whose titles differ in nothing but years, as an office writes one every year in the same words. */

const anyYear = new RegExp(`(?:(?:19|20)[0-9]{2}|${yearInNumerals}(?=年))(?:年度?)?`, 'gu')

/** The title of a report without its years, by which its sisters are known. */
export function seriesOf({ metadata: { title } }: Pick<ReportEntry, 'metadata'>): string {
  return normalize(title).text.replace(anyYear, '')
}

/** The year that tells a report from its sisters: the only one in its title, or else that of its issue; null if unknown. */
export function yearOf(report: Pick<ReportEntry, 'metadata'>): number | null {
  const titled = [...yearsIn(report.metadata.title)]
  return titled.length === 1 ? titled[0]! : yearOfIssue(report)
}

/** The traits of a report by which others speak of the same thing: its series and its place. */
export interface Kinship {
  readonly series: string
  readonly district: string | null
}

/** The series and the place of a report. */
export function kinshipOf(report: Pick<ReportEntry, 'metadata'>): Kinship {
  return { series: seriesOf(report), district: report.metadata.district ?? null }
}

/** True for two reports of one series or one place. */
export function isKin(one: Kinship, other: Kinship): boolean {
  return one.series === other.series || (one.district !== null && one.district === other.district)
}

/** The ids of the reports that have sisters. */
export function reportsWithSisters(reports: readonly ReportEntry[]): Set<string> {
  const groups = new Map<string, string[]>()
  for (const report of reports) {
    const key = seriesOf(report)
    groups.set(key, [...(groups.get(key) ?? []), report.id])
  }
  return new Set([...groups.values()].flatMap((ids) => (ids.length > 1 ? ids : [])))
}

/** The worth, as log odds, of the years of a passage whose report has sisters; 0 where the question names no year. */
export function sisterWorth(inputs: Inputs): number {
  return Object.entries(yearsAmongSisters).reduce(
    (sum, [name, worth]) => sum + worth * inputs[name as keyof typeof yearsAmongSisters],
    0,
  )
}
