import type { Range } from '../../text/range.ts'
import { bareOf, type HeadLine } from './headLine.ts'
import { statedIn } from './statements.ts'
import { endsTitle, isTitlePart, partsAbove, titleWeight } from './title.ts'

const minHeadlineCharacters = 10
/** A title that a label states takes this many lines at most. */
const maxNamedLines = 5

/** The range of the title in the head's lines; null where none of them is plainly a title. @param isPage true for a web page */
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

/** True where a line closes the title in the lines above it, with words in brackets (`(征求意见稿)`) or the end of a torn word. */
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
