import { isSamePage, type Jump, pageMarkIn, readJump } from './jumps.ts'
import * as signs from './lineClues.ts'
import { type Place, placesOf } from './linePages.ts'
import type { Line } from './lines.ts'

/**
 * Stories that a newspaper continues on another page. A jump line (`下转第三版`) closes a first half, another one
 * (`上接第一版`) opens a second; where one half can only belong to the other, the second is put behind the first.
 */

/** What is known of a line besides its words and its neighbours. */
export type Role =
  /** A story starts with it, with or without a headline. */
  | 'starts'
  /** The text of a second half starts with it. */
  | 'resumes'
  /** It repeats the first half's headline. */
  | 'repeats'
  /** It is the second half's own headline. */
  | 'section'
  /** It names the writers of a story torn in two. */
  | 'byline'

export type Roles = ReadonlyMap<Line, Role>

/** The end of a first half. */
interface Outgoing {
  readonly jump: Jump
  /** Index of its last line. */
  readonly last: number
  readonly place: Place | undefined
}

/** The beginning of a second half. */
interface Incoming {
  readonly jump: Jump
  /** Index of its first line, which may be a headline above the jump line. */
  readonly first: number
  /** Index of the line that holds or follows the jump line; the one after a headline that ends in it. */
  readonly body: number
  readonly place: Place | undefined
}

export interface Halves {
  readonly outgoing: readonly Outgoing[]
  readonly incoming: readonly Incoming[]
}

/** The stories as they lie on the pages, before halves are put together. */
export interface Story {
  /** Index of its first line. */
  readonly start: number
  /** Headline and kicker, together and each by itself. */
  readonly names: readonly string[]
}

const maxHeadLines = 4

/**
 * The halves of stories in a text.
 * @param read all lines
 * @param lines those of them that are no page furniture
 * @param pages where each page starts, as in a manuscript
 */
export function findHalves(
  text: string,
  read: readonly Line[],
  lines: readonly Line[],
  pages: readonly number[],
): Halves {
  const outgoing: Outgoing[] = []
  const incoming: Incoming[] = []
  if (!read.some((line) => line.jumps.length > 0)) return { outgoing, incoming }
  const places = placesOf(text, read, pages)
  let next = 0
  for (const line of read) {
    const isKept = lines[next] === line
    const { pieces } = line.content
    for (const range of isKept || pieces.length === 0 ? line.jumps : []) {
      const jump = readJump(text.slice(...range))
      if (jump === null) continue
      const isLast = pieces.every((piece) => piece.range[1] <= range[0])
      const isFirst = pieces.every((piece) => piece.range[0] >= range[1])
      const last = isKept ? next : next - 1
      const place = places.get(line)
      if (jump.leads === 'on' && isLast && last >= 0) outgoing.push({ jump, last, place })
      if (jump.leads === 'back' && (isFirst || (isLast && isHead(line))) && next < lines.length) {
        const isOpen = line.blanksBefore < regionGap && places.get(lines[next - 1]!)?.sheet === place?.sheet
        const first = isOpen ? headAbove(lines, next, places) : next
        incoming.push({ jump, first, body: isFirst ? next : next + 1, place })
      }
    }
    if (isKept) next++
  }
  return { outgoing, incoming }
}

/** Blank lines that part two regions of a page rather than two paragraphs. */
const regionGap = 3

/** Index of the first of the headlines right above the line at `body`. */
function headAbove(lines: readonly Line[], body: number, places: ReadonlyMap<Line, Place>): number {
  let first = body
  for (let i = body - 1; i >= Math.max(0, body - maxHeadLines); i--) {
    const line = lines[i]!
    const above = lines[i - 1]
    const isNear = above !== undefined && line.blanksBefore < regionGap && isOnSheet(places, above, line)
    if (!signs.isBylineLine(line.content.text)) {
      if (!isHead(line) || line.jumps.length > 0) break
      // Below a sentence that stops short a short line is its continuation.
      if (isNear && !isMarked(line) && !isHead(above) && isTornLine(above)) break
      first = i
    }
    if (!isNear) break
  }
  return first
}

const isOnSheet = (places: ReadonlyMap<Line, Place>, a: Line, b: Line) => places.get(a)?.sheet === places.get(b)?.sheet

const isMarked = (line: Line): boolean => line.level > 0 || line.bold

const isTornLine = (line: Line): boolean => !line.isRow && line.level === 0 && signs.isTorn(line.content.text)

/** Whether a line could be a story's headline by itself. */
function isHead(line: Line): boolean {
  const shown = line.content.text
  if (line.isRow || signs.isItem(shown) || signs.numberingOf(shown) > 0) return false
  if (signs.opensStory(shown) || signs.isBylineLine(shown) || pageMarkIn(shown) !== null) return false
  return line.level > 0 || signs.looksLikeHeadline(shown)
}

/** What the jump lines alone say of the lines around them: a story is over, another one starts. */
export function rolesOf(lines: readonly Line[], { outgoing, incoming }: Halves): Roles {
  const starts = [...outgoing.map(({ last }) => afterBylines(lines, last)), ...incoming.map(({ first }) => first)]
  return new Map(starts.flatMap((i) => (lines[i] ? [[lines[i], 'starts' as const]] : [])))
}

/** Index of the line after `last` and the writers named right below it. */
function afterBylines(lines: readonly Line[], last: number): number {
  let i = last + 1
  while (lines[i] && signs.isBylineLine(lines[i]!.content.text)) i++
  return i
}

/**
 * Puts each second half whose first half is beyond doubt right behind that.
 * @param stories the stories as `rolesOf` makes them out, in order
 * @returns all lines in their new order with what is now known of them, or null when nothing is to be put together
 */
export function joinHalves(
  lines: readonly Line[],
  halves: Halves,
  stories: readonly Story[],
): { lines: Line[]; roles: Roles } | null {
  const storyOf: number[] = []
  let story = -1
  for (let i = 0; i < lines.length; i++) {
    while (stories[story + 1] && stories[story + 1]!.start <= i) story++
    storyOf[i] = story
  }
  const openings = new Map(halves.incoming.map((half) => [storyOf[half.body], half]))
  const outgoing = halves.outgoing.map((half): End => {
    const story = storyOf[half.last]!
    const opening = openings.get(story)
    const isBehind = opening !== undefined && opening.first <= half.last
    return { ...half, story, names: [...(stories[story]?.names ?? []), ...(isBehind ? headNames(lines, opening) : [])] }
  })
  const incoming = halves.incoming.map((half): Beginning => {
    const story = storyOf[half.body] ?? stories.length - 1
    return { ...half, story, end: stories[story + 1]?.start ?? lines.length, names: headNames(lines, half) }
  })
  const pairs = pairUp(outgoing, incoming)
  if (pairs.length === 0) return null
  const roles = new Map<Line, Role>()
  const blocks = pairs.map(([end, beginning]): Block => {
    const behind = afterBylines(lines, end.last) - 1
    for (const line of lines.slice(end.last + 1, behind + 1)) roles.set(line, 'byline')
    return { start: readHead(lines, end, beginning, roles), end: beginning.end, behind }
  })
  const order = reorder(lines.length, blocks)
  if (order === null) return null
  const starts = new Set(blocks.map(({ start }) => start))
  const ends = new Set(blocks.map(({ end }) => end - 1))
  for (const [i, at] of order.entries()) {
    const before = order[i - 1]
    const isSeam = before !== undefined && (before !== at - 1 || ends.has(before))
    if (isSeam && !starts.has(at)) roles.set(lines[at]!, 'starts')
  }
  return { lines: order.map((i) => lines[i]!), roles }
}

interface End extends Outgoing {
  readonly story: number
  readonly names: readonly string[]
}

interface Beginning extends Incoming {
  readonly story: number
  /** Index after the second half's last line. */
  readonly end: number
  readonly names: readonly string[]
}

/** The second half's lines and the line that they are put behind. */
interface Block {
  readonly start: number
  readonly end: number
  readonly behind: number
}

/** What could be headlines above and below a jump line that opens a second half. */
function headNames(lines: readonly Line[], { first, body }: Incoming): string[] {
  const heads = lines.slice(first, body)
  for (let i = body; i < body + 2 && lines[i] && isHead(lines[i]!); i++) heads.push(lines[i]!)
  return heads.filter(isHead).map((line) => line.content.text)
}

/** Gives the lines at the head of a second half their roles; returns the index of the first of them. */
function readHead(
  lines: readonly Line[],
  end: End,
  { first, body, end: after }: Beginning,
  roles: Map<Line, Role>,
): number {
  const isTorn = isTornLine(lines[end.last]!)
  const repeats = (line: Line) => isHead(line) && end.names.some((name) => isAbbreviation(line.content.text, name))
  // A headline below the jump line that repeats the first one tells that what stands above is another story's.
  const start = body > first && lines[first]!.jumps.length === 0 && repeats(lines[body]!) ? body : first
  for (let i = start; i < after; i++) {
    const line = lines[i]!
    const isAbove = i < body
    const isOwn = isAbove || isMarked(line) || (!isTorn && start === body && i + 1 < after)
    if (i > body + maxHeadLines) return start
    if (signs.isBylineLine(line.content.text)) roles.set(line, 'byline')
    else if (repeats(line)) roles.set(line, 'repeats')
    else if (isHead(line) && isOwn) roles.set(line, 'section')
    else {
      roles.set(line, 'resumes')
      return start
    }
  }
  return start
}

/** The lines' indices with every block behind its first half, or null when halves would hold each other. */
function reorder(count: number, blocks: readonly Block[]): number[] | null {
  const ends = new Map(blocks.map(({ start, end }) => [start, end]))
  const behind = new Map(blocks.map((block) => [block.behind, block]))
  const order: number[] = []
  const stack = [{ at: 0, start: -1, end: count }]
  while (stack.length > 0) {
    const top = stack.at(-1)!
    if (top.at >= top.end) {
      stack.pop()
      continue
    }
    const at = top.at
    const moved = at === top.start ? undefined : ends.get(at)
    top.at = moved ?? at + 1
    if (moved !== undefined) continue
    order.push(at)
    const block = behind.get(at)
    if (block) stack.push({ at: block.start, start: block.start, end: block.end })
  }
  return order.length === count ? order : null
}

/** So many halves before and behind one are looked at; an issue has fewer. */
const maxCandidates = 30

/** The pairs of halves of which each can only belong to the other: by the headline, else by the pages or for want of others. */
function pairUp(outgoing: readonly End[], incoming: readonly Beginning[]): [End, Beginning][] {
  const edges: Edge[] = []
  let middle = 0
  for (const from of outgoing) {
    while (incoming[middle] && incoming[middle]!.first <= from.last) middle++
    for (const to of incoming.slice(Math.max(0, middle - maxCandidates), middle + maxCandidates)) {
      const edge = edgeOf(from, to)
      if (edge) edges.push(edge)
    }
  }
  const pairs: [End, Beginning][] = []
  const taken = new Set<End | Beginning>()
  for (const isStrong of [
    (edge: Edge) => edge.isNamed && edge.isOnPages,
    (edge: Edge) => edge.isNamed,
    (edge: Edge) => edge.isOnPages,
    () => true,
    (edge: Edge) => edge.isOnSheets,
  ]) {
    const open = edges.filter((edge) => isStrong(edge) && !taken.has(edge.from) && !taken.has(edge.to))
    const count = new Map<End | Beginning, number>()
    for (const { from, to } of open) for (const half of [from, to]) count.set(half, (count.get(half) ?? 0) + 1)
    for (const { from, to } of open) {
      if (count.get(from) !== 1 || count.get(to) !== 1) continue
      pairs.push([from, to])
      taken.add(from).add(to)
    }
  }
  return pairs
}

/** What speaks for two halves belonging together. */
interface Edge {
  readonly from: End
  readonly to: Beginning
  /** They share a headline, or one names the other's. */
  readonly isNamed: boolean
  /** The page that each names is printed where the other stands. */
  readonly isOnPages: boolean
  /** The pages bear no names, but their count agrees. */
  readonly isOnSheets: boolean
}

function edgeOf(from: End, to: Beginning): Edge | null {
  const isAhead = from.last < to.first
  if (from.story === to.story && !isAhead) return null
  if (isSamePage(from.jump.page, to.jump.page) || from.place?.issue !== to.place?.issue) return null
  const [left, right] = [from.place?.page, to.place?.page]
  if (left && !isSamePage(left, to.jump.page)) return null
  if (right && !isSamePage(right, from.jump.page)) return null
  const fromNames = [from.jump.title ?? [], from.names].flat()
  const toNames = [to.jump.title ?? [], to.names].flat()
  const isAmong = (name: string, names: readonly string[]) => names.some((other) => isAlike(name, other))
  // A headline that a jump line names is no other.
  if (from.jump.title && toNames.length > 0 && !isAmong(from.jump.title, toNames)) return null
  if (to.jump.title && fromNames.length > 0 && !isAmong(to.jump.title, fromNames)) return null
  const isNamed = fromNames.some((name) => isAmong(name, toNames))
  const isOnPages = Boolean(left && right)
  if (!isAhead && !isNamed && !isOnPages) return null
  const isOnSheets =
    !left && !right && from.place?.sheet === to.jump.page.number - 1 && to.place?.sheet === from.jump.page.number - 1
  return { from, to, isNamed, isOnPages, isOnSheets }
}

/** Letters of a headline that are compared. */
const maxNameCharacters = 60

/** Whether two headlines are one, whole or shortened either way, but for a letter misread. */
function isAlike(a: string, b: string): boolean {
  return a === b || isAbbreviation(a, b) || isAbbreviation(b, a)
}

/** Whether `short` is `name` or takes its letters from it in order; one in five may be another. */
function isAbbreviation(short: string, name: string): boolean {
  const [a, b] = [lettersOf(short), lettersOf(name)]
  if (a.length < 4 || b.length < 4) return a.length > 0 && a.join('') === b.join('')
  const known = new Set(b)
  const needed = a.length < 5 ? a.length : a.length * 0.8
  return a.filter((letter) => known.has(letter)).length >= needed && commonLetters(a, b) >= needed
}

function lettersOf(name: string): string[] {
  const shown = name.slice(0, maxNameCharacters * 2)
  return [
    ...shown
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]/gu, ''),
  ].slice(0, maxNameCharacters)
}

/** Length of the longest sequence of letters that both have in the same order. */
function commonLetters(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0)
  for (const letter of a) {
    const next = [0]
    for (const [j, other] of b.entries()) {
      next.push(letter === other ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!))
    }
    row = next
  }
  return row[b.length]!
}
