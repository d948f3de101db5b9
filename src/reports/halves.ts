import { type Jump, pageMarkIn, readJump } from './jumps.ts'
import * as clues from './lineClues.ts'
import { type LinePage, linePages } from './linePages.ts'
import type { Line } from './lines.ts'

/** Halves of stories that a newspaper continues on another page, told by their jump lines. */

/** The end of a first half. */
export interface Outgoing {
  readonly jump: Jump
  /** The index of its last line. */
  readonly last: number
  readonly page: LinePage | undefined
}

/** The beginning of a second half. */
export interface Incoming {
  readonly jump: Jump
  /** The index of its first line, which may be a headline above the jump line. */
  readonly first: number
  /** The index of the line that holds or follows the jump line; of the line below a headline that ends in it. */
  readonly body: number
  readonly page: LinePage | undefined
}

export interface Halves {
  readonly outgoing: readonly Outgoing[]
  readonly incoming: readonly Incoming[]
}

/** A half has at most this many headlines. */
export const maxHeadLines = 4

/**
 * Finds the halves of stories in a text, whose lines are `read`.
 * @param lines those that are no page furniture
 * @param pages the start of each page, as in a manuscript
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
  const pageOfLine = linePages(text, read, pages)
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
      const page = pageOfLine.get(line)
      if (jump.leads === 'on' && isLast && last >= 0) outgoing.push({ jump, last, page })
      if (jump.leads === 'back' && (isFirst || (isLast && isHead(line))) && next < lines.length) {
        const isOpen = line.blanksBefore < regionGap && pageOfLine.get(lines[next - 1]!)?.sheet === page?.sheet
        const first = isOpen ? headAbove(lines, next, pageOfLine) : next
        incoming.push({ jump, first, body: isFirst ? next : next + 1, page })
      }
    }
    if (isKept) next++
  }
  return { outgoing, incoming }
}

/** This many blank lines part two regions of a page rather than two paragraphs. */
const regionGap = 3

/** The index of the first headline right above the line at `body`; `body` where there is none. */
function headAbove(lines: readonly Line[], body: number, pageOfLine: ReadonlyMap<Line, LinePage>): number {
  let first = body
  for (let i = body - 1; i >= Math.max(0, body - maxHeadLines); i--) {
    const line = lines[i]!
    const above = lines[i - 1]
    const isNear = above !== undefined && line.blanksBefore < regionGap && isOnSheet(pageOfLine, above, line)
    if (!clues.isBylineLine(line.content.text)) {
      if (!isHead(line) || line.jumps.length > 0) break
      // A short line below a sentence that stops short is its continuation.
      if (isNear && !isMarked(line) && !isHead(above) && isTornLine(above)) break
      first = i
    }
    if (!isNear) break
  }
  return first
}

const isOnSheet = (pageOfLine: ReadonlyMap<Line, LinePage>, a: Line, b: Line) =>
  pageOfLine.get(a)?.sheet === pageOfLine.get(b)?.sheet

/** True for a line that the format marks as a heading, or sets in bold. */
export const isMarked = (line: Line): boolean => line.level > 0 || line.bold

/** True for a line of running text that stops in mid-sentence. */
export const isTornLine = (line: Line): boolean => !line.isRow && line.level === 0 && clues.isTorn(line.content.text)

/** Tells whether a line could be a story's headline by itself. */
export function isHead(line: Line): boolean {
  const shown = line.content.text
  if (line.isRow || clues.isItem(shown) || clues.numberingOf(shown) > 0) return false
  if (clues.opensStory(shown) || clues.isBylineLine(shown) || pageMarkIn(shown) !== null) return false
  return line.level > 0 || clues.looksLikeHeadline(shown)
}
