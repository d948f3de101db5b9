import { domainToUnicode } from 'node:url'
import { type Locale, localized } from './locale.ts'
import type { Source } from './types.ts'

/** The beginning of a source line, which names the report: the place and the year that its title leaves open, and the title. */
export function sourceHead({ title, setting: { place, year, isYearInferred } }: Source, locale: Locale): string {
  const say = texts[locale]
  const when = year === null ? null : isYearInferred ? say.inferred(year) : say.year(year)
  return [[place, when].filter((part) => part !== null).join(' '), title].filter((part) => part !== '').join(' · ')
}

/**
 * A source in one line, with the web address that the report was fetched from.
 * @param isShort leaves out article and section, as in groups, where an answer must stay small
 */
export function sourceLine(source: Source, locale: Locale, isShort = false): string {
  return [placeLine(source, locale, isShort), ...originWords(source, locale)].join(' · ')
}

/**
 * The name of the site that a report was fetched from, and the day in the time zone of this machine. An array of one, or
 * of none where the report was not fetched.
 */
export function originWords({ address, fetched }: Pick<Source, 'address' | 'fetched'>, locale: Locale): string[] {
  if (address === undefined) return []
  const site = domainToUnicode(new URL(address).hostname)
  return [texts[locale].origin(site, fetched === undefined ? null : dayOf(new Date(fetched)))]
}

function dayOf(time: Date): string {
  const two = (number: number) => String(number).padStart(2, '0')
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
}

/**
 * The place of a quote in one line: its head · the words that tell it from reports of the same title · article › section · paragraph ·
 * page · date, or the period where no date is known, and warnings about words read with doubt and tables whose columns could
 * not be told. Parts that are unknown or said already are left out.
 * @param isShort leaves out article and section, as in groups, where an answer must stay small
 */
export function placeLine(source: Source, locale: Locale, isShort = false): string {
  const say = texts[locale]
  const head = sourceHead(source, locale)
  const article = source.article === source.title ? null : source.article
  const place = [article, source.section].filter((part) => part !== null).join(' › ')
  const page = source.page === null ? null : say.page(source.page)
  const period = source.period !== null && source.title.includes(source.period) ? null : source.period
  // A date that is but a year stands in the head already.
  const time = source.date === `${source.setting.year}` ? null : (source.date ?? period)
  const doubt = source.isDoubtful ? say.doubt : null
  const table = source.isInUncertainTable ? say.table : null
  const isSaid =
    source.distinction === time || source.distinction === place || source.distinction === source.setting.place
  const apart = isSaid ? null : (source.distinction ?? null)
  return [head, apart, isShort ? null : place, say.paragraph(source.paragraph), page, time, doubt, table]
    .filter((part) => part !== null && part !== '')
    .join(' · ')
}

/** A title is cut to this length where a source line is short. */
const maxShortTitleCharacters = 28

/** A source whose title is cut where it is long. */
export function withShortTitle(source: Source): Source {
  const { title } = source
  if (title.length <= maxShortTitleCharacters) return source
  return { ...source, title: `${title.slice(0, maxShortTitleCharacters - 1)}…` }
}

/** The other reports that hold the words of a quote, in one line; empty where there are none. */
export function furtherSourcesLine(sources: readonly Source[], locale: Locale): string {
  const named = ({ title, distinction }: Source) => (distinction === undefined ? title : `${title}(${distinction})`)
  const titles = [...new Set(sources.map(named))]
  return titles.length === 0 ? '' : texts[locale].also(titles)
}

const texts = localized({
  zh: {
    year: (year: number) => `${year}年`,
    inferred: (year: number) => `约${year}年`,
    paragraph: (number: number) => `第 ${number} 段`,
    page: (number: number) => `第 ${number} 页`,
    doubt: '⚠️ 扫描件,文字可能有误',
    table: '⚠️ 表格的列未能确认',
    origin: (site: string, day: string | null) => (day === null ? `来自 ${site}` : `来自 ${site},${day} 获取`),
    also: (titles: readonly string[]) => `同样的文字还见于:${titles.join('、')}`,
  },
  en: {
    year: (year: number) => `${year}`,
    inferred: (year: number) => `c. ${year}`,
    paragraph: (number: number) => `¶ ${number}`,
    page: (number: number) => `p. ${number}`,
    doubt: '⚠️ scan, may be misread',
    table: '⚠️ table whose columns are uncertain',
    origin: (site: string, day: string | null) => (day === null ? `from ${site}` : `from ${site}, fetched ${day}`),
    also: (titles: readonly string[]) => `The same words also stand in: ${titles.join(', ')}`,
  },
})
