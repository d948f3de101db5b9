import { normalize } from '../text/normalize.ts'
import { agreed, dateIn, datePattern, weekdayOf } from './dates.ts'
import type { Line } from './lines.ts'
import { districtIn } from './places.ts'
import type { Article, Metadata } from './types.ts'

/** Labels stand so near the head or the end of a document; a cover, a masthead, a signature nearer still. */
const headLines = 20
const tailLines = 10
const coverLines = 8
const signatureLines = 4
const maxCoverCharacters = 60

/**
 * What a report plainly says of itself: its first headline, labels (`发布日期:`, `来源:`), a line that is nothing but a date at
 * the head or below the text, the meeting named under the title, a newspaper's masthead. Nothing is guessed: of statements
 * that contradict each other only what they have in common is taken, and where nothing is said nothing is told.
 *
 * @param known what sidecar and file properties state, whose title and publisher tell district and period as well
 */
export function metadataOf(
  lines: readonly Line[],
  articles: readonly Article[],
  known: Partial<Metadata> = {},
): Partial<Metadata> {
  const plain = lines.filter(({ isRow }) => !isRow).map(({ content }) => folded(content.text))
  const title = known.title ?? titleOf(articles)
  const publisher = known.publisher ?? publisherOf(plain)
  const meeting = coverOf(plain).map((line) => meetingLine.exec(line)?.groups)
  const date = dateOf(plain)
  const assembly = meeting.find((found) => found !== undefined)?.at
  const district =
    (title && districtIn(folded(title), false)) ??
    (publisher && districtIn(folded(publisher), true)) ??
    (assembly && districtIn(assembly, false))
  const period = title && periodOf(title)
  return {
    ...(title && { title }),
    ...(publisher && { publisher }),
    ...(district && { district }),
    ...(date && { date }),
    ...(period && { period }),
  }
}

const dateAlone = new RegExp(`^[(\\[□■◎-]*\\s*(?:${datePattern})\\s*[)\\]]?$`, 'u')
/** `(2021年1月20日在…第五次会议上)`, `——2021年1月20日在…会议上`, `(… 2021年1月20日…会议通过)`. */
const meetingLine = new RegExp(
  `^[(\\[-]*\\s*(?<date>${datePattern})\\s*,?(?:在|经)?(?<at>[^,。;]{2,60}?)(?:上|(?:审议|表决)?(?:通过|批准))\\s*[)\\]]?$`,
  'u',
)
const weekday = /(?:星期|周)([一二三四五六日天])/u
const mastheadName = /(?:^|\s)(\p{Script=Han}{2,8}(?:日报|晚报|时报|早报|晨报|商报|周报|周刊|导报))(?=\s|$)/u
const publishedLabel = /(?:发布|公布|公开|印发|发文|出版|刊发|发稿)(?:日期|时间)\s*:\s*/u
const writtenLabel = /(?:成文|生成|制定)(?:日期|时间)\s*:\s*|(?<!\p{Script=Han})日期\s*:\s*/u
const organisation =
  /^[\p{Script=Han}()]{2,30}(?:政府|委员会|[党工区市县省镇]委|办公室|办公厅|办事处|街道|局|厅|院|部|中心|协会|学会|联合会|总工会|公司|集团|报社|大学|学院|医院|社区|村委会|银行)$/u

function dateOf(lines: readonly string[]): string | null {
  const ends = endsOf(lines, headLines, tailLines)
  const labelled = (label: RegExp) =>
    ends.flatMap((line) => {
      const found = label.exec(line)
      return found ? [dateIn(line.slice(found.index + found[0].length).slice(0, maxDateCharacters))] : []
    })
  const published = present(labelled(publishedLabel))
  if (published.length > 0) return agreed(published)
  const near = endsOf(lines, coverLines, signatureLines)
  const cover = coverOf(lines)
  const signature = lines.slice(-signatureLines)
  // A diary, too, has lines that are nothing but a date; and where there is nothing else the date is the text.
  const alone =
    lines.length > 1 && [...cover, ...signature].some((line) => dateAlone.test(line))
      ? lines.filter((line) => dateAlone.test(line)).map(dateIn)
      : []
  return agreed(
    present([
      ...labelled(writtenLabel),
      ...alone,
      ...cover.map((line) => dateIn(meetingLine.exec(line)?.groups?.date ?? '')),
      ...near.map(mastheadDate),
      ...signature.map(({ length }, i) => signedDate(signature[i]!, length)),
    ]),
  )
}

/** Of what follows a label, so much can be its date. */
const maxDateCharacters = 24

/** The date of a line that tells the day of the week too, which proves that no digit was misread. */
function mastheadDate(line: string): string | null {
  const day = weekday.exec(line)?.[1]?.replace('天', '日')
  if (day === undefined || line.length > maxCoverCharacters || /[。,;]|^时间/u.test(line)) return null
  const date = dateIn(line)
  return date !== null && weekdayOf(date) === day ? date : null
}

/** The date behind the name of an organisation, as a signature in one line. */
function signedDate(line: string, length: number): string | null {
  const [signer = '', ...rest] = line.split(/\s+/u)
  const date = rest.join('')
  return length <= maxCoverCharacters && organisation.test(signer) && dateAlone.test(date) ? dateIn(date) : null
}

function publisherOf(lines: readonly string[]): string | null {
  const ends = endsOf(lines, headLines, tailLines)
  const labelled = (label: RegExp) =>
    ends.flatMap((line) => {
      const value = label.exec(line)?.[1]?.replace(/^[(《]|[)》]$/gu, '')
      return value !== undefined && isName(value) ? [value] : []
    })
  const near = endsOf(lines, coverLines, signatureLines)
  const kinds = [
    () => labelled(/(?<!\p{Script=Han})(?:发布|发文|公开|制发)(?:机构|机关|单位|部门)\s*:\s*([^\s|,;。]+)/u),
    () => labelled(/(?<!\p{Script=Han})(?:信息|稿件|文章)?来源\s*:\s*([^\s|,;。]+)/u),
    () => present(near.map((line) => (mastheadDate(line) === null ? null : mastheadName.exec(line)?.[1]))),
    () => signersOf(lines),
  ]
  for (const kind of kinds) {
    const [first, ...others] = kind()
    if (first !== undefined) return others.every((other) => other === first) ? first : null
  }
  return null
}

/** Who signs below the text: an organisation over a line that is nothing but a date, or in front of that date. */
function signersOf(lines: readonly string[]): string[] {
  const from = Math.max(1, lines.length - signatureLines)
  return lines.slice(from).flatMap((line, i) => {
    const before = lines[from + i - 1]!
    if (dateAlone.test(line)) return organisation.test(before) ? [before] : []
    return signedDate(line, line.length) === null ? [] : [line.split(/\s+/u)[0]!]
  })
}

function isName(value: string): boolean {
  return value.length <= 30 && /\p{L}{2}/u.test(value) && !/[\d:/]/u.test(value)
}

/** The first headline that is one, and no masthead, date or label. */
function titleOf(articles: readonly Article[]): string | null {
  const [first, ...others] = articles
  if (!first?.headline) return null
  const sections = first.paragraphs.flatMap(({ sections }) => sections)
  const all = [first.headline, ...sections, ...others.map(({ headline }) => headline)]
  const found = all.find((line) => line && isTitle(folded(line.text)))
  return found ? found.text.replace(/^《([^《》]+)》$/u, '$1') : null
}

function isTitle(line: string): boolean {
  return (
    !dateAlone.test(line) &&
    !meetingLine.test(line) &&
    mastheadDate(line) === null &&
    !publishedLabel.test(line) &&
    !writtenLabel.test(line) &&
    !/^(?:来源|发布机构)\s*:/u.test(line)
  )
}

const year = '(?:(?:19|20)\\d\\d|[一二][九〇○零][〇○零一二三四五六七八九]{2})'
const span = new RegExp(
  `${year}年?(?:-+|~|至|到)${year}年度?|${year}年(?:度|[上下]半年|第?[一二三四1-4]季度|\\d{1,2}月份?(?!\\d{0,2}日|\\d))?(?!\\d{1,2}月\\d|以[来前后]|[起后前])` +
    `|"[一二三四五六七八九十]{1,3}五"|[一二三四五六七八九十]{1,3}五(?=规划|计划|时期|期间)`,
  'gu',
)

/** The time that a title speaks of, in its own words; where it names several, from the first of them on. */
function periodOf(title: string): string | null {
  const { text, origins } = normalize(title)
  const found = [...text.matchAll(span)]
  const [first] = found
  if (!first) return null
  const end = found.length === 1 ? origins[first.index + first[0].length]! : title.length
  return title.slice(origins[first.index]!, end).trim()
}

/** The lines above the running text: title, meeting, speaker, date. */
function coverOf(lines: readonly string[]): readonly string[] {
  const running = lines.findIndex((line) => line.length > maxCoverCharacters || /[。;!?]$/u.test(line))
  return lines.slice(0, Math.min(coverLines, running < 0 ? lines.length : running))
}

function endsOf(lines: readonly string[], head: number, tail: number): readonly string[] {
  return [...lines.slice(0, head), ...lines.slice(Math.max(head, lines.length - tail))]
}

function folded(text: string): string {
  return normalize(text).text.replace(/\s+/gu, ' ').trim()
}

function present<T>(values: readonly (T | null | undefined)[]): T[] {
  return values.filter((value) => value !== null && value !== undefined)
}
