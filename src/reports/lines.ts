import { type Cutting, cut, type Range, trimmed } from '../text/range.ts'
import { jumpsIn } from './jumps.ts'

/** The reasons why text is page furniture, which is in the canonical text and in no passage. */
export type DropReason =
  | 'stray mark'
  | 'picture'
  | 'jump line'
  | 'page number'
  | 'repeated heading'
  | 'slogan'
  | 'header or footer'
  | 'page control'
  | 'contents'
  | 'front matter'

/** A line of the canonical text that holds more than white space. */
export interface Line {
  /** The whole line but for the white space at its ends. */
  readonly range: Range
  /** The words without Markdown's marks and jump lines. */
  readonly content: Cutting
  /** Markdown's heading level, 0 for any other line. */
  readonly level: number
  /** True where all of the line is set in Markdown's bold. */
  readonly bold: boolean
  readonly indented: boolean
  /** The number of blank lines since the line before. */
  readonly blanksBefore: number
  /** The jump lines (`(下转第三版)`) inside it. */
  readonly jumps: readonly Range[]
  /** True for a table's row: a paragraph by itself, whose content repeats the cells that head its columns. */
  readonly isRow?: boolean
  /** True for a row of a table whose columns could not be told: its cells stand side by side between blanks. */
  readonly isUncertain?: boolean
  /** True where the line carries on the paragraph of the line before; left out where typography must decide. */
  readonly continues?: boolean
  /** True for a heading above which another article ends, as the name of a spreadsheet's sheet. */
  readonly opensArticle?: boolean
  /** The document's title, or a paragraph by itself that heads and continues nothing. */
  readonly role?: 'title' | 'alone'
  /** The kind of page furniture that the line is, where that is known already. */
  readonly furniture?: DropReason
}

/** The lines of `text` that hold more than white space, in order. */
export function readLines(text: string): Line[] {
  const lines: Line[] = []
  let blanks = 0
  let bold = false
  for (const match of text.matchAll(/[^\r\n\f\u2028\u2029]+|\r\n|[\r\n\f\u2028\u2029]/gu)) {
    if (/^[\r\n\f\u2028\u2029]/u.test(match[0])) {
      blanks++
      continue
    }
    const range = trimmed(text, [match.index, match.index + match[0].length])
    if (range[0] === range[1]) continue
    if (blanks > 1) bold = false
    const line = readLine(text, range, bold)
    lines.push({
      ...line.line,
      indented: /^(?:\u3000{2}|[ \t]{2,}|\t)/u.test(match[0]),
      blanksBefore: Math.max(0, blanks - 1),
    })
    bold = line.boldAfter
    blanks = 0
  }
  return lines
}

function readLine(text: string, range: Range, boldBefore: boolean) {
  const shown = text.slice(range[0], range[1])
  const mark = /^(#{1,6})\s+/u.exec(shown)
  const hidden: Range[] = mark ? [[range[0], range[0] + mark[0].length]] : []
  let bold = boldBefore
  let plainFrom = range[0] + (mark?.[0].length ?? 0)
  let plain = ''
  const marks = [...shown.matchAll(/\*{2,}/gu)]
  // The last mark, where it has no other half, opens bold text only at the head of the line.
  const unpaired = (marks.length + (bold ? 1 : 0)) % 2 === 1 ? marks.at(-1) : undefined
  for (const stars of marks) {
    if (stars === unpaired && stars.index > (mark?.[0].length ?? 0)) continue
    const at = range[0] + stars.index
    if (!bold) plain += text.slice(plainFrom, at)
    plainFrom = at + stars[0].length
    bold = !bold
    hidden.push([at, plainFrom])
  }
  if (!bold) plain += text.slice(plainFrom, range[1])
  const line = lineOf(text, range, { level: mark?.[1]?.length ?? 0, bold: plain.trim() === '' }, hidden)
  return { line, boldAfter: bold }
}

/**
 * Makes the line at `range` of `text`, without white space at its ends.
 * @param known the properties that the format tells
 * @param hidden stretches that are not part of its words: marks, a hyphen that only parts a word at the line's end
 */
export function lineOf(text: string, range: Range, known: Partial<Line> = {}, hidden: readonly Range[] = []): Line {
  const jumps = jumpsIn(text.slice(range[0], range[1])).map(([start, end]): Range => [range[0] + start, range[0] + end])
  const content = cut(text, without(text, range, [...hidden, ...jumps]))
  return { range, content, level: 0, bold: false, indented: false, blanksBefore: 0, jumps, ...known }
}

/** The stretches of `range` that are in none of `holes`, without white space at their outer ends. */
function without(text: string, range: Range, holes: readonly Range[]): Range[] {
  const kept: Range[] = []
  let start = range[0]
  for (const hole of [...holes].sort((a, b) => a[0] - b[0])) {
    if (hole[0] > start) kept.push([start, hole[0]])
    start = Math.max(start, hole[1])
  }
  if (start < range[1]) kept.push([start, range[1]])
  const inked = kept.filter(([from, to]) => text.slice(from, to).trim() !== '')
  return inked.map(([from, to], i): Range => {
    const ends = trimmed(text, [from, to])
    return [i === 0 ? ends[0] : from, i === inked.length - 1 ? ends[1] : to]
  })
}
