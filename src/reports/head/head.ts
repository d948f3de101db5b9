import { numberingOf } from '../lineClues.ts'
import type { DropReason, Line } from '../lines.ts'
import { isArrow, isControl, isFaint, isTrail } from './controls.ts'
import { breaksOff, datingIn, isOfficer, isPerson } from './dating.ts'
import { folded } from './folding.ts'
import { bareOf, type HeadLine, headLineKind } from './headLine.ts'
import { statementOf, titleOf } from './merging.ts'
import { awaitsValue, isValue, statedIn } from './statements.ts'
import { endsTitle, titleRangeIn } from './title.ts'

/** The head has this many lines at most: a saved web page has all its menus above the text. */
const maxHeadLines = 400
const maxTailLines = 60
const minRunningCharacters = 60
const minSentenceCharacters = 12
/** Menu items are short, and so are most headings of a document, so menu items are looked for only above its title. */
const maxMenuCharacters = 16
/** This many buttons or trails show that the head is a web page's. */
const minControls = 2
const salutation = /^(?:各位|尊敬的|同志们).{0,24}[:,!]$/u

/**
 * Recognises the head of a document. The title becomes one line, and labels, dating lines, issuers and authors become
 * paragraphs by themselves, since none of them heads the text. Buttons and trails of the web page around the document
 * are marked as page furniture.
 * @param text the canonical text of the lines
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
    return [{ line, shown: see(line), kind: headLineKind(see(line), lines[i - 1] && see(lines[i - 1]!)) }]
  })
  const speaker = head.at(-1)
  const isSpeaker =
    speaker?.kind === 'other' && isPerson(speaker.shown) && lines[end] && salutation.test(see(lines[end]))
  if (isSpeaker) head[head.length - 1] = { ...speaker, kind: 'author' }
  const isPage = head.filter(({ kind, shown }) => kind === 'trail' || (kind === 'control' && !isFaint(shown))).length
  const title = titleRangeIn(head, isPage >= minControls)
  const mended = new Map<Line, Line | null>()
  const put = (line: Line, group: readonly HeadLine[]) => {
    for (const [i, one] of group.entries()) mended.set(one.line, i === 0 ? line : null)
  }
  const linesOf = (group: readonly HeadLine[]) => group.map(({ line }) => line)
  const state = (...groups: readonly (readonly HeadLine[])[]) =>
    put(statementOf(text, groups.map(linesOf)), groups.flat())
  const leave = ({ line }: HeadLine, reason: DropReason) => mended.set(line, { ...line, furniture: reason })
  const titled = title && head.slice(title[0], title[1])
  const isSame = (one: HeadLine) => titled && bareOf(one.shown) === bareOf(titled.map(({ shown }) => shown).join(''))
  for (let i = 0; i < head.length; i++) {
    const one = head[i]!
    const isAbove = title !== null && i < title[0]
    if (titled && i === title[0]) {
      put(titleOf(text, linesOf(titled)), titled)
      i = title[1] - 1
    } else if (isControlHere(head, i, isPage)) leave(one, 'page control')
    else if (isAbove && isSame(one)) leave(one, 'repeated heading')
    else if (one.line.level > 0 && one.kind === 'other') continue
    else if (one.kind === 'label') {
      const value = head[i + 1]
      const isPair = awaitsValue(one.shown) && value !== undefined && isValue(value.shown) && value.kind !== 'control'
      const isTaken = title !== null && (i + 1 === title[0] || (isPair && isSame(value)))
      if (isPair && isTaken && i + 1 !== title[0]) leave(value, 'repeated heading')
      if (isPair && !isTaken) state([one], [value])
      else state([one])
      if (isPair && i + 1 !== title?.[0]) i++
    } else if (one.kind !== 'control' && one.kind !== 'trail' && one.kind !== 'other') {
      const groups = imprintIn(head, i)
      const isDated = groups.flat().some(({ kind }) => kind === 'date' || kind === 'dating')
      // An organisation's name above the text may head a story; below a title or over a date it is the issuer's.
      if (one.kind === 'organisation' && (title === null || isAbove) && !isDated) continue
      state(...groups)
      i += groups.flat().length - 1
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

/** The index of the first line of the text below the head. */
function headEnd(lines: readonly Line[], see: (line: Line) => string): number {
  const limit = Math.min(maxHeadLines, lines.length)
  for (let i = 0; i < limit; i++) {
    const line = lines[i]!
    if (line.furniture !== undefined || line.content.text === '') continue
    const shown = see(line)
    if (/https?:/u.test(shown)) continue
    // A paragraph whose lines the layout has joined is running text, however short the lines are.
    if (lines[i + 1]?.continues && lines[i + 2]?.continues) return i
    if (line.isRow || numberingOf(line.content.text) > 0) return i
    if (salutation.test(shown)) return i
    if (datingIn(shown) !== null || breaksOff(shown) || isTrail(shown) || isControl(shown)) continue
    if (shown.length >= minRunningCharacters && !endsTitle(shown) && statedIn(shown).length === 0) return i
    if (shown.length >= minSentenceCharacters && /[。;!?]["')]?$/u.test(shown) && statedIn(shown).length === 0) return i
  }
  return limit
}

/** True where the line is a button or trail of a web page, and other controls prove that there is a web page. */
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

/** The statements of one imprint: the meeting, organisations below each other, an office and its holder, the date. */
function imprintIn(head: readonly HeadLine[], at: number): HeadLine[][] {
  const groups: HeadLine[][] = []
  let next = at
  const take = (count: number) => {
    groups.push(head.slice(next, next + count))
    next += count
  }
  if (head[at]!.kind === 'dating') take(datingParts(head, at))
  while (head[next]?.kind === 'organisation' || head[next]?.kind === 'author') {
    take(1)
    const holder = head[next]
    if (isOfficer(head[next - 1]!.shown) && holder?.kind === 'other' && isPerson(holder.shown)) take(1)
  }
  if (head[next]?.kind === 'date' && (groups.length === 0 || head[at]!.kind !== 'dating')) take(1)
  return groups
}

/** The number of lines that a dating line takes. */
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
