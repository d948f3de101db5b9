import { type Beginning, type End, pairUp } from './halfPairs.ts'
import { type Halves, type Incoming, isHead, isMarked, isTornLine, maxHeadLines } from './halves.ts'
import { isAbbreviation } from './headlineNames.ts'
import * as clues from './lineClues.ts'
import type { Line } from './lines.ts'

/** Stories that a newspaper continues on another page are joined where two halves can only belong together. */

/** The part of a line in a story that was torn in two. */
export type Role =
  /** The line starts a story, with or without a headline. */
  | 'starts'
  /** The line starts the text of a second half. */
  | 'resumes'
  /** The line repeats the first half's headline. */
  | 'repeats'
  /** The line is the second half's own headline. */
  | 'section'
  /** The line names the writers. */
  | 'byline'

export type Roles = ReadonlyMap<Line, Role>

/** A story as it lies on the pages, before halves are joined. */
export interface Story {
  /** The index of its first line. */
  readonly start: number
  /** Headline and kicker, together and each by itself. */
  readonly names: readonly string[]
}

/** The roles that the jump lines alone give to lines: a story is over, another one starts. */
export function rolesOf(lines: readonly Line[], { outgoing, incoming }: Halves): Roles {
  const starts = [...outgoing.map(({ last }) => afterBylines(lines, last)), ...incoming.map(({ first }) => first)]
  return new Map(starts.flatMap((i) => (lines[i] ? [[lines[i], 'starts' as const]] : [])))
}

/** The index of the line after `last` and the bylines right below it. */
function afterBylines(lines: readonly Line[], last: number): number {
  let i = last + 1
  while (lines[i] && clues.isBylineLine(lines[i]!.content.text)) i++
  return i
}

/**
 * Puts each second half whose first half is beyond doubt right behind that first half.
 * @param stories the stories as `rolesOf` makes them out, in order
 * @returns all lines in their new order with their roles, or null when no halves are joined
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

/** The lines of a second half and the line that they are put behind. */
interface Block {
  readonly start: number
  readonly end: number
  readonly behind: number
}

/** The lines above and below a jump line that could be headlines of its second half. */
function headNames(lines: readonly Line[], { first, body }: Incoming): string[] {
  const heads = lines.slice(first, body)
  for (let i = body; i < body + 2 && lines[i] && isHead(lines[i]!); i++) heads.push(lines[i]!)
  return heads.filter(isHead).map((line) => line.content.text)
}

/** Gives the lines at the head of a second half their roles. @returns the index of the half's first line */
function readHead(
  lines: readonly Line[],
  end: End,
  { first, body, end: after }: Beginning,
  roles: Map<Line, Role>,
): number {
  const isTorn = isTornLine(lines[end.last]!)
  const repeats = (line: Line) => isHead(line) && end.names.some((name) => isAbbreviation(line.content.text, name))
  // If the headline below the jump line repeats the first one, the lines above belong to another story.
  const start = body > first && lines[first]!.jumps.length === 0 && repeats(lines[body]!) ? body : first
  for (let i = start; i < after; i++) {
    const line = lines[i]!
    const isAbove = i < body
    const isOwn = isAbove || isMarked(line) || (!isTorn && start === body && i + 1 < after)
    if (i > body + maxHeadLines) return start
    if (clues.isBylineLine(line.content.text)) roles.set(line, 'byline')
    else if (repeats(line)) roles.set(line, 'repeats')
    else if (isHead(line) && isOwn) roles.set(line, 'section')
    else {
      roles.set(line, 'resumes')
      return start
    }
  }
  return start
}

/** The order of the lines with every block behind its first half; null when halves would lie in each other. */
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
