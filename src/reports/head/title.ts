import type { Range } from '../../text/range.ts'
import { datingIn, organisation } from './dating.ts'
import { bareOf, type HeadLine } from './headLine.ts'
import { statedIn } from './statements.ts'

/** Titles of documents end in these words: kinds of official documents, and those of plans, accounts and reports. */
const kinds =
  '报告|公报|通报|通知|公告|通告|决定|决议|命令|意见|批复|请示|函|纪要|纪录|记录|议案|提案|总结|计划|规划|纲要|方案|预案|办法|规定|条例|细则|章程|要点|预算|决算|' +
  '预算草案|说明|简报|年鉴|年报|白皮书|蓝皮书|讲话|答复|简介|概况|分析|评估|调查|清单|名单|指南|标准|准则|通知书|汇报|安排|统计|情况|若干措施'
const end = new RegExp(
  `(?:${kinds})(?:[(\\[【][^()\\[\\]【】]{1,12}[)\\]】]|\\[?\\d{1,2}\\]|[》"*]|摘要|正文|全文|全文公布| (?:19|20)\\d\\d)*$`,
  'u',
)
const goesOn =
  /^(?:[和与及暨的、)》]|情况|第[一二三四五六七八九十]{1,3}个|(?:局|厅|院|委员会|中心|办公室|馆|处)(?=\d{4}年|关于)|(?:\((?!\d{4}年\d{1,2}月)[^()]{2,16}\))+$)/u
const opens = /^(?:关于|[(]?(?:19|20)\d\d(?!\d)|二[〇○零]|印发|转发|发布|《)/u
const isOpen = /(?:19|20)\d\d|关于|"[一二三四五六七八九十]{1,3}五"$|[和与及暨、的年在]$/u
/** Matches lines that are no title by themselves: a plan's number in quotation marks, a year, a place. */
const fragment = /^(?:"[^"]{2,8}"|(?:19|20)\d\d(?:-(?:19|20)\d\d)?年度?|\p{Script=Han}{2,12}[省市县区州旗镇乡])$/u
/** A title without a subject (`部门决算`) is not longer. */
const maxBareCharacters = 8
const maxPartCharacters = 60
const maxParts = 5
const minHeadlineCharacters = 10
/** A title that a label states takes this many lines at most. */
const maxNamedLines = 5

/** True where a folded line ends as titles of documents end (`…工作报告`). */
export function endsTitle(line: string): boolean {
  return end.test(withoutDating(line))
}

/** A folded title without the meeting in brackets that pages put behind it on the same line. */
function withoutDating(line: string): string {
  const dating = datingOf(line)
  return dating !== '' && datingIn(dating) !== null ? line.slice(0, -dating.length).trim() : line
}

/** The meeting in brackets behind a title; '' where there is none. */
export function datingOf(line: string): string {
  return /\(\d{4}年[^()]*\)$/u.exec(line)?.[0] ?? ''
}

/** True where a folded line could be part of a title: words without the marks of running text. */
function isTitlePart(line: string): boolean {
  return (
    withoutDating(line).length <= maxPartCharacters &&
    /\p{L}/u.test(line) &&
    !/[。;!?]|[,:]$|^[-|>]/u.test(line) &&
    !/^(?:第[一二三四五六七八九十百\d]+[章节编条]|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)|\d{1,2}[.、])/u.test(
      line,
    )
  )
}

/**
 * The number of lines above that belong to the title which ends in `last`, because it is incomplete without them or
 * they are incomplete by themselves. All lines are folded.
 * @param above the lines right above that could be parts of a title, the nearest first
 * @param isRun true where all of them are set apart from the text by one large size
 */
function partsAbove(last: string, above: readonly string[], isRun: boolean): number {
  let first = last
  let count = 0
  while (count < Math.min(maxParts - 1, above.length)) {
    const next = above[count]!
    const isBroken = goesOn.test(first) || closesMore(first) || isOnlyKind(first)
    if (endsTitle(next) && !isBroken) break
    const isWhole = organisation.test(next) || (next.length < 6 && !next.startsWith('关于'))
    const isPart = isBroken || isRun || fragment.test(next) || lacksSubject(first, next)
    if (!isPart && !(isOpen.test(next) && !isWhole)) {
      const name = issuerAbove(first, above.slice(count, maxParts - 1))
      if (name === 0) break
      return count + name
    }
    first = isBroken ? next + first : next
    count++
  }
  return count
}

/** True where a line closes marks that it does not open, so that the line above must open them. */
function closesMore(line: string): boolean {
  if (line.split('"').length % 2 === 0) return true
  return ['《》', '()', '[]', '【】'].some(([open, close]) => line.split(close!).length > line.split(open!).length)
}

/** True where a line is hardly more than the word for a kind of document (`纲要`, `统计公报`), or the end of such a word. */
function isOnlyKind(line: string): boolean {
  const word = line.replace(/\(.*\)$/u, '')
  return word.length <= 2 || (word.length <= 4 && endsTitle(word))
}

/** True where a title names only the kind of document, and the line above the organisation whose document it is. */
function lacksSubject(title: string, above: string): boolean {
  const isBare = title.length <= maxBareCharacters && endsTitle(title)
  return isBare && organisation.test(above) && !title.startsWith(above.slice(-2))
}

/** The number of lines above `first` that are the name of the organisation that its title begins with. */
function issuerAbove(first: string, above: readonly string[]): number {
  if (!opens.test(first)) return 0
  for (let count = 1; count <= above.length; count++) {
    const name = above.slice(0, count).reverse().join('')
    if (above.slice(0, count).some((part) => endsTitle(part))) return 0
    if (name.length >= 5 && organisation.test(name.replaceAll(' ', ''))) return wholeName(above, count)
  }
  return 0
}

/** The number of lines of a name whose head may stand above lines that are a name already (`资源局` below `乙市甲区规划和自然`). */
function wholeName(above: readonly string[], count: number): number {
  const next = above[count]
  const isHead =
    next !== undefined &&
    (above[count - 1]!.length < 5 || /^\p{Script=Han}{2,8}[省市县区州旗镇乡]$/u.test(next)) &&
    isTitlePart(next)
  return isHead ? count + 1 : count
}

/** The likelihood that a folded line is the title of the document below it, as a sum of points. */
function titleWeight(line: string): number {
  const years = /(?:19|20)\d\d|二[〇○零]/u.test(line) ? 2 : 0
  const about = /^关于|关于.{4,}的|第[一二三四五六七八九十百\d]+[次届号期]/u.test(line) ? 1 : 0
  const size = line.length < 6 ? -3 : line.length >= 12 ? 2 : 0
  return years + about + size
}

/** The range of the title in the head's lines; null where none plainly is one. @param isPage true for a web page */
export function titleRangeIn(head: readonly HeadLine[], isPage: boolean): Range | null {
  const levels = head.filter(({ line, kind }) => line.level > 0 && kind === 'other')
  const named = head.findIndex(({ shown }) => statedIn(shown)[0]?.statement === 'title')
  const label = named < 0 ? '' : statedIn(head[named]!.shown)[0]!.value || (head[named + 1]?.shown ?? '')
  const stated = rangeOfStated(label, head)
  if (stated !== null) return stated
  const ends = head.flatMap(({ shown, kind, line }, i) => {
    // A line that the next line carries on is running text, however it ends.
    const isRunning = head[i + 1]?.line.continues === true
    const isEnd = endsTitle(shown) || endsBroken(head, i) || (isPage && isHeadline(head, i))
    const isFree = kind === 'other' && !isRunning && isTitlePart(shown) && isEnd
    // A format that marks headings marks the title, too.
    return isFree && (levels.length === 0 || line.level > 0) ? [i] : []
  })
  const found = ends.map((at) => {
    const above = []
    for (let i = at - 1; i >= 0 && isPart(head[i]!, head[at]!); i--) above.push(head[i]!.shown)
    const start = at - partsAbove(head[at]!.shown, above, head[at]!.line.level > 0)
    const title = head
      .slice(start, at + 1)
      .map(({ shown }) => shown)
      .join('')
    const twins = ends.filter((other) => bareOf(head[other]!.shown) === bareOf(head[at]!.shown)).length
    const below = head.slice(at + 1, at + 4).filter(({ kind }) => kind !== 'other' && kind !== 'control').length
    return {
      range: [start, at + 1] as const,
      weight: titleWeight(title) + Math.min(2, below) + (twins > 1 ? 1 : 0),
    }
  })
  const best = Math.max(...found.map(({ weight }) => weight))
  return found.findLast(({ weight }) => weight === best && weight >= 0)?.range ?? null
}

/** True where a line closes the title in the lines above, with words in brackets (`(征求意见稿)`) or a torn word's end. */
function endsBroken(head: readonly HeadLine[], i: number): boolean {
  const { shown } = head[i]!
  const above = head[i - 1]
  if (above === undefined || !isPart(above, head[i]!)) return false
  if (shown.length <= 2) return endsTitle(above.shown + shown)
  if (!/^\(.*\)$/u.test(shown)) return false
  return endsTitle(above.shown) || endsBroken(head, i - 1)
}

/** The last lines that together are the title which a label states; null where there are none. */
function rangeOfStated(label: string, head: readonly HeadLine[]): Range | null {
  const name = bareOf(label)
  for (let end = head.length; end > 0 && name !== ''; end--) {
    let words = ''
    for (let start = end - 1; start >= Math.max(0, end - maxNamedLines) && head[start]!.kind !== 'label'; start--) {
      words = bareOf(head[start]!.shown) + words
      if (words === name) return [start, end]
    }
  }
  return null
}

/** True where a web page's date or source stands right below the line, as below a headline. */
function isHeadline(head: readonly HeadLine[], i: number): boolean {
  const below = head.slice(i + 1).find(({ kind }) => kind !== 'control')
  return head[i]!.shown.length >= minHeadlineCharacters && (below?.kind === 'label' || below?.kind === 'date')
}

/** True where a line above a title's last line could be part of the title: it is set alike and is no statement. */
function isPart({ kind, shown, line }: HeadLine, last: HeadLine): boolean {
  return (kind === 'other' || kind === 'organisation') && isTitlePart(shown) && line.level === last.line.level
}
