import { bare, normalize } from '../text/normalize.ts'
import { districtIn } from './districts.ts'
import { documentEnds, present } from './documentEnds.ts'
import { dateAlone, datingIn } from './head/dating.ts'
import { folded } from './head/folding.ts'
import { statedIn } from './head/statements.ts'
import { datingOf } from './head/title.ts'
import { inferredYearOf } from './inferredYear.ts'
import { dateOf, mastheadDate } from './issueDate.ts'
import type { Line } from './lines.ts'
import type { Metadata } from './manuscript.ts'
import { publisherOf } from './publisher.ts'
import type { Article } from './types.ts'

/**
 * Collects the statements that a report plainly makes on itself: the title of its head, else its first headline, labels
 * (`发布日期:`, `预算主管部门:`), a line that is nothing but a date at the head or below the text, the meeting named under the
 * title, a newspaper's masthead. Nothing is guessed: of statements that contradict each other only the common part is
 * taken.
 * @param lines the report's lines as restoring left them
 * @param known the statements of sidecar and front matter, whose title and publisher tell district and period as well
 * @param properties the statements of the file's properties, which hold where the page agrees or says nothing
 */
export function metadataOf(
  lines: readonly Line[],
  articles: readonly Article[],
  known: Partial<Metadata> = {},
  properties: Partial<Metadata> = {},
): Partial<Metadata> {
  const ends = documentEnds(lines)
  const title = known.title ?? agreeingTitle(titleOf(lines, articles), properties.title, ends.all)
  const publisher = known.publisher ?? publisherOf(ends) ?? properties.publisher
  const date = known.date ?? agreeingDate(dateOf(ends), properties.date)
  const assembly = present(ends.cover.map(datingIn))[0]?.at
  const district =
    known.district ??
    ((title && districtIn(folded(title), false)) ||
      (publisher && districtIn(folded(publisher), true)) ||
      (assembly && districtIn(assembly, false)))
  const period = known.period ?? (title && periodOf(title))
  const titled = new Set(folded(title ?? '').match(/(?:19|20)\d\d/gu))
  const inferredYear = date || titled.size === 1 ? null : inferredYearOf(articles)
  return {
    ...(title && { title }),
    ...(publisher && { publisher }),
    ...(district && { district }),
    ...(date && { date }),
    ...(period && { period }),
    ...(inferredYear && { inferredYear }),
    ...(known.url !== undefined && { url: known.url }),
    ...(known.fetched !== undefined && { fetched: known.fetched }),
  }
}

/** The title of a file's properties is looked for in this many of the first lines, as it may take several. */
const maxHeadLines = 40

/** The page's title; the property's where it is the page's in full, or where the page has none. */
function agreeingTitle(shown: string | null, stated: string | undefined, lines: readonly string[]): string | null {
  if (stated === undefined) return shown
  if (shown === null) return stated
  const name = bare(folded(stated))
  const isIn = (words: string) => bare(words).includes(name)
  const isFuller = name.includes(bare(folded(shown)))
  return isFuller && (isIn(lines.slice(0, maxHeadLines).join('')) || lines.some(isIn)) ? stated : shown
}

/** The page's date, or the property's where that agrees and is fuller, or where the page has none. */
function agreeingDate(shown: string | null, stated: string | undefined): string | null {
  if (stated === undefined || shown === null) return shown ?? stated ?? null
  return stated.startsWith(shown) ? stated : shown
}

/** The title of the head, else the first headline that is no masthead, date or label, else a labelled title. */
function titleOf(lines: readonly Line[], articles: readonly Article[]): string | null {
  const titled = lines.find(({ role }) => role === 'title')
  const [first, ...others] = articles
  const sections = first?.paragraphs.flatMap(({ sections }) => sections) ?? []
  const headlines = first?.headline ? [first.headline, ...sections, ...others.map(({ headline }) => headline)] : []
  const found = titled?.content ?? headlines.find((line) => line && isTitle(folded(line.text)))
  return found ? withoutMarks(found.text) : labelledTitle(lines)
}

/** A title without a note's mark, title marks around it, the meeting in brackets, or its year said twice. */
function withoutMarks(title: string): string {
  const dating = datingOf(folded(title))
  const plain = datingIn(dating) === null ? title : title.replace(/\s*[(（][^()（）]*[)）]$/u, '')
  const twice = /^(.*((?:19|20)\d\d).*\S)\s+\2$/u.exec(plain)?.[1] ?? plain
  return twice.replace(/\[\d{1,2}\]$/u, '').replace(/^《([^《》]+)》$/u, '$1')
}

/** The title that a label states. */
function labelledTitle(lines: readonly Line[]): string | null {
  const stated = documentEnds(lines)
    .head.flatMap((line) => statedIn(line))
    .find(({ statement }) => statement === 'title')
  return stated && stated.value.length > 3 ? stated.value : null
}

function isTitle(line: string): boolean {
  return !dateAlone.test(line) && datingIn(line) === null && mastheadDate(line) === null && statedIn(line).length === 0
}

const year = '(?:(?:19|20)\\d\\d|[一二][九〇○零][〇○零一二三四五六七八九]{2})'
const span = new RegExp(
  `${year}年?(?:-+|~|至|到)${year}年度?|${year}年(?:度|半年度|[上下]半年|第?[一二三四1-4]季度|\\d{1,2}月份?(?!\\d{0,2}日|\\d))?(?!\\d{1,2}月\\d|以[来前后]|[起后前])` +
    `|"[一二三四五六七八九十]{1,3}五"|[一二三四五六七八九十]{1,3}五(?=规划|计划|时期|期间)`,
  'gu',
)

/** The time that a title speaks of, in its own words; where it names several, the title from the first on. */
function periodOf(title: string): string | null {
  const { text, origins } = normalize(title)
  const found = [...text.matchAll(span)]
  const [first] = found
  if (!first) return null
  const end = found.length === 1 ? origins[first.index + first[0].length]! : title.length
  return title.slice(origins[first.index]!, end).trim()
}
