import { normalize, originOf } from '../text/normalize.ts'
import type { InferredYear } from './manuscript.ts'
import type { Article } from './types.ts'

/** The year of a report that states none is inferred from a year that it plans, a scheme's year, or dates of events. */

const year = '(?<![\\d.])(?<year>(?:19|20)\\d\\d)年'
const plan = new RegExp(
  `${year}度?[^。,;:\\d]{0,16}(?:工作安排|工作计划|工作思路|工作打算|重点工作|主要任务|目标任务|发展目标|预算草案|预算安排|计划安排)`,
  'gu',
)
const scheme = new RegExp(`${year}度[^。,;:\\d]{2,24}(?:方案|办法|计划|要点|通知|意见)`, 'gu')
const event = new RegExp(`(?<!到|至|前|截止|力争|预计|计划)${year}\\d{1,2}月(?:\\d{1,2}日)?`, 'gu')
const minEvents = 3
/** A year with a smaller share of the events was only mentioned. */
const minShare = 0.3

interface Found {
  readonly year: number
  readonly evidence: string
}

/** The year in which a report was most likely written, or null where nothing in it tells. */
export function inferredYearOf(articles: readonly Article[]): InferredYear | null {
  const texts = articles.flatMap(({ headline, kicker, paragraphs }) => [
    ...new Set(
      [kicker, headline, ...paragraphs.flatMap(({ sections }) => sections)].flatMap((part) => part?.text ?? []),
    ),
    ...paragraphs.map(({ text }) => text),
  ])
  return latest(findAll(texts, plan)) ?? latest(findAll(texts, scheme)) ?? latestOfMany(findAll(texts, event))
}

function findAll(texts: readonly string[], pattern: RegExp): Found[] {
  return texts.flatMap((original) => {
    const normalized = normalize(original)
    return [...normalized.text.matchAll(pattern)].map(({ index, 0: words, groups }): Found => {
      const range = originOf(normalized, [index, index + words.length])
      return { year: Number(groups!.year), evidence: original.slice(...range).replace(/\s+/gu, ' ') }
    })
  })
}

function latest(found: readonly Found[]): Found | null {
  return found.reduce<Found | null>((best, one) => (best === null || one.year > best.year ? one : best), null)
}

/** The last year with a good share of the events, as a report tells mostly of the year that it looks back on. */
function latestOfMany(found: readonly Found[]): Found | null {
  const counts = new Map<number, number>()
  for (const one of found) counts.set(one.year, (counts.get(one.year) ?? 0) + 1)
  const least = Math.max(minEvents, found.length * minShare)
  return latest(found.filter((one) => counts.get(one.year)! >= least))
}
