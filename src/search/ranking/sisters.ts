import type { ReportEntry } from '../../indexes/types.ts'
import { yearInNumerals } from '../../text/mentions.ts'
import { normalize } from '../../text/normalize.ts'
import type { Inputs } from './inputs.ts'

/**
 * Sisters: reports whose titles differ in nothing but years, as an office writes one every year in the same words. Between
 * them the year decides. The questions that ranking is learned from hardly know sisters, so what a year counts between
 * them is set by construction, as log odds.
 */
const yearWorth = { year: 3, yearText: 1.5, yearWrong: -3, yearSentence: 1.5, yearOther: -1.5 } as const

const anyYear = new RegExp(`(?:19|20)[0-9]{2}|${yearInNumerals}(?=年)`, 'gu')

/** The ids of the reports that have sisters. */
export function reportsWithSisters(reports: readonly ReportEntry[]): Set<string> {
  const groups = new Map<string, string[]>()
  for (const { id, metadata } of reports) {
    const key = normalize(metadata.title).text.replace(anyYear, '')
    groups.set(key, [...(groups.get(key) ?? []), id])
  }
  return new Set([...groups.values()].flatMap((ids) => (ids.length > 1 ? ids : [])))
}

/** What the years of a passage are worth where its report has sisters; 0 where the question names no year. */
export function sisterWorth(inputs: Inputs): number {
  return Object.entries(yearWorth).reduce(
    (sum, [name, worth]) => sum + worth * inputs[name as keyof typeof yearWorth],
    0,
  )
}
