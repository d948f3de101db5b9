import { type Cutting, cut, type Piece, type Range } from '../../text/range.ts'
import type { Line } from '../lines.ts'
import { organisation } from './dating.ts'
import { folded } from './folding.ts'
import { endsTitle } from './title.ts'

/** One line made of several, in the place of the first. @param content their words */
function lineOf(lines: readonly Line[], content: Cutting, role: 'title' | 'alone'): Line {
  const [first] = lines
  const { continues: _, ...told } = first!
  return {
    ...told,
    range: [first!.range[0], lines.at(-1)!.range[1]],
    content,
    jumps: lines.flatMap(({ jumps }) => jumps),
    role,
  }
}

/** The lines of a title as one, without the blanks that only its setting put there. @param text their canonical text */
export function titleOf(text: string, lines: readonly Line[]): Line {
  const whole = rangesOf(lines)
  // A headline that is no document's title parts its clauses by blanks.
  const isTitle = endsTitle(folded(cut(text, whole).text))
  const ranges = isTitle ? whole.flatMap((range) => closedUp(text, range)) : whole
  return lineOf(lines, cut(text, ranges), 'title')
}

/**
 * Statements on a document as one line, a paragraph by itself.
 * @param groups the lines of each statement, which were one before they were broken
 */
export function statementOf(text: string, groups: readonly (readonly Line[])[]): Line {
  const pieces: Piece[] = []
  let whole = ''
  for (const group of groups) {
    const part = cut(text, rangesOf(group))
    const at = whole === '' ? 0 : whole.length + 1
    whole += (at === 0 ? '' : ' ') + part.text
    pieces.push(...part.pieces.map((piece) => ({ ...piece, at: piece.at + at })))
  }
  return lineOf(groups.flat(), { text: whole, pieces }, 'alone')
}

function rangesOf(lines: readonly Line[]): Range[] {
  return lines.flatMap(({ content }) => content.pieces.map(({ range }) => range))
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
