import type { ReportEntry } from '../../indexes/types.ts'
import { yearInNumerals } from '../../text/mentions.ts'
import { normalize } from '../../text/normalize.ts'
import { yearsAmongSisters } from '../handSetWeights.ts'
import type { Inputs } from './inputs.ts'

/** Sisters are reports whose titles differ in nothing but years, as an office writes one every year in the same words. */

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

/** The worth, as log odds, of the years of a passage whose report has sisters; 0 where the question names no year. */
export function sisterWorth(inputs: Inputs): number {
  return Object.entries(yearsAmongSisters).reduce(
    (sum, [name, worth]) => sum + worth * inputs[name as keyof typeof yearsAmongSisters],
    0,
  )
}
