import type { Metadata } from '../reports/manuscript.ts'
import { yearOfIssue } from '../reports/years.ts'
import { yearsIn } from '../text/mentions.ts'
import { bare, normalize } from '../text/normalize.ts'
import type { Setting } from './types.ts'

/** The ends of places' names that texts leave out (`信阳` for 信阳市). */
const placeEnd = /(?:特别行政区|自治区|自治州|自治县|街道|[省市区县州镇乡])$/u

/** The place or office and the year of a report that its title leaves open. */
export function settingOf({ metadata }: { readonly metadata: Metadata }): Setting {
  const { title, district, publisher } = metadata
  const words = bare(normalize(title).text)
  const isInTitle = (name: string) => {
    const folded = bare(normalize(name).text)
    const stem = folded.replace(placeEnd, '')
    return words.includes(stem.length >= 2 ? stem : folded)
  }
  const names = [district, publisher].filter((name) => name !== undefined)
  return {
    place: names.some(isInTitle) ? null : (names[0] ?? null),
    year: yearsIn(title).size > 0 ? null : yearOfIssue({ metadata }),
    isYearInferred: metadata.date === undefined,
  }
}
