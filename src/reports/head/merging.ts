import { type Cutting, cut, type Piece, type Range } from '../../text/range.ts'
import type { Line } from '../lines.ts'
import { organisation } from './dating.ts'
import { folded } from './folding.ts'
import { endsTitle } from './title.ts'

/** Makes one line of several. @param content the words of the new line */
export function joinedLine(lines: readonly Line[], content: Cutting, role: 'title' | 'alone'): Line {
  const [first] = lines
  const { continues: _, ...known } = first!
  return {
    ...known,
    range: [first!.range[0], lines.at(-1)!.range[1]],
    content,
    jumps: lines.flatMap(({ jumps }) => jumps),
    role,
  }
}

/** Makes one line of a title's lines, without the blanks of their setting. @param text their canonical text */
export function titleOf(text: string, lines: readonly Line[]): Line {
  const whole = rangesOf(lines)
  // The blanks of a headline that is no document's title part its clauses.
  const isTitle = endsTitle(folded(cut(text, whole).text))
  const ranges = isTitle ? whole.flatMap((range) => closedUp(text, range)) : whole
  return joinedLine(lines, cut(text, ranges), 'title')
}

/** Makes one line, a paragraph by itself, of statements on a document. @param groups the lines of each statement */
export function statementOf(text: string, groups: readonly (readonly Line[])[]): Line {
  const pieces: Piece[] = []
  let whole = ''
  for (const group of groups) {
    const part = cut(text, rangesOf(group))
    const at = whole === '' ? 0 : whole.length + 1
    whole += (at === 0 ? '' : ' ') + part.text
    pieces.push(...part.pieces.map((piece) => ({ ...piece, at: piece.at + at })))
  }
  return joinedLine(groups.flat(), { text: whole, pieces }, 'alone')
}

/** The ranges of the words of some lines. */
export function rangesOf(lines: readonly Line[]): Range[] {
  return lines.flatMap(({ content }) => content.pieces.map(({ range }) => range))
}

/**
 * A title's words without the blanks between Chinese characters and figures where it was broken into lines or spaced
 * out. A blank behind an issuer's name, or behind words that are a whole title, is kept.
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
