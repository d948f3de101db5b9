import { QuestionError } from '../../errors.ts'
import type { ReportSummary } from '../../reports/types.ts'
import { statedYears } from '../../reports/years.ts'
import { normalize } from '../../text/normalize.ts'

/** Tags (`#2020`, `#西城街道`) narrow a question to the reports of a year, a place or a publisher. */

/** A tag by which reports can be narrowed. */
export interface Facet {
  readonly tag: string
  readonly kind: 'year' | 'district'
  /** The number of reports that have the tag. */
  readonly reports: number
}

/** The reports that have certain tags, and the facets that narrow them further. */
export interface Narrowed {
  /** The reports, in the order in which all reports were given. */
  readonly reports: readonly ReportSummary[]
  /** Facets of the kinds of which no tag was given, the most frequent first, without those that all of `reports` have. */
  readonly facets: readonly Facet[]
}

const tagCharacters = '[\\p{L}\\p{M}\\p{N}_·.~\\-–—“”"]+'
/** Tags in a row. After a letter or digit `#` begins no tag (`C#`, `3#楼`), nor does the mark alone in quotation marks (`“#”`). */
const tagRun = new RegExp(`(?<![\\p{Script=Latin}\\p{N}&#＃])(?:[#＃](?!["”])${tagCharacters})+`, 'gu')
const yearInFront = /^((?:19|20)\d\d)年?(?=\p{Script=Han})(?![至到])/u

/** Parts a text from its tags, which are returned without `#`. Words written right behind a year belong to the text. */
export function takeTags(text: string): { text: string; tags: readonly string[] } {
  const tags: string[] = []
  const rest = text.replace(tagRun, (run) => {
    let left = ' '
    for (const found of run.split(/[#＃]/u).slice(1)) {
      const plain = found.normalize('NFKC')
      const year = yearInFront.exec(plain)
      const tag = year ? year[1]! : found.replace(/^[.~\-–—·]+|[.~\-–—·]+$/gu, '')
      if (/[\p{L}\p{N}]/u.test(tag)) tags.push(tag)
      if (year) left += `${plain.slice(year[0].length)} `
    }
    return left
  })
  return { text: rest, tags: [...new Set(tags)] }
}

/**
 * The reports that have all of `tags`; of several years, several districts or several publishers one is enough.
 * A report has a tag when it states the tag's year (by title, date or period), or when its district, publisher, title,
 * period or id contains the tag, whatever its case and width. A report's whole id means that report alone, unless it is
 * part of a district or publisher.
 * @throws QuestionError when tags are given and no report has them, naming some that exist; or when there are too many
 */
export function narrow(reports: readonly ReportSummary[], tags: readonly string[]): Narrowed {
  const named = tags.map((tag) => tag.replace(/^[#＃]+/u, '')).filter((tag) => comparable(tag) !== '')
  if (named.length > maxTags) throw tooMany(named.length)
  const matches = named.map((tag) => matchOf(tag, reports))
  const empty = matches.filter(({ found }) => found.size === 0)
  if (empty.length > 0)
    throw noneHas(
      empty.map(({ tag }) => tag),
      reports,
    )
  const alternatives = new Map<string, ReadonlySet<ReportSummary>[]>()
  for (const { kind, tag, found } of matches) {
    const group = kind === 'name' ? `name ${tag}` : kind
    alternatives.set(group, [...(alternatives.get(group) ?? []), found])
  }
  const narrowed = reports.filter((report) =>
    [...alternatives.values()].every((sets) => sets.some((found) => found.has(report))),
  )
  if (narrowed.length === 0 && named.length > 0) throw noneHas(named, reports)
  const taken = new Set(matches.map(({ kind }) => kind))
  const facets = facetsOf(narrowed).filter((facet) => !taken.has(facet.kind) && facet.reports < narrowed.length)
  return { reports: narrowed, facets }
}

type TagKind = 'year' | 'district' | 'publisher' | 'name'

/** The properties of a report that tags are compared with, folded. */
interface Traits {
  readonly years: ReadonlySet<number>
  readonly district: string
  readonly publisher: string
  readonly others: readonly string[]
}

const known = new WeakMap<ReportSummary, Traits>()

function traitsOf(report: ReportSummary): Traits {
  let traits = known.get(report)
  if (!traits) {
    const { title, publisher = '', district = '', date = '', period = '' } = report.metadata
    traits = {
      years: statedYears(report),
      district: comparable(district),
      publisher: comparable(publisher),
      others: [title, date, period, report.id].map(comparable),
    }
    known.set(report, traits)
  }
  return traits
}

/** The reports that have a tag, and the tag's kind, which is the first property in which any report has it. */
function matchOf(
  tag: string,
  reports: readonly ReportSummary[],
): { tag: string; kind: TagKind; found: ReadonlySet<ReportSummary> } {
  const asked = comparable(tag)
  const years = yearsOf(asked)
  const stating = reports.filter((report) => years && [...traitsOf(report).years].some((year) => years.has(year)))
  if (stating.length > 0) return { tag, kind: 'year', found: new Set(stating) }
  const inDistrict = reports.filter((report) => traitsOf(report).district.includes(asked))
  const byPublisher = reports.filter((report) => traitsOf(report).publisher.includes(asked))
  const called = reports.filter(({ id }) => comparable(id) === asked)
  if (called.length > 0 && inDistrict.length + byPublisher.length === 0) {
    return { tag, kind: 'name', found: new Set(called) }
  }
  const named = reports.filter((report) => traitsOf(report).others.some((text) => text.includes(asked)))
  const kind = inDistrict.length > 0 ? 'district' : byPublisher.length > 0 ? 'publisher' : 'name'
  return { tag, kind, found: new Set([...inDistrict, ...byPublisher, ...named]) }
}

/** The years of a tag that names nothing else (`2020`, `2020年`, `2016-2020`); null for any other tag. */
function yearsOf(asked: string): Set<number> | null {
  const [, from, to = from] = /^((?:19|20)\d\d)年?(?:[-~至到]+((?:19|20)\d\d)年?)?$/u.exec(asked) ?? []
  if (from === undefined) return null
  const [first, last] = [Number(from), Number(to)].sort((a, b) => a - b) as [number, number]
  return new Set(Array.from({ length: last - first + 1 }, (_, i) => first + i))
}

/** The years among `tags`. */
export function yearsTagged(tags: readonly string[]): Set<number> {
  return new Set(tags.flatMap((tag) => [...(yearsOf(comparable(tag)) ?? [])]))
}

function facetsOf(reports: readonly ReportSummary[]): Facet[] {
  const counts = new Map<string, { kind: Facet['kind']; count: number }>()
  const add = (tag: string, kind: Facet['kind']) => counts.set(tag, { kind, count: (counts.get(tag)?.count ?? 0) + 1 })
  for (const report of reports) {
    for (const year of traitsOf(report).years) add(String(year), 'year')
    const { district } = report.metadata
    if (district !== undefined) add(district.replace(/\s+/gu, ''), 'district')
  }
  return [...counts]
    .map(([tag, { kind, count }]): Facet => ({ tag, kind, reports: count }))
    .sort((a, b) => b.reports - a.reports || yearOf(b) - yearOf(a))
}

/** A key that sorts years before districts, the latest year first. */
function yearOf({ kind, tag }: Facet): number {
  return kind === 'year' ? Number(tag) : 0
}

/** More tags are refused, since every tag is looked for in every report. */
const maxTags = 10

function tooMany(count: number): QuestionError {
  return new QuestionError({
    zh: `标签太多:最多 ${maxTags} 个,实际 ${count} 个。请去掉一些。`,
    en: `Too many tags: at most ${maxTags}, found ${count}. Leave some out.`,
  })
}

/** Bounds of what an error message shows: tags of one kind, and characters of a tag. */
const maxShownOfKind = 5
const maxShownCharacters = 30

function noneHas(tags: readonly string[], reports: readonly ReportSummary[]): QuestionError {
  const shown = tags.slice(0, maxShownOfKind).map(shownTag)
  const all = facetsOf(reports)
  const some = (['year', 'district'] as const).flatMap((kind) =>
    all.filter((facet) => facet.kind === kind).slice(0, maxShownOfKind),
  )
  const existing = some.map(({ tag }) => shownTag(tag)).join(' ')
  const zh = existing === '' ? '' : `可用的标签有:${existing}。`
  const en = existing === '' ? '' : ` Tags that exist: ${existing}.`
  return new QuestionError({
    zh: `没有报告符合标签 ${shown.join(' ')}。${zh}标签后面要空一格再写问题。`,
    en: `No report has the ${shown.length === 1 ? 'tag' : 'tags'} ${shown.join(' ')}.${en} Leave a space between a tag and the question.`,
  })
}

function shownTag(tag: string): string {
  return `#${tag.length <= maxShownCharacters ? tag : `${tag.slice(0, maxShownCharacters - 1)}…`}`
}

function comparable(text: string): string {
  return normalize(text).text.replace(/[\s"']+/gu, '')
}
