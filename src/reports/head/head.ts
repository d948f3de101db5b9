import { cut, type Range } from '../../text/range.ts'
import type { Line } from '../lines.ts'
import { numberingOf } from '../signs.ts'
import type { Dropped } from '../types.ts'
import { isArrow, isControl, isFaint, isTrail } from './controls.ts'
import { breaksOff, dateAlone, datingIn, isAuthor, isOfficer, isPerson, organisation, stampIn } from './dating.ts'
import { folded } from './folded.ts'
import { awaitsValue, isValue, statedIn } from './labels.ts'
import { endsTitle, isTitlePart, partsAbove, titleWeight } from './title.ts'

/** So many lines may stand above the text: a saved web page has all its menus there. */
const maxHeadLines = 400
const maxTailLines = 60
const minRunningCharacters = 60
const minSentenceCharacters = 12
/** Menu items are short, and so are most headings of a document; only above its title are they told from it. */
const maxMenuCharacters = 16
/** So many buttons or ways make a head a web page's. */
const minControls = 2

type Kind = 'control' | 'trail' | 'label' | 'dating' | 'date' | 'organisation' | 'author' | 'other'

interface HeadLine {
  readonly line: Line
  readonly shown: string
  readonly kind: Kind
}

/**
 * The lines of a document with its head understood: the title in one line, however many it was set in, and labels, dating
 * lines, issuers and authors as paragraphs by themselves, since none of them heads the text. Buttons and ways of the web page
 * around the document are page furniture.
 */
export function withHead(text: string, lines: readonly Line[]): Line[] {
  const shown = new Map<Line, string>()
  const see = (line: Line) => {
    const known = shown.get(line) ?? folded(line.content.text)
    shown.set(line, known)
    return known
  }
  const end = headEnd(lines, see)
  const head = lines.slice(0, end).flatMap((line, i): HeadLine[] => {
    if (line.furniture !== undefined || line.content.text === '') return []
    return [{ line, shown: see(line), kind: kindOf(see(line), lines[i - 1] && see(lines[i - 1]!)) }]
  })
  const isPage = head.filter(({ kind, shown }) => kind === 'trail' || (kind === 'control' && !isFaint(shown))).length
  const title = titleIn(head)
  const mended = new Map<Line, Line | null>()
  const put = (group: readonly HeadLine[], role: 'title' | 'alone', separator: '' | ' ') => {
    mended.set(group[0]!.line, merged(text, group, role, separator))
    for (const { line } of group.slice(1)) mended.set(line, null)
  }
  const leave = ({ line }: HeadLine, reason: Dropped['reason']) => mended.set(line, { ...line, furniture: reason })
  const titled = title && head.slice(title[0], title[1])
  const isSame = (one: HeadLine) => titled && bareOf(one.shown) === bareOf(titled.map(({ shown }) => shown).join(''))
  for (let i = 0; i < head.length; i++) {
    const one = head[i]!
    const isAbove = title !== null && i < title[0]
    if (titled && i === title[0]) {
      put(titled, 'title', '')
      i = title[1] - 1
    } else if (isControlHere(head, i, isPage)) leave(one, 'page control')
    else if (isAbove && isSame(one)) leave(one, 'repeated heading')
    else if (one.line.level > 0) continue
    else if (one.kind === 'label') {
      const value = head[i + 1]
      const isPair = awaitsValue(one.shown) && value !== undefined && isValue(value.shown) && value.kind !== 'control'
      const isTaken = title !== null && (i + 1 === title[0] || (isPair && isSame(value)))
      if (isTaken && isPair && i + 1 !== title[0]) {
        leave(value, 'repeated heading')
        put([one], 'alone', ' ')
        i++
      } else if (isPair && !isTaken) {
        put([one, value], 'alone', ' ')
        i++
      } else put([one], 'alone', ' ')
    } else if (one.kind === 'dating') {
      const parts = datingParts(head, i)
      put(head.slice(i, i + parts), 'alone', '')
      i += parts - 1
    } else if (one.kind === 'organisation' || one.kind === 'date' || one.kind === 'author') {
      const parts = imprintParts(head, i)
      // Above the text an organisation's name may head a story; below a title, or over a date, it tells who issues it.
      if (one.kind === 'organisation' && (title === null || isAbove) && head[i + parts - 1]!.kind !== 'date') continue
      put(head.slice(i, i + parts), 'alone', ' ')
      i += parts - 1
    } else if (isAbove && isPage >= minControls && one.shown.length <= maxMenuCharacters) leave(one, 'page control')
  }
  const tail = isPage >= minControls ? lines.slice(Math.max(end, lines.length - maxTailLines)) : []
  for (const line of tail) {
    if (line.furniture === undefined && !line.isRow && isTailControl(see(line)))
      leave({ line, shown: '', kind: 'control' }, 'page control')
  }
  return lines.flatMap((line) => {
    const found = mended.get(line)
    return found === undefined ? [line] : found === null ? [] : [found]
  })
}

/** Index of the first line of the text below the head. */
function headEnd(lines: readonly Line[], see: (line: Line) => string): number {
  const limit = Math.min(maxHeadLines, lines.length)
  for (let i = 0; i < limit; i++) {
    const line = lines[i]!
    if (line.furniture !== undefined || line.content.text === '') continue
    const shown = see(line)
    if (line.isRow || numberingOf(line.content.text) > 0) return i
    if (/^(?:各位|尊敬的|同志们).{0,24}[:,!]$/u.test(shown)) return i
    if (datingIn(shown) !== null || breaksOff(shown) || isTrail(shown) || isControl(shown)) continue
    if (shown.length >= minRunningCharacters && !endsTitle(shown) && statedIn(shown).length === 0) return i
    if (shown.length >= minSentenceCharacters && /[。;!?]["')]?$/u.test(shown) && statedIn(shown).length === 0) return i
  }
  return limit
}

function kindOf(shown: string, above: string | undefined): Kind {
  if (isControl(shown)) return 'control'
  if (isTrail(shown) || isArrow(shown)) return 'trail'
  if (datingIn(shown) !== null || breaksOff(shown)) return 'dating'
  if (statedIn(shown).length > 0) return 'label'
  if (dateAlone.test(shown) || stampIn(shown) !== null) return 'date'
  if (organisation.test(shown.replaceAll(' ', ''))) return 'organisation'
  if (isAuthor(shown) || isOfficer(shown)) return 'author'
  if (isPerson(shown) && above !== undefined && (isOfficer(above) || /[上)]$/u.test(above))) {
    if (isOfficer(above) || datingIn(above) !== null) return 'author'
  }
  return 'other'
}

/** Whether the line is a button or way of a web page, where others prove that there is one. */
function isControlHere(head: readonly HeadLine[], i: number, controls: number): boolean {
  const isOne = (at: number) => head[at]?.kind === 'control' || head[at]?.kind === 'trail'
  const isStep = (at: number) => head[at] !== undefined && isArrow(head[at].shown)
  const { kind, shown } = head[i]!
  if (controls === 0) return false
  if (kind === 'trail') return true
  if (kind === 'control') return controls >= minControls || !isFaint(shown) || isOne(i - 1) || isOne(i + 1)
  return kind === 'other' && shown.length <= maxMenuCharacters && !endsTitle(shown) && (isStep(i - 1) || isStep(i + 1))
}

function isTailControl(shown: string): boolean {
  return (isControl(shown) && !isFaint(shown)) || isTrail(shown)
}

/** Where the title stands among the head's lines, or null where none of them is plainly one. */
function titleIn(head: readonly HeadLine[]): Range | null {
  const levels = head.filter(({ line }) => line.level > 0)
  const named = head.findIndex(({ shown }) => statedIn(shown)[0]?.statement === 'title')
  const label = named < 0 ? '' : statedIn(head[named]!.shown)[0]!.value || (head[named + 1]?.shown ?? '')
  const ends = head.flatMap(({ shown, kind, line }, i) => {
    const isFree = kind === 'other' && isTitlePart(shown) && endsTitle(shown)
    // A format that marks headings marks the title, too.
    return isFree && (levels.length === 0 || line.level > 0) ? [i] : []
  })
  const found = ends.map((at) => {
    const above = []
    for (let i = at - 1; i >= 0 && isPart(head[i]!, head[at]!); i--) above.push(head[i]!.shown)
    const start = at - partsAbove(head[at]!.shown, above)
    const title = head
      .slice(start, at + 1)
      .map(({ shown }) => shown)
      .join('')
    const twins = ends.filter((other) => bareOf(head[other]!.shown) === bareOf(head[at]!.shown)).length
    const isNamed = label !== '' && bareOf(label) === bareOf(title)
    const below = head.slice(at + 1, at + 4).filter(({ kind }) => kind !== 'other' && kind !== 'control').length
    return {
      range: [start, at + 1] as const,
      weight: titleWeight(title) + Math.min(2, below) + (twins > 1 ? 1 : 0) + (isNamed ? 9 : 0),
    }
  })
  const best = Math.max(...found.map(({ weight }) => weight))
  return found.findLast(({ weight }) => weight === best && weight > 0)?.range ?? null
}

/** Whether a line above a title's last one could be part of it: set alike, and no statement of another kind. */
function isPart({ kind, shown, line }: HeadLine, last: HeadLine): boolean {
  return (kind === 'other' || kind === 'organisation') && isTitlePart(shown) && line.level === last.line.level
}

/** How many lines a dating line goes on for. */
function datingParts(head: readonly HeadLine[], at: number): number {
  const first = head[at]!.shown
  if (datingIn(first) !== null) return 1
  let whole = first
  for (let i = at + 1; i < Math.min(head.length, at + 3); i++) {
    whole += head[i]!.shown
    if (datingIn(whole) !== null) return i - at + 1
  }
  return 1
}

/** How many lines an imprint has: organisations one below the other and the date below them, or an office and its holder. */
function imprintParts(head: readonly HeadLine[], at: number): number {
  let end = at
  while (head[end]?.kind === 'organisation') end++
  if (head[end]?.kind === 'date' && end > at) return end - at + 1
  if (head[at]!.kind === 'author')
    return isOfficer(head[at]!.shown) && head[at + 1] && isPerson(head[at + 1]!.shown) ? 2 : 1
  return Math.max(1, end - at)
}

function merged(text: string, group: readonly HeadLine[], role: 'title' | 'alone', separator: '' | ' '): Line {
  const [first] = group
  const line = first!.line
  const pieces = group.flatMap(({ line }) => line.content.pieces.map(({ range }) => range))
  const ranges = role === 'title' ? pieces.flatMap((range) => closedUp(text, range)) : pieces
  const end = group.at(-1)!.line.range[1]
  const { continues: _, ...told } = line
  return {
    ...told,
    range: [line.range[0], end],
    content: cut(text, ranges, separator),
    jumps: group.flatMap(({ line }) => line.jumps),
    role,
  }
}

/**
 * A title's words without the blanks between Chinese characters and figures that only its setting put there: where it was
 * broken into lines, or spaced out. A blank behind an issuer's name or behind a title that is whole parts two of them.
 */
function closedUp(text: string, range: Range): Range[] {
  const words = text.slice(...range)
  const parts: Range[] = []
  let start = range[0]
  for (const { index, 0: blank } of words.matchAll(/(?<=[\p{Script=Han}、)）\d])\s+(?=[\p{Script=Han}(（\d])/gu)) {
    const before = folded(text.slice(start, range[0] + index)).replaceAll(' ', '')
    if (endsTitle(before) || organisation.test(before)) continue
    parts.push([start, range[0] + index])
    start = range[0] + index + blank.length
  }
  return [...parts, [start, range[1]]]
}

function bareOf(shown: string): string {
  return shown.replace(/\[\d+\]|[\s"《》]+/gu, '')
}
